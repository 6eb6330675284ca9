// Where an address is, as the networks of a company's sites say.
import type { RoutingConfig } from '../config.ts'
import { indexOf } from '../dial-plan-index.ts'
import type { KnownPlace } from './site-networks.ts'

/** `no-networks`: nobody has said where anything is, so nothing can be said of the address. */
export function placeOfAddress(
  config: RoutingConfig,
  address: string,
): KnownPlace | 'elsewhere' | 'no-networks' {
  const { networks } = indexOf(config)
  if (networks.isEmpty) return 'no-networks'
  return networks.find(address) ?? 'elsewhere'
}
