// Why a listener could not be opened or a peer not be reached, as a value that names address and port.
import type { SocketAddress } from '@rufwerk/core'
import { writeSocketAddress } from './address.ts'

export type ListenTransport = 'udp' | 'tcp' | 'tls'

export interface ListenError {
  readonly code:
    | 'address-in-use'
    | 'not-permitted'
    | 'address-not-available'
    | 'wildcard'
    | 'limit'
    | 'failed'
  readonly transport: ListenTransport
  readonly address: string
  readonly port: number
  /** One sentence for the person who started the program. */
  readonly message: string
}

export interface ConnectError {
  readonly code: 'refused' | 'timeout' | 'unreachable' | 'untrusted' | 'limit' | 'failed'
  readonly remote: SocketAddress
  readonly message: string
}

const LISTEN_CODES: Readonly<Record<string, readonly [ListenError['code'], string]>> = {
  EADDRINUSE: ['address-in-use', 'is already in use'],
  EACCES: ['not-permitted', 'may not be opened by this user'],
  EPERM: ['not-permitted', 'may not be opened by this user'],
  EADDRNOTAVAIL: ['address-not-available', 'is not an address of this machine'],
}

const CONNECT_CODES: Readonly<Record<string, ConnectError['code']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
}

/** The `code` of an error of the operating system, or an empty text. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function listenError(transport: ListenTransport, at: SocketAddress, error: unknown): ListenError {
  const system = errorCode(error)
  const [code, what] = LISTEN_CODES[system] ?? ['failed', `could not be opened (${system || String(error)})`]
  const message = `${transport.toUpperCase()} ${writeSocketAddress(at)} ${what}`
  return { code, transport, address: at.address, port: at.port, message }
}

/** Flows and SDP name a local address, so each must be listened on by itself. */
export function listenWildcard(transport: ListenTransport, at: SocketAddress): ListenError {
  const what = 'is a wildcard: name each address to listen on'
  const message = `${transport.toUpperCase()} ${writeSocketAddress(at)} ${what}`
  return { code: 'wildcard', transport, address: at.address, port: at.port, message }
}

export function listenLimit(transport: ListenTransport, at: SocketAddress, socketsMax: number): ListenError {
  const message = `${transport.toUpperCase()} ${writeSocketAddress(at)}: more than ${socketsMax} sockets`
  return { code: 'limit', transport, address: at.address, port: at.port, message }
}

export function connectError(transport: 'tcp' | 'tls', remote: SocketAddress, error: unknown): ConnectError {
  const system = errorCode(error)
  const what = `${transport.toUpperCase()} ${writeSocketAddress(remote)}`
  const isUntrusted = transport === 'tls' && isTrustError(error, system)
  const why = isUntrusted && error instanceof Error ? error.message : system || String(error)
  const code = isUntrusted ? 'untrusted' : (CONNECT_CODES[system] ?? 'failed')
  return { code, remote, message: `${what}: ${why}` }
}

export function connectLimit(transport: 'tcp' | 'tls', remote: SocketAddress): ConnectError {
  const message = `${transport.toUpperCase()} ${writeSocketAddress(remote)}: too many connections`
  return { code: 'limit', remote, message }
}

/** What OpenSSL and node:tls say about a certificate they do not accept. */
function isTrustError(error: unknown, code: string): boolean {
  return (
    /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|INVALID_CA|HOSTNAME_MISMATCH)/.test(code) ||
    (error instanceof Error && /certificate|subtree/.test(error.message))
  )
}
