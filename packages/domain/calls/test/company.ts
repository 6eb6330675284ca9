// A company with trunks, groups and menus, whose plans the machine performs. Anna, Carla and David have a
// phone each, which is named like them.
import { type DeviceId, type PersonId, type SiteId, seconds } from '@rufwerk/core'
import {
  DEFAULT_CODES,
  type DialPlan,
  EMPTY_DIAL_PLAN,
  type Flow,
  type FlowId,
  type Live,
  type RoutingConfig,
  type Trunk,
  type TrunkId,
} from '@rufwerk/routing'
import { TENANT } from './bench.ts'

const person = (id: string): PersonId => id as PersonId
const flow = (id: string): FlowId => id as FlowId

const TRUNK: Trunk = {
  id: 'main' as TrunkId,
  country: 'de',
  areaCode: '30',
  mainNumber: '+49302312510',
  numbers: [{ number: '+493023125', extensionDigits: 3 }],
  format: 'plus',
  callsMax: 1,
  showsFirstCaller: false,
  isForEmergency: true,
}
export const MOBILE = '+491701234567'

const GROUPS: readonly Flow[] = [
  {
    kind: 'ringGroup',
    id: flow('together'),
    extension: '400',
    members: [{ person: person('anna') }, { person: person('carla'), after: seconds(5) }],
    order: 'together',
    skipsBusy: false,
    memberTime: seconds(10),
    ringTime: seconds(30),
    nobody: { to: 'busy' },
  },
  {
    kind: 'ringGroup',
    id: flow('in-turn'),
    extension: '401',
    members: [{ person: person('anna') }, { person: person('carla') }, { outside: MOBILE }],
    order: 'inTurn',
    skipsBusy: false,
    memberTime: seconds(10),
    ringTime: seconds(60),
    nobody: { to: 'announcement', prompt: 'nobody' },
  },
]

const MENUS: readonly Flow[] = [
  {
    kind: 'receptionist',
    id: flow('welcome'),
    extension: '500',
    prompt: 'welcome',
    keys: [
      { key: '1', target: { to: 'person', person: person('anna') } },
      { key: '2', target: { to: 'flow', flow: flow('in-turn') } },
      { key: '3', target: { to: 'names' } },
      { key: '4', target: { to: 'outside', number: MOBILE } },
      { key: '5', target: { to: 'voicemail', box: 'shared' } },
      { key: '9', target: { to: 'flow', flow: flow('welcome') } },
    ],
    dialsExtensions: true,
    keyTime: seconds(4),
    tries: 2,
    silence: { to: 'hangUp' },
    wrongKey: { to: 'announcement', prompt: 'wrong' },
  },
  {
    kind: 'receptionist',
    id: flow('short'),
    extension: '501',
    prompt: 'short',
    keys: [
      { key: '1', target: { to: 'person', person: person('anna') } },
      { key: '#', target: { to: 'busy' } },
    ],
    dialsExtensions: false,
    keyTime: seconds(4),
    tries: 1,
    silence: { to: 'person', person: person('carla') },
    wrongKey: { to: 'busy' },
  },
]

const PLAN: DialPlan = {
  ...EMPTY_DIAL_PLAN,
  trunks: [TRUNK, { ...TRUNK, id: 'spare' as TrunkId, format: 'digits', isForEmergency: false }],
  outbound: [{ id: 'all', trunks: ['main' as TrunkId, 'spare' as TrunkId] }],
  people: [
    {
      person: person('david'),
      site: 'berlin' as SiteId,
      forwarding: {},
      mobile: { number: MOBILE, rings: true, after: seconds(8) },
    },
  ],
  services: [
    { kind: 'voicemail', id: 'shared', extension: '300' },
    { kind: 'conference', id: 'meeting', extension: '600' },
    { kind: 'queue', id: 'sales', extension: '310' },
    { kind: 'parking', id: 'lot', extension: '700', slots: ['701', '702'] },
  ],
  flows: [...GROUPS, ...MENUS],
  codes: DEFAULT_CODES,
}

export const COMPANY: RoutingConfig = {
  tenant: TENANT,
  version: 7,
  country: 'de',
  language: 'de',
  isDemo: false,
  ringTime: seconds(25),
  dialPlan: PLAN,
  byExtension: new Map(
    (
      [
        ['100', 'anna', 'Anna Berg'],
        ['102', 'bernd', 'Bernd Groß'],
        ['103', 'carla', 'Carla de Boer'],
        ['104', 'david', 'David Strauß'],
      ] as const
    ).map(([extension, id, name]) => [extension, { person: person(id), extension, name, kind: 'person' }]),
  ),
}

export const EVERYBODY: Live = {
  contactsOf: (id) => [{ device: `${id}-phone` as DeviceId, binding: id }],
}
