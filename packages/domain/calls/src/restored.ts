// A call that the last run did not end, read from its events: they are its stored state. When its legs stand
// again it goes on where it was; otherwise it gets the CDR that it still needs, so that there is exactly one.
import { assert, type CallId, type DeviceId, type LegId, type PersonId, type TenantId } from '@rufwerk/core'
import type { CallEvent, Cdr } from './ports.ts'
import type { CallRecord, CallState } from './state.ts'

/** Temporary failure (ITU-T Q.850 §2.2.7): the system stopped under the call. */
const CAUSE_RESTART = 41

export interface UnfinishedCall {
  readonly tenant: TenantId
  readonly call: CallId
  /** In the order in which they were journaled. */
  readonly events: readonly CallEvent[]
}

/**
 * The state of a call that was answered; undefined for any other, which does not survive a restart. Quality
 * that was measured before is not in it: the counters of the media process go on.
 */
export function stateAfterRestart(
  call: UnfinishedCall,
): Extract<CallState, { name: 'talking' | 'served' }> | undefined {
  const record = recordOf(call)
  if (record?.answeredBy === undefined || record.answeredAt === undefined) return undefined
  if (record.answeredBy.kind === 'system') return { name: 'served', record }
  assert(record.calleeLeg !== undefined, 'who answered has a leg')
  const held = new Set<LegId>()
  for (const { type, leg } of call.events) {
    if (leg === undefined) continue
    if (type === 'held') held.add(leg)
    if (type === 'resumed') held.delete(leg)
  }
  const { calleeLeg } = record
  return { name: 'talking', record, calleeLeg, calleeDevice: record.answeredBy.device, held }
}

/**
 * The CDR of a call that ended because the system stopped: it ends at its last event. Undefined when its
 * first event is not there, as nobody knows then who called.
 */
export function cdrAfterRestart(call: UnfinishedCall): Cdr | undefined {
  const record = recordOf(call)
  if (record === undefined) return undefined
  const { person, device, extension, name } = record.caller
  const { startedAt, ringingAt, answeredAt, dialled, to, answeredBy } = record
  return {
    ...{ tenant: call.tenant, call: call.call, startedAt, ringingAt, answeredAt },
    endedAt: call.events.at(-1)?.at ?? startedAt,
    from: { person, device, extension, name },
    ...{ dialled, to, answeredBy },
    endedBy: 'system',
    cause: CAUSE_RESTART,
    status: answeredAt === undefined ? 500 : 200,
    why: { rule: 'restart', values: record.why.values ?? {} },
    quality: [],
  }
}

function recordOf({ tenant, call, events }: UnfinishedCall): CallRecord | undefined {
  const requested = events.find((event) => event.type === 'requested')
  if (requested?.detail === undefined || requested.leg === undefined) return undefined
  const { person, device, extension, name, dialled } = requested.detail
  const to = events.findLast((event) => event.detail?.to !== undefined)?.detail?.to
  const answered = events.find((event) => event.type === 'answered')
  const who = answered && answeredBy(answered)
  return {
    call,
    caller: {
      tenant,
      person: String(person) as PersonId,
      device: String(device) as DeviceId,
      extension: String(extension),
      name: String(name),
    },
    callerLeg: requested.leg,
    dialled: String(dialled),
    startedAt: requested.at,
    why: events.findLast((event) => event.why !== undefined)?.why ?? { rule: 'restart', values: {} },
    ringingAt: events.find((event) => event.type === 'ringing')?.at,
    answeredAt: answered?.at,
    to: to === undefined ? undefined : (String(to) as PersonId),
    answeredBy: who,
    calleeLeg: who?.kind === 'person' ? answered?.leg : undefined,
    quality: new Map(),
  }
}

function answeredBy({ detail, leg }: CallEvent): Cdr['answeredBy'] {
  if (detail?.by !== undefined) return { kind: 'system', name: String(detail.by) }
  if (detail?.person === undefined || leg === undefined) return undefined
  return {
    kind: 'person',
    person: String(detail.person) as PersonId,
    device: String(detail.device) as DeviceId,
  }
}
