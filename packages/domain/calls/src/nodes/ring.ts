// Somebody rings: a person, a group together or in turn, a number outside. The first answer connects; what
// nobody takes goes on as the plan says.
import { assert, type LegId } from '@rufwerk/core'
import { endCall, outcomeOf, peerOrNetwork } from '../ending.ts'
import type { LegEvent, LegSource } from '../ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, Fork, Refusal, Ringing, RingNode } from '../state.ts'
import { type Answerer, connect } from './connect.ts'
import { enter } from './enter.ts'
import {
  dropForks,
  endSeat,
  nextAttempt,
  nextWaiting,
  type RingStep,
  seatAt,
  seatsOf,
  startSeat,
  trunkDetail,
  withSeat,
} from './seats.ts'

export function enterRinging(record: CallRecord, node: RingNode, env: CallEnv): CallStep {
  const to = ('person' in node ? node.person : undefined) ?? record.to
  const state: Ringing = {
    name: 'ringing',
    record: { ...record, ...(to !== undefined && { to }) },
    node,
    seats: seatsOf(node),
    forks: new Map(),
    refusals: [],
    isRinging: false,
  }
  const out: CallOutput[] = [{ type: 'arm', timer: 'node', after: node.timeout }]
  if (node.do === 'ringMany' && node.order === 'together') {
    for (const [index, { after }] of state.seats.entries())
      if (after > 0) out.push({ type: 'arm', timer: `seat ${index}`, after })
  }
  // A caller who has sound already hears no ringback tone of the own phone.
  if (record.hasSound) out.push(ringback(state))
  const started = startNext({ state, out }, env)
  const settled = settle(started, env)
  if (settled.state.name !== 'ringing') return settled
  return { state: settled.state, out: [...settled.out, { type: 'view', view: { state: viewState(record) } }] }
}

/** An answered caller is not shown as ringing again. */
function viewState({ answeredAt }: CallRecord): 'ringing' | 'talking' {
  return answeredAt === undefined ? 'ringing' : 'talking'
}

export function ringing(state: Ringing, input: CallInput, env: CallEnv): CallStep {
  if (input.type === 'timer') return timedOut(state, input.timer, env)
  if (input.type === 'pickedUp') return pickedUp(state, input, env)
  if (input.type !== 'leg') return { state, out: [] }
  const { leg, event } = input
  if (leg === state.record.callerLeg) {
    if (event.type !== 'ended') return { state, out: [] }
    return endCall(state, { endedBy: peerOrNetwork(event, 'caller'), status: 487, cause: 16 }, env, leg)
  }
  const fork = state.forks.get(leg)
  if (!fork) return { state, out: [] }
  return forkEvent(state, leg, fork, event, env)
}

function timedOut(state: Ringing, timer: string, env: CallEnv): CallStep {
  if (timer === 'node') return ended(state, [], 'noAnswer', env)
  const index = Number(timer.split(' ')[1])
  const seat = state.seats[index]
  if (seat === undefined) return { state, out: [] }
  if (timer.startsWith('trunk ')) return trunkSilent(state, index, env)
  if (seat.state === 'waiting') return settle(startSeat(state, index, env), env)
  if (seat.state === 'over' || state.node.do !== 'ringMany' || state.node.order !== 'inTurn')
    return { state, out: [] }
  const over = endSeat(withRefusal(state, { status: 408 }), index)
  return settle(over, env)
}

/** The trunk took the INVITE and nothing came of it: another one may do better. */
function trunkSilent(state: Ringing, index: number, env: CallEnv): CallStep {
  const fork = [...state.forks].find(([, { seat }]) => seat === index)
  if (fork === undefined || seatAt(state, index).hasRung) return { state, out: [] }
  const [leg, { destination }] = fork
  const detail = { status: 408, ...(destination.to === 'trunk' && { trunk: destination.attempt.trunk }) }
  const event: CallOutput = { type: 'event', event: { type: 'refused', leg, detail } }
  const dropped = dropForks(state, [leg])
  const next = nextAttempt(dropped.state, index, { status: 408 }, env)
  if (next === undefined) return { state, out: [] }
  return { state: next.state, out: [event, ...dropped.out, ...next.out] }
}

