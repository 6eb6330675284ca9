// The machine of one call: ring, answer, hold, end. Pure: what to do comes out as data, in order.
import { type LegId, type Ms, minutes, seconds } from '@rufwerk/core'
import type { PlanNode } from '@rufwerk/routing'
import { endCall, finish, outcomeOf } from './ending.ts'
import type { Cdr, LegEvent, LegSource } from './ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from './signals.ts'
import type { CallRecord, CallState, Fork, RingNode } from './state.ts'

/** An announcement is cut off after this, whatever its prompts are. */
export const ANNOUNCEMENT_TIME: Ms = seconds(30)
/** At most this many contacts of a person ring. */
export const FORKS_MAX = 10
/** An answered call is ended after this: nobody talks for a day, but a phone can be forgotten. */
export const CALL_TIME_MAX: Ms = minutes(24 * 60)
/** Recovery on timer expiry (ITU-T Q.850 §2.2.7). */
const CAUSE_TIMER = 102
/** Service or option not implemented (ITU-T Q.850 §2.2.7). */
const CAUSE_NOT_IMPLEMENTED = 79
/** Network out of order (ITU-T Q.850 §2.2.7). */
const CAUSE_NETWORK = 38

/** A call before its plan is known. */
export function newCall(record: CallRecord): CallState {
  return { name: 'ended', record }
}

export function step(state: CallState, given: CallInput, env: CallEnv): CallStep {
  const input = withoutRefusal(given, state.record.callerLeg)
  if (input.type === 'start') return enter(state.record, input.node, env)
  if (state.name === 'ended') return { state, out: [] }
  if (input.type === 'hangUp') {
    return endCall(state, { endedBy: input.by, status: 480, cause: 16 }, env)
  }
  if (input.type === 'leg' && input.event.type === 'quality')
    return withQuality(state, input.leg, input.event)
  if (state.name === 'served' || state.name === 'talking') {
    const overdue = answeredTooLong(state, input, env)
    if (overdue !== undefined) return overdue
  }
  switch (state.name) {
    case 'ringing':
      return ringing(state, input, env)
    case 'announcing':
      return announcing(state, input, env)
    case 'served':
      return served(state, input, env)
    case 'talking':
      return talking(state, input, env)
    case 'ending':
      return endingStep(state, input)
  }
}

/** Only a leg we dialled can refuse; from the caller's leg it means that the path broke. */
function withoutRefusal(input: CallInput, callerLeg: LegId): CallInput {
  if (input.type !== 'leg' || input.leg !== callerLeg || input.event.type !== 'refused') return input
  return { type: 'leg', leg: callerLeg, event: { type: 'ended', by: 'network', cause: input.event.cause } }
}

function enter(record: CallRecord, node: PlanNode, env: CallEnv): CallStep {
  const decided: CallRecord = { ...record, why: node.why }
  const detail = 'person' in node && node.person !== undefined ? { to: node.person } : undefined
  const event: CallOutput = {
    type: 'event',
    event: { type: 'routed', why: node.why, ...(detail && { detail }) },
  }
  const leg = record.callerLeg
  switch (node.do) {
    case 'ring':
      return enterRinging(decided, node, event, env)
    case 'echo':
      return serve(decided, { type: 'echo' }, 'echo', event, env)
    case 'parrot': {
      const withTo = { ...decided, to: node.person }
      return serve(withTo, { type: 'parrot', greeting: node.prompts }, 'demo-voice', event, env)
    }
    case 'announce':
      return {
        state: { name: 'announcing', record: decided, node },
        out: [
          event,
          { type: 'source', leg, source: { type: 'prompt', names: node.prompts, isLooped: false } },
          { type: 'progress', leg },
          { type: 'arm', after: ANNOUNCEMENT_TIME },
          { type: 'view', view: { state: 'ringing' } },
        ],
      }
    case 'end': {
      const to = node.person ?? decided.to
      const announced: CallState = { name: 'served', record: { ...decided, to } }
      const ended = endCall(announced, { endedBy: 'system', status: node.status, cause: node.cause }, env)
      return { state: ended.state, out: [event, ...ended.out] }
    }
    default: {
      // A plan from a configuration that this machine cannot perform yet.
      const served: CallState = { name: 'served', record: decided }
      const ended = endCall(served, { endedBy: 'system', status: 501, cause: CAUSE_NOT_IMPLEMENTED }, env)
      return { state: ended.state, out: [event, ...ended.out] }
    }
  }
}

