// Reliable provisional responses as the caller sees them (RFC 3262 §4): which 1xx gets a PRACK, which comes
// again, which came too early. And what an INVITE says of them (§3). Repetition of the PRACK is its
// transaction's part.

import { parseDigits } from '../message/grammar.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { hasOptionTag } from './option-tags.ts'

const RSEQ_MAX = 2 ** 32 - 1

/** What an INVITE allows: 1xx reliably never, where it is useful, or always (all but 100). */
export function reliability(invite: SipRequest): 'never' | 'possible' | 'required' {
  if (hasOptionTag(invite.headers, 'require', '100rel')) return 'required'
  return hasOptionTag(invite.headers, 'supported', '100rel') ? 'possible' : 'never'
}

export type Receipt =
  /** Not reliable: shown as it is, no PRACK. */
  | { readonly type: 'plain' }
  /** Show it and send a PRACK with this RAck in its dialog; `rseq` is `last` of the next. */
  | { readonly type: 'acknowledge'; readonly rack: string; readonly rseq: number }
  /** Seen before: dropped, its PRACK is under way. */
  | { readonly type: 'repeated' }
  /** One before it is missing: dropped, because it will come again (§4). */
  | { readonly type: 'early' }

/**
 * A 1xx to our INVITE. `last`: the RSeq of the last one acknowledged in the same early dialog, undefined
 * before the first; every dialog of a forked INVITE counts on its own.
 */
export function receiveProvisional(response: SipResponse, last: number | undefined): Receipt {
  const { headers, status } = response
  const rseq = parseDigits(headers.get('rseq') ?? '', RSEQ_MAX)
  // A PRACK needs a dialog, and 100 belongs to none (§3).
  const isReliable = status > 100 && status < 200 && headers.toTag !== undefined
  if (!isReliable || !rseq || !hasOptionTag(headers, 'require', '100rel')) return { type: 'plain' }
  if (last !== undefined && rseq <= last) return { type: 'repeated' }
  if (last !== undefined && rseq > last + 1) return { type: 'early' }
  const { seq, method } = headers.cseq
  return { type: 'acknowledge', rack: `${rseq} ${seq} ${method}`, rseq }
}
