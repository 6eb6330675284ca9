// A media process that died has taken the endpoints with it: each answered leg gets a new one, and its
// peer is told by a re-INVITE where the sound is now. What was not answered is let go.
import { type EndpointId, randomId } from '@rufwerk/core'
import type { LegContext } from '../leg/context.ts'
import { newMediaLink, openMedia } from '../leg/incoming.ts'
import type { Leg } from '../leg/leg.ts'
import type { MediaLink } from '../leg/media-link.ts'
import { endLeg, hangUp } from '../leg/teardown.ts'
import { NO_RESOURCE, TEMPORARY_FAILURE } from '../reason.ts'
import { offerAgain } from './offer-again.ts'

/**
 * The endpoints are gone. Answered legs wait for another media process, also while a page takes its leg back.
 */
export function loseEndpoints(context: LegContext): void {
  for (const leg of context.table.all()) {
    const isAsked = leg.state.name === 'resuming' && leg.state.transaction !== undefined
    if (leg.state.name === 'confirmed' || isAsked) {
      leg.media.abandon()
      leg.stopTimer('media')
      leg.stopTimer('heard')
    } else if (leg.state.name === 'ringing' && leg.state.wants === 'nothing') leg.media.forget()
    else if (leg.media.opened !== undefined)
      context.guard(leg, 'media lost', () => endLeg(context, leg, { status: 503, cause: TEMPORARY_FAILURE }))
  }
}

/**
 * Opens another endpoint and offers it. With an endpoint that is open, but was never agreed on, only that.
 */
export function renewMedia(context: LegContext, leg: Leg): void {
  if (leg.state.name !== 'confirmed' || leg.media.isConfigured) return
  leg.stopTimer('media')
  if (leg.media.opened === undefined) replaceMedia(context, leg).close(() => undefined)
  openMedia(leg, (opened) => {
    if (opened === undefined) hangUp(context, leg, NO_RESOURCE, 'network')
    else {
      context.emit(leg, { type: 'renewed' })
      offerAgain(context, leg)
    }
  })
}

/** A page that is asked to take its leg back was offered an endpoint that is gone. */
export function renewOnceAnswered(context: LegContext, leg: Leg): void {
  if (leg.media.opened === undefined) leg.renew = () => renewMedia(context, leg)
}

/** The leg gets an endpoint that is not open yet, and that we offer. Gives the one it had. */
export function replaceMedia(context: LegContext, leg: Leg): MediaLink {
  const before = putMedia(context, leg, nextMedia(context, leg))
  leg.theirIce = undefined // We offer now.
  leg.session = { ...leg.session, offered: undefined } // An answer to that would be about the one before.
  return before
}

/** Another endpoint for the leg, not open and in no book yet. */
export function nextMedia(context: LegContext, leg: Leg): MediaLink {
  const endpoint = randomId(context.ports.randomBytes) as EndpointId
  const names = { endpoint, call: leg.call, leg: leg.id }
  return newMediaLink(context, leg.device, names, () => leg)
}

/** The leg has this endpoint from now on; who listens to it follows. Gives the one it had. */
export function putMedia(context: LegContext, leg: Leg, media: MediaLink): MediaLink {
  const { id, call, media: before } = leg
  context.table.bindMedia(leg, media)
  leg.isSourceApplied = false
  for (const listener of context.table.ofCall(call))
    if (listener.source?.type === 'leg' && listener.source.leg === id) listener.isSourceApplied = false
  return before
}
