// Who is at the other end of a request. The socket says it; a proxy that was named as trusted says whom it
// speaks for (X-Forwarded-For, X-Forwarded-Proto). Nobody else's headers are believed.
import type { IncomingMessage } from 'node:http'
import { ipBytes, neighbourhood, plainHost } from '@rufwerk/core/ip-address'
import { LIMITS } from './limits.ts'

export interface Peer {
  /** IP address in text form, or `UNKNOWN_ADDRESS`. */
  readonly address: string
  /** True when the browser's connection is TLS: to us, or to a trusted proxy that says so. */
  readonly isSecure: boolean
  /** Came through the socket in the data folder, which only its owner may open: acts as an admin. */
  readonly isLocalAdmin?: true
}

/** Which proxies are believed. */
export interface ProxyTrust {
  readonly isTrusted: (address: string) => boolean
  /** A proxy on this machine speaks for others and is not trusted; called for every such request. */
  readonly onUntrusted?: () => void
}

export const LOCAL_PEER: Peer = { address: '127.0.0.1', isSecure: false, isLocalAdmin: true }

/** Nobody's address; in no network. */
export const UNKNOWN_ADDRESS = 'unknown'
/** What proxies add to a request that they pass on. */
const PROXY_HEADERS = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'] as const

export function isLoopback(address: string): boolean {
  return neighbourhood(address) === 'loopback'
}

/** What one attacker can hardly change: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function addressGroup(address: string): string {
  const plain = plainHost(address)
  const bytes = ipBytes(plain)
  return bytes?.length === 16 ? `${Buffer.from(bytes.subarray(0, 8)).toString('hex')}/64` : plain
}

/**
 * The peer of a request. Behind a trusted proxy it is the last address of X-Forwarded-For that is no trusted
 * proxy; a proxy that does not say for whom it speaks speaks for nobody we know. A proxy on this machine that
 * is not trusted makes nobody a visitor from this machine.
 */
export function peerOf({ socket, headers }: IncomingMessage, trust: ProxyTrust): Peer {
  // An address that is gone counts as nobody's.
  const address = socket.remoteAddress ?? UNKNOWN_ADDRESS
  const isSecure = 'encrypted' in socket
  if (trust.isTrusted(address)) {
    const scheme = lastOf(headers['x-forwarded-proto'])
    return { address: forwardedFor(headers['x-forwarded-for'], trust), isSecure: scheme === 'https' }
  }
  if (!isLoopback(address) || !PROXY_HEADERS.some((name) => headers[name] !== undefined))
    return { address, isSecure }
  trust.onUntrusted?.()
  return { address: UNKNOWN_ADDRESS, isSecure }
}

/** Node joins headers of one name with a comma, first to last. */
function forwardedFor(header: string | string[] | undefined, { isTrusted }: ProxyTrust): string {
  const hops = String(header ?? '').split(',', LIMITS.forwardedHopsMax + 1)
  if (hops.length > LIMITS.forwardedHopsMax) return UNKNOWN_ADDRESS
  let first: string = UNKNOWN_ADDRESS
  for (const hop of hops.reverse()) {
    const address = addressOf(hop.trim())
    if (address === undefined) return UNKNOWN_ADDRESS
    if (!isTrusted(address)) return address
    first = address
  }
  // Whoever is at a trusted proxy itself, such as somebody at this machine.
  return first
}

/** Some proxies write the port, too. */
function addressOf(hop: string): string | undefined {
  const [, bracketed, dotted] =
    /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$|^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop) ?? []
  const bare = bracketed ?? dotted ?? hop
  return ipBytes(bare) === undefined || bare.includes('%') ? undefined : plainHost(bare)
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim()
    .toLowerCase()
}
