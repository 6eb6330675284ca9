// A dial plan with what is looked up by id or number ready to hand. Made once per configuration; the first of
// two entries with the same id counts, and check-config.ts refuses the second.
import type { PersonId, SiteId } from '@rufwerk/core'
import type { Schedule } from './calendar/schedule.ts'
import type { RoutingConfig, RoutingPerson } from './config.ts'
import type { DialPlan, PersonRules, Service, SiteRules, SpeedDial, Trunk, TrunkId } from './dial-plan.ts'
import { SiteNetworks } from './emergency/site-networks.ts'
import type { Flow, FlowId, Target } from './flow-types.ts'

export interface DialPlanIndex {
  readonly plan: DialPlan
  readonly byPerson: ReadonlyMap<PersonId, RoutingPerson>
  readonly sites: ReadonlyMap<SiteId, SiteRules>
  readonly networks: SiteNetworks
  readonly trunks: ReadonlyMap<TrunkId, Trunk>
  readonly people: ReadonlyMap<PersonId, PersonRules>
  readonly flows: ReadonlyMap<FlowId, Flow>
  readonly schedules: ReadonlyMap<string, Schedule>
  readonly speedDial: ReadonlyMap<string, SpeedDial>
  readonly services: ReadonlyMap<string, Service>
  /** People's own E.164 numbers. */
  readonly byNumber: ReadonlyMap<string, PersonId>
  /** Extensions of flows and services. */
  readonly targets: ReadonlyMap<string, Target>
  readonly slots: ReadonlyMap<string, { readonly lot: string; readonly slot: string }>
}

export const EMPTY_DIAL_PLAN: DialPlan = {
  sites: [],
  trunks: [],
  outbound: [],
  allowed: { countries: [], premium: [] },
  rates: [],
  people: [],
  inbound: [],
  blocked: [],
  schedules: [],
  flows: [],
  services: [],
  codes: [
    { code: '*43', does: 'echo' },
    { code: '*97', does: 'voicemail' },
  ],
  speedDial: [],
}

/** Derived from the configuration alone, so keeping it changes no answer. */
const KNOWN = new WeakMap<RoutingConfig, DialPlanIndex>()

export function indexOf(config: RoutingConfig): DialPlanIndex {
  const known = KNOWN.get(config)
  if (known) return known
  const made = makeIndex(config)
  KNOWN.set(config, made)
  return made
}

export const serviceKey = (kind: Service['kind'], id: string): string => `${kind}:${id}`

export function targetOfService(service: Service): Target {
  switch (service.kind) {
    case 'voicemail':
      return { to: 'voicemail', box: service.id }
    case 'queue':
      return { to: 'queue', queue: service.id }
    case 'conference':
      return { to: 'conference', room: service.id }
    case 'parking':
      return { to: 'parking', lot: service.id }
  }
}

function makeIndex(config: RoutingConfig): DialPlanIndex {
  const plan = config.dialPlan ?? EMPTY_DIAL_PLAN
  const parking = plan.services.filter((service) => service.kind === 'parking')
  return {
    plan,
    byPerson: byFirst([...config.byExtension.values()], (person) => person.person),
    sites: byFirst(plan.sites, (site) => site.site),
    networks: new SiteNetworks(plan.sites),
    trunks: byFirst(plan.trunks, (trunk) => trunk.id),
    people: byFirst(plan.people, (rules) => rules.person),
    flows: byFirst(plan.flows, (flow) => flow.id),
    schedules: new Map(plan.schedules.toReversed().map(({ id, schedule }) => [id, schedule])),
    speedDial: byFirst(plan.speedDial, (entry) => entry.extension),
    services: byFirst(plan.services, (service) => serviceKey(service.kind, service.id)),
    byNumber: new Map(
      plan.people.flatMap(({ number, person }) => (number === undefined ? [] : [[number, person]])),
    ),
    targets: new Map([
      ...plan.services.flatMap((service): [string, Target][] =>
        service.extension === undefined ? [] : [[service.extension, targetOfService(service)]],
      ),
      ...plan.flows.flatMap((flow): [string, Target][] =>
        flow.extension === undefined ? [] : [[flow.extension, { to: 'flow', flow: flow.id }]],
      ),
    ]),
    slots: new Map(
      parking.flatMap(({ id, slots = [] }) => slots.map((slot) => [slot, { lot: id, slot }] as const)),
    ),
  }
}

function byFirst<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value> {
  const map = new Map<Key, Value>()
  for (const value of values) if (!map.has(keyOf(value))) map.set(keyOf(value), value)
  return map
}
