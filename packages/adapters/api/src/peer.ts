// Who is at the other end of a connection, as the socket says; forwarded headers are not believed.
import type { Socket } from 'node:net'
import { ipBytes, neighbourhood, plainHost } from '@rufwerk/core/ip-address'

export interface Peer {
  /** IP address in text form. */
  readonly address: string
  /** True when the connection itself is TLS. */
  readonly isSecure: boolean
  /** Came through the socket in the data folder, which only its owner may open: acts as an admin. */
  readonly isLocalAdmin?: true
}

export const LOCAL_PEER: Peer = { address: '127.0.0.1', isSecure: false, isLocalAdmin: true }

export function isLoopback(address: string): boolean {
  return neighbourhood(address) === 'loopback'
}

/** What one attacker can hardly change: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function addressGroup(address: string): string {
  const plain = plainHost(address)
  const bytes = ipBytes(plain)
  return bytes?.length === 16 ? `${Buffer.from(bytes.subarray(0, 8)).toString('hex')}/64` : plain
}

/** The peer of a socket. An address that is gone counts as nobody's. */
export function peerOf(socket: Socket): Peer {
  return { address: socket.remoteAddress ?? 'unknown', isSecure: 'encrypted' in socket }
}
