// Digits in SIP INFO bodies, the two forms that phones send: `application/dtmf-relay` (Signal= and Duration=)
// and `application/dtmf` (the digit alone). RFC 6086 calls both legacy usage; there is no newer one.
import type { SipRequest } from '@rufwerk/sip'

export interface InfoDigit {
  readonly digit: string
  readonly durationMs: number
}

export const DTMF_RELAY = 'application/dtmf-relay'
const DURATION_MS_DEFAULT = 160
const DURATION_MS_MIN = 40
const DURATION_MS_MAX = 5_000
const BODY_CHARS_MAX = 200

/** `unsupported`: another type of body. `malformed`: the right type without a digit. */
export function readInfoDigit(request: SipRequest): InfoDigit | 'empty' | 'unsupported' | 'malformed' {
  if (request.body.length === 0) return 'empty'
  const type = request.headers.contentType
  if (type !== DTMF_RELAY && type !== 'application/dtmf') return 'unsupported'
  if (request.body.length > BODY_CHARS_MAX) return 'malformed'
  const text = Buffer.from(request.body).toString('latin1')
  if (type === 'application/dtmf') return digitOf(text.trim(), undefined)
  const signal = /^\s*Signal\s*=\s*(\S{1,2})\s*$/im.exec(text)?.[1]
  const duration = /^\s*Duration\s*=\s*([0-9]{1,6})\s*$/im.exec(text)?.[1]
  return signal === undefined ? 'malformed' : digitOf(signal, duration)
}

export function writeInfoDigit(digit: string, durationMs: number): { type: string; content: string } {
  return { type: DTMF_RELAY, content: `Signal=${digit}\r\nDuration=${Math.round(durationMs)}\r\n` }
}

function digitOf(signal: string, duration: string | undefined): InfoDigit | 'malformed' {
  // Some phones number the keys: 10 is the star, 11 the pound key (RFC 4733 §3.2).
  const digit = signal === '10' ? '*' : signal === '11' ? '#' : signal.toUpperCase()
  if (!/^[0-9*#A-D]$/.test(digit)) return 'malformed'
  const asked = duration === undefined ? DURATION_MS_DEFAULT : Number(duration)
  return { digit, durationMs: Math.min(Math.max(asked, DURATION_MS_MIN), DURATION_MS_MAX) }
}
