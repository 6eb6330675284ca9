// CSeq (RFC 3261 §20.16): a number below 2^31 and a method.
import { fail, ok, type Result } from '@rufwerk/core'
import { isToken, parseDigits, skipSpace } from './grammar.ts'
import type { ParseError } from './parse-error.ts'

export interface CSeq {
  readonly seq: number
  readonly method: string
}

/** RFC 3261 §8.1.1.5. */
export const SEQ_MAX = 2 ** 31 - 1

export function parseCSeq(text: string): Result<CSeq, ParseError> {
  let space = text.indexOf(' ')
  if (space < 0) space = text.indexOf('\t')
  if (space <= 0) return fail({ code: 'bad-value', offset: 0 })
  const seq = parseDigits(text.slice(0, space), SEQ_MAX)
  if (seq === undefined) return fail({ code: 'out-of-range', offset: 0 })
  const start = skipSpace(text, space)
  const method = text.slice(start)
  return isToken(method) ? ok({ seq, method }) : fail({ code: 'bad-value', offset: start })
}