function forkEvent(state: Ringing, leg: LegId, fork: Fork, event: LegEvent, env: CallEnv): CallStep {
  switch (event.type) {
    case 'ringing':
      return forkRings(state, leg, fork, env)
    case 'early':
      return forkHasSound(state, leg, fork, env)
    case 'answered':
      return connect(state.record, leg, answererOf(state, fork), env, losersTo(state, leg))
    case 'refused':
      return forkGone(state, leg, fork, { status: event.status, ...causeOf(event.cause) }, env)
    case 'ended':
      return forkGone(state, leg, fork, { status: 480, ...causeOf(event.cause) }, env)
    default:
      return { state, out: [] }
  }
}

function causeOf(cause: number | undefined): { readonly cause?: number } {
  return cause === undefined ? {} : { cause }
}

function forkRings(given: Ringing, leg: LegId, fork: Fork, env: CallEnv): RingStep {
  const state = withSeat(given, fork.seat, { hasRung: true })
  if (state.isRinging) return { state, out: [] }
  const record = { ...state.record, ringingAt: state.record.ringingAt ?? env.at }
  const event = { type: 'ringing', leg, ...detailOf(fork) } as const
  const out: CallOutput[] = [{ type: 'event', event }]
  // Once the caller hears early sound, a 180 would only confuse what it plays.
  if (!record.hasSound) out.push({ type: 'ring', leg: record.callerLeg })
  return { state: { ...state, record, isRinging: true }, out }
}

function detailOf(fork: Fork): { readonly detail?: Readonly<Record<string, string>> } {
  return fork.destination.to === 'trunk' ? { detail: trunkDetail(fork) } : {}
}

function forkHasSound(state: Ringing, leg: LegId, fork: Fork, env: CallEnv): CallStep {
  const { state: next, out } = forkRings(state, leg, fork, env)
  if (next.early !== undefined) return { state: next, out }
  const { callerLeg, hasSound } = next.record
  const opened: CallOutput[] = hasSound ? [] : [{ type: 'progress', leg: callerLeg }]
  return {
    state: { ...next, record: { ...next.record, hasSound: true }, early: leg },
    out: [
      ...out.filter((output) => output.type !== 'ring'),
      { type: 'source', leg: callerLeg, source: { type: 'leg', leg } },
      { type: 'source', leg, source: heardBeforeAnswer(next.record) },
      ...opened,
    ],
  }
}

/** A phone that sends sound before it answers: a caller who is led to it may hold. */
export function heardBeforeAnswer({ callerLeg, isCallerHeld }: CallRecord): LegSource {
  return isCallerHeld ? { type: 'tone', tone: 'hold' } : { type: 'leg', leg: callerLeg }
}

/** Somebody of the house takes the call with a leg that called in for that. */
function pickedUp(state: Ringing, { leg, who }: CallInput & { type: 'pickedUp' }, env: CallEnv): CallStep {
  const { person, device } = who
  const detail = { person, device, isPickUp: true }
  const answerer: Answerer = { answeredBy: { kind: 'person', person, device }, detail }
  const taken = connect(state.record, leg, answerer, env, losersTo(state, leg))
  return { state: taken.state, out: [...taken.out, { type: 'answer', leg }] }
}

/** All others that ring have lost it. */
function losersTo(state: Ringing, leg: LegId): LegId[] {
  return [...state.forks.keys()].filter((other) => other !== leg)
}

function answererOf(state: Ringing, { seat, destination }: Fork): Answerer {
  const { ring } = seatAt(state, seat)
  if (ring.to === 'person' && destination.to === 'contact') {
    const { person } = ring
    const { device } = destination.contact
    return { answeredBy: { kind: 'person', person, device }, detail: { person, device } }
  }
  assert(ring.to === 'outside' && destination.to === 'trunk', 'a trunk rings for an outside seat')
  const { number, timeMax, payer } = ring.call
  const { trunk } = destination.attempt
  const detail: Record<string, string | number> = { trunk, number }
  if (timeMax !== undefined) detail.timeMax = timeMax
  if (payer !== undefined) detail.payer = payer
  return { answeredBy: { kind: 'outside', trunk, number }, detail, outside: ring.call }
}

