// A call is parked: it hears the hold tone at a place with a number, until somebody dials that number, or its
// time is over and it calls who has parked it.
import { endCall, peerOrNetwork } from '../ending.ts'
import { CAUSE, PARK_TIME } from '../limits.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, Parked, Parking, ParkNode } from '../state.ts'
import { endWith } from './announce.ts'
import { askPlan } from './ask.ts'
import { connect } from './connect.ts'
import { answerBy, PARKING } from './serve.ts'

/** Who was transferred here is parked; who dials it and finds nobody parked gets no further. */
export function enterParking(record: CallRecord, node: ParkNode, env: CallEnv): CallStep {
  if (record.transferredFrom === undefined) return noPlace(record, env)
  const { lot, slot } = node
  return {
    state: { name: 'parking', record, lot },
    out: [{ type: 'park', lot, ...(slot !== undefined && { slot }) }],
  }
}

function noPlace(record: CallRecord, env: CallEnv): CallStep {
  return endWith(record, { status: 486, cause: CAUSE.busy }, env)
}

export function parking(state: Parking, input: CallInput, env: CallEnv): CallStep {
  const { record, lot } = state
  if (input.type === 'notParked') return noPlace(record, env)
  if (input.type !== 'parkedAt') return unlessCallerEnds(state, input, env)
  const { slot } = input
  const { answered, out } = answerBy(record, { type: 'tone', tone: 'hold' }, PARKING, env)
  const event: CallOutput = {
    type: 'event',
    event: { type: 'parked', leg: record.callerLeg, detail: { lot, slot } },
  }
  return {
    state: { name: 'parked', record: answered, lot, slot },
    out: [...out, event, { type: 'arm', timer: 'node', after: PARK_TIME }],
  }
}

export function parked(state: Parked, input: CallInput, env: CallEnv): CallStep {
  const { record } = state
  if (input.type === 'timer' && input.timer === 'node') return callBack(state, env)
  if (input.type !== 'pickedUp') return unlessCallerEnds(state, input, env)
  const { leg, who } = input
  const { person, device } = who
  const detail = { person, device, slot: state.slot }
  const taken = connect(record, leg, { answeredBy: { kind: 'person', person, device }, detail }, env)
  return { state: taken.state, out: [...taken.out, { type: 'answer', leg }] }
}

/** Nobody has taken it: who has parked it is called, as by any caller. */
function callBack({ record, lot, slot }: Parked, env: CallEnv): CallStep {
  const { transferor, ...caller } = record
  const event: CallOutput = { type: 'event', event: { type: 'parkedTooLong', detail: { lot, slot } } }
  const asked =
    transferor === undefined
      ? endWith(record, { status: 480, cause: CAUSE.noAnswer }, env)
      : askPlan(caller, { to: 'person', person: transferor.person }, env)
  return { state: asked.state, out: [event, ...asked.out] }
}

function unlessCallerEnds(state: Parking | Parked, input: CallInput, env: CallEnv): CallStep {
  if (input.type !== 'leg' || input.leg !== state.record.callerLeg) return { state, out: [] }
  const { event } = input
  if (event.type !== 'ended') return { state, out: [] }
  const endedBy = peerOrNetwork(event, 'caller')
  return endCall(state, { endedBy, status: 487, cause: event.cause ?? CAUSE.normal }, env, input.leg)
}
