// A call that the last run did not end: its events make the CDR that it still needs, so that there is exactly
// one.
import type { CallId, DeviceId, PersonId, TenantId, WallTime } from '@rufwerk/core'
import type { CallEvent, Cdr } from './ports.ts'

/** Temporary failure (ITU-T Q.850 §2.2.7): the system stopped under the call. */
const CAUSE_RESTART = 41

/**
 * The CDR of a call that ended because the system stopped: it ends at its last event. Undefined when its
 * first event is not there, as nobody knows then who called.
 */
export function cdrAfterRestart(call: {
  readonly tenant: TenantId
  readonly call: CallId
  readonly events: readonly CallEvent[]
}): Cdr | undefined {
  const requested = call.events.find((event) => event.type === 'requested')
  const detail = requested?.detail
  if (!requested || !detail) return undefined
  const at = (type: string): WallTime | undefined => call.events.find((event) => event.type === type)?.at
  const routed = call.events.findLast((event) => event.why !== undefined)
  const to = call.events.findLast((event) => event.detail?.to !== undefined)?.detail?.to
  const answered = call.events.find((event) => event.type === 'answered')
  const answeredAt = answered?.at
  return {
    tenant: call.tenant,
    call: call.call,
    startedAt: requested.at,
    ringingAt: at('ringing'),
    answeredAt,
    endedAt: call.events.at(-1)?.at ?? requested.at,
    from: {
      person: String(detail.person) as PersonId,
      device: String(detail.device) as DeviceId,
      extension: String(detail.extension),
      name: String(detail.name),
    },
    dialled: String(detail.dialled),
    to: to === undefined ? undefined : (String(to) as PersonId),
    answeredBy: answered && answeredBy(answered),
    endedBy: 'system',
    cause: CAUSE_RESTART,
    status: answeredAt === undefined ? 500 : 200,
    why: { rule: 'restart', values: routed?.why?.values ?? {} },
    quality: [],
  }
}

function answeredBy({ detail }: CallEvent): Cdr['answeredBy'] {
  if (detail?.by !== undefined) return { kind: 'system', name: String(detail.by) }
  if (detail?.person === undefined) return undefined
  return {
    kind: 'person',
    person: String(detail.person) as PersonId,
    device: String(detail.device) as DeviceId,
  }
}
