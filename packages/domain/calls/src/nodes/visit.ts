// A call is with a service of the house: a box, a queue, a room. What happens there is the service's to say;
// here are the legs: the caller's, and those of people who ring for it.
import type { LegId, PersonId } from '@rufwerk/core'
import { endCall, outcomeOf, peerOrNetwork } from '../ending.ts'
import { CAUSE, FORKS_MAX, RINGS_MAX } from '../limits.ts'
import type { LegEvent, LegSource, VisitEvent } from '../ports.ts'
import { serviceDetail } from '../service-detail.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, ServiceNode, Visiting } from '../state.ts'
import { askPlan } from './ask.ts'
import { connect } from './connect.ts'
import { notPerformed } from './enter.ts'
import { answerBy } from './serve.ts'

type Wished = Extract<CallInput, { readonly type: 'wished' }>['wish']

export function enterVisit(record: CallRecord, node: ServiceNode): CallStep {
  return { state: { name: 'visiting', record, node, forks: new Map() }, out: [{ type: 'visit', node }] }
}

export function visiting(state: Visiting, input: CallInput, env: CallEnv): CallStep {
  switch (input.type) {
    case 'notHosted':
      return notPerformed(state.record, env)
    case 'wished':
      return wished(state, input.wish, env)
    case 'leg':
      if (input.leg === state.record.callerLeg) return ofCaller(state, input.event, env)
      return state.forks.has(input.leg) ? ofFork(state, input.leg, input.event, env) : { state, out: [] }
    default:
      return { state, out: [] }
  }
}

function wished(state: Visiting, wish: Wished, env: CallEnv): CallStep {
  const { record, node } = state
  switch (wish.type) {
    case 'answer': {
      const { answered, out } = answerBy(record, wish.source, node.do, env)
      return { state: { ...state, record: answered }, out }
    }
    case 'hear':
      return hear(state, wish.source)
    case 'ring':
      return ring(state, wish, env)
    case 'stopRinging': {
      const { person, isElsewhere } = wish
      const legs = [...state.forks].filter(([, fork]) => fork.person === person).map(([leg]) => leg)
      return stopRinging(state, legs, isElsewhere)
    }
    case 'go':
      return leadOn(state, askPlan(record, wish.target, env))
    case 'dial':
      return leadOn(state, askPlan({ ...record, dialled: wish.dialled }, undefined, env))
    case 'mix':
    case 'announce':
      return { state, out: [] }
    case 'end':
      return endCall(state, { endedBy: 'system', ...wish.cause }, env)
  }
}

function leadOn(state: Visiting, asked: CallStep): CallStep {
  const alone = stopRinging(state, [...state.forks.keys()], false)
  return { state: asked.state, out: [...alone.out, ...asked.out] }
}

/** Before the answer as early media, so that it costs nothing. */
function hear(state: Visiting, source: LegSource): CallStep {
  const { record } = state
  const leg = record.callerLeg
  const opened: CallOutput[] = record.hasSound ? [] : [{ type: 'progress', leg }]
  return {
    state: { ...state, record: { ...record, hasSound: true } },
    out: [{ type: 'source', leg, source }, ...opened],
  }
}

/** What the phones of a person say counts together; somebody without phones fails at once. */
function ring(state: Visiting, { person, contacts }: Wished & { type: 'ring' }, env: CallEnv): CallStep {
  const forks = new Map(state.forks)
  const out: CallOutput[] = []
  for (const contact of contacts.slice(0, FORKS_MAX)) {
    if (forks.size >= RINGS_MAX) break
    const leg = env.newLeg()
    forks.set(leg, { person, contact })
    out.push({ type: 'dial', leg, destination: { to: 'contact', contact } })
  }
  if (out.length === 0) return { state, out: [visited({ type: 'notAnswered', person, why: 'failed' })] }
  return { state: { ...state, forks }, out }
}

function stopRinging(state: Visiting, legs: readonly LegId[], isElsewhere: boolean): CallStep {
  const forks = new Map(state.forks)
  const cause = { status: 487, cause: isElsewhere ? CAUSE.elsewhere : CAUSE.normal }
  const out = legs.map((leg): CallOutput => {
    forks.delete(leg)
    return { type: 'end', leg, cause }
  })
  return { state: { ...state, forks }, out }
}

function ofCaller(state: Visiting, event: LegEvent, env: CallEnv): CallStep {
  const { callerLeg, answeredAt } = state.record
  switch (event.type) {
    case 'dtmf':
      return { state, out: [visited({ type: 'key', key: event.digit })] }
    case 'sourceEnded':
      return { state, out: [visited({ type: 'soundEnded' })] }
    case 'sourceFailed': {
      const missing: CallOutput = { type: 'event', event: { type: 'promptMissing', leg: callerLeg } }
      return { state, out: [missing, visited({ type: 'soundFailed' })] }
    }
    case 'ended': {
      const status = answeredAt === undefined ? 487 : 200
      const endedBy = peerOrNetwork(event, 'caller')
      return endCall(state, { endedBy, status, cause: event.cause ?? CAUSE.normal }, env, callerLeg)
    }
    default:
      return { state, out: [] }
  }
}

function ofFork(state: Visiting, leg: LegId, event: LegEvent, env: CallEnv): CallStep {
  const fork = state.forks.get(leg)
  if (fork === undefined) return { state, out: [] }
  const { person, contact } = fork
  switch (event.type) {
    case 'answered': {
      const { device } = contact
      const losers = [...state.forks.keys()].filter((other) => other !== leg)
      const detail = { person, device, ...serviceDetail(state.node) }
      const answerer = { answeredBy: { kind: 'person', person, device }, detail } as const
      return connect({ ...state.record, to: person, service: state.node }, leg, answerer, env, losers)
    }
    case 'refused':
    case 'ended': {
      const status = event.type === 'refused' ? event.status : 500
      return refused(state, leg, person, status)
    }
    default:
      return { state, out: [] }
  }
}

/** RFC 3261 §16.7 step 5: a 6xx speaks for all phones of the person. */
function refused(state: Visiting, leg: LegId, person: PersonId, status: number): CallStep {
  const left = new Map(state.forks)
  left.delete(leg)
  const others = [...left].filter(([, fork]) => fork.person === person).map(([other]) => other)
  const rest = status >= 600 ? stopRinging({ ...state, forks: left }, others, false) : undefined
  const isOver = rest !== undefined || others.length === 0
  const told = isOver ? [visited({ type: 'notAnswered', person, why: outcomeOf([{ status }]) })] : []
  return { state: rest?.state ?? { ...state, forks: left }, out: [...(rest?.out ?? []), ...told] }
}

function visited(event: VisitEvent): CallOutput {
  return { type: 'visited', event }
}
