// A call that the last run did not end, read from its events: they are its stored state. When its legs stand
// again it goes on where it was; otherwise it gets the CDR that it still needs, so that there is exactly one.
import {
  assert,
  type CallId,
  type DeviceId,
  type LegId,
  ms,
  type PersonId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import type { TrunkId, Why } from '@rufwerk/routing'
import { linksOf, partyOf } from './ending.ts'
import { earlierText, readEarlier, readForwardersText } from './forwarded.ts'
import { PARKING } from './nodes/serve.ts'
import type { CallEvent, Caller, Cdr } from './ports.ts'
import { serviceOf } from './service-detail.ts'
import type { Planned } from './signals.ts'
import type { CallRecord, Parked, Served, Talking, Visiting } from './state.ts'
import { costsDetail, costsOf, withCosts } from './transfer-rules.ts'

/** Temporary failure (ITU-T Q.850 §2.2.7): the system stopped under the call. */
const CAUSE_RESTART = 41
const RESTARTED: Why = { rule: 'restart', values: {} }

export interface UnfinishedCall {
  readonly tenant: TenantId
  readonly call: CallId
  /** In the order in which they were journaled. */
  readonly events: readonly CallEvent[]
}

/** The first event: what a restart needs to know of how the call began. */
export function requestedEvent(
  record: CallRecord,
  { config, seed }: Pick<Planned, 'config' | 'seed'>,
  at: WallTime,
): CallEvent {
  const { call, caller, callerLeg, dialled, transferredFrom, transferor } = record
  const { kind: _, ...from } = partyOf(caller)
  const forwarders = earlierText(caller)
  const detail = {
    dialled,
    ...from,
    ...(forwarders !== undefined && { forwarders }),
    ...{ config, seed },
    ...(transferredFrom !== undefined && { transferredFrom }),
    ...(transferor && { byPerson: transferor.person, byDevice: transferor.device }),
    ...(record.isLed && costsDetail(record)),
  }
  return { tenant: caller.tenant, call, leg: callerLeg, at, type: 'requested', detail }
}

/**
 * The state of a call that was answered; undefined for any other, which does not survive a restart. Quality
 * that was measured before is not in it: the counters of the media process go on.
 */
export function stateAfterRestart(call: UnfinishedCall): Talking | Served | Parked | Visiting | undefined {
  const record = recordOf(call)
  if (record?.answeredBy === undefined || record.answeredAt === undefined) return undefined
  if (record.answeredBy.kind === 'system') return servedAfterRestart(record, record.answeredBy.name, call)
  assert(record.calleeLeg !== undefined, 'who answered has a leg')
  const held = new Set<LegId>()
  for (const { type, leg, detail } of call.events) {
    if (leg === undefined) continue
    if (type === 'held' || (type === 'replaced' && detail?.isHeld === true)) held.add(leg)
    if (type === 'resumed') held.delete(leg)
  }
  const { calleeLeg } = record
  return { name: 'talking', record, calleeLeg, held }
}

function servedAfterRestart(
  record: CallRecord,
  name: string,
  { events }: UnfinishedCall,
): Served | Parked | Visiting | undefined {
  // Who heard that a code was performed has heard enough.
  if (name === 'code') return undefined
  const queued = events.findLast(({ type, why }) => type === 'routed' && why?.rule === 'queue')?.why
  if (name === 'queue' && queued?.values.id !== undefined) {
    const node = { do: 'queue', why: queued, queue: queued.values.id } as const
    return { name: 'visiting', record, node, forks: new Map() }
  }
  // Who listened to others does not any more.
  if (name === 'queue') return undefined
  const place = events.findLast(({ type }) => type === 'parked')?.detail
  if (name !== PARKING || place === undefined) return { name: 'served', record }
  return { name: 'parked', record, lot: String(place.lot), slot: String(place.slot) }
}

/**
 * The CDR of a call that ended because the system stopped: it ends at its last event. Undefined when its
 * first event is not there, as nobody knows then who called.
 */
export function cdrAfterRestart(call: UnfinishedCall): Cdr | undefined {
  const record = recordOf(call)
  if (record === undefined) return undefined
  const { startedAt, ringingAt, answeredAt, dialled, to, answeredBy } = record
  return {
    ...{ tenant: call.tenant, call: call.call, startedAt, ringingAt, answeredAt },
    endedAt: call.events.at(-1)?.at ?? startedAt,
    from: partyOf(record.caller),
    ...{ dialled, to, answeredBy },
    ...(record.spent !== undefined && { spent: record.spent }),
    endedBy: 'system',
    cause: CAUSE_RESTART,
    status: answeredAt === undefined ? 500 : 200,
    why: { rule: 'restart', values: record.why.values ?? {} },
    ...linksOf(record),
    quality: [],
  }
}

function recordOf(unfinished: UnfinishedCall): CallRecord | undefined {
  const begun = beginning(unfinished)
  return begun && unfinished.events.reduce(afterEvent, begun)
}

/** Transfers bring a leg into a call: as its caller from the beginning, or in the place of another. */
function afterEvent(record: CallRecord, event: CallEvent): CallRecord {
  const { type, leg, detail, tenant, at } = event
  if (type !== 'requested' && type !== 'replaced') return record
  const costs = costsOf(event)
  const paid = costs === undefined ? record : withCosts(record, costs, at)
  if (type === 'requested' || leg === undefined || detail === undefined) return paid
  const isCaller = detail.was === record.callerLeg
  const from = detail.transferredFrom
  const { service, ...others } = paid
  const isSame = paid.answeredBy?.kind === 'person' && paid.answeredBy.person === detail.person
  return {
    ...others,
    ...(service && (isCaller || isSame) && { service }),
    connected: { ...record.connected, [isCaller ? 'caller' : 'callee']: callerOf(tenant, detail) },
    ...(isCaller ? { callerLeg: leg } : { calleeLeg: leg }),
    ...(from !== undefined && { transferredFrom: String(from) as CallId }),
  }
}

function beginning({ tenant, call, events }: UnfinishedCall): CallRecord | undefined {
  const requested = events.find((event) => event.type === 'requested')
  if (requested?.detail === undefined || requested.leg === undefined) return undefined
  const { dialled, transferredFrom, byPerson, byDevice } = requested.detail
  const to = events.findLast((event) => event.detail?.to !== undefined)?.detail?.to
  const forwardedBy = events.findLast((event) => event.detail?.forwardedBy !== undefined)?.detail?.forwardedBy
  const answers = events.filter((event) => event.type === 'answered')
  // A receptionist answers first, and then a person.
  const last = answers.at(-1)
  const who = last && answeredBy(last)
  const timeMax = last?.detail?.timeMax
  const why = events.findLast((event) => event.why !== undefined)?.why ?? RESTARTED
  const service = serviceOf(last?.detail, why)
  return {
    call,
    caller: callerOf(tenant, requested.detail),
    callerLeg: requested.leg,
    dialled: String(dialled),
    startedAt: requested.at,
    why,
    ...(forwardedBy !== undefined && { forwarders: readForwardersText(String(forwardedBy)) }),
    ringingAt: events.find((event) => event.type === 'ringing')?.at,
    answeredAt: answers[0]?.at,
    to: to === undefined ? undefined : (String(to) as PersonId),
    answeredBy: who,
    calleeLeg: who === undefined || who.kind === 'system' ? undefined : last?.leg,
    ...(service && { service }),
    ...(timeMax !== undefined && { timeMax: ms(Number(timeMax)) }),
    ...(who?.kind === 'outside' && last && { spent: spentBy(last, who.number) }),
    hasSound: answers.length > 0,
    replans: events.filter((event) => event.type === 'routed' && event.detail?.seed !== undefined).length,
    dials: 0,
    quality: new Map(),
    ...(transferredFrom !== undefined && { transferredFrom: String(transferredFrom) as CallId }),
    ...(byPerson !== undefined && {
      transferor: { person: String(byPerson) as PersonId, device: String(byDevice) as DeviceId },
    }),
  }
}

/** Calls of before there were trunks have no kind: they are of the house. */
function callerOf(tenant: TenantId, detail: NonNullable<CallEvent['detail']>): Caller {
  const { trunk, number, person, device, extension, name } = detail
  if (trunk === undefined) {
    return {
      kind: 'inside',
      tenant,
      person: String(person) as PersonId,
      device: String(device) as DeviceId,
      extension: String(extension),
      name: String(name),
    }
  }
  return {
    kind: 'outside',
    tenant,
    trunk: String(trunk) as TrunkId,
    ...(detail.forwarders !== undefined && { forwarders: readEarlier(detail) }),
    ...(number !== undefined && { number: String(number) }),
    ...(name !== undefined && { name: String(name) }),
  }
}

function spentBy({ at, detail }: CallEvent, number: string): NonNullable<Cdr['spent']> {
  const payer = detail?.payer
  return { number, since: at, ...(payer !== undefined && { payer: String(payer) as PersonId }) }
}

function answeredBy({ detail, leg }: CallEvent): Cdr['answeredBy'] {
  if (detail?.by !== undefined) return { kind: 'system', name: String(detail.by) }
  if (detail?.trunk !== undefined && leg !== undefined)
    return { kind: 'outside', trunk: String(detail.trunk) as TrunkId, number: String(detail.number) }
  if (detail?.person === undefined || leg === undefined) return undefined
  return {
    kind: 'person',
    person: String(detail.person) as PersonId,
    device: String(detail.device) as DeviceId,
  }
}
