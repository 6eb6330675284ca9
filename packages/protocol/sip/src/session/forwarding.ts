// What a request that goes on to others may still do (RFC 3261 §16.3, RFC 5393, RFC 7332): hops left,
// branches left. A back-to-back user agent counts like a proxy, because Via does not show loops through it.
// That a request of ours came back unchanged is found by `TransactionLayer.isLoop`.
import { fail, ok, type Result } from '@rufwerk/core'
import { parseDigits } from '../message/grammar.ts'
import type { SipRequest } from '../message/message.ts'
import type { Refusal } from './option-tags.ts'

/** RFC 3261 §16.6 step 3: a request without Max-Forwards gets this many hops. */
const HOPS_MAX = 70
/** RFC 5393 §5.3.1: a request without Max-Breadth gets this many branches at once. */
const BREADTH_MAX = 60

/** Headers for what is sent on. */
export interface Forwarding {
  /** Max-Forwards of each request that is sent because of this one. */
  readonly maxForwards: number
  /** Max-Breadth of each branch, in order; their sum is never more than what came in. */
  readonly breadths: readonly number[]
}

/**
 * What a request may do when it goes on to `branches` targets at once, at least 1; 483 when its hops, 440
 * when its branches are used up (RFC 5393 §5.3.3). Not asked for what ends here.
 */
export function forwardingOf(request: SipRequest, branches: number): Result<Forwarding, Refusal> {
  const { headers } = request
  const hops = headers.maxForwards ?? HOPS_MAX
  if (hops === 0) return fail({ status: 483, headers: [] })
  const breadth = parseDigits(headers.get('max-breadth') ?? '', Number.MAX_SAFE_INTEGER) ?? BREADTH_MAX
  if (breadth < branches) return fail({ status: 440, headers: [] })
  const share = Math.floor(breadth / branches)
  const rest = breadth - share * branches
  const breadths: number[] = []
  for (let at = 0; at < branches; at++) breadths.push(at < rest ? share + 1 : share)
  return ok({ maxForwards: Math.min(hops, HOPS_MAX) - 1, breadths })
}
