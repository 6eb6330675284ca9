// The media connection of a browser is gone: ICE gave up, DTLS was closed or refused, or the endpoint was
// closed. While its device can be reached the leg gets another endpoint, which is offered by a re-INVITE; a
// limited number of times. What belongs to a page that is being loaded anew waits for the page.
import { armLeg, type LegContext } from '../leg/context.ts'
import { openMedia } from '../leg/incoming.ts'
import type { Leg } from '../leg/leg.ts'
import type { MediaLink } from '../leg/media-link.ts'
import { hangUp, qualityOf } from '../leg/teardown.ts'
import { NO_RESOURCE, TEMPORARY_FAILURE } from '../reason.ts'
import { offerAgain } from './offer-again.ts'
import { replaceMedia } from './renewal.ts'

/** Nobody hears anything any more. The page may be about to be loaded anew; its connection says so. */
export function loseMedia(context: LegContext, leg: Leg, what: 'connection' | 'endpoint'): void {
  if (leg.state.name !== 'confirmed') return
  const { media } = leg
  if (what === 'endpoint') media.abandon()
  if (!leg.isWebRtc) {
    hangUp(context, leg, TEMPORARY_FAILURE, 'network')
    return
  }
  if (media.isBroken) return
  media.isBroken = true
  // Also when the device has connected again.
  leg.renew = () => mend(context, leg, media)
  armLeg(context, leg, 'media', context.limits.reloadToldWithin, () => mend(context, leg, media))
}

/** The connection is there again by itself. */
export function regainMedia(leg: Leg): void {
  leg.isToConnect = false
  if (!leg.media.isBroken) return
  leg.media.isBroken = false
  leg.stopTimer('media')
  leg.renew = undefined
}

function mend(context: LegContext, leg: Leg, media: MediaLink): void {
  if (leg.state.name !== 'confirmed' || leg.media !== media || !media.isBroken) return
  if (context.table.isLost(leg)) return // When its device is back, this is done.
  leg.stopTimer('media')
  leg.renew = undefined
  if (!takeRenewal(context, leg)) {
    hangUp(context, leg, TEMPORARY_FAILURE, 'network')
    return
  }
  context.counts.mediaRenewals += 1
  replaceMedia(context, leg)
  openMedia(leg, (opened) => {
    if (opened === undefined) awaitMedia(context, leg)
    else {
      context.emit(leg, { type: 'renewed' })
      offerAgain(context, leg)
    }
  })
  // After the other: a restart of call control in between finds one of them.
  const { isEncrypted } = media
  context.recordings.closes(media.endpoint)
  media.close((stats) => {
    if (stats !== undefined && leg.state.name !== 'ended') context.emit(leg, qualityOf(stats, isEncrypted))
  })
}

/** The media process may be gone, and its end not told yet. Another one is told of in time, or never. */
function awaitMedia(context: LegContext, leg: Leg): void {
  armLeg(context, leg, 'media', context.limits.mediaAwayMax, () =>
    hangUp(context, leg, NO_RESOURCE, 'network'),
  )
}

/** False at the limit. */
function takeRenewal({ ports, limits }: LegContext, leg: Leg): boolean {
  const now = ports.timers.now()
  const recent = leg.mediaRenewals.filter((at) => now - at < limits.mediaRenewalWindow)
  if (recent.length >= limits.mediaRenewalsMax) return false
  leg.mediaRenewals = [...recent, now]
  return true
}
