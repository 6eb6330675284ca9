// A browser restarts ICE by a re-INVITE (RFC 8839 §4.4.1.1.1): its path broke, or it is in another network.
// The library of the media process begins no connection anew. So the leg gets another endpoint, whose
// certificate in the answer has DTLS begin anew, too (RFC 8842 §3.1); the one before goes on until then.
import { ms } from '@rufwerk/core'
import type { SipRequest } from '@rufwerk/sip'
import { armLeg, type LegContext } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import type { MediaLink } from '../leg/media-link.ts'
import { isReadable, mediaAddress, type ReadOffer, readOfferBody } from '../leg/negotiate.ts'
import { qualityOf } from '../leg/teardown.ts'
import { loseMedia } from '../recovery/lost-media.ts'
import { nextMedia, putMedia } from '../recovery/renewal.ts'
import { answerTheirs, type Refusal } from './renegotiate.ts'

/** The media process may have a port again, or the peer's network settles. */
const LATER: Refusal = { status: 500, headers: [['Retry-After', '5']] }
/** Meanwhile we began to offer an endpoint ourselves (RFC 3261 §14.2). */
const CROSSED: Refusal = { status: 491 }

/**
 * Whether the offer of this re-INVITE begins the connection of the leg's endpoint anew, or that of the one
 * before, whose media process is gone.
 */
export function restartsIce(leg: Leg, request: SipRequest): boolean {
  const ice = offerIn(leg, request)?.audio.iceDtls
  if (ice === undefined || !leg.isWebRtc) return false
  if (leg.media.isConfigured) return leg.media.isRestartedBy(ice)
  const before = leg.session.agreed?.iceDtls
  return before !== undefined && before.ufrag !== ice.ufrag
}

/** Opens the other endpoint and agrees on it. Refused, the one before goes on as it was. */
export function restartMedia(
  context: LegContext,
  leg: Leg,
  request: SipRequest,
  settle: (refusal: Refusal | undefined) => void,
): void {
  const offer = offerIn(leg, request)
  if (offer === undefined || !takeRestart(context, leg)) {
    settle(LATER)
    return
  }
  const { media: before, renew } = leg
  const next = nextMedia(context, leg)
  // Nothing else is offered while this goes on.
  leg.stopTimer('media')
  leg.renew = undefined
  next.openWebRtc(mediaAddress(leg.flow), offer.audio.iceDtls, (opened) => {
    const isCrossed = leg.state.name !== 'confirmed' || leg.media !== before
    if (!isCrossed && opened !== undefined) putMedia(context, leg, next)
    const answer =
      opened === undefined ? LATER : isCrossed ? CROSSED : answerTheirs(context, leg, offer, opened)
    if (answer === undefined) {
      letGo(context, leg, before)
      context.counts.iceRestarts += 1
    } else {
      if (leg.media === next) putMedia(context, leg, before)
      next.close(() => undefined)
      if (leg.media === before && before.isBroken) breakAgain(context, leg)
      else if (leg.media === before && renew !== undefined) offerLater(context, leg, renew)
    }
    settle(answer)
  })
}

function offerIn(leg: Leg, request: SipRequest): ReadOffer | undefined {
  const offer = isReadable(request) ? readOfferBody(request, leg.device) : undefined
  return offer?.ok ? offer.value : undefined
}

function letGo(context: LegContext, leg: Leg, before: MediaLink): void {
  leg.stopTimer('media')
  leg.renew = undefined
  const { isEncrypted } = before
  before.close((stats) => {
    if (stats !== undefined && leg.state.name !== 'ended') context.emit(leg, qualityOf(stats, isEncrypted))
  })
}

/** It was about to get another endpoint before it asked. */
function breakAgain(context: LegContext, leg: Leg): void {
  leg.media.isBroken = false
  loseMedia(context, leg, 'connection')
}

/** The endpoint that we were about to offer is still to be offered. */
function offerLater(context: LegContext, leg: Leg, renew: () => void): void {
  leg.renew = renew
  armLeg(context, leg, 'renewal', ms(0), () => leg.renew?.())
}

/** False at the limit. */
function takeRestart({ ports, limits }: LegContext, leg: Leg): boolean {
  const now = ports.timers.now()
  const recent = leg.iceRestarts.filter((at) => now - at < limits.mediaRenewalWindow)
  if (recent.length >= limits.iceRestartsMax) return false
  leg.iceRestarts = [...recent, now]
  return true
}
