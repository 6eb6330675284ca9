// The Reason header (RFC 3326): why a BYE or CANCEL is sent, or a response was chosen.
import { endOfToken, parseDigits, parseParams, quote, unquote } from '../message/grammar.ts'
import type { Headers } from '../message/headers.ts'

export interface Reason {
  /** SIP, Q.850 or another protocol; upper case. */
  readonly protocol: string
  /** Status or cause, 0 to 999. */
  readonly cause?: number
  readonly text?: string
}

/** Characters of a text; beyond, it is cut. */
const TEXT_CHARS_MAX = 200

/** Every reason that can be read, in order; one protocol stands once, the first one counts (RFC 3326 §2). */
export function readReasons(headers: Headers): readonly Reason[] {
  const reasons = new Map<string, Reason>()
  for (const entry of headers.list('reason')) {
    const end = endOfToken(entry, 0)
    const params = parseParams(entry, end)
    const protocol = entry.slice(0, end).toUpperCase()
    if (end === 0 || !params.ok || reasons.has(protocol)) continue
    const cause = parseDigits(params.value.get('cause') ?? '', 999)
    const text = params.value.get('text')
    reasons.set(protocol, {
      protocol,
      ...(cause === undefined ? {} : { cause }),
      ...(text === undefined ? {} : { text: unquote(text).slice(0, TEXT_CHARS_MAX) }),
    })
  }
  return [...reasons.values()]
}

/** The line for a message; control characters leave the text. */
export function writeReason({ protocol, cause, text }: Reason): readonly [name: string, value: string] {
  const number = cause === undefined ? '' : `;cause=${cause}`
  const words = text === undefined ? '' : `;text=${quote(text.slice(0, TEXT_CHARS_MAX))}`
  return ['Reason', `${protocol}${number}${words}`]
}
