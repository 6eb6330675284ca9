// URIs (RFC 3261 §19.1, §25.1): SIP and SIPS in full, `tel` with its number, others only by scheme and text.
import { fail, ok, type Result } from '@rufwerk/core'
import {
  characterSet,
  endOfRun,
  LETTERS_AND_DIGITS,
  NO_PARAMS,
  type Params,
  parseDigits,
  writeParams,
} from './grammar.ts'
import { PARAMS_MAX, URI_CHARS_MAX } from './limits.ts'
import type { ParseError } from './parse-error.ts'
import { Recent } from './recent.ts'

export interface SipUri {
  /** Lower case. Only 'sip' and 'sips' have a host; everything else keeps its text in `opaque`. */
  readonly scheme: string
  /** Percent-escapes removed; the number of a `tel` URI. */
  readonly user?: string
  readonly password?: string
  /** Lower case; an IPv6 address keeps its brackets. Empty when the scheme is neither sip nor sips. */
  readonly host: string
  readonly port?: number
  readonly params: Params
  /** What follows `?`, raw. */
  readonly headers?: string
  /** The text after the colon, for schemes other than sip and sips. */
  readonly opaque?: string
}

const COLON = 0x3a
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

const SCHEME = characterSet('+-.')
// Deviates from RFC 3261 §25.1: '#' is taken in the user part because phones dial it without escaping.
const USER = characterSet("-_.!~*'()&=+$,;?/%#")
const PASSWORD = characterSet("-_.!~*'()&=+$,%")
const PARAM = characterSet("-_.!~*'()[]/:&+$%")
const HEADERS = characterSet("-_.!~*'()[]/?:+$%&=")
// Deviates from RFC 3261 §25.1: '_' is taken in host names because it occurs in real ones.
const HOST = characterSet('-._')
const IPV6 = characterSet(':.')

/** The same few URIs are in nearly all messages of a phone. A longer one is not worth its memory. */
const RECENT_MAX = 1_000
const RECENT_CHARS_MAX = 128
const recent = new Recent<Result<SipUri, ParseError>>(RECENT_MAX)

/** Parses a URI that stands alone (no angle brackets, no header parameters). */
export function parseUri(text: string): Result<SipUri, ParseError> {
  if (text.length > RECENT_CHARS_MAX) return parseAnew(text)
  const known = recent.get(text)
  if (known !== undefined) return known
  const own = ownText(text)
  const parsed = parseAnew(own)
  if (parsed.ok) recent.set(own, parsed)
  return parsed
}

/** A piece that was cut out of a message would keep the whole message alive. */
function ownText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

function parseAnew(text: string): Result<SipUri, ParseError> {
  if (text.length > URI_CHARS_MAX) return fail({ code: 'uri-too-long', offset: URI_CHARS_MAX })
  const colon = text.indexOf(':')
  if (colon <= 0 || endOfRun(text, 0, SCHEME) !== colon) return bad(0)
  const scheme = text.slice(0, colon).toLowerCase()
  if (scheme === 'sip' || scheme === 'sips') return parseSip(text, scheme, colon + 1)
  return parseOther(text, scheme, colon + 1)
}

function parseSip(text: string, scheme: string, from: number): Result<SipUri, ParseError> {
  let user: string | undefined
  let password: string | undefined
  let hostStart = from
  // Neither parameters nor headers may hold '@' unescaped, so the only one ends the user part.
  const at = text.indexOf('@', from)
  if (at >= 0) {
    const colon = text.indexOf(':', from)
    const userEnd = colon >= 0 && colon < at ? colon : at
    user = unescaped(text, from, userEnd, USER)
    if (user === undefined || user === '') return bad(from)
    if (userEnd < at) {
      password = unescaped(text, userEnd + 1, at, PASSWORD)
      if (password === undefined) return bad(userEnd + 1)
    }
    hostStart = at + 1
  }
  const hostEnd = endOfHost(text, hostStart)
  if (hostEnd <= hostStart) return bad(hostStart)
  const host = text.slice(hostStart, hostEnd).toLowerCase()
  let end = hostEnd
  let port: number | undefined
  if (text.charCodeAt(end) === COLON) {
    end = endOfRun(text, end + 1, LETTERS_AND_DIGITS)
    port = parseDigits(text.slice(hostEnd + 1, end), 65_535)
    if (port === undefined) return bad(hostEnd)
  }
  const tail = parseTail(text, end)
  if (!tail.ok) return tail
  return ok({ scheme, user, password, host, port, params: tail.value.params, headers: tail.value.headers })
}

