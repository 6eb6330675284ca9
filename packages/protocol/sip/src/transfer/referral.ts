// A REFER of ours until it is known what became of it (RFC 3515 §2.4.4): its response, and the NOTIFYs of the
// subscription that it makes.
import { type Ms, seconds } from '@rufwerk/core'
import { readEvent } from '../events/event-package.ts'
import { endOfToken } from '../message/grammar.ts'
import type { SipRequest } from '../message/message.ts'
import { readSipfrag } from './sipfrag.ts'

/** Without a final NOTIFY for so long nothing is known. */
const WAIT: Ms = seconds(180)

/** A plain value; make it with `newReferral` when the REFER was sent, change it with `stepReferral`. */
export interface Referral {
  /** sent: no final response yet. told: the outcome was told, NOTIFYs are answered still. */
  readonly state: 'sent' | 'accepted' | 'told' | 'over'
  /** CSeq number of the REFER: the `id` of its NOTIFYs, where they have one. */
  readonly seq: number
  /** The last status that came. */
  readonly status?: number
}

export type ReferralInput =
  /** The final response to the REFER; 408 also when the transaction timed out. */
  | { readonly type: 'answered'; readonly status: number; readonly hasSubscription: boolean }
  | { readonly type: 'notified'; readonly notify: SipRequest }
  | { readonly type: 'timer' }
  /** The dialog is gone. */
  | { readonly type: 'ended' }

/**
 * succeeded: the call was answered. failed: it was refused, with `status`. refused: the REFER was. unknown:
 * nobody says.
 */
export type ReferralOutcome = 'succeeded' | 'failed' | 'refused' | 'unknown'

export type ReferralOutput =
  | { readonly type: 'answerNotify'; readonly status: 200 | 400 | 481 | 489 }
  /** A 1xx of the call. */
  | { readonly type: 'progress'; readonly status: number }
  /** Once. */
  | { readonly type: 'finished'; readonly outcome: ReferralOutcome; readonly status?: number }
  | { readonly type: 'arm'; readonly after: Ms }
  | { readonly type: 'disarm' }

interface ReferralStep {
  readonly referral: Referral
  readonly out: readonly ReferralOutput[]
}

/** `seq` is the CSeq number of the REFER that is sent now. */
export function newReferral(seq: number): ReferralStep {
  return { referral: { state: 'sent', seq }, out: [{ type: 'arm', after: WAIT }] }
}

export function stepReferral(referral: Referral, input: ReferralInput): ReferralStep {
  switch (input.type) {
    case 'answered':
      if (referral.state !== 'sent' || input.status < 200) return { referral, out: [] }
      if (input.status >= 300) return finish(referral, 'refused', 'over', input.status)
      // RFC 4488 §4: the peer sends no NOTIFY, so that is all there is to know.
      if (!input.hasSubscription) return finish(referral, 'unknown', 'over')
      return { referral: { ...referral, state: 'accepted' }, out: [] }
    case 'notified':
      return notified(referral, input.notify)
    case 'timer':
    case 'ended':
      return isOpen(referral) ? finish(referral, 'unknown', 'over', referral.status) : close(referral)
  }
}

function isOpen({ state }: Referral): boolean {
  return state === 'sent' || state === 'accepted'
}

function close(referral: Referral): ReferralStep {
  return { referral: { ...referral, state: 'over' }, out: [] }
}

function finish(
  referral: Referral,
  outcome: ReferralOutcome,
  state: 'told' | 'over',
  status?: number,
): ReferralStep {
  const finished: ReferralOutput = { type: 'finished', outcome, ...(status === undefined ? {} : { status }) }
  return { referral: { ...referral, state }, out: [{ type: 'disarm' }, finished] }
}

/** A NOTIFY may be faster than the response to the REFER. */
function notified(referral: Referral, notify: SipRequest): ReferralStep {
  const { headers } = notify
  const refuse = (status: 400 | 481 | 489): ReferralStep => {
    return { referral, out: [{ type: 'answerNotify', status }] }
  }
  const named = readEvent(headers)
  if (named?.event !== 'refer') return refuse(489)
  if (referral.state === 'over' || (named.id ?? String(referral.seq)) !== String(referral.seq))
    return refuse(481)
  const text = headers.get('subscription-state') ?? ''
  const isLast = text.slice(0, endOfToken(text, 0)).toLowerCase() === 'terminated'
  const status = readSipfrag(notify)
  // RFC 3515 §2.4.4 wants a body; without one the end counts all the same.
  if (text === '' || (status === undefined && !isLast)) return refuse(400)
  const answer: ReferralOutput = { type: 'answerNotify', status: 200 }
  const known: Referral = { ...referral, ...(status === undefined ? {} : { status }) }
  const step = judged(known, status, isLast)
  return { referral: step.referral, out: [answer, ...step.out] }
}

function judged(referral: Referral, status: number | undefined, isLast: boolean): ReferralStep {
  if (!isOpen(referral)) return isLast ? close(referral) : { referral, out: [] }
  const rest = isLast ? 'over' : 'told'
  if (status !== undefined && status >= 200)
    return finish(referral, status < 300 ? 'succeeded' : 'failed', rest, status)
  if (isLast) return finish(referral, 'unknown', rest, referral.status)
  return { referral, out: status === undefined ? [] : [{ type: 'progress', status }] }
}
