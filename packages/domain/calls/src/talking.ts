// Two legs are connected: hold, digits, and who hears what. Or one leg, with the echo or the voice.
import type { LegId } from '@rufwerk/core'
import { endCall, peerOrNetwork } from './ending.ts'
import { askToRecord, consenting } from './nodes/consent.ts'
import { lose } from './nodes/lose.ts'
import type { LegSource } from './ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep, KnownWish } from './signals.ts'
import type { Parked, Served, Talking, Visiting } from './state.ts'

export function talking(state: Talking, input: CallInput, env: CallEnv): CallStep {
  const asked = state.consent && consenting(state, state.consent, input, env)
  if (asked !== undefined && !asked.isOver) return asked.step
  if (asked !== undefined && asked.step.state.name === 'talking') {
    const after = talking(asked.step.state, input, env)
    return { state: after.state, out: [...asked.step.out, ...after.out] }
  }
  if (input.type === 'record') return askToRecord(state, input.wish)
  if (input.type === 'wished') return wished(state, input.wish)
  if (input.type === 'say') return say(state, input.leg, input.names)
  if (input.type !== 'leg') return { state, out: [] }
  const { leg, event } = input
  const { callerLeg } = state.record
  if (leg !== callerLeg && leg !== state.calleeLeg) return { state, out: [] }
  const role = leg === callerLeg ? 'caller' : 'callee'
  const peer = leg === callerLeg ? state.calleeLeg : callerLeg
  switch (event.type) {
    case 'held':
    case 'resumed':
      return hold(state, leg, event.type)
    case 'dtmf': {
      const { digit, durationMs, isInBand } = event
      return { state, out: [{ type: 'dtmf', leg: peer, digit, durationMs, isCarried: isInBand }] }
    }
    case 'sourceEnded':
    case 'sourceFailed': {
      const heard = sourcesOf(state).filter((one) => one.leg === leg)
      return { state, out: heard.map((one): CallOutput => ({ type: 'source', ...one })) }
    }
    case 'ended':
    case 'refused': {
      const lost = event.type === 'ended' && event.by === 'network' ? lose(state, leg, true) : undefined
      if (lost !== undefined) return lost
      const endedBy = event.type === 'ended' ? peerOrNetwork(event, role) : role
      return endCall(state, { endedBy, status: 200, cause: event.cause ?? 16 }, env, leg)
    }
    case 'announced': {
      const told: CallOutput = {
        type: 'visited',
        event: { type: 'announced', leg, isPlayed: event.isPlayed },
      }
      return { state, out: state.record.service === undefined ? [] : [told] }
    }
    default:
      return { state, out: [] }
  }
}

/** Nothing to who is held, or in a mix, out of which a prompt would take them. */
function say(state: Talking, leg: LegId, names: readonly string[]): CallStep {
  const isFree = state.consent === undefined && state.held.size === 0 && state.mix === undefined
  if (!isFree) return { state, out: [] }
  return { state, out: [{ type: 'source', leg, source: { type: 'prompt', names, isLooped: false } }] }
}

/** The service of whoever answered lets a third hear both, or no more. */
function wished(state: Talking, wish: KnownWish): CallStep {
  if (state.record.service === undefined) return { state, out: [] }
  if (wish.type === 'announce' && state.mix !== undefined) {
    const { leg, sound } = wish
    return { state, out: [{ type: 'announce', leg, mix: state.mix, sound }] }
  }
  if (wish.type !== 'mix') return { state, out: [] }
  const { mix: _, ...apart } = state
  const next: Talking = { ...apart, ...(wish.mix !== undefined && { mix: wish.mix }) }
  return { state: next, out: sourcesOf(next).map((heard): CallOutput => ({ type: 'source', ...heard })) }
}

function hold(state: Talking, leg: LegId, change: 'held' | 'resumed'): CallStep {
  const held = new Set(state.held)
  if (change === 'held') held.add(leg)
  else held.delete(leg)
  const next: Talking = { ...state, held }
  return {
    state: next,
    out: [
      { type: 'event', event: { type: change, leg } },
      ...sourcesOf(next).map((heard): CallOutput => ({ type: 'source', ...heard })),
      { type: 'view', view: { state: 'talking', heldBy: holderOf(next) } },
    ],
  }
}

/** Who put the other side on hold; the caller when both did. */
export function holderOf({ record, calleeLeg, held }: Talking): 'caller' | 'callee' | undefined {
  if (held.has(record.callerLeg)) return 'caller'
  return held.has(calleeLeg) ? 'callee' : undefined
}

/** What each leg of an answered call hears. A voice that greeted its caller does not greet again. */
export function sourcesOf(
  state: Talking | Served | Parked | Visiting,
): { readonly leg: LegId; readonly source: LegSource }[] {
  const { callerLeg } = state.record
  if (state.name === 'parked' || state.name === 'visiting')
    return [{ leg: callerLeg, source: { type: 'tone', tone: 'hold' } }]
  if (state.name === 'served') return servedSources(state)
  const { calleeLeg, held, mix } = state
  const heard = (speaker: LegId): LegSource => {
    // Who was put on hold hears the hold tone; what the holder hears is decided by its own SDP direction.
    if (held.has(speaker)) return { type: 'tone', tone: 'hold' }
    return mix === undefined ? { type: 'leg', leg: speaker } : { type: 'mix', mix, isMuted: false }
  }
  return [
    { leg: callerLeg, source: heard(calleeLeg) },
    { leg: calleeLeg, source: heard(callerLeg) },
  ]
}

function servedSources({ record }: Served): { readonly leg: LegId; readonly source: LegSource }[] {
  const { answeredBy, callerLeg: leg } = record
  const name = answeredBy?.kind === 'system' ? answeredBy.name : undefined
  // Who was in a mix still is, until the room has it again.
  if (name === 'conference') return []
  if (name === 'echo') return [{ leg, source: { type: 'echo' } }]
  return [{ leg, source: name === 'demo-voice' ? { type: 'parrot', greeting: [] } : { type: 'silence' } }]
}