function enterRinging(record: CallRecord, node: RingNode, event: CallOutput, env: CallEnv): CallStep {
  const forks = new Map<LegId, Fork>()
  const out: CallOutput[] = [event, { type: 'arm', after: node.timeout }]
  for (const contact of node.contacts.slice(0, FORKS_MAX)) {
    const leg = env.newLeg()
    forks.set(leg, { contact, hasEarly: false })
    out.push({ type: 'dial', leg, destination: { to: 'contact', contact } })
  }
  out.push({ type: 'view', view: { state: 'ringing' } })
  const withTo = { ...record, to: node.person }
  return { state: { name: 'ringing', record: withTo, node, forks, refusals: [], isRinging: false }, out }
}

function serve(
  record: CallRecord,
  source: LegSource,
  name: string,
  event: CallOutput,
  env: CallEnv,
): CallStep {
  const answered: CallRecord = { ...record, answeredAt: env.at, answeredBy: { kind: 'system', name } }
  return {
    state: { name: 'served', record: answered },
    out: [
      event,
      { type: 'event', event: { type: 'answered', leg: record.callerLeg, detail: { by: name } } },
      { type: 'source', leg: record.callerLeg, source },
      { type: 'answer', leg: record.callerLeg },
      { type: 'arm', after: CALL_TIME_MAX },
      { type: 'view', view: { state: 'talking' } },
    ],
  }
}

/** What ends every answered call alike: its time is over, or nothing is heard of a leg any more. */
function answeredTooLong(state: Served | Talking, input: CallInput, env: CallEnv): CallStep | undefined {
  if (input.type === 'timer') {
    return endCall(state, { endedBy: 'system', status: 200, cause: CAUSE_TIMER }, env)
  }
  if (input.type !== 'leg' || input.event.type !== 'silent') return undefined
  const ended = endCall(state, { endedBy: 'network', status: 200, cause: CAUSE_NETWORK }, env)
  const event: CallOutput = { type: 'event', event: { type: 'silent', leg: input.leg } }
  return { state: ended.state, out: [event, ...ended.out] }
}

type Ringing = Extract<CallState, { name: 'ringing' }>

function ringing(state: Ringing, input: CallInput, env: CallEnv): CallStep {
  if (input.type === 'timer') return ringEnded({ ...state, refusals: [] }, 'noAnswer', env)
  if (input.type !== 'leg') return { state, out: [] }
  const { leg, event } = input
  if (leg === state.record.callerLeg) {
    if (event.type !== 'ended') return { state, out: [] }
    return endCall(state, { endedBy: peerOrNetwork(event, 'caller'), status: 487, cause: 16 }, env, leg)
  }
  const fork = state.forks.get(leg)
  if (!fork) return { state, out: [] }
  switch (event.type) {
    case 'ringing':
      return forkRings(state, leg, env)
    case 'early':
      return forkHasSound(state, leg, fork, env)
    case 'answered':
      return forkAnswered(state, leg, fork, env)
    case 'refused':
      return forkGone(state, leg, { status: event.status, cause: event.cause }, env)
    case 'ended':
      return forkGone(state, leg, { status: 480, cause: event.cause }, env)
    default:
      return { state, out: [] }
  }
}

