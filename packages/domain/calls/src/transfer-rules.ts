// Who transfers whom, and to what: what does not depend on the state of a call.
import { type DeviceId, type LegId, ms, type PersonId, type WallTime } from '@rufwerk/core'
import type { PlanNode, RoutingConfig } from '@rufwerk/routing'
import type { CallEvent, Caller } from './ports.ts'
import type { Costs } from './signals.ts'
import type { CallRecord, CallState, Talking } from './state.ts'

/** Who is at a leg of an answered call; undefined when that is a service, or nobody any more. */
export function whoIsAt(record: CallRecord, leg: LegId, config: RoutingConfig): Caller | undefined {
  const { caller, callerLeg, calleeLeg, connected } = record
  if (leg === callerLeg) return connected?.caller ?? caller
  return leg === calleeLeg ? (connected?.callee ?? answererOf(record, config)) : undefined
}

function answererOf({ caller, answeredBy }: CallRecord, config: RoutingConfig): Caller | undefined {
  const { tenant } = caller
  if (answeredBy?.kind === 'outside') {
    const { trunk, number } = answeredBy
    return { kind: 'outside', tenant, trunk, number }
  }
  if (answeredBy?.kind !== 'person') return undefined
  const { person, device } = answeredBy
  for (const known of config.byExtension.values()) {
    if (known.person !== person) continue
    return { kind: 'inside', tenant, person, device, extension: known.extension, name: known.name }
  }
  return undefined
}

/** The device at a leg, when it is one of the house. */
export function deviceAt(record: CallRecord, leg: LegId): DeviceId | undefined {
  const { caller, callerLeg, calleeLeg, answeredBy, connected } = record
  const atCallee = leg === calleeLeg ? (connected?.callee ?? answeredBy) : undefined
  const party = leg === callerLeg ? (connected?.caller ?? caller) : atCallee
  return party !== undefined && 'device' in party ? party.device : undefined
}

/** The leg of a device in a call that talks, or that it has begun and that rings. */
export function legOfDevice(state: CallState, device: DeviceId): LegId | undefined {
  const { record } = state
  if (state.name !== 'talking' && state.name !== 'ringing') return undefined
  if (deviceAt(record, record.callerLeg) === device) return record.callerLeg
  if (state.name === 'ringing') return undefined
  return deviceAt(record, state.calleeLeg) === device ? state.calleeLeg : undefined
}

/**
 * Status that a transfer to this plan is refused with. Words for a caller who dialled are not played to one
 * who is led there, and codes would act for the transferor at the hands of somebody else.
 */
export function refusalOf(node: PlanNode): number | undefined {
  switch (node.do) {
    case 'end':
      return Math.max(node.status, 400)
    case 'announce':
      return isGoal(node) ? undefined : Math.max(node.status, 400)
    case 'set':
    case 'pickUp':
      return 403
    case 'voicemail':
      return node.greeting === 'listen' ? 403 : undefined
    case 'queue':
      return node.supervises === undefined ? undefined : 403
    default:
      return undefined
  }
}

/** An announcement that somebody has chosen, not one that explains what went wrong. */
export function isGoal(node: PlanNode): boolean {
  return node.why.rule === 'announcement'
}

/** A leg to the outside has come into the call: its costs count on, and the shorter of two limits holds. */
export function withCosts(record: CallRecord, { spent, timeMax }: Costs, at: WallTime): CallRecord {
  const own = record.spent ?? { ...spent, since: at }
  if (timeMax === undefined) return { ...record, spent: own }
  const limit = at - own.since + timeMax
  return { ...record, spent: own, timeMax: ms(Math.min(limit, record.timeMax ?? limit)) }
}

/** As `costsOf` reads it from an event. */
export function costsDetail({ spent, timeMax }: Partial<Costs>): NonNullable<CallEvent['detail']> {
  const { number, payer } = spent ?? {}
  return {
    ...(number !== undefined && { spentNumber: number }),
    ...(payer !== undefined && { spentPayer: payer }),
    ...(timeMax !== undefined && { moneyLeft: timeMax }),
  }
}

export function costsOf({ at, detail }: CallEvent): Costs | undefined {
  const { spentNumber, spentPayer, moneyLeft } = detail ?? {}
  if (spentNumber === undefined) return undefined
  const payer = spentPayer === undefined ? {} : { payer: String(spentPayer) as PersonId }
  return {
    spent: { number: String(spentNumber), since: at, ...payer },
    ...(moneyLeft !== undefined && { timeMax: ms(Number(moneyLeft)) }),
  }
}

export function isLegOf({ record, calleeLeg }: Talking, leg: LegId): boolean {
  return leg === record.callerLeg || leg === calleeLeg
}
