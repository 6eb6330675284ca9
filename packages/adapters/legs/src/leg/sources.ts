// What each leg hears, applied to its endpoint as soon as it can be: its own endpoint must be configured, and
// a leg that it listens to must have one that is open.
import type { LegSource } from '@rufwerk/calls'
import { type LegId, unreachable } from '@rufwerk/core'
import type { AudioSource, CodecName } from '@rufwerk/media-control'
import type { LegContext } from './context.ts'
import type { Leg } from './leg.ts'

export function setSource(context: LegContext, leg: Leg, source: LegSource): void {
  leg.source = source
  leg.isSourceApplied = false
  applySource(context, leg)
}

export function applySource(context: LegContext, leg: Leg): void {
  const { source } = leg
  if (source === undefined || leg.isSourceApplied || !leg.media.isConfigured) return
  const audio = audioOf(context, leg, source)
  if (audio === undefined) return
  leg.isSourceApplied = true
  leg.media.setSource(audio)
}

/** The leg's endpoint has come up: legs of its call that listen to it can do so now. */
export function applyListeners(context: LegContext, speaker: Leg): void {
  const { source, call } = speaker
  // In a transfer the other one belongs to the call that it comes from, until it is connected.
  const other = source?.type === 'leg' ? context.table.get(source.leg) : undefined
  const legs = [...context.table.ofCall(call), ...(other === undefined || other.call === call ? [] : [other])]
  for (const leg of legs) {
    if (leg.source?.type === 'leg' && leg.source.leg === speaker.id) applySource(context, leg)
  }
}

/** The codec of the leg that this one will hear, when that is known already. */
export function preferredCodecs(context: LegContext, leg: Leg): readonly CodecName[] {
  if (leg.source?.type !== 'leg') return []
  const codec = context.table.get(leg.source.leg)?.session.agreed?.send.name
  return codec === undefined ? [] : [codec]
}

function audioOf(context: LegContext, leg: Leg, source: LegSource): AudioSource | undefined {
  switch (source.type) {
    case 'leg':
      return endpointOf(context, source.leg)
    case 'tone':
      return { type: 'tone', tone: source.tone, country: leg.device.country }
    case 'silence':
    case 'prompt':
    case 'echo':
    case 'parrot':
      return source
    default:
      return unreachable(source)
  }
}

function endpointOf(context: LegContext, speaker: LegId): AudioSource | undefined {
  const media = context.table.get(speaker)?.media
  return media?.opened === undefined ? undefined : { type: 'endpoint', endpoint: media.endpoint }
}
