// Networks of sites in a configuration: readable, each at one site, and not too many.
import type { DialPlan } from '../dial-plan.ts'
import { type NetworkProblem, readNetwork } from '../emergency/site-networks.ts'
import type { ConfigError } from './check-config.ts'

/** Networks of all sites of a company together. */
export const NETWORKS_MAX = 5_000

export type NetworkErrorCode = NetworkProblem | 'duplicate-network' | 'too-many-networks'

export function networkErrors({ sites }: Pick<DialPlan, 'sites'>): ConfigError[] {
  const all = sites.reduce((sum, { networks = [] }) => sum + networks.length, 0)
  if (all > NETWORKS_MAX) {
    const values = { entries: String(all), most: String(NETWORKS_MAX) }
    return [{ path: 'sites', code: 'too-many-networks', values }]
  }
  const errors: ConfigError[] = []
  const first = new Map<string, string>()
  for (const [at, { networks = [] }] of sites.entries())
    for (const [place, network] of networks.entries()) {
      const path = `sites[${at}].networks[${place}]`
      const read = readNetwork(network)
      if (!read.ok) {
        errors.push({ path, code: read.error, values: { network } })
        continue
      }
      const earlier = first.get(read.value.key)
      if (earlier !== undefined)
        errors.push({ path, code: 'duplicate-network', values: { network, earlier } })
      else first.set(read.value.key, path)
    }
  return errors
}
