// Which addresses are ours, whom the limits count as one source, and how addresses are written.
import { networkInterfaces } from 'node:os'
import type { SocketAddress } from '@rufwerk/core'
import { ipBytes, type Neighbourhood, neighbourhood, plainHost } from '@rufwerk/core/ip-address'

/** Not ours and no neighbour's. Text that is not an IP address counts as outside. */
export function isOutside(address: string): boolean {
  return (neighbourhood(address) ?? 'public') === 'public'
}

/**
 * Whom the limits per source count as one: an IPv4 address, or the /64 of a public IPv6 address, because
 * every host there has 2^64 of them.
 */
export function sourceOf(address: string): string {
  if (!address.includes(':') || !isOutside(address)) return address
  const bytes = ipBytes(plainHost(address))
  return bytes?.length === 16 ? `${Buffer.from(bytes.subarray(0, 8)).toString('hex')}/64` : address
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
      addresses.push({ address, where: neighbourhood(address) ?? 'public' })
    }
  }
  return addresses
}

/** True for 0.0.0.0 and ::, which say nothing about the address a peer can reach. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}
