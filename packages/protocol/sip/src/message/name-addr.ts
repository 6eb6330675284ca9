// From, To, Contact, Route and their like: `"name" <uri>;params` or `uri;params` (RFC 3261 §20.10, §25.1).
import { fail, type Result } from '@rufwerk/core'
import type { ParseError } from './parse-error.ts'
import type { Params, SipUri } from './uri.ts'

export interface NameAddr {
  /** Without quotes and escapes; absent when there is none. */
  readonly displayName?: string
  readonly uri: SipUri
  /** Header parameters such as tag, q, expires, +sip.instance. */
  readonly params: Params
}

export function parseNameAddr(_text: string): Result<NameAddr, ParseError> {
  return fail({ code: 'bad-value', offset: 0 })
}

/** Writes with angle brackets; quotes the name and drops control characters from it. */
export function writeNameAddr(_value: {
  readonly displayName?: string
  readonly uri: SipUri
  readonly params?: Params
}): string {
  return ''
}
