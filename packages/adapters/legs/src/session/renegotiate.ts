// A changed session inside a dialog (RFC 3264 §8): an offer of the peer by re-INVITE, UPDATE or PRACK is
// answered, an answer of the peer is taken; the media follows, and hold is told.
import type { SipMessage, SipRequest } from '@rufwerk/sip'
import { SDP_TYPE } from '../headers.ts'
import { type LegContext, newSessionId } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import type { Opened } from '../leg/media-link.ts'
import {
  answerOffer,
  codecNames,
  configureMedia,
  isReadable,
  localOf,
  offerOf,
  type ReadOffer,
  readAnswerBody,
  readOfferBody,
  takeOffer,
} from '../leg/negotiate.ts'
import { applyListeners, applySource } from '../leg/sources.ts'

export interface Refusal {
  readonly status: number
  readonly headers?: readonly (readonly [string, string])[]
}

/**
 * Brings the leg's session to where our answer will say it is; without a body in the request with an offer of
 * ours. A refused offer changes nothing (RFC 3261 §14.2).
 */
export function renegotiate(context: LegContext, leg: Leg, request: SipRequest): Refusal | undefined {
  if (!isReadable(request)) return { status: 415, headers: [['Accept', SDP_TYPE]] }
  const offer = readOfferBody(request, leg.device)
  if (offer?.ok === false) return { status: offer.error.status }
  const { opened, isConfigured } = leg.media
  // The next endpoint is offered by us: an answer brings none without a restart of ICE (RFC 8839 §4.4.3).
  const isBetween = leg.state.name === 'confirmed' && leg.isWebRtc && !isConfigured
  if (offer !== undefined && isBetween) return { status: 491 }
  if (opened === undefined) return { status: 488 }
  if (offer !== undefined) return answerTheirs(context, leg, offer.value, opened)
  makeOffer(context, leg)
  return undefined
}

/** Answers their offer with this endpoint, which is the leg's. A refused offer changes nothing. */
export function answerTheirs(
  context: LegContext,
  leg: Leg,
  offer: ReadOffer,
  opened: Opened,
): Refusal | undefined {
  const before = leg.session
  takeOffer(leg, offer)
  const answer = answerOffer(leg, opened, spokenOf(leg), () => newSessionId(context))
  if (!answer.ok) {
    leg.session = before
    return { status: answer.error.status }
  }
  leg.session = {
    ...leg.session,
    offer: undefined,
    ...localOf(answer.value.description),
    agreed: answer.value.agreed,
  }
  agree(context, leg)
  return undefined
}

/** Our offer, with what is spoken in front. Needs an open endpoint. */
export function makeOffer(context: LegContext, leg: Leg): void {
  const { opened } = leg.media
  if (opened === undefined) return
  const offered = offerOf(leg, opened, spokenOf(leg), () => newSessionId(context))
  leg.session = { ...leg.session, ...localOf(offered), offered }
}

/**
 * Takes the answer to our open offer. False, and nothing changed but that, when there is none that fits. A
 * hold goes on where we did not offer to send: the answer says nothing of who may hear us.
 */
export function takeReAnswer(context: LegContext, leg: Leg, message: SipMessage): boolean {
  const { offered, ...session } = leg.session
  if (offered === undefined) return false
  const answer = readAnswerBody(leg, offered, message)
  leg.session = session
  if (answer === undefined) return false
  const { direction, isHeldByPeer } = answer.agreed
  const isStillHeld = leg.isHeld && (direction === 'recvonly' || direction === 'inactive')
  const agreed = { ...answer.agreed, isHeldByPeer: isHeldByPeer || isStillHeld }
  leg.session = { ...session, agreed, remoteText: answer.text }
  leg.theirCodecs = codecNames(agreed)
  agree(context, leg)
  return true
}

/** The media follows what was agreed on; hold is told when it begins and when it ends. */
export function agree(context: LegContext, leg: Leg): void {
  const { agreed } = leg.session
  if (agreed === undefined) return
  configureMedia(leg, agreed)
  applySource(context, leg)
  applyListeners(context, leg)
  if (leg.isHeld === agreed.isHeldByPeer || leg.state.name !== 'confirmed') return
  leg.isHeld = agreed.isHeldByPeer
  context.emit(leg, { type: leg.isHeld ? 'held' : 'resumed' })
}

function spokenOf({ session }: Leg): Parameters<typeof offerOf>[2] {
  return session.agreed ? [session.agreed.send.name] : []
}
