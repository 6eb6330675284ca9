// Taking a call that rings elsewhere, or that is parked: which one it is, and that whoever takes it may. And
// the places where calls are parked.
import type { PersonId, TenantId } from '@rufwerk/core'
import type { PlanNode, RoutingConfig } from '@rufwerk/routing'
import { LOT_MAX } from '../limits.ts'
import type { InsideCaller } from '../ports.ts'
import type { CallState, Parked, ParkNode, Ringing } from '../state.ts'

/** The call that this plan of somebody of the house takes; undefined when there is none. */
export function callToTake(
  states: Iterable<CallState>,
  who: InsideCaller,
  node: PlanNode,
  config: RoutingConfig,
): Ringing | Parked | undefined {
  if (node.do === 'pickUp') return callToPickUp(states, who, config, node.person)
  if (node.do !== 'park') return undefined
  for (const state of states) if (isParkedAt(state, who.tenant, node)) return state
  return undefined
}

/** The oldest that rings for this person, or without one for a group of who picks up. */
function callToPickUp(
  states: Iterable<CallState>,
  who: InsideCaller,
  config: RoutingConfig,
  person: PersonId | undefined,
): Ringing | undefined {
  const people = person === undefined ? colleagues(config, who.person) : new Set([person])
  for (const state of states) {
    // Who calls cannot be who picks up.
    if (state.name !== 'ringing' || isBy(state, who)) continue
    if (state.record.caller.tenant === who.tenant && ringsAt(state, people)) return state
  }
  return undefined
}

function isBy({ record: { caller } }: Ringing, who: InsideCaller): boolean {
  return caller.kind === 'inside' && caller.person === who.person
}

function ringsAt({ seats, node }: Ringing, people: ReadonlySet<PersonId>): boolean {
  if ('person' in node && node.person !== undefined && people.has(node.person)) return true
  return seats.some(
    ({ ring, state }) => state === 'ringing' && ring.to === 'person' && people.has(ring.person),
  )
}

/** Those who are in a ring group with this person. */
function colleagues({ dialPlan }: RoutingConfig, person: PersonId): Set<PersonId> {
  const found = new Set<PersonId>()
  for (const flow of dialPlan?.flows ?? []) {
    if (flow.kind !== 'ringGroup') continue
    const members = flow.members.flatMap((member) => ('person' in member ? [member.person] : []))
    if (members.includes(person)) for (const member of members) found.add(member)
  }
  return found
}

/** Without a place: anywhere in the lot. */
function isParkedAt(state: CallState, tenant: TenantId, { lot, slot }: ParkNode): state is Parked {
  if (state.name !== 'parked' || state.record.caller.tenant !== tenant || state.lot !== lot) return false
  return slot === undefined || state.slot === slot
}

/**
 * A free place in the lot, the one that was asked for or the first; a lot without places has room for some
 * calls, which all have the place ''. Undefined: none is free.
 */
export function freePlace(
  { dialPlan }: RoutingConfig,
  { lot, slot }: { readonly lot: string; readonly slot?: string },
  taken: readonly string[],
): string | undefined {
  const service = dialPlan?.services.find(({ kind, id }) => kind === 'parking' && id === lot)
  const slots = service?.slots ?? []
  if (slot !== undefined) return slots.includes(slot) && !taken.includes(slot) ? slot : undefined
  if (slots.length === 0) return taken.length < LOT_MAX ? '' : undefined
  return slots.find((one) => !taken.includes(one))
}
