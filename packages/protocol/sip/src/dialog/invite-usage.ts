// The session inside a dialog (RFC 3261 §13, §14; RFC 3264): 2xx until ACK, re-INVITE and its glare, whose offer
// is open. SDP itself is not read here.
import type { Ms } from '@rufwerk/core'
import type { SipResponse } from '../message/message.ts'

export type InviteTimer = '2xx' | 'ack' | 'glare'

/** A plain value; opaque to callers except for `offer` and `isEnded`. */
export interface InviteUsage {
  /** We are the UAC of the first INVITE: owner of the Call-ID, which decides how long to wait after 491. */
  readonly isOwner: boolean
  /** Whose offer is unanswered. An offer may be sent only while stable. */
  readonly offer: 'stable' | 'local' | 'remote'
  /** Our INVITE without final response. */
  readonly sent?: { readonly seq: number; readonly isCarryingOffer: boolean }
  /** The peer's INVITE without final response. */
  readonly received?: { readonly seq: number; readonly isCarryingOffer: boolean }
  /** Our 2xx that was not acknowledged yet. */
  readonly unacknowledged?: {
    readonly seq: number
    readonly response: SipResponse
    readonly interval: Ms
  }
  readonly isWaitingAfterGlare: boolean
  readonly isEnded: boolean
}

export type InviteInput =
  | { readonly type: 'inviteSent'; readonly seq: number; readonly hasOffer: boolean }
  | { readonly type: 'inviteReceived'; readonly seq: number; readonly hasOffer: boolean }
  /** A response to our INVITE, 1xx to 6xx. */
  | {
      readonly type: 'responseReceived'
      readonly seq: number
      readonly status: number
      readonly hasSdp: boolean
    }
  /** We want to give this response to the peer's INVITE. */
  | { readonly type: 'respond'; readonly response: SipResponse; readonly hasSdp: boolean }
  | { readonly type: 'ackReceived'; readonly seq: number; readonly hasSdp: boolean }
  | { readonly type: 'timer'; readonly timer: InviteTimer }
  /** BYE was sent or received, or the transaction failed. */
  | { readonly type: 'ended' }

export type InviteOutput =
  /** Give this response to the INVITE's server transaction (again). */
  | { readonly type: 'respond'; readonly response: SipResponse }
  /** Refuse the INVITE that was just received; do not show it to the user of the dialog. */
  | { readonly type: 'reject'; readonly status: 491 | 500; readonly retryAfter?: number }
  /** Show the INVITE that was just received to the user of the dialog. */
  | { readonly type: 'deliver' }
  /** Acknowledge the 2xx to our INVITE with this number (again). */
  | { readonly type: 'acknowledge'; readonly seq: number }
  | { readonly type: 'arm'; readonly timer: InviteTimer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: InviteTimer }
  /** The wait after a 491 is over: send the re-INVITE again if it is still wanted. */
  | { readonly type: 'retry' }
  /** End the dialog by BYE: our 2xx was never acknowledged. */
  | { readonly type: 'bye'; readonly why: 'no-ack' }

export function newInviteUsage(isOwner: boolean): InviteUsage {
  return { isOwner, offer: 'stable', isWaitingAfterGlare: false, isEnded: false }
}

/** One step. `random` in [0, 1) spreads the waits that the RFC wants spread. */
export function stepInvite(
  usage: InviteUsage,
  _input: InviteInput,
  _random: number,
): { readonly usage: InviteUsage; readonly out: readonly InviteOutput[] } {
  return { usage, out: [] }
}
