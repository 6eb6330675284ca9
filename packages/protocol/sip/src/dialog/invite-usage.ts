// The session inside a dialog (RFC 3261 §13, §14; RFC 3264; RFC 6337): 2xx until ACK, re-INVITE and its
// glare, whose offer is open. SDP itself is not read here, and no UPDATE or PRACK.
import { type Ms, ms } from '@rufwerk/core'
import type { SipResponse } from '../message/message.ts'
import { T1, T2, TIMEOUT } from '../transaction/timers.ts'

/** 2xx: send it again. ack: none came for 64*T1. glare: the wait after a 491. */
export type InviteTimer = '2xx' | 'ack' | 'glare'

interface PendingInvite {
  readonly seq: number
  readonly isCarryingOffer: boolean
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
  readonly isWaitingAfterGlare: boolean
  readonly isEnded: boolean
}

export type InviteInput =
  | { readonly type: 'inviteSent'; readonly seq: number; readonly hasOffer: boolean }
  | { readonly type: 'inviteReceived'; readonly seq: number; readonly hasOffer: boolean }
  /** A response to our INVITE, 1xx to 6xx, of this dialog. 408 also when the transaction timed out. */
  | {
      readonly type: 'responseReceived'
      readonly seq: number
      readonly status: number
      readonly hasSdp: boolean
    }
  /** The ACK was sent, with the answer if the offer came in the 2xx. */
  | { readonly type: 'ackSent'; readonly seq: number }
  /** We want to give this response to the peer's INVITE. */
  | { readonly type: 'respond'; readonly response: SipResponse; readonly hasSdp: boolean }
  | { readonly type: 'ackReceived'; readonly seq: number; readonly hasSdp: boolean }
  | { readonly type: 'timer'; readonly timer: InviteTimer }
  /** BYE was sent or received, the transport is gone, the call is over. */
  | { readonly type: 'ended' }

export type InviteOutput =
  /** Give this response to the INVITE's server transaction (again). */
  | { readonly type: 'respond'; readonly response: SipResponse }
  /** Refuse the INVITE that was just received, with Retry-After in seconds; nobody else sees it. */
  | { readonly type: 'reject'; readonly status: 481 | 491 | 500; readonly retryAfterS?: number }
  /** Show the INVITE that was just received to the user of the dialog. */
  | { readonly type: 'deliver' }
  /** Acknowledge the 2xx to our INVITE with this number; the second time with the same bytes. */
  | { readonly type: 'acknowledge'; readonly seq: number }
  | { readonly type: 'arm'; readonly timer: InviteTimer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: InviteTimer }
  /** The wait after a 491 is over: send the re-INVITE again if it is still wanted. */
  | { readonly type: 'retry' }
  /** End the dialog by BYE. */
  | { readonly type: 'bye'; readonly why: 'no-ack' | 'no-answer' | 'peer-lost' }

interface InviteStep {
  readonly usage: InviteUsage
  readonly out: readonly InviteOutput[]
}

export function newInviteUsage(isOwner: boolean): InviteUsage {
  return { isOwner, isEstablished: false, offer: 'stable', isWaitingAfterGlare: false, isEnded: false }
}

/** Whether an INVITE may be sent now (RFC 3261 §14.1, RFC 6337 §2.2). */
export function mayInvite(usage: InviteUsage): boolean {
  const isBusy =
    usage.sent !== undefined || usage.received !== undefined || usage.unacknowledged !== undefined
  return !isBusy && !usage.isEnded && usage.offer === 'stable'
}

/** One step. `random` in [0, 1) spreads the waits that the RFC wants spread. */
export function stepInvite(usage: InviteUsage, input: InviteInput, random: number): InviteStep {
  if (usage.isEnded)
    return { usage, out: input.type === 'inviteReceived' ? [{ type: 'reject', status: 481 }] : [] }
  switch (input.type) {
    case 'inviteSent': {
      const sent = { seq: input.seq, isCarryingOffer: input.hasOffer }
      const out: InviteOutput[] = usage.isWaitingAfterGlare ? [{ type: 'disarm', timer: 'glare' }] : []
      const offer = input.hasOffer ? 'local' : usage.offer
      return { usage: { ...usage, sent, offer, isWaitingAfterGlare: false }, out }
    }
    case 'inviteReceived':
      return inviteReceived(usage, input.seq, input.hasOffer, random)
    case 'responseReceived':
      return responseReceived(usage, input, random)
    case 'ackSent':
      return { usage: usage.offer === 'remote' ? { ...usage, offer: 'stable' } : usage, out: [] }
    case 'respond':
      return respond(usage, input.response, input.hasSdp)
    case 'ackReceived':
      return ackReceived(usage, input.seq, input.hasSdp)
    case 'timer':
      return timer(usage, input.timer, random)
    case 'ended':
      return end(usage)
  }
}

function inviteReceived(usage: InviteUsage, seq: number, hasOffer: boolean, random: number): InviteStep {
  // RFC 3261 §14.2: ours is under way. The same while an offer of ours is open (RFC 6337).
  if (usage.sent !== undefined || usage.offer === 'local')
    return { usage, out: [{ type: 'reject', status: 491 }] }
  // §14.2: the one before has no final response yet.
  if (usage.received !== undefined)
    return { usage, out: [{ type: 'reject', status: 500, retryAfterS: Math.floor(random * 11) }] }
  const received = { seq, isCarryingOffer: hasOffer }
  return { usage: { ...usage, received, offer: hasOffer ? 'remote' : 'stable' }, out: [{ type: 'deliver' }] }
}

