// What the media process tells of endpoints, for the legs that they belong to.
import type { MediaEvent } from '@rufwerk/media-control'
import { loseMedia, regainMedia } from '../recovery/lost-media.ts'
import { noteHeard } from '../recovery/same-port.ts'
import { endpointIn } from './announce.ts'
import type { LegContext } from './context.ts'
import { qualityOf } from './teardown.ts'

export function onMediaEvent(context: LegContext, event: MediaEvent): void {
  // Often after the end of its leg.
  if (event.type === 'recordingEnded') context.recordings.ended(event)
  const endpoint = endpointIn(event)
  const leg = endpoint && context.table.byEndpoint(endpoint)
  if (leg === undefined) return
  const { emit, guard } = context
  switch (event.type) {
    case 'dtmf':
      emit(leg, { type: 'dtmf', digit: event.digit, durationMs: event.durationMs, isInBand: true })
      break
    case 'sourceEnded':
      emit(leg, { type: 'sourceEnded' })
      break
    case 'announcementEnded':
      emit(leg, { type: 'announced', isPlayed: true })
      break
    case 'stats':
      noteHeard(leg)
      emit(leg, qualityOf(event.stats, leg.media.isEncrypted))
      break
    case 'disconnected':
      guard(leg, 'media gone', () => loseMedia(context, leg, 'connection'))
      break
    case 'closed':
      guard(leg, 'media closed', () => loseMedia(context, leg, 'endpoint'))
      break
    case 'silent':
      emit(leg, { type: 'silent' })
      break
    case 'connected':
      regainMedia(leg)
      break
    case 'heard':
      break
  }
}
