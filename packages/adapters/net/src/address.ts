// Which addresses are ours or our neighbours' (RFC 1918, 4193, 6598, 6890), and how addresses are written.
import { BlockList, isIP, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { SocketAddress } from '@rufwerk/core'
import { ipBytes } from './ip-bytes.ts'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

const PRIVATE = new BlockList()
PRIVATE.addSubnet('10.0.0.0', 8)
PRIVATE.addSubnet('172.16.0.0', 12)
PRIVATE.addSubnet('192.168.0.0', 16)
PRIVATE.addSubnet('169.254.0.0', 16)
PRIVATE.addSubnet('100.64.0.0', 10) // Shared address space: not reachable from the internet (RFC 6598).
PRIVATE.addSubnet('fc00::', 7, 'ipv6')
PRIVATE.addSubnet('fe80::', 10, 'ipv6')

export type Neighbourhood = 'loopback' | 'private' | 'public'

/** Removes the zone of a scoped address and the ::ffff: in front of an IPv4 address. */
export function plainAddress(address: string): string {
  const zone = address.indexOf('%')
  const withoutZone = zone < 0 ? address : address.slice(0, zone)
  if (!withoutZone.startsWith('::ffff:')) return withoutZone
  const mapped = withoutZone.slice(7)
  return isIPv4(mapped) ? mapped : withoutZone
}

/** Where an IP address lies; text that is not an IP address counts as public. */
export function neighbourhood(address: string): Neighbourhood {
  const plain = plainAddress(address)
  const version = isIP(plain)
  if (version === 0) return 'public'
  const family = version === 6 ? 'ipv6' : 'ipv4'
  if (LOOPBACK.check(plain, family)) return 'loopback'
  return PRIVATE.check(plain, family) ? 'private' : 'public'
}

/**
 * Whom the limits per source count as one: an IPv4 address, or the /64 of a public IPv6 address, because
 * every host there has 2^64 of them.
 */
export function sourceOf(address: string): string {
  if (!address.includes(':') || neighbourhood(address) !== 'public') return address
  return `${Buffer.from(ipBytes(plainAddress(address)).subarray(0, 8)).toString('hex')}/64`
}

/** `address:port`, with brackets around IPv6. */
export function writeSocketAddress({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** The addresses of this machine that can be listened on, link-local ones left out. */
export function localAddresses(): { readonly address: string; readonly where: Neighbourhood }[] {
  const addresses: { address: string; where: Neighbourhood }[] = []
  for (const network of Object.values(networkInterfaces())) {
    for (const { address } of network ?? []) {
      if (address.startsWith('fe80:') || address.startsWith('169.254.')) continue
      addresses.push({ address, where: neighbourhood(address) })
    }
  }
  return addresses
}

/** True for 0.0.0.0 and ::, which say nothing about the address a peer can reach. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
