// How a call ends: every leg is ended, their last facts are waited for, and exactly one CDR comes out.
import type { LegId } from '@rufwerk/core'
import { forwardingsOf } from './forwarded.ts'
import { ENDING_TIME } from './limits.ts'
import type { Caller, Cdr, LegEvent } from './ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from './signals.ts'
import type { CallRecord, Ending, EndingCall, LiveState } from './state.ts'

/** Ends all legs but the one that is gone already. Asked again while it ends, it changes nothing. */
export function endCall(
  state: LiveState,
  how: Omit<Ending, 'endedAt'>,
  env: CallEnv,
  gone?: LegId,
): CallStep {
  if (state.name === 'ending') return { state, out: [] }
  const legs = new Set(legsOf(state))
  if (gone !== undefined) legs.delete(gone)
  const { status, cause } = how
  const ending: Ending = { ...how, endedAt: env.at }
  const out: CallOutput[] = [{ type: 'disarm', timer: 'all' }]
  for (const leg of legs) out.push({ type: 'end', leg, cause: { status, cause } })
  out.push({ type: 'view', view: { state: 'ended', cause } })
  out.push({ type: 'arm', timer: 'node', after: ENDING_TIME })
  return finish({ name: 'ending', record: state.record, legs, ending }, out)
}

/** It has ended, and only the last facts of its legs are missing. */
export function ending(state: EndingCall, input: CallInput): CallStep {
  if (input.type === 'timer' && input.timer === 'node') return finish({ ...state, legs: new Set() }, [])
  if (input.type !== 'leg') return { state, out: [] }
  if (input.event.type !== 'ended' && input.event.type !== 'refused') return { state, out: [] }
  const legs = new Set(state.legs)
  legs.delete(input.leg)
  return finish({ ...state, legs }, [])
}

/** Closes the books once no leg is left. */
function finish(state: EndingCall, before: readonly CallOutput[]): CallStep {
  if (state.legs.size > 0) return { state, out: before }
  const { record, ending } = state
  const cdr: Cdr = {
    tenant: record.caller.tenant,
    call: record.call,
    startedAt: record.startedAt,
    ringingAt: record.ringingAt,
    answeredAt: record.answeredAt,
    endedAt: ending.endedAt,
    from: partyOf(record.caller),
    dialled: record.dialled,
    to: record.to,
    answeredBy: record.answeredBy,
    // Of a leg that a transfer led here in vain, the call that it goes back to counts.
    ...(record.spent !== undefined && record.answeredAt !== undefined && { spent: record.spent }),
    endedBy: ending.endedBy,
    cause: ending.cause,
    status: record.answeredAt === undefined ? ending.status : 200,
    why: record.why,
    ...linksOf(record),
    quality: [...record.quality].map(([leg, { role, quality }]) => ({ leg, role, quality })),
  }
  const out: CallOutput[] = [...before, { type: 'disarm', timer: 'all' }, { type: 'finished', cdr }]
  return { state: { name: 'ended', record }, out }
}

/** Who has forwarded it, and the calls that a transfer leads to and comes from, as records name them. */
export function linksOf({
  transferredFrom,
  transferredTo,
  transferor,
  ...record
}: CallRecord): Pick<Cdr, 'forwardings' | 'transferredFrom' | 'transferredTo' | 'transferredBy'> {
  const forwardings = forwardingsOf(record)
  return {
    ...(forwardings && { forwardings }),
    ...(transferredTo !== undefined && { transferredTo }),
    ...(transferredFrom !== undefined && { transferredFrom }),
    ...(transferor !== undefined && { transferredBy: transferor.person }),
  }
}

/** The caller as records name it; the tenant stands beside it. */
export function partyOf({ tenant: _, ...party }: Caller): Cdr['from'] {
  if (party.kind === 'inside') return party
  const { forwarders: __, ...outside } = party
  return outside
}

function legsOf(state: LiveState): LegId[] {
  const { callerLeg } = state.record
  switch (state.name) {
    case 'ringing':
    case 'visiting':
      return [callerLeg, ...state.forks.keys()]
    case 'talking':
      return [callerLeg, state.calleeLeg]
    case 'transferring':
      return [state.by]
    case 'ending':
      return [...state.legs]
    default:
      return [callerLeg]
  }
}

/** Whose doing the end of a leg was. */
export function peerOrNetwork(
  event: Extract<LegEvent, { type: 'ended' }>,
  role: 'caller' | 'callee',
): Cdr['endedBy'] {
  if (event.by === 'network') return 'network'
  return event.by === 'us' ? 'system' : role
}

/**
 * The best final response of all contacts (after RFC 3261 §16.7 step 6): a decline, then busy, then the rest.
 */
export function outcomeOf(
  refusals: readonly { readonly status: number }[],
): 'busy' | 'noAnswer' | 'declined' | 'failed' {
  const statuses = refusals.map((refusal) => refusal.status)
  if (statuses.some((status) => status === 603 || status === 607)) return 'declined'
  if (statuses.some((status) => status === 486 || status === 600)) return 'busy'
  if (statuses.length > 0 && statuses.every((status) => status === 408)) return 'noAnswer'
  return 'failed'
}
