// IP addresses as bytes: 4 or 16 in network order, as certificates and STUN carry them.
import { isIPv4 } from 'node:net'

/** The bytes of an IP address in text form; the caller knows that it is one. Zones are not understood. */
export function ipBytes(address: string): Uint8Array<ArrayBuffer> {
  if (isIPv4(address)) return new Uint8Array(address.split('.').map(Number))
  const lastColon = address.lastIndexOf(':')
  const tail = address.slice(lastColon + 1)
  // The last 32 bits may be written as IPv4 (RFC 4291 §2.2).
  const text = tail.includes('.') ? address.slice(0, lastColon + 1) + groupsOf(tail) : address
  const [left = '', right] = text.split('::')
  const before = left === '' ? [] : left.split(':')
  const behind = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? 0 : 8 - before.length - behind.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...behind]
  const bytes = new Uint8Array(16)
  for (const [index, group] of groups.entries()) {
    const value = Number.parseInt(group, 16)
    bytes[index * 2] = value >> 8
    bytes[index * 2 + 1] = value & 0xff
  }
  return bytes
}

/** The text of 4 or 16 bytes; IPv6 without abbreviation. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  return (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':')
}

function groupsOf(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}
