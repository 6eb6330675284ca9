// Which address of ours a peer is told: the local one inside the local networks, the public one outside
// (RFC 3261 §18.1.1 leaves it to us; a NAT with forwarded ports keeps the port). Pure: addresses in, one out.
import { BlockList, isIP } from 'node:net'
import { fail, ok, type Result, type SocketAddress } from '@rufwerk/core'
import { neighbourhood, plainHost } from '@rufwerk/core/ip-address'
import { isOutside } from './address.ts'

export interface AddressRules {
  /** Given or learned; at most one of each IP version is used, the first. */
  readonly publicAddresses: readonly string[]
  /** Whether an address lies in the local networks. Loopback always does. */
  readonly isLocal: (address: string) => boolean
  /** Whether packets come out of a relay of ours: those are dropped, its users are strangers. */
  readonly isFromRelay?: (remote: SocketAddress) => boolean
}

/** Networks as `10.0.0.0/8` or single addresses; an empty list means all private addresses. */
export function localNetworks(networks: readonly string[]): Result<(address: string) => boolean, string> {
  if (networks.length === 0) return ok((address) => !isOutside(address))
  const isWithin = withinNetworks(networks)
  if (!isWithin.ok) return isWithin
  return ok((address) => neighbourhood(plainHost(address)) === 'loopback' || isWithin.value(address))
}

/** Whether an address is in one of these: `10.0.0.0/8` or an address. The error is one that is neither. */
export function withinNetworks(networks: readonly string[]): Result<(address: string) => boolean, string> {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/')
    const version = isIP(address)
    const bitsMax = version === 6 ? 128 : 32
    const length = bits === undefined ? bitsMax : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : -1
    if (version === 0 || rest.length > 0 || length < 0 || length > bitsMax) return fail(network)
    list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
  }
  return ok((address) => {
    const plain = plainHost(address)
    const version = isIP(plain)
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  })
}

/**
 * What a peer at `remote` is told where `local` is the address of ours that it is connected to. Undefined
 * inside the local networks. Outside it is the public address of the same IP version, or `local` when that is
 * public itself or no public address is known.
 */
export function advertisedAddress(rules: AddressRules, local: string, remote: string): string | undefined {
  if (rules.isLocal(remote)) return undefined
  if (isOutside(local)) return local
  const version = isIP(plainHost(local))
  return rules.publicAddresses.find((address) => isIP(address) === version) ?? local
}
