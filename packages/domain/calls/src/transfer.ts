// Transfer of an answered call (RFC 5589), as steps of its machine. Blind: the other party is lent to a new
// call that leads it to where it shall go, and comes back when nobody takes it there. Attended: it takes the
// place of the transferor in another call of theirs. Pure; `transfers.ts` goes between the calls.
import { type LegId, ms } from '@rufwerk/core'
import { endCall, partyOf } from './ending.ts'
import { CALL_TIME_MAX } from './limits.ts'
import type { Caller } from './ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from './signals.ts'
import type { CallRecord, CallState, Talking, Transferring } from './state.ts'
import { holderOf, sourcesOf } from './talking.ts'
import { costsDetail, isLegOf, withCosts } from './transfer-rules.ts'

/** Request terminated (RFC 3261 §21.4.25): the party that was to be led somewhere has hung up. */
const GONE = 487

/** What has to do with transfers and comes to a call that is not in one; undefined: something else. */
export function transferInput(state: CallState, input: CallInput, env: CallEnv): CallStep | undefined {
  switch (input.type) {
    case 'leg': {
      if (input.event.type !== 'transfer' || state.name === 'transferring') return undefined
      return { state, out: [asked(state, input.leg, input.event.to)] }
    }
    case 'lend':
      return state.name === 'talking' && isLegOf(state, input.leg)
        ? lend(state, input)
        : told(state, input.leg, 480)
    case 'transferRefused': {
      const { leg, dialled, why, status } = input
      const event = { type: 'transferRefused', leg, why, detail: { dialled, status } }
      return {
        state,
        out: [
          { type: 'event', event },
          { type: 'told', leg, status },
        ],
      }
    }
    case 'replace': {
      if (state.name === 'talking' && isLegOf(state, input.leg)) return replaceLeg(state, input, env)
      return { state, out: [{ type: 'end', leg: input.by, cause: { status: 481, cause: 41 } }] }
    }
    case 'transferred':
    case 'partyGone':
      return state.name === 'transferring' ? undefined : { state, out: [] }
    default:
      return undefined
  }
}

/** The peer of an answered leg wants a transfer: who hears it can be lent. */
function asked(
  state: CallState,
  leg: LegId,
  to: (CallOutput & { readonly type: 'transfer' })['to'],
): CallOutput {
  if (state.name !== 'talking' || !isLegOf(state, leg)) return { type: 'told', leg, status: 480 }
  const { callerLeg } = state.record
  const party = leg === callerLeg ? state.calleeLeg : callerLeg
  return { type: 'transfer', leg, party, to }
}

function told(state: CallState, leg: LegId, status: number): CallStep {
  return { state, out: [{ type: 'told', leg, status }] }
}

/** The party belongs to another call until that is answered or given up. */
function lend(state: Talking, input: CallInput & { readonly type: 'lend' }): CallStep {
  const { leg: by, to, dialled, why } = input
  const { callerLeg } = state.record
  const party = by === callerLeg ? state.calleeLeg : callerLeg
  const record = { ...state.record, transferredTo: to }
  const { calleeLeg, held, mix } = state
  const detail = { transferredTo: to, ...(dialled !== undefined && { dialled }) }
  return {
    state: { name: 'transferring', record, calleeLeg, held, by, party, to, ...(mix && { mix }) },
    out: [
      { type: 'event', event: { type: 'transferring', leg: by, detail, ...(why && { why }) } },
      { type: 'source', leg: by, source: { type: 'silence' } },
    ],
  }
}

export function transferring(state: Transferring, input: CallInput, env: CallEnv): CallStep {
  const { by, party } = state
  switch (input.type) {
    case 'transferred':
      return transferred(state, input, env)
    case 'partyGone': {
      const ended = endCall(state, { endedBy: roleOf(state, party), status: 200, cause: 16 }, env)
      return { state: ended.state, out: [{ type: 'told', leg: by, status: GONE }, ...ended.out] }
    }
    case 'leg':
      return input.leg === by ? transferorDid(state, input.event, env) : { state, out: [] }
    default:
      return { state, out: [] }
  }
}

