// The session inside a dialog (RFC 3261 §13, §14; RFC 3264; RFC 6337): 2xx until ACK, re-INVITE and its
// glare, whose offer is open. SDP itself is not read here; PRACK and UPDATE are in offer-exchange.ts.
import { ms } from '@rufwerk/core'
import { T1, T2, TIMEOUT } from '../transaction/timers.ts'
import { mayUpdate, receivedReliably, sentReliably, stepOffer } from './offer-exchange.ts'
import {
  type InviteInput,
  type InviteOutput,
  type InviteStep,
  type InviteTimer,
  type InviteUsage,
  tooEarly,
  waitAfterGlare,
} from './usage.ts'

/** Whether an INVITE may be sent now (RFC 3261 §14.1, RFC 6337 §2.2). */
export function mayInvite(usage: InviteUsage): boolean {
  const isBusy =
    usage.sent !== undefined || usage.received !== undefined || usage.unacknowledged !== undefined
  return !isBusy && !usage.isEnded && usage.offer === 'stable'
}

/** One step. `random` in [0, 1) spreads the waits that the RFC wants spread. */
export function stepInvite(usage: InviteUsage, input: InviteInput, random: number): InviteStep {
  if (usage.isEnded) return { usage, out: isRequest(input) ? [{ type: 'reject', status: 481 }] : [] }
  switch (input.type) {
    case 'inviteSent': {
      const sent: InviteUsage['sent'] = { seq: input.seq, exchange: input.hasOffer ? 'open' : 'none' }
      const out: InviteOutput[] = usage.waiting === undefined ? [] : [{ type: 'disarm', timer: 'glare' }]
      const offer = input.hasOffer ? 'local' : usage.offer
      return { usage: { ...usage, sent, offer, waiting: undefined }, out }
    }
    case 'inviteReceived':
      return inviteReceived(usage, input.seq, input.hasOffer, random)
    case 'responseReceived':
      return responseReceived(usage, input, random)
    case 'ackSent':
      return { usage: usage.offer === 'remote' ? { ...usage, offer: 'stable' } : usage, out: [] }
    case 'respond':
      return respond(usage, input)
    case 'ackReceived':
      return ackReceived(usage, input.seq, input.hasSdp)
    case 'timer':
      return timer(usage, input.timer, random)
    case 'ended':
      return end(usage)
    default:
      return stepOffer(usage, input, random)
  }
}

function isRequest({ type }: InviteInput): boolean {
  return type === 'inviteReceived' || type === 'updateReceived'
}

function inviteReceived(usage: InviteUsage, seq: number, hasOffer: boolean, random: number): InviteStep {
  // RFC 3261 §14.2: ours is under way. The same while an offer of ours is open (RFC 6337).
  if (usage.sent !== undefined || usage.offer === 'local')
    return { usage, out: [{ type: 'reject', status: 491 }] }
  // §14.2: the one before has no final response yet, or an offer of an UPDATE has no answer.
  if (usage.received !== undefined || usage.offer === 'remote') return tooEarly(usage, random)
  const received: InviteUsage['received'] = { seq, exchange: hasOffer ? 'open' : 'none' }
  return { usage: { ...usage, received, offer: hasOffer ? 'remote' : 'stable' }, out: [{ type: 'deliver' }] }
}

function respond(usage: InviteUsage, input: InviteInput & { readonly type: 'respond' }): InviteStep {
  const { received } = usage
  const { response, hasSdp } = input
  if (received === undefined) return { usage, out: [] }
  const given: InviteOutput = { type: 'respond', response }
  if (response.status < 200) {
    // SDP in an unreliable 1xx is only a preview: the answer is what the 2xx carries (RFC 6337 §3.1.1).
    const isBinding = hasSdp && input.isReliable === true
    return { usage: isBinding ? sentReliably(usage, received) : usage, out: [given] }
  }
  const isRefused = response.status >= 300
  const offer = offerAfter(usage, received, isRefused, hasSdp ? 'local' : 'stable')
  const answered: InviteUsage = { ...usage, received: undefined, offer }
  if (isRefused && !usage.isEstablished) return end(usage, [given])
  if (isRefused) return { usage: answered, out: [given] }
  const unacknowledged = { seq: received.seq, response, interval: T1 }
  const out: InviteOutput[] = [given]
  // RFC 3261 §13.3.1.4: repeated until the ACK comes, over every transport.
  out.push({ type: 'arm', timer: '2xx', after: T1 }, { type: 'arm', timer: 'ack', after: TIMEOUT })
  return { usage: { ...answered, unacknowledged, isEstablished: true }, out }
}

/**
 * Whose offer is open once an INVITE has its final response. `first` is what SDP in a 2xx means when nobody
 * offered before.
 */
function offerAfter(
  usage: InviteUsage,
  { exchange }: NonNullable<InviteUsage['sent']>,
  isRefused: boolean,
  first: InviteUsage['offer'],
): InviteUsage['offer'] {
  if (exchange === 'none') return isRefused ? usage.offer : first
  // What is open now belongs to an UPDATE or PRACK, and goes with their response.
  return exchange === 'open' ? 'stable' : usage.offer
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
  const { sent } = usage
  if (status < 200) {
    const isBinding = input.hasSdp && input.isReliable === true
    return { usage: isBinding ? receivedReliably(usage, sent) : usage, out: [] }
  }
  const offer = offerAfter(usage, sent, !isSuccess, input.hasSdp ? 'remote' : 'stable')
  const answered: InviteUsage = { ...usage, sent: undefined, offer }
  if (isSuccess) {
    const established = { ...answered, isEstablished: true, acknowledgedSeq: seq }
    return { usage: established, out: [{ type: 'acknowledge', seq }] }
  }
  if (!usage.isEstablished) return end(usage)
  if (status === 491) return waitAfterGlare(answered, 'INVITE', random)
  // §12.2.1.2: the peer does not know the dialog, or is not there any more.
  return { usage: answered, out: status === 481 || status === 408 ? [{ type: 'bye', why: 'peer-lost' }] : [] }
}

function timer(usage: InviteUsage, name: InviteTimer, random: number): InviteStep {
  if (name === 'glare') {
    const { waiting } = usage
    if (waiting === undefined) return { usage, out: [] }
    const isFree = waiting === 'INVITE' ? mayInvite(usage) : mayUpdate(usage, true)
    if (!isFree) return waitAfterGlare(usage, waiting, random)
    return { usage: { ...usage, waiting: undefined }, out: [{ type: 'retry', method: waiting }] }
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

function end(usage: InviteUsage, before: readonly InviteOutput[] = []): InviteStep {
  const out = [...before]
  if (usage.unacknowledged) out.push({ type: 'disarm', timer: '2xx' }, { type: 'disarm', timer: 'ack' })
  if (usage.waiting !== undefined) out.push({ type: 'disarm', timer: 'glare' })
  const { isOwner, isEstablished } = usage
  return { usage: { isOwner, isEstablished, offer: 'stable', isEnded: true }, out }
}
