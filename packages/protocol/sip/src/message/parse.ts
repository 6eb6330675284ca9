// Bytes to a message (RFC 3261 §7, §25.1).
import { type Flow, fail, type Result } from '@rufwerk/core'
import type { SipMessage } from './message.ts'
import type { ParseError } from './parse-error.ts'

/**
 * Parses one message: a datagram, a WebSocket frame, or what StreamFramer cut out. Never throws at input.
 * The body is a view of `bytes`, not a copy. Bytes behind Content-Length are ignored (RFC 3261 §18.3).
 */
export function parseMessage(_bytes: Uint8Array): Result<SipMessage, ParseError> {
  return fail({ code: 'empty', offset: 0 })
}

/** The response that a request which does not parse deserves, or undefined: drop it. */
export function answerMalformed(_error: ParseError, _flow: Flow): Uint8Array | undefined {
  return undefined
}
