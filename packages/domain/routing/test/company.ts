// A company in Berlin and Munich for the tables: two trunks, four people, flows of each kind. And a way to
// write down a plan in one line, so that a row shows what happens.
import {
  type DeviceId,
  ms,
  type PersonId,
  type SiteId,
  seconds,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import {
  type Contact,
  DEFAULT_CODES,
  type DialPlan,
  EMPTY_DIAL_PLAN,
  type Flow,
  type FlowId,
  type InsideCall,
  type Live,
  type PersonRules,
  type PlanNode,
  type RoutedCall,
  type RoutingConfig,
  route,
  type Trunk,
  type TrunkId,
} from '@rufwerk/routing'
import type { Schedule } from '@rufwerk/routing/calendar'

export const ANNA = 'anna' as PersonId
export const BERND = 'bernd' as PersonId
export const CARLA = 'carla' as PersonId
export const DAVID = 'david' as PersonId
export const BERLIN = 'berlin' as SiteId
export const MUNICH = 'munich' as SiteId
export const MAIN = 'main' as TrunkId
export const SPARE = 'spare' as TrunkId
export const SOUTH = 'south' as TrunkId
export const flowId = (id: string) => id as FlowId

export const TRUNK_MAIN: Trunk = {
  id: MAIN,
  country: 'de',
  areaCode: '30',
  mainNumber: '+49302312510',
  numbers: [{ number: '+493023125', extensionDigits: 3 }],
  format: 'plus',
  callsMax: 10,
  showsFirstCaller: false,
  isForEmergency: true,
}
export const TRUNK_SPARE: Trunk = {
  ...TRUNK_MAIN,
  id: SPARE,
  mainNumber: '+493099887766',
  numbers: [],
  format: 'digits',
  isForEmergency: false,
}
export const TRUNK_SOUTH: Trunk = {
  ...TRUNK_MAIN,
  id: SOUTH,
  areaCode: '89',
  mainNumber: '+4989445566',
  numbers: [],
  format: 'national',
}

export const rules = (person: PersonId, more: Partial<PersonRules> = {}): PersonRules => ({
  person,
  site: BERLIN,
  forwarding: {},
  ...more,
})

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
export const WEEK: Schedule = {
  timeZone: 'Europe/Berlin',
  opens: [{ days: WORKDAYS, from: '08:00', to: '17:00' }],
  breaks: [{ days: WORKDAYS, from: '12:00', to: '13:00' }],
  holidays: { region: 'de-be', parts: [], own: [] },
  exceptions: [{ name: 'Summer party', on: '2026-07-03', opens: [{ from: '08:00', to: '11:00' }] }],
}

export const PLAN: DialPlan = {
  ...EMPTY_DIAL_PLAN,
  sites: [
    { site: BERLIN, country: 'de', areaCode: '30', emergencyTrunks: [MAIN], emergencyNumber: '+4930231250' },
    { site: MUNICH, country: 'de', areaCode: '89', emergencyTrunks: [SOUTH] },
  ],
  trunks: [TRUNK_MAIN, TRUNK_SPARE, TRUNK_SOUTH],
  outbound: [{ id: 'all', trunks: [MAIN, SPARE] }],
  people: [rules(ANNA, { number: '+493023125100' }), rules(BERND), rules(CARLA), rules(DAVID)],
  services: [
    { kind: 'voicemail', id: 'box-anna' },
    { kind: 'voicemail', id: 'shared', extension: '300' },
    { kind: 'queue', id: 'sales', extension: '500' },
    { kind: 'conference', id: 'monday', extension: '600' },
    { kind: 'parking', id: 'lot', extension: '700', slots: ['701', '702'] },
  ],
  schedules: [
    { id: 'week', schedule: WEEK },
    { id: 's', schedule: WEEK },
  ],
  codes: DEFAULT_CODES,
  speedDial: [{ extension: '801', number: '089 445566' }],
}

export const CONFIG: RoutingConfig = {
  tenant: 't' as TenantId,
  version: 3,
  country: 'de',
  language: 'de',
  isDemo: false,
  ringTime: seconds(25),
  dialPlan: PLAN,
  byExtension: new Map(
    (
      [
        [ANNA, '100', 'Anna Müller'],
        [BERND, '101', 'Bernd Groß'],
        [CARLA, '102', 'Carla de Boer'],
        [DAVID, '103', 'David Strauß'],
      ] as const
    ).map(([person, extension, name]) => [extension, { person, extension, name, kind: 'person' as const }]),
  ),
}

export const withPlan = (more: Partial<DialPlan>): RoutingConfig => ({
  ...CONFIG,
  dialPlan: { ...PLAN, ...more },
})

export const contact = (person: PersonId): Contact => ({
  device: `${person}-phone` as DeviceId,
  binding: `${person}-1`,
})

/** Everybody but David is registered. */
export const LIVE: Live = { contactsOf: (person) => (person === DAVID ? [] : [contact(person)]) }

export const inside = (dialled: string, more: Partial<InsideCall> = {}): InsideCall => ({
  dialled,
  caller: BERND,
  callerDevice: 'bernd-phone' as DeviceId,
  at: wallTime(0),
  seed: 1,
  ...more,
})

export const outside = (called: string, callerNumber = '+4940123456', trunk: TrunkId = MAIN): RoutedCall => ({
  from: 'trunk',
  trunk,
  called,
  callerNumber,
  at: wallTime(0),
  seed: 1,
})

export interface Given {
  readonly config?: RoutingConfig
  readonly live?: Partial<Live>
}

export function nodeOf(call: RoutedCall, { config = CONFIG, live = {} }: Given = {}): PlanNode {
  return route(config, { ...LIVE, ...live }, call).node
}

/** The plan in one line. */
export function planOf(call: RoutedCall, given: Given = {}): string {
  return told(nodeOf(call, given))
}

/** What a node does: whom it rings, over which trunk with which caller, and why when it ends. */
export function told(node: PlanNode): string {
  switch (node.do) {
    case 'ring':
      return `ring ${node.person}`
    case 'ringMany':
      return `${node.order} ${node.members
        .map(
          ({ ring, after }) =>
            `${ring.to === 'person' ? ring.person : ring.call.number}${after ? `+${after / 1000}` : ''}`,
        )
        .join(' ')}`
    case 'dialOut':
      return node.call.attempts
        .map(({ trunk, number, caller, isHidden, mayCutOthers }) => {
          const marks = `${isHidden ? ' hidden' : ''}${mayCutOthers ? ' cuts' : ''}`
          return `${trunk} ${number} as ${caller}${marks}`
        })
        .join(', ')
    case 'voicemail':
      return `voicemail ${node.box} ${node.greeting}`
    case 'queue':
      return node.supervises
        ? `queue ${node.supervises.mode} ${node.supervises.agent}`
        : `queue ${node.queue}`
    case 'conference':
      return `conference ${node.room}`
    case 'park':
      return `park ${node.lot}${node.slot ? ` ${node.slot}` : ''}`
    case 'pickUp':
      return `pickUp ${node.person ?? 'group'}`
    case 'set':
      return `set ${node.setting} ${node.value}`.trim()
    case 'menu':
      return `menu ${node.flow}`
    case 'continue':
      return `continue ${node.why.values.target}`
    case 'announce':
    case 'end':
      return node.why.rule
    default:
      return node.do
  }
}

/** Nodes of a plan, each time it stands there. */
export function sizeOf(node: PlanNode): number {
  const further = 'next' in node ? Object.values(node.next) : []
  const keys = node.do === 'menu' ? Object.values(node.keys) : []
  return [...further, ...keys].reduce((sum, next) => sum + sizeOf(next), 1)
}

export const NO_TIME = ms(0)

/** Anna, five seconds later Carla, and David; nobody answers: the shared box. */
export const GROUP = {
  kind: 'ringGroup',
  id: flowId('all'),
  extension: '400',
  members: [{ person: ANNA }, { person: CARLA, after: seconds(5) }, { person: DAVID }],
  order: 'together',
  skipsBusy: true,
  memberTime: seconds(15),
  ringTime: seconds(60),
  nobody: { to: 'voicemail', box: 'shared' },
} as const satisfies Flow