function respond(usage: InviteUsage, response: SipResponse, hasSdp: boolean): InviteStep {
  const { received } = usage
  if (received === undefined) return { usage, out: [] }
  const given: InviteOutput = { type: 'respond', response }
  // SDP in an unreliable 1xx is only a preview: the answer is what the 2xx carries (RFC 6337 §3.1.1).
  if (response.status < 200) return { usage, out: [given] }
  if (response.status >= 300) {
    const refused: InviteUsage = { ...usage, received: undefined, offer: 'stable' }
    return { usage: { ...refused, isEnded: !usage.isEstablished }, out: [given] }
  }
  const offer = hasSdp && !received.isCarryingOffer ? 'local' : 'stable'
  const unacknowledged = { seq: received.seq, response, interval: T1 }
  const out: InviteOutput[] = [given]
  // RFC 3261 §13.3.1.4: repeated until the ACK comes, over every transport.
  out.push({ type: 'arm', timer: '2xx', after: T1 }, { type: 'arm', timer: 'ack', after: TIMEOUT })
  return { usage: { ...usage, received: undefined, offer, unacknowledged, isEstablished: true }, out }
}

function ackReceived(usage: InviteUsage, seq: number, hasSdp: boolean): InviteStep {
  if (usage.unacknowledged?.seq !== seq) return { usage, out: [] }
  const out: InviteOutput[] = [
    { type: 'disarm', timer: '2xx' },
    { type: 'disarm', timer: 'ack' },
  ]
  const isAnswerMissing = usage.offer === 'local' && !hasSdp // Our 2xx carried the offer (§13.2.2.4).
  if (isAnswerMissing) out.push({ type: 'bye', why: 'no-answer' })
  return { usage: { ...usage, unacknowledged: undefined, offer: 'stable' }, out }
}

function responseReceived(
  usage: InviteUsage,
  input: InviteInput & { readonly type: 'responseReceived' },
  random: number,
): InviteStep {
  const { seq, status } = input
  const isSuccess = status >= 200 && status < 300
  if (usage.sent?.seq !== seq) {
    // A 2xx again: its ACK was lost (§13.2.2.4).
    return { usage, out: isSuccess && usage.acknowledgedSeq === seq ? [{ type: 'acknowledge', seq }] : [] }
  }
  if (status < 200) return { usage, out: [] }
  if (isSuccess) {
    const offer = input.hasSdp && !usage.sent.isCarryingOffer ? 'remote' : 'stable'
    const established = {
      ...usage,
      sent: undefined,
      offer,
      isEstablished: true,
      acknowledgedSeq: seq,
    } as const
    return { usage: established, out: [{ type: 'acknowledge', seq }] }
  }
  const refused: InviteUsage = { ...usage, sent: undefined, offer: 'stable', isEnded: !usage.isEstablished }
  if (!usage.isEstablished) return { usage: refused, out: [] }
  if (status === 491) return waitAfterGlare(refused, random)
  // §12.2.1.2: the peer does not know the dialog, or is not there any more.
  return { usage: refused, out: status === 481 || status === 408 ? [{ type: 'bye', why: 'peer-lost' }] : [] }
}

/** RFC 3261 §14.1: 2.1 to 4 s for the owner of the Call-ID, 0 to 2 s for the other, in steps of 10 ms. */
function waitAfterGlare(usage: InviteUsage, random: number): InviteStep {
  const after = usage.isOwner ? 2100 + Math.floor(random * 191) * 10 : Math.floor(random * 201) * 10
  return {
    usage: { ...usage, isWaitingAfterGlare: true },
    out: [{ type: 'arm', timer: 'glare', after: ms(after) }],
  }
}

function timer(usage: InviteUsage, name: InviteTimer, random: number): InviteStep {
  if (name === 'glare') {
    if (!usage.isWaitingAfterGlare) return { usage, out: [] }
    if (!mayInvite(usage)) return waitAfterGlare(usage, random)
    return { usage: { ...usage, isWaitingAfterGlare: false }, out: [{ type: 'retry' }] }
  }
  const { unacknowledged } = usage
  if (unacknowledged === undefined) return { usage, out: [] }
  if (name === 'ack') {
    const out: InviteOutput[] = [
      { type: 'disarm', timer: '2xx' },
      { type: 'bye', why: 'no-ack' },
    ]
    return { usage: { ...usage, unacknowledged: undefined, offer: 'stable' }, out }
  }
  const interval = ms(Math.min(unacknowledged.interval * 2, T2))
  const { response } = unacknowledged
  return {
    usage: { ...usage, unacknowledged: { ...unacknowledged, interval } },
    out: [
      { type: 'respond', response },
      { type: 'arm', timer: '2xx', after: interval },
    ],
  }
}

function end(usage: InviteUsage): InviteStep {
  const out: InviteOutput[] = []
  if (usage.unacknowledged) out.push({ type: 'disarm', timer: '2xx' }, { type: 'disarm', timer: 'ack' })
  if (usage.isWaitingAfterGlare) out.push({ type: 'disarm', timer: 'glare' })
  const { isOwner, isEstablished } = usage
  const ended = {
    isOwner,
    isEstablished,
    offer: 'stable',
    isWaitingAfterGlare: false,
    isEnded: true,
  } as const
  return { usage: ended, out }
}