/** The end of a host name, IPv4 address or bracketed IPv6 address; `from` or less when there is none. */
export function endOfHost(text: string, from: number): number {
  if (text.charCodeAt(from) !== OPEN_BRACKET) return endOfRun(text, from, HOST)
  const end = endOfRun(text, from + 1, IPV6)
  return text.charCodeAt(end) === CLOSE_BRACKET && end > from + 2 ? end + 1 : from
}

interface Tail {
  readonly params: Params
  readonly headers?: string
}

function parseTail(text: string, from: number): Result<Tail, ParseError> {
  const length = text.length
  if (from === length) return NO_TAIL
  const params = new Map<string, string>()
  let at = from
  while (text.charCodeAt(at) === SEMICOLON) {
    const nameEnd = endOfRun(text, at + 1, PARAM)
    if (nameEnd === at + 1) return bad(at)
    const name = paramName(text.slice(at + 1, nameEnd))
    if (name === undefined) return bad(at)
    at = nameEnd
    let value = ''
    if (text.charCodeAt(at) === EQUALS) {
      at = endOfRun(text, nameEnd + 1, PARAM)
      value = text.slice(nameEnd + 1, at)
      if (value === '') return bad(at)
    }
    if (!params.has(name)) params.set(name, value)
    if (params.size > PARAMS_MAX) return fail({ code: 'too-many', offset: at })
  }
  if (at === length) return ok({ params })
  if (text[at] !== '?' || endOfRun(text, at + 1, HEADERS) !== length) return bad(at)
  return ok({ params, headers: text.slice(at + 1) })
}

/** `%6C%72` is `lr` (RFC 4475 §3.1.1.3). What still needs an escape afterwards keeps the one it came with. */
function paramName(text: string): string | undefined {
  if (!text.includes('%')) return text.toLowerCase()
  const plain = unescaped(text, 0, text.length, PARAM)
  if (plain === undefined) return undefined
  return (PLAIN_PARAM.test(plain) ? plain : text).toLowerCase()
}

const PLAIN_PARAM = /^[A-Za-z0-9\-_.!~*'()[\]/:&+$]+$/

const NO_TAIL = ok<Tail>({ params: NO_PARAMS })

function parseOther(text: string, scheme: string, from: number): Result<SipUri, ParseError> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a URI may not hold.
  if (from === text.length || /[\u0000-\u0020<>"\u007f]/.test(text)) return bad(from)
  const opaque = text.slice(from)
  if (scheme !== 'tel') return ok({ scheme, host: '', params: NO_PARAMS, opaque })
  const end = opaque.indexOf(';')
  const user = end < 0 ? opaque : opaque.slice(0, end) // RFC 3966: the number, then parameters.
  return ok({ scheme, user, host: '', params: NO_PARAMS, opaque })
}

/**
 * The text between two places without escapes; undefined when a character is not allowed or an escape
 * broken.
 */
function unescaped(text: string, from: number, to: number, allowed: Uint8Array): string | undefined {
  let hasEscapes = false
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (allowed[code] !== 1) return undefined
    if (code !== 0x25) continue
    if (!/^[0-9A-Fa-f]{2}$/.test(text.slice(at + 1, Math.min(at + 3, to)))) return undefined
    hasEscapes = true
  }
  const raw = text.slice(from, to)
  if (!hasEscapes) return raw
  const latin = raw.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(latin, 'latin1').toString('utf8')
}

/** Writes a URI; characters that its parts may not carry are percent-escaped. */
export function writeUri(uri: SipUri): string {
  if (uri.opaque !== undefined) return `${uri.scheme}:${uri.opaque}`
  let text = `${uri.scheme}:`
  if (uri.user !== undefined) {
    text += escapedBut(uri.user, PLAIN_USER)
    if (uri.password !== undefined) text += `:${escapedBut(uri.password, PLAIN_PASSWORD)}`
    text += '@'
  }
  text += uri.host
  if (uri.port !== undefined) text += `:${uri.port}`
  text += writeParams(uri.params)
  return uri.headers === undefined ? text : `${text}?${uri.headers}`
}

const PLAIN_USER = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/]*$/
const PLAIN_PASSWORD = /^[A-Za-z0-9\-_.!~*'()&=+$,]*$/

function escapedBut(text: string, plain: RegExp): string {
  if (plain.test(text)) return text
  let escaped = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte)
    escaped += plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return escaped
}

function bad(offset: number): Result<never, ParseError> {
  return fail({ code: 'bad-uri', offset })
}
