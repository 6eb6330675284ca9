// What the session inside a dialog is at, as a plain value, and what changes it (RFC 3261 §13, §14; RFC 3262,
// RFC 3311, RFC 6337). The steps are in invite-usage.ts and offer-exchange.ts.
import { type Ms, ms } from '@rufwerk/core'
import type { SipResponse } from '../message/message.ts'

/** 2xx: send it again. ack: none came for 64*T1. glare: the wait after a 491. */
export type InviteTimer = '2xx' | 'ack' | 'glare'

/**
 * How far offer and answer of one INVITE are (RFC 6337 §2.2). none: nobody offered yet. open: an offer waits.
 * answered: our answer went in a reliable 1xx whose PRACK has not come. done: answered for good, so that
 * what a later response repeats means nothing.
 */
type Exchange = 'none' | 'open' | 'answered' | 'done'

interface PendingInvite {
  readonly seq: number
  readonly exchange: Exchange
}

interface PendingUpdate {
  readonly hasOffer: boolean
}

/** A plain value; make it with `newInviteUsage`, change it with `stepInvite`. */
export interface InviteUsage {
  /** We chose the Call-ID (UAC of the first INVITE): decides how long to wait after 491. */
  readonly isOwner: boolean
  /** The first INVITE got its 2xx. */
  readonly isEstablished: boolean
  /** Whose offer is unanswered. */
  readonly offer: 'stable' | 'local' | 'remote'
  /** Our INVITE without final response. */
  readonly sent?: PendingInvite
  /** The peer's INVITE without final response. */
  readonly received?: PendingInvite
  /** Our 2xx that was not acknowledged yet, and the interval to its next repetition. */
  readonly unacknowledged?: { readonly seq: number; readonly response: SipResponse; readonly interval: Ms }
  /** Number of our last INVITE that got a 2xx. */
  readonly acknowledgedSeq?: number
  /** Our UPDATE without final response: whether it carries an offer. */
  readonly updateSent?: PendingUpdate
  /** The peer's UPDATE without final response. */
  readonly updateReceived?: PendingUpdate
  /** The open offer was made in a PRACK. */
  readonly isPrackOffering?: boolean
  /** What got 491 and waits to be sent again. */
  readonly waiting?: 'INVITE' | 'UPDATE'
  readonly isEnded: boolean
}

/** PRACK (RFC 3262 §5) and UPDATE (RFC 3311) as far as they carry offers and answers. */
export type OfferInput =
  /** The PRACK to a reliable 1xx; SDP in it answers the offer of that 1xx, or offers anew. */
  | { readonly type: 'prackSent' | 'prackReceived'; readonly hasSdp: boolean }
  /** The 2xx to a PRACK went or came, with the answer if the PRACK offered. */
  | { readonly type: 'prackAnswered' }
  | { readonly type: 'updateSent' | 'updateReceived'; readonly hasOffer: boolean }
  /** The final response to our UPDATE came; 408 also when the transaction timed out. */
  | { readonly type: 'updateAnswered'; readonly status: number }
  /** We gave the peer's UPDATE its final response. */
  | { readonly type: 'updateResponded' }

export type InviteInput =
  | { readonly type: 'inviteSent'; readonly seq: number; readonly hasOffer: boolean }
  | { readonly type: 'inviteReceived'; readonly seq: number; readonly hasOffer: boolean }
  /** A response to our INVITE, 1xx to 6xx, of this dialog. 408 also when the transaction timed out. */
  | {
      readonly type: 'responseReceived'
      readonly seq: number
      readonly status: number
      readonly hasSdp: boolean
      /** A 1xx that is acknowledged by PRACK (RFC 3262). */
      readonly isReliable?: boolean
    }
  /** The ACK was sent, with the answer if the offer came in the 2xx. */
  | { readonly type: 'ackSent'; readonly seq: number }
  /** We want to give this response to the peer's INVITE. */
  | {
      readonly type: 'respond'
      readonly response: SipResponse
      readonly hasSdp: boolean
      /** A 1xx that the peer acknowledges by PRACK (RFC 3262). */
      readonly isReliable?: boolean
    }
  | { readonly type: 'ackReceived'; readonly seq: number; readonly hasSdp: boolean }
  | OfferInput
  | { readonly type: 'timer'; readonly timer: InviteTimer }
  /** BYE was sent or received, the transport is gone, the call is over. */
  | { readonly type: 'ended' }

export type InviteOutput =
  /** Give this response to the INVITE's server transaction (again). */
  | { readonly type: 'respond'; readonly response: SipResponse }
  /** Refuse the INVITE or UPDATE just received, with Retry-After in seconds; nobody else sees it. */
  | { readonly type: 'reject'; readonly status: 481 | 491 | 500; readonly retryAfterS?: number }
  /** Show the INVITE or UPDATE that was just received to the user of the dialog. */
  | { readonly type: 'deliver' }
  /** Acknowledge the 2xx to our INVITE with this number; the second time with the same bytes. */
  | { readonly type: 'acknowledge'; readonly seq: number }
  | { readonly type: 'arm'; readonly timer: InviteTimer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: InviteTimer }
  /** The wait after a 491 is over: send the re-INVITE or UPDATE again if it is still wanted. */
  | { readonly type: 'retry'; readonly method: 'INVITE' | 'UPDATE' }
  /** End the dialog by BYE. */
  | { readonly type: 'bye'; readonly why: 'no-ack' | 'no-answer' | 'peer-lost' }

export interface InviteStep {
  readonly usage: InviteUsage
  readonly out: readonly InviteOutput[]
}

export function newInviteUsage(isOwner: boolean): InviteUsage {
  return { isOwner, isEstablished: false, offer: 'stable', isEnded: false }
}

/**
 * The peer lost against ours, or ours against the peer's: RFC 3261 §14.1, 2.1 to 4 s for the owner of the
 * Call-ID, 0 to 2 s for the other, in steps of 10 ms. RFC 3311 §5.3 has UPDATE wait the same.
 */
export function waitAfterGlare(usage: InviteUsage, method: 'INVITE' | 'UPDATE', random: number): InviteStep {
  const after = usage.isOwner ? 2100 + Math.floor(random * 191) * 10 : Math.floor(random * 201) * 10
  return {
    usage: { ...usage, waiting: method },
    out: [{ type: 'arm', timer: 'glare', after: ms(after) }],
  }
}

/** 500 with Retry-After of 0 to 10 s: an offer or request of the peer is being dealt with (§14.2). */
export function tooEarly(usage: InviteUsage, random: number): InviteStep {
  return { usage, out: [{ type: 'reject', status: 500, retryAfterS: Math.floor(random * 11) }] }
}
