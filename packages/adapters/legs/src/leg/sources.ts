// What each leg hears, applied to its endpoint as soon as it can be: its own endpoint must be configured, and
// a leg that it listens to must have one that is open.
import { isDeepStrictEqual } from 'node:util'
import type { LegSource } from '@rufwerk/calls'
import { type LegId, unreachable } from '@rufwerk/core'
import type { AudioSource, CodecName } from '@rufwerk/media-control'
import { saveLeg } from '../recovery/stored-leg.ts'
import { announceAgain } from './announce.ts'
import type { LegContext } from './context.ts'
import type { Leg } from './leg.ts'

export function setSource(context: LegContext, leg: Leg, source: LegSource): void {
  const before = leg.source
  leg.source = source
  leg.isSourceApplied = false
  noteMix(context, leg, source)
  applySource(context, leg)
  if (source.type === 'mix') applyWhisperers(context, leg)
  // An answered leg is in its mix after a restart, too: with the answer the rest is stored.
  const isStored = before?.type === 'mix' || source.type === 'mix'
  if (isStored && leg.state.name === 'confirmed' && !isDeepStrictEqual(before, source)) saveLeg(context, leg)
}

/** What was played to it alone ends with its place in the mix. */
function noteMix({ table: { mixes } }: LegContext, leg: Leg, source: LegSource): void {
  const mix = source.type === 'mix' ? source.mix : undefined
  if (mixes.mixOf(leg) === mix) return
  leg.announced = undefined
  if (mix === undefined) mixes.leave(leg)
  else mixes.enter(leg, mix)
}

export function applySource(context: LegContext, leg: Leg): void {
  const { source } = leg
  if (source === undefined || leg.isSourceApplied || !leg.media.isConfigured) return
  const audio = audioOf(context, leg, source)
  if (audio === undefined) return
  leg.isSourceApplied = true
  leg.media.setSource(audio)
  if (source.type === 'mix') announceAgain(context, leg, source.mix)
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
  if (source?.type === 'mix') applyWhisperers(context, speaker)
}

/** Those of its mix who name the leg as one that hears them: its endpoint may be another one by now. */
function applyWhisperers(context: LegContext, listener: Leg): void {
  const mix = context.table.mixes.mixOf(listener)
  if (mix === undefined) return
  for (const leg of context.table.mixes.legsOf(mix)) {
    if (leg === listener || leg.source?.type !== 'mix') continue
    if (!leg.source.heardBy?.includes(listener.id)) continue
    leg.isSourceApplied = false
    applySource(context, leg)
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
    case 'mix':
      return mixOf(context, source)
    case 'silence':
    case 'prompt':
    case 'echo':
    case 'parrot':
      return source
    default:
      return unreachable(source)
  }
}

/** Who has no endpoint yet hears nothing; with one this is said again. */
function mixOf(
  { table }: LegContext,
  { mix, isMuted, heardBy }: Extract<LegSource, { type: 'mix' }>,
): AudioSource {
  const media = heardBy?.flatMap((leg) => table.get(leg)?.media ?? [])
  const open = media?.flatMap(({ opened, endpoint }) => (opened === undefined ? [] : [endpoint]))
  return { type: 'mix', mix, isMuted, ...(open && { heardBy: open }) }
}

function endpointOf(context: LegContext, speaker: LegId): AudioSource | undefined {
  const media = context.table.get(speaker)?.media
  return media?.opened === undefined ? undefined : { type: 'endpoint', endpoint: media.endpoint }
}
