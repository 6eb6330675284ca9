// Who is at the other end of a connection, as the socket says; forwarded headers are not believed.
import { isIPv4, isIPv6, type Socket } from 'node:net'

export interface Peer {
  /** IP address in text form. */
  readonly address: string
  /** True when the connection itself is TLS. */
  readonly isSecure: boolean
}

export function isLoopback(address: string): boolean {
  const plain = withoutMapping(address)
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}

/** What one attacker can hardly change: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function addressGroup(address: string): string {
  const plain = withoutMapping(address)
  if (!isIPv6(plain)) return plain
  const [left = '', right] = (plain.split('%')[0] ?? '').split('::')
  const head = left.split(':').filter((part) => part !== '')
  const tail = (right ?? '').split(':').filter((part) => part !== '')
  const zeros = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

function withoutMapping(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address
}

/** The peer of a socket. An address that is gone counts as nobody's. */
export function peerOf(socket: Socket): Peer {
  return { address: socket.remoteAddress ?? 'unknown', isSecure: 'encrypted' in socket }
}