/** Who transfers may hang up at once: the party goes on without. Until then a hold is remembered. */
function transferorDid(
  state: Transferring,
  event: (CallInput & { readonly type: 'leg' })['event'],
  env: CallEnv,
): CallStep {
  const { by, held } = state
  if (event.type === 'ended' || event.type === 'refused') {
    const isBroken = event.type === 'ended' && event.by === 'network'
    const endedBy = isBroken ? 'network' : roleOf(state, by)
    return endCall(state, { endedBy, status: 200, cause: event.cause ?? 16 }, env, by)
  }
  if (event.type === 'transfer') return { state, out: [{ type: 'told', leg: by, status: 480 }] }
  if (event.type !== 'held' && event.type !== 'resumed') return { state, out: [] }
  const changed = new Set(held)
  if (event.type === 'held') changed.add(by)
  else changed.delete(by)
  return {
    state: { ...state, held: changed },
    out: [{ type: 'event', event: { type: event.type, leg: by } }],
  }
}

function transferred(
  state: Transferring,
  { status, returning }: CallInput & { readonly type: 'transferred' },
  env: CallEnv,
): CallStep {
  const { by, party, calleeLeg, record, mix } = state
  const told: CallOutput = { type: 'told', leg: by, status }
  if (status < 200) return { state, out: [told] }
  if (status < 300) {
    const ended = endCall(state, { endedBy: roleOf(state, by), status: 200, cause: 16 }, env)
    return { state: ended.state, out: [told, ...ended.out] }
  }
  const { transferredTo: _, ...before } = record
  const held = new Set([...state.held].filter((holder) => holder !== party))
  if (returning?.isHeld) held.add(party)
  const back: Talking = { name: 'talking', record: before, calleeLeg, held, ...(mix && { mix }) }
  return {
    state: back,
    out: [
      { type: 'event', event: { type: 'transferFailed', leg: party, detail: { status } } },
      told,
      ...hear(back),
    ],
  }
}

/** Another leg takes the place of one: of a transferor, or of another device of the same person. */
function replaceLeg(state: Talking, input: CallInput & { readonly type: 'replace' }, env: CallEnv): CallStep {
  const { leg, by, who, from, isHeld, costs } = input
  const isCaller = leg === state.record.callerLeg
  const calleeLeg = isCaller ? state.calleeLeg : by
  const connected = { ...state.record.connected, [isCaller ? 'caller' : 'callee']: who }
  const { service, ...others } = state.record
  const replaced: CallRecord = {
    ...others,
    // Who takes over for somebody else does not answer for the queue.
    ...(service && (isCaller || isSamePerson(others, who)) && { service }),
    connected,
    ...(isCaller ? { callerLeg: by } : { calleeLeg: by }),
    ...(from !== undefined && { transferredFrom: from }),
  }
  const record = costs === undefined ? replaced : withCosts(replaced, costs, env.at)
  const held = new Set([...state.held].filter((holder) => holder !== leg))
  if (isHeld) held.add(by)
  // A question that is open is over: it was asked of two others.
  const { mix } = state
  const next: Talking = { name: 'talking', record, calleeLeg, held, ...(mix && { mix }) }
  const detail = {
    ...partyOf(who),
    ...{ was: leg, isHeld },
    ...(from !== undefined && { transferredFrom: from }),
    ...costsDetail(costs ?? {}),
  }
  return {
    state: next,
    out: [
      { type: 'event', event: { type: 'replaced', leg: by, detail } },
      ...(costs?.timeMax === undefined ? [] : [moneyTimer(record, env)]),
      ...hear(next),
      // For one that calls in; what is answered stays so.
      { type: 'answer', leg: by },
      { type: 'end', leg, cause: { status: 200, cause: 16 } },
      { type: 'view', view: { state: 'talking', heldBy: holderOf(next) } },
    ],
  }
}

function isSamePerson({ answeredBy }: Pick<CallRecord, 'answeredBy'>, who: Caller): boolean {
  return who.kind === 'inside' && answeredBy?.kind === 'person' && answeredBy.person === who.person
}

function moneyTimer({ spent, timeMax = CALL_TIME_MAX }: CallRecord, { at }: CallEnv): CallOutput {
  const left = timeMax - (at - (spent?.since ?? at))
  return { type: 'arm', timer: 'money', after: ms(Math.max(0, left)) }
}

function hear(state: Talking): CallOutput[] {
  return sourcesOf(state).map(({ leg, source }): CallOutput => ({ type: 'source', leg, source }))
}

function roleOf({ record }: Transferring, leg: LegId): 'caller' | 'callee' {
  return leg === record.callerLeg ? 'caller' : 'callee'
}
