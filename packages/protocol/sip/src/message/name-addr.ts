// From, To, Contact, Route and their like: `"name" <uri>;params` or `uri;params` (RFC 3261 §20.10, §25.1).
import { fail, ok, type Result } from '@rufwerk/core'
import { endOfQuoted, type Params, parseParams, quote, skipSpace, unquote, writeParams } from './grammar.ts'
import type { ParseError } from './parse-error.ts'
import { parseUri, type SipUri, writeUri } from './uri.ts'

const QUOTE = 0x22

export interface NameAddr {
  /** Without quotes and escapes; absent when there is none. */
  readonly displayName?: string
  readonly uri: SipUri
  /** Header parameters such as tag, q, expires, +sip.instance. */
  readonly params: Params
}

export function parseNameAddr(text: string): Result<NameAddr, ParseError> {
  const start = skipSpace(text, 0)
  if (text.charCodeAt(start) === QUOTE) {
    const end = endOfQuoted(text, start)
    if (end < 0) return fail({ code: 'bad-value', offset: start })
    const bracket = skipSpace(text, end)
    if (text[bracket] !== '<') return fail({ code: 'bad-value', offset: bracket })
    return parseBracketed(text, bracket, unquote(text.slice(start, end)))
  }
  const bracket = text.indexOf('<', start)
  if (bracket === start) return parseBracketed(text, start, undefined)
  const semicolon = text.indexOf(';', start)
  // A '<' behind the first ';' belongs to a quoted parameter, e.g. +sip.instance.
  if (bracket > 0 && (semicolon < 0 || bracket < semicolon)) {
    const name = text.slice(start, bracket).trimEnd()
    // Tokens and, because people's names have them, letters beyond ASCII.
    if (!/^[\w\-.!%*+`'~ \t\u0080-\uffff]*$/.test(name)) return fail({ code: 'bad-value', offset: start })
    return parseBracketed(text, bracket, name)
  }
  return parseBare(text, start, semicolon < 0 ? text.length : semicolon)
}

function parseBracketed(
  text: string,
  bracket: number,
  displayName: string | undefined,
): Result<NameAddr, ParseError> {
  const close = text.indexOf('>', bracket)
  if (close < 0) return fail({ code: 'bad-value', offset: bracket })
  const uri = parseUri(text.slice(bracket + 1, close))
  if (!uri.ok) return fail({ code: uri.error.code, offset: bracket + 1 + uri.error.offset })
  const params = parseParams(text, close + 1)
  if (!params.ok) return params
  return ok({ displayName, uri: uri.value, params: params.value })
}

/** Without angle brackets whatever follows the first ';' belongs to the header, not to the URI (§20). */
function parseBare(text: string, start: number, end: number): Result<NameAddr, ParseError> {
  const uri = parseUri(text.slice(start, end).trimEnd())
  if (!uri.ok) return fail({ code: uri.error.code, offset: start + uri.error.offset })
  // RFC 3261 §20: a URI with '?' or ',' needs the brackets.
  if (/[?,]/.test(text.slice(start, end))) return fail({ code: 'bad-value', offset: start })
  const params = parseParams(text, end)
  if (!params.ok) return params
  return ok({ uri: uri.value, params: params.value })
}

/** Writes with angle brackets; quotes the name and drops control characters from it. */
export function writeNameAddr(value: {
  readonly displayName?: string
  readonly uri: SipUri
  readonly params?: Params
}): string {
  const name = value.displayName ? `${quote(value.displayName)} ` : ''
  return `${name}<${writeUri(value.uri)}>${writeParams(value.params)}`
}
