// Somebody answers: the leg gets the call, and both hear each other.
import type { LegId, WallTime } from '@rufwerk/core'
import type { OutsideCall } from '@rufwerk/routing'
import { CALL_TIME_MAX } from '../limits.ts'
import type { CallEvent, Cdr } from '../ports.ts'
import type { CallEnv, CallOutput } from '../signals.ts'
import type { CallRecord, Talking } from '../state.ts'
import { sourcesOf } from '../talking.ts'

export interface Answerer {
  readonly answeredBy: NonNullable<Cdr['answeredBy']>
  readonly detail: NonNullable<CallEvent['detail']>
  /** Of an outside number. */
  readonly outside?: Pick<OutsideCall, 'number' | 'payer' | 'timeMax'>
}

/** `losers` rang as well, and have lost the call. */
export function connect(
  before: CallRecord,
  leg: LegId,
  answerer: Answerer,
  env: CallEnv,
  losers: readonly LegId[] = [],
): { readonly state: Talking; readonly out: readonly CallOutput[] } {
  const { callerLeg, answeredAt } = before
  const { answeredBy, detail, outside } = answerer
  const timeMax = outside?.timeMax
  const record: CallRecord = {
    ...before,
    answeredAt: answeredAt ?? env.at,
    answeredBy,
    calleeLeg: leg,
    hasSound: true,
    ...(timeMax !== undefined && { timeMax }),
    ...(outside && { spent: spentBy(outside, env.at) }),
  }
  const held = new Set(record.isCallerHeld ? [callerLeg] : [])
  const state: Talking = { name: 'talking', record, calleeLeg: leg, held }
  const limit: CallOutput[] = timeMax === undefined ? [] : [{ type: 'arm', timer: 'money', after: timeMax }]
  const first: CallOutput[] = answeredAt === undefined ? [{ type: 'answer', leg: callerLeg }] : []
  return {
    state,
    out: [
      { type: 'disarm', timer: 'of-node' },
      ...(answeredAt === undefined ? [dayTimer()] : []),
      ...limit,
      { type: 'event', event: { type: 'answered', leg, detail } },
      // Cause 26: answered elsewhere, so that the losers' phones show no missed call.
      ...losers.map((loser): CallOutput => ({ type: 'end', leg: loser, cause: { status: 487, cause: 26 } })),
      ...sourcesOf(state).map((heard): CallOutput => ({ type: 'source', ...heard })),
      ...first,
      { type: 'view', view: { state: 'talking' } },
    ],
  }
}

function spentBy(
  { number, payer }: NonNullable<Answerer['outside']>,
  since: WallTime,
): NonNullable<Cdr['spent']> {
  return { number, since, ...(payer !== undefined && { payer }) }
}

export function dayTimer(): CallOutput {
  return { type: 'arm', timer: 'day', after: CALL_TIME_MAX }
}
