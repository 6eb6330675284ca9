// The system answers by itself: the echo and the voice of the demonstration; and a receptionist.
import type { Target } from '@rufwerk/routing'
import { endCall, peerOrNetwork } from '../ending.ts'
import { REPLAN_AFTER_RESTART } from '../limits.ts'
import type { LegSource } from '../ports.ts'
import type { CallEnv, CallInput, CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, Served } from '../state.ts'
import { askPlan } from './ask.ts'
import { dayTimer } from './connect.ts'

/** Answers menus and names that are spelled. */
export const RECEPTIONIST = 'receptionist'
/** Answers calls that are parked. */
export const PARKING = 'parking'

export function serve(record: CallRecord, source: LegSource, name: string, env: CallEnv): CallStep {
  const { answered, out } = answerBy(record, source, name, env)
  return { state: { name: 'served', record: answered }, out }
}

/** The caller hears this, and is answered if that has not happened before. */
export function answerBy(
  record: CallRecord,
  source: LegSource,
  name: string,
  env: CallEnv,
): { readonly answered: CallRecord; readonly out: readonly CallOutput[] } {
  const { callerLeg: leg, answeredAt, answeredBy: before } = record
  // Another sound of the same service, as for somebody who is muted in a room, is no other answer.
  const isAnother = answeredAt === undefined || before?.kind !== 'system' || before.name !== name
  const answered: CallRecord = {
    ...record,
    answeredAt: answeredAt ?? env.at,
    answeredBy: { kind: 'system', name },
    hasSound: true,
  }
  const first: CallOutput[] = [{ type: 'answer', leg }, dayTimer()]
  const said: CallOutput = { type: 'event', event: { type: 'answered', leg, detail: { by: name } } }
  return {
    answered,
    out: [
      ...(isAnother ? [said] : []),
      { type: 'source', leg, source },
      ...(answeredAt === undefined ? first : []),
      { type: 'view', view: { state: 'talking' } },
    ],
  }
}

export function served(state: Served, input: CallInput, env: CallEnv): CallStep {
  if (input.type === 'timer' && input.timer === 'replan')
    return askPlan(state.record, targetOf(state.record), env)
  if (input.type !== 'leg' || input.leg !== state.record.callerLeg) return { state, out: [] }
  const { event } = input
  if (event.type !== 'ended') return { state, out: [] }
  const endedBy = peerOrNetwork(event, 'caller')
  return endCall(state, { endedBy, status: 200, cause: event.cause ?? 16 }, env, input.leg)
}

/** Who led the caller: what comes after a restart is asked again. A message is left once. */
const LEADING: ReadonlySet<string> = new Set([RECEPTIONIST, 'conference'])

/** Who was in a room goes there again, and not through the receptionist. */
function targetOf({ why, answeredBy }: CallRecord): Target | undefined {
  const { id } = why.values
  const isInRoom = answeredBy?.kind === 'system' && answeredBy.name === 'conference'
  return isInRoom && why.rule === 'conference' && id !== undefined
    ? { to: 'conference', room: id }
    : undefined
}

/** A caller whose plan a restart has forgotten is asked again, once the phones have registered. */
export function resumePlan({ record }: Served): CallOutput[] {
  const { answeredBy } = record
  const isLed = answeredBy?.kind === 'system' && LEADING.has(answeredBy.name)
  return isLed ? [{ type: 'arm', timer: 'replan', after: REPLAN_AFTER_RESTART }] : []
}
