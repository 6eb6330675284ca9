// URIs (RFC 3261 §19.1, §25.1): SIP and SIPS in full, `tel` with its number, others only by scheme and text.
import { fail, type Result } from '@rufwerk/core'
import type { ParseError } from './parse-error.ts'

/** Parameters in order: lower-case name → raw value (quotes kept), '' for a parameter without value. */
export type Params = ReadonlyMap<string, string>

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

/** Parses a URI that stands alone (no angle brackets, no header parameters). */
export function parseUri(_text: string): Result<SipUri, ParseError> {
  return fail({ code: 'bad-uri', offset: 0 })
}

/** Writes a URI; characters that its parts may not carry are percent-escaped. */
export function writeUri(_uri: SipUri): string {
  return ''
}
