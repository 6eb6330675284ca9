// Whom observations count for: an IPv4 address, or the /64 of a public IPv6 address, because every host there
// has 2^64 of them. In a local network each IPv6 address counts by itself: all of a house share one /64.
import { ipBytes, neighbourhood, plainHost } from '@rufwerk/core/ip-address'

/** An IP address in any spelling. */
export type Address = string

const HALF = 8

/** One word for a source, which fits into the path of an address: `192.0.2.7`, `20010db800000001`. */
export function sourceOf(address: Address): string {
  const plain = plainHost(address)
  if (!plain.includes(':')) return plain
  const bytes = ipBytes(plain)
  if (bytes?.length !== HALF * 2) return plain
  const isShared = neighbourhood(plain) === 'public'
  return hex(isShared ? bytes.subarray(0, HALF) : bytes)
}

/** For people: `192.0.2.7`, `2001:db8:0:1::/64`. */
export function addressName(source: string): string {
  if (!/^[0-9a-f]{16}$|^[0-9a-f]{32}$/.test(source)) return source
  const groups = (source.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''))
  return source.length === HALF * 2 ? `${groups.join(':')}::/64` : groups.join(':')
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