function forkGone(state: Ringing, leg: LegId, fork: Fork, refusal: Refusal, env: CallEnv): CallStep {
  const detail = { status: refusal.status, ...trunkDetail(fork) }
  const event: CallOutput = { type: 'event', event: { type: 'refused', leg, detail } }
  const wasEarly = state.early === leg
  const forks = new Map(state.forks)
  forks.delete(leg)
  const { early, ...rest } = state
  const left: Ringing = { ...rest, forks, ...(early !== undefined && !wasEarly && { early }) }
  const again = nextAttempt(left, fork.seat, refusal, env)
  const silence: CallOutput[] = wasEarly ? [ringback(left)] : []
  if (again !== undefined) return { state: again.state, out: [event, ...silence, ...again.out] }
  const refused = withRefusal(left, refusal)
  const over = afterRefusal(refused, fork, refusal)
  const going = over.state.forks.size > 0 ? silence : []
  const settled = settle(over, env)
  return { state: settled.state, out: [event, ...going, ...settled.out] }
}

/** RFC 3261 §16.7 step 5: a 6xx speaks for all contacts of the person; and for the mobile beside them. */
function afterRefusal(state: Ringing, fork: Fork, { status }: Refusal): RingStep {
  const { ring } = seatAt(state, fork.seat)
  const hasOthers = [...state.forks.values()].some(({ seat }) => seat === fork.seat)
  if (ring.to !== 'person' || status < 600) return hasOthers ? { state, out: [] } : endSeat(state, fork.seat)
  const { node } = state
  if (node.do !== 'ringMany' || node.person !== ring.person) return endSeat(state, fork.seat)
  const seats = state.seats.map((seat) => ({ ...seat, state: 'over' as const }))
  return dropForks({ ...state, seats }, [...state.forks.keys()])
}

function withRefusal(state: Ringing, refusal: Refusal): Ringing {
  return { ...state, refusals: [...state.refusals, refusal] }
}

/** Nobody rings: the next seat does, until one of them rings or none is left. */
function settle({ state, out }: RingStep, env: CallEnv): CallStep {
  let now: RingStep = { state, out }
  // Each round starts a seat that waited, so there are at most as many as seats.
  while (now.state.forks.size === 0) {
    const next = startNext(now, env)
    if (next === now) return ended(now.state, now.out, outcomeOf(now.state.refusals), env)
    now = next
  }
  return now
}

/** The same when nobody waits. */
function startNext(given: RingStep, env: CallEnv): RingStep {
  const waiting = nextWaiting(given.state)
  if (waiting.length === 0) return given
  let { state, out } = given
  for (const index of waiting) {
    const started = startSeat(state, index, env)
    state = started.state
    out = [...out, ...started.out]
    const isInTurn = state.node.do === 'ringMany' && state.node.order === 'inTurn'
    if (isInTurn)
      out = [...out, { type: 'arm', timer: `seat ${index}`, after: seatAt(state, index).ringTime }]
  }
  return { state, out }
}

function ringback({ record }: Ringing): CallOutput {
  return { type: 'source', leg: record.callerLeg, source: { type: 'tone', tone: 'ringback' } }
}

function ended(
  state: Ringing,
  before: readonly CallOutput[],
  outcome: 'busy' | 'noAnswer' | 'declined' | 'failed',
  env: CallEnv,
): CallStep {
  const dropped = dropForks(state, [...state.forks.keys()])
  const next = state.node.next[outcome] ?? state.node.next.noAnswer
  const entered = enter(state.record, next, env)
  const out: CallOutput[] = [...before, { type: 'disarm', timer: 'of-node' }, ...dropped.out, ...entered.out]
  // Forks that are still being ended report to the state that follows, which ignores them; the call waits
  // for them in `ending`.
  if (entered.state.name !== 'ending') return { state: entered.state, out }
  const legs = new Set([...entered.state.legs, ...state.forks.keys()])
  return { state: { ...entered.state, legs }, out }
}
