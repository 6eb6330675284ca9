// Via (RFC 3261 §20.42) with received (§18.2.1) and rport (RFC 3581).
import { type Flow, fail, ok, type Result } from '@rufwerk/core'
import {
  endOfRun,
  endOfToken,
  LETTERS_AND_DIGITS,
  type Params,
  parseDigits,
  parseParams,
  skipSpace,
  writeParams,
} from './grammar.ts'
import type { ParseError } from './parse-error.ts'
import { endOfHost } from './uri.ts'

export interface Via {
  /** Upper case: UDP, TCP, TLS, WS, WSS, … */
  readonly transport: string
  /** As sent; an IPv6 address keeps its brackets. */
  readonly host: string
  readonly port?: number
  /** Empty when absent. */
  readonly branch: string
  readonly params: Params
}

const SLASH = 0x2f
const COLON = 0x3a

/** What every branch made after RFC 3261 starts with (§8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK'

export function parseVia(text: string): Result<Via, ParseError> {
  // sent-protocol: name / version / transport, with space around the slashes. Other versions are left to
  // the start line, which is where 505 comes from.
  const nameEnd = endOfToken(text, 0)
  let at = skipSpace(text, nameEnd)
  if (nameEnd === 0 || text.charCodeAt(at) !== SLASH) return bad(at)
  const versionStart = skipSpace(text, at + 1)
  const versionEnd = endOfToken(text, versionStart)
  at = skipSpace(text, versionEnd)
  if (versionEnd === versionStart || text.charCodeAt(at) !== SLASH) return bad(at)
  const transportStart = skipSpace(text, at + 1)
  const transportEnd = endOfToken(text, transportStart)
  const hostStart = skipSpace(text, transportEnd)
  if (transportEnd === transportStart || hostStart === transportEnd) return bad(transportEnd)
  const hostEnd = endOfHost(text, hostStart)
  if (hostEnd <= hostStart) return bad(hostStart)
  at = skipSpace(text, hostEnd)
  let port: number | undefined
  if (text.charCodeAt(at) === COLON) {
    const portStart = skipSpace(text, at + 1)
    at = endOfRun(text, portStart, LETTERS_AND_DIGITS)
    port = parseDigits(text.slice(portStart, at), 65_535)
    if (port === undefined) return bad(portStart)
  }
  const params = parseParams(text, at)
  if (!params.ok) return params
  return ok({
    transport: text.slice(transportStart, transportEnd).toUpperCase(),
    host: text.slice(hostStart, hostEnd),
    port,
    branch: params.value.get('branch') ?? '',
    params: params.value,
  })
}

/**
 * The Via as it stands after the flow it came over was noted in it, or undefined when nothing changes:
 * `received` when the sender's address differs or rport asks for it, and the value of `rport`.
 */
export function noteSource(via: Via, flow: Flow): Via | undefined {
  const { address, port } = flow.remote
  const wantsPort = via.params.has('rport')
  const host = via.host.startsWith('[') ? via.host.slice(1, -1) : via.host
  if (!wantsPort && host === address && !via.params.has('received')) return undefined
  const params = new Map(via.params)
  params.set('received', address) // Also replaces what the peer claimed.
  if (wantsPort) params.set('rport', String(port)) // RFC 3581 §4.
  return { ...via, params }
}

export function writeVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`
  return `SIP/2.0/${via.transport} ${via.host}${port}${writeParams(via.params)}`
}

function bad(offset: number): Result<never, ParseError> {
  return fail({ code: 'bad-value', offset })
}
