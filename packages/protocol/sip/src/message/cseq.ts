// CSeq (RFC 3261 §20.16): a number below 2^31 and a method.
import { fail, type Result } from '@rufwerk/core'
import type { ParseError } from './parse-error.ts'

export interface CSeq {
  readonly seq: number
  readonly method: string
}

/** RFC 3261 §8.1.1.5. */
export const SEQ_MAX = 2 ** 31 - 1

export function parseCSeq(_text: string): Result<CSeq, ParseError> {
  return fail({ code: 'bad-value', offset: 0 })
}
