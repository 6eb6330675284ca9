// The machine of one call: from node to node of its plan, until somebody answers or it ends. Pure: what to do
// comes out as data, in order. Each kind of node has its file in nodes/.
import type { LegId } from '@rufwerk/core'
import { endCall, ending } from './ending.ts'
import { CAUSE } from './limits.ts'
import { announcing } from './nodes/announce.ts'
import { planning, setting } from './nodes/ask.ts'
import { enter } from './nodes/enter.ts'
import { lose } from './nodes/lose.ts'
import { menu } from './nodes/menu.ts'
import { names } from './nodes/names.ts'
import { parked, parking } from './nodes/park.ts'
import { heardBeforeAnswer, ringing } from './nodes/ring.ts'
import { served } from './nodes/serve.ts'
import { visiting } from './nodes/visit.ts'
import type { LegEvent } from './ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from './signals.ts'
import type { CallRecord, CallState, LiveState } from './state.ts'
import { talking } from './talking.ts'
import { transferInput, transferring } from './transfer.ts'

export type NewRecord = Omit<CallRecord, 'replans' | 'dials' | 'quality'>

/** A call before its plan is known. */
export function newCall(record: NewRecord): CallState {
  return { name: 'ended', record: { ...record, replans: 0, dials: 0, quality: new Map() } }
}

export function step(state: CallState, given: CallInput, env: CallEnv): CallStep {
  const input = withoutRefusal(given, state.record.callerLeg)
  if (input.type === 'start') return enter(state.record, input.node, env)
  const led = transferInput(state, input, env)
  if (led !== undefined) return led
  if (input.type === 'pickedUp' && state.name !== 'ringing' && state.name !== 'parked')
    return tooLate(state, input.leg)
  if (state.name === 'ended') return { state, out: [] }
  if (input.type === 'hangUp') {
    return endCall(state, { endedBy: input.by, ...(input.how ?? { status: 480, cause: CAUSE.normal }) }, env)
  }
  if (input.type === 'leg' && input.event.type === 'quality')
    return withQuality(state, input.leg, input.event)
  if (state.name === 'ending') return ending(state, input)
  return answeredTooLong(state, input, env) ?? callerHeld(state, input) ?? inState(state, input, env)
}

function inState(state: Exclude<LiveState, { name: 'ending' }>, input: CallInput, env: CallEnv): CallStep {
  switch (state.name) {
    case 'ringing':
      return ringing(state, input, env)
    case 'announcing':
      return announcing(state, input, env)
    case 'menu':
      return menu(state, input, env)
    case 'names':
      return names(state, input, env)
    case 'planning':
      return planning(state, input, env)
    case 'setting':
      return setting(state, input, env)
    case 'parking':
      return parking(state, input, env)
    case 'parked':
      return parked(state, input, env)
    case 'visiting':
      return visiting(state, input, env)
    case 'served':
      return served(state, input, env)
    case 'talking':
      return talking(state, input, env)
    case 'transferring':
      return transferring(state, input, env)
  }
}

/** Somebody else was faster. */
function tooLate(state: CallState, leg: LegId): CallStep {
  return { state, out: [{ type: 'end', leg, cause: { status: 480, cause: CAUSE.normal } }] }
}

/** Only a leg we dialled can refuse; from the caller's leg it means that the path broke. */
function withoutRefusal(input: CallInput, callerLeg: LegId): CallInput {
  if (input.type !== 'leg' || input.leg !== callerLeg || input.event.type !== 'refused') return input
  const { cause } = input.event
  return { type: 'leg', leg: callerLeg, event: { type: 'ended', by: 'network', ...(cause && { cause }) } }
}

/**
 * What ends every answered call alike: its time or its money is over, or nothing is heard of a leg any more.
 */
function answeredTooLong(state: LiveState, input: CallInput, env: CallEnv): CallStep | undefined {
  const { answeredAt, callerLeg, calleeLeg, isLed } = state.record
  if (answeredAt === undefined && !isLed) return undefined
  if (input.type === 'timer' && (input.timer === 'day' || input.timer === 'money')) {
    const ended = endCall(state, { endedBy: 'system', status: 200, cause: CAUSE.timer }, env)
    const event: CallOutput = { type: 'event', event: { type: 'cut', detail: { limit: input.timer } } }
    return { state: ended.state, out: [event, ...ended.out] }
  }
  if (input.type !== 'leg' || input.event.type !== 'silent') return undefined
  if (input.leg !== callerLeg && input.leg !== calleeLeg) return undefined
  // Who transfers may stop sending.
  if (state.name === 'transferring') return { state, out: [] }
  const event: CallOutput = { type: 'event', event: { type: 'silent', leg: input.leg } }
  const lost = state.name === 'talking' ? lose(state, input.leg, false) : undefined
  if (lost !== undefined) return { state: lost.state, out: [event, ...lost.out] }
  const ended = endCall(state, { endedBy: 'network', status: 200, cause: CAUSE.networkOutOfOrder }, env)
  return { state: ended.state, out: [event, ...ended.out] }
}

/** A caller who is answered, but connected to nobody, may hold: whoever is connected later is told. */
function callerHeld(state: LiveState, input: CallInput): CallStep | undefined {
  const { record } = state
  if (state.name === 'talking' || state.name === 'transferring') return undefined
  if (record.answeredAt === undefined && !record.isLed) return undefined
  if (input.type !== 'leg' || input.leg !== record.callerLeg) return undefined
  const { type } = input.event
  if (type !== 'held' && type !== 'resumed') return undefined
  const changed = { ...record, isCallerHeld: type === 'held' }
  const early = state.name === 'ringing' ? state.early : undefined
  return {
    state: { ...state, record: changed },
    out: [
      { type: 'event', event: { type, leg: input.leg } },
      ...(early === undefined
        ? []
        : [{ type: 'source', leg: early, source: heardBeforeAnswer(changed) } as const]),
    ],
  }
}

function withQuality(state: LiveState, leg: LegId, event: Extract<LegEvent, { type: 'quality' }>): CallStep {
  const role = leg === state.record.callerLeg ? 'caller' : 'callee'
  if (role === 'callee' && leg !== state.record.calleeLeg) return { state, out: [] }
  const quality = new Map(state.record.quality).set(leg, { role, quality: event.quality })
  return { state: { ...state, record: { ...state.record, quality } }, out: [] }
}
