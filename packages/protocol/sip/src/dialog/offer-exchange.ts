// Offers and answers besides INVITE and its 2xx: reliable 1xx and PRACK (RFC 3262 §5), UPDATE (RFC 3311).
// Whose offer is open is one state for all of them (RFC 6337 §2.2, table 1), so that they keep out of each
// other's way. How 1xx are made reliable is not decided here.
import {
  type InviteOutput,
  type InviteStep,
  type InviteUsage,
  type OfferInput,
  tooEarly,
  waitAfterGlare,
} from './usage.ts'

type Pending = NonNullable<InviteUsage['sent']>

/**
 * Whether an UPDATE may be sent now, in a dialog that exists. With an offer only when no offer is open and
 * the exchange of an unanswered INVITE is done: for who answered it by a reliable 1xx, that its PRACK came
 * (RFC 3311 §5.1).
 */
export function mayUpdate(usage: InviteUsage, hasOffer: boolean): boolean {
  if (usage.isEnded || usage.updateSent !== undefined) return false
  return !hasOffer || (usage.offer === 'stable' && isDone(usage.sent) && isDone(usage.received))
}

function isDone(invite: Pending | undefined): boolean {
  return invite === undefined || invite.exchange === 'done'
}

/** SDP in our reliable 1xx: the answer to the INVITE's offer, or the first offer. */
export function sentReliably(usage: InviteUsage, received: Pending): InviteUsage {
  if (received.exchange === 'none')
    return { ...usage, offer: 'local', received: { ...received, exchange: 'open' } }
  if (received.exchange !== 'open' || usage.offer !== 'remote') return usage
  return { ...usage, offer: 'stable', received: { ...received, exchange: 'answered' } }
}

/** SDP in a reliable 1xx of the peer; the PRACK takes the answer when this is the first offer. */
export function receivedReliably(usage: InviteUsage, sent: Pending): InviteUsage {
  if (sent.exchange === 'none') return { ...usage, offer: 'remote', sent: { ...sent, exchange: 'open' } }
  if (sent.exchange !== 'open' || usage.offer !== 'local') return usage
  return { ...usage, offer: 'stable', sent: { ...sent, exchange: 'done' } }
}

export function stepOffer(usage: InviteUsage, input: OfferInput, random: number): InviteStep {
  switch (input.type) {
    case 'prackSent':
      return { usage: prackSent(usage, input.hasSdp), out: [] }
    case 'prackReceived':
      return { usage: prackReceived(usage, input.hasSdp), out: [] }
    case 'prackAnswered':
      return { usage: usage.isPrackOffering ? closed(usage) : usage, out: [] }
    case 'updateSent': {
      const out: InviteOutput[] = usage.waiting === 'UPDATE' ? [{ type: 'disarm', timer: 'glare' }] : []
      const offer = input.hasOffer ? 'local' : usage.offer
      const waiting = usage.waiting === 'UPDATE' ? undefined : usage.waiting
      return { usage: { ...usage, updateSent: { hasOffer: input.hasOffer }, offer, waiting }, out }
    }
    case 'updateReceived':
      return updateReceived(usage, input.hasOffer, random)
    case 'updateAnswered':
      return updateAnswered(usage, input.status, random)
    case 'updateResponded': {
      const offer = usage.updateReceived?.hasOffer ? 'stable' : usage.offer
      return { usage: { ...usage, updateReceived: undefined, offer }, out: [] }
    }
  }
}

function prackSent(usage: InviteUsage, hasSdp: boolean): InviteUsage {
  if (!hasSdp) return usage
  const { sent } = usage
  // It answers the offer of the reliable 1xx.
  if (usage.offer === 'remote' && sent?.exchange === 'open')
    return { ...usage, offer: 'stable', sent: { ...sent, exchange: 'done' } }
  return usage.offer === 'stable' ? { ...usage, offer: 'local', isPrackOffering: true } : usage
}

function prackReceived(usage: InviteUsage, hasSdp: boolean): InviteUsage {
  const { received } = usage
  if (received?.exchange === 'open' && usage.offer === 'local')
    return hasSdp ? { ...usage, offer: 'stable', received: { ...received, exchange: 'done' } } : usage
  const arrived: InviteUsage =
    received?.exchange === 'answered' ? { ...usage, received: { ...received, exchange: 'done' } } : usage
  // Everything before is answered, so SDP is a new offer; the 2xx to the PRACK answers it.
  return hasSdp && usage.offer === 'stable' ? { ...arrived, offer: 'remote', isPrackOffering: true } : arrived
}

function closed(usage: InviteUsage): InviteUsage {
  return { ...usage, offer: 'stable', isPrackOffering: undefined }
}

/** RFC 3311 §5.2. An UPDATE without offer refreshes the target or the session timer, and never collides. */
function updateReceived(usage: InviteUsage, hasOffer: boolean, random: number): InviteStep {
  if (usage.updateReceived !== undefined) return tooEarly(usage, random)
  // The first offer of an INVITE without one belongs to its responses, so it counts as open too.
  if (hasOffer && (usage.offer === 'local' || usage.sent?.exchange === 'none'))
    return { usage, out: [{ type: 'reject', status: 491 }] }
  if (hasOffer && (usage.offer === 'remote' || usage.received?.exchange === 'none'))
    return tooEarly(usage, random)
  const offer = hasOffer ? 'remote' : usage.offer
  return { usage: { ...usage, updateReceived: { hasOffer }, offer }, out: [{ type: 'deliver' }] }
}

function updateAnswered(usage: InviteUsage, status: number, random: number): InviteStep {
  const { updateSent } = usage
  if (updateSent === undefined || status < 200) return { usage, out: [] }
  const offer = updateSent.hasOffer ? 'stable' : usage.offer
  const answered: InviteUsage = { ...usage, updateSent: undefined, offer }
  // A re-INVITE that waits already takes the offer with it.
  if (status === 491 && usage.waiting === undefined) return waitAfterGlare(answered, 'UPDATE', random)
  // RFC 3261 §12.2.1.2: the peer does not know the dialog, or is not there any more.
  const isLost = status === 481 || status === 408
  return { usage: answered, out: isLost ? [{ type: 'bye', why: 'peer-lost' }] : [] }
}