function forkRings(state: Ringing, leg: LegId, env: CallEnv): CallStep {
  if (state.isRinging) return { state, out: [] }
  const record = { ...state.record, ringingAt: state.record.ringingAt ?? env.at }
  const out: CallOutput[] = [{ type: 'event', event: { type: 'ringing', leg } }]
  // Once the caller hears early sound, a 180 would only confuse what it plays.
  if (!state.early) out.push({ type: 'ring', leg: state.record.callerLeg })
  return { state: { ...state, record, isRinging: true }, out }
}

function forkHasSound(state: Ringing, leg: LegId, fork: Fork, env: CallEnv): CallStep {
  const rung = forkRings(state, leg, env)
  const next = rung.state as Ringing
  if (next.early) return rung
  const forks = new Map(next.forks).set(leg, { ...fork, hasEarly: true })
  const { callerLeg } = next.record
  return {
    state: { ...next, forks, early: leg },
    out: [
      ...rung.out.filter((output) => output.type !== 'ring'),
      { type: 'source', leg: callerLeg, source: { type: 'leg', leg } },
      { type: 'source', leg, source: { type: 'leg', leg: callerLeg } },
      { type: 'progress', leg: callerLeg },
    ],
  }
}

function forkAnswered(state: Ringing, leg: LegId, fork: Fork, env: CallEnv): CallStep {
  const { callerLeg } = state.record
  const losers = [...state.forks.keys()].filter((other) => other !== leg)
  const record: CallRecord = {
    ...state.record,
    answeredAt: env.at,
    answeredBy: { kind: 'person', person: state.node.person, device: fork.contact.device },
    calleeLeg: leg,
  }
  return {
    state: { name: 'talking', record, calleeLeg: leg, held: new Set() },
    out: [
      { type: 'arm', after: CALL_TIME_MAX },
      {
        type: 'event',
        event: { type: 'answered', leg, detail: { person: state.node.person, device: fork.contact.device } },
      },
      // Cause 26: answered elsewhere, so that the losers' phones show no missed call.
      ...losers.map((loser): CallOutput => ({ type: 'end', leg: loser, cause: { status: 487, cause: 26 } })),
      { type: 'source', leg: callerLeg, source: { type: 'leg', leg } },
      { type: 'source', leg, source: { type: 'leg', leg: callerLeg } },
      { type: 'answer', leg: callerLeg },
      { type: 'view', view: { state: 'talking' } },
    ],
  }
}

function forkGone(
  state: Ringing,
  leg: LegId,
  refusal: { readonly status: number; readonly cause?: number },
  env: CallEnv,
): CallStep {
  const forks = new Map(state.forks)
  forks.delete(leg)
  const refusals = [...state.refusals, refusal]
  const event: CallOutput = {
    type: 'event',
    event: { type: 'refused', leg, detail: { status: refusal.status } },
  }
  const next: Ringing = { ...state, forks, refusals }
  // RFC 3261 §16.7 step 5: a 6xx speaks for all contacts of the person.
  if (forks.size > 0 && refusal.status < 600) {
    if (state.early !== leg) return { state: next, out: [event] }
    const silence: CallOutput = { type: 'source', leg: state.record.callerLeg, source: { type: 'silence' } }
    return { state: { ...next, early: undefined }, out: [event, silence] }
  }
  const ended = ringEnded(next, outcomeOf(refusals), env)
  return { state: ended.state, out: [event, ...ended.out] }
}

function ringEnded(state: Ringing, outcome: keyof RingNode['next'], env: CallEnv): CallStep {
  const out: CallOutput[] = [{ type: 'disarm' }]
  for (const leg of state.forks.keys()) out.push({ type: 'end', leg, cause: { status: 487, cause: 19 } })
  const entered = enter(state.record, state.node.next[outcome], env)
  // Forks that are still being ended report to the state that follows, which ignores them; the call waits
  // for them in `ending`.
  const next = entered.state
  if (next.name !== 'ending') return { state: next, out: [...out, ...entered.out] }
  const legs = new Set([...next.legs, ...state.forks.keys()])
  return { state: { ...next, legs }, out: [...out, ...entered.out] }
}

