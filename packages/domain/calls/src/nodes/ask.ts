// What a call cannot know by itself: where it goes on, and whether a setting could be changed. It asks, and
// waits for the answer.
import type { Target } from '@rufwerk/routing'
import { endCall, peerOrNetwork } from '../ending.ts'
import { CAUSE, REPLANS_MAX, SETTING_TIME } from '../limits.ts'
import type { CallEvent } from '../ports.ts'
import type { CallEnv, CallInput, CallStep } from '../signals.ts'
import type { CallRecord, CallState, SetNode } from '../state.ts'
import { announce, endWith } from './announce.ts'
import { enter, notPerformed } from './enter.ts'
import { answerBy } from './serve.ts'

type Planning = Extract<CallState, { name: 'planning' }>
type Setting = Extract<CallState, { name: 'setting' }>
export type PlannedInput = Extract<CallInput, { type: 'planned' }>

/** Without a target: as if the call came in again. */
export function askPlan(record: CallRecord, target: Target | undefined, env: CallEnv): CallStep {
  const asked = countPlan(record)
  if (asked === undefined) return tooManyPlans(record, env)
  return {
    state: { name: 'planning', record: asked },
    out: [{ type: 'plan', ...(target !== undefined && { target }) }],
  }
}

/** Undefined when it was asked too often. */
export function countPlan(record: CallRecord): CallRecord | undefined {
  return record.replans >= REPLANS_MAX ? undefined : { ...record, replans: record.replans + 1 }
}

export function tooManyPlans(record: CallRecord, env: CallEnv): CallStep {
  const why = { rule: 'flow-loop', values: { plans: String(record.replans) } } as const
  return endWith({ ...record, why }, { status: 500, cause: CAUSE.temporaryFailure }, env)
}

export function planning(state: Planning, input: CallInput, env: CallEnv): CallStep {
  if (input.type === 'planned') return enterPlanned(state.record, input, env)
  if (input.type === 'notPlanned')
    return endCall(state, { endedBy: 'system', status: 500, cause: CAUSE.temporaryFailure }, env)
  return unlessCallerEnds(state, input, env)
}

/** With what the plan was made from, so that it can be explained. */
export function enterPlanned(record: CallRecord, planned: PlannedInput, env: CallEnv): CallStep {
  const { node, config, seed, target } = planned
  const detail: CallEvent['detail'] = {
    config,
    seed,
    ...(target !== undefined && { target: JSON.stringify(target) }),
  }
  return enter(record, node, env, detail)
}

export function changeSetting(record: CallRecord, node: SetNode, env: CallEnv): CallStep {
  // Codes are for people of the house; who is led to one from outside has nothing to set.
  if (record.caller.kind === 'outside') return notPerformed(record, env)
  return {
    state: { name: 'setting', record, node },
    out: [
      { type: 'arm', timer: 'node', after: SETTING_TIME },
      { type: 'change', setting: node.setting, value: node.value },
    ],
  }
}

export function setting(state: Setting, input: CallInput, env: CallEnv): CallStep {
  const { record, node } = state
  if (input.type === 'timer' && input.timer === 'node')
    return endCall(state, { endedBy: 'system', status: 500, cause: CAUSE.temporaryFailure }, env)
  if (input.type !== 'settled') return unlessCallerEnds(state, input, env)
  const { answer } = input
  if (answer === undefined) return notPerformed(record, env)
  const { prompt, isChanged } = answer
  const detail = { setting: node.setting, value: node.value, isChanged }
  const event = { type: 'event', event: { type: 'set', leg: record.callerLeg, detail } } as const
  const disarm = { type: 'disarm', timer: 'of-node' } as const
  if (!isChanged) {
    const refused = announce(record, [prompt], { status: 403, cause: CAUSE.rejected })
    return { state: refused.state, out: [disarm, event, ...refused.out] }
  }
  const { answered, out } = answerBy(record, { type: 'silence' }, 'code', env)
  const confirmed = announce(answered, [prompt], { status: 200, cause: CAUSE.normal })
  return { state: confirmed.state, out: [disarm, event, ...out, ...confirmed.out] }
}

function unlessCallerEnds(state: Planning | Setting, input: CallInput, env: CallEnv): CallStep {
  if (input.type !== 'leg' || input.leg !== state.record.callerLeg) return { state, out: [] }
  const { event } = input
  if (event.type !== 'ended') return { state, out: [] }
  return endCall(state, { endedBy: peerOrNetwork(event, 'caller'), status: 487, cause: 16 }, env, input.leg)
}