function announcing(
  state: Extract<CallState, { name: 'announcing' }>,
  input: CallInput,
  env: CallEnv,
): CallStep {
  const { status, cause } = state.node
  if (input.type === 'timer') return endCall(state, { endedBy: 'system', status, cause }, env)
  if (input.type !== 'leg' || input.leg !== state.record.callerLeg) return { state, out: [] }
  if (input.event.type === 'sourceEnded') return endCall(state, { endedBy: 'system', status, cause }, env)
  if (input.event.type !== 'ended') return { state, out: [] }
  return endCall(state, { endedBy: peerOrNetwork(input.event, 'caller'), status, cause }, env, input.leg)
}

type Served = Extract<CallState, { name: 'served' }>

function served(state: Served, input: CallInput, env: CallEnv): CallStep {
  if (input.type !== 'leg' || input.leg !== state.record.callerLeg) return { state, out: [] }
  const { event } = input
  if (event.type === 'held' || event.type === 'resumed') {
    return { state, out: [{ type: 'event', event: { type: event.type, leg: input.leg } }] }
  }
  if (event.type !== 'ended') return { state, out: [] }
  const endedBy = peerOrNetwork(event, 'caller')
  return endCall(state, { endedBy, status: 200, cause: event.cause ?? 16 }, env, input.leg)
}

type Talking = Extract<CallState, { name: 'talking' }>

function talking(state: Talking, input: CallInput, env: CallEnv): CallStep {
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
    case 'ended':
    case 'refused': {
      const endedBy = event.type === 'ended' ? peerOrNetwork(event, role) : role
      return endCall(state, { endedBy, status: 200, cause: event.cause ?? 16 }, env, leg)
    }
    default:
      return { state, out: [] }
  }
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
      ...sourcesOf(next).map(({ leg: listener, source }): CallOutput => {
        return { type: 'source', leg: listener, source }
      }),
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
export function sourcesOf(state: Talking | Served): { readonly leg: LegId; readonly source: LegSource }[] {
  const { callerLeg, answeredBy } = state.record
  if (state.name === 'served') {
    const isEcho = answeredBy?.kind === 'system' && answeredBy.name === 'echo'
    return [{ leg: callerLeg, source: isEcho ? { type: 'echo' } : { type: 'parrot', greeting: [] } }]
  }
  const { calleeLeg, held } = state
  const heard = (speaker: LegId): LegSource =>
    // Who was put on hold hears the hold tone; what the holder hears is decided by its own SDP direction.
    held.has(speaker) ? { type: 'tone', tone: 'hold' } : { type: 'leg', leg: speaker }
  return [
    { leg: callerLeg, source: heard(calleeLeg) },
    { leg: calleeLeg, source: heard(callerLeg) },
  ]
}

function endingStep(state: Extract<CallState, { name: 'ending' }>, input: CallInput): CallStep {
  if (input.type === 'timer') return finish({ ...state, legs: new Set() }, [])
  if (input.type !== 'leg') return { state, out: [] }
  if (input.event.type !== 'ended' && input.event.type !== 'refused') return { state, out: [] }
  const legs = new Set(state.legs)
  legs.delete(input.leg)
  return finish({ ...state, legs }, [])
}

function withQuality(
  state: Exclude<CallState, { name: 'ended' }>,
  leg: LegId,
  event: Extract<LegEvent, { type: 'quality' }>,
): CallStep {
  const role = leg === state.record.callerLeg ? 'caller' : 'callee'
  if (role === 'callee' && leg !== state.record.calleeLeg) return { state, out: [] }
  const quality = new Map(state.record.quality).set(leg, { role, quality: event.quality })
  return { state: { ...state, record: { ...state.record, quality } }, out: [] }
}

function peerOrNetwork(
  event: Extract<LegEvent, { type: 'ended' }>,
  role: 'caller' | 'callee',
): Cdr['endedBy'] {
  if (event.by === 'network') return 'network'
  return event.by === 'us' ? 'system' : role
}
