// Who takes part: people with one or several devices, over every transport.
import type { Directory, Person } from '@rufwerk/accounts'
import type { DeviceId, PersonId, SiteId, TenantId } from '@rufwerk/core'
import { seconds, wallTime } from '@rufwerk/core'
import type { DeviceCredentials } from '@rufwerk/legs'
import type { RecordingRules } from '@rufwerk/recordings'
import {
  DEFAULT_CODES,
  type DialPlan,
  EMPTY_DIAL_PLAN,
  type FlowId,
  type RoutingConfig,
  type RoutingPerson,
  type Trunk,
  type TrunkId,
} from '@rufwerk/routing'
import { digestHa1 } from '@rufwerk/sip'

export const TENANT = 'tenant-1' as TenantId

type Transport = 'udp' | 'tcp' | 'tls' | 'ws'

interface Line {
  readonly sipName: string
  readonly extension: string
  readonly transport: Transport
  readonly algorithm?: 'md5' | 'sha-256'
  /** It names itself and its one flow (RFC 5626). */
  readonly instance?: string
}

const UUID = 'urn:uuid:00000000-0000-1000-8000-000a95a0e'

const LINES: readonly Line[] = [
  { sipName: 'anna', extension: '100', transport: 'udp' },
  { sipName: 'ben', extension: '101', transport: 'udp' },
  { sipName: 'ben-home', extension: '101', transport: 'udp', algorithm: 'sha-256' },
  { sipName: 'ben-web', extension: '101', transport: 'ws' },
  { sipName: 'cleo', extension: '102', transport: 'tcp', instance: `${UUID}102` },
  { sipName: 'dora', extension: '103', transport: 'udp' },
  { sipName: 'dora-desk', extension: '103', transport: 'tls', instance: `${UUID}103` },
  { sipName: 'emil', extension: '104', transport: 'ws' },
  { sipName: 'finn', extension: '105', transport: 'udp' },
]

export interface CompanyDevice extends DeviceCredentials {
  readonly transport: Transport
  readonly password: string
  readonly instance: string | undefined
}

export function personAt(extension: string): PersonId {
  return `person-${extension}` as PersonId
}

export const DEVICES: readonly CompanyDevice[] = LINES.map(
  ({ sipName, extension, transport, algorithm, instance }) => {
    const password = `secret-of-${sipName}`
    const kind = algorithm ?? 'md5'
    const secret = { algorithm: kind, ha1: digestHa1(kind, sipName, TENANT, password) }
    return {
      device: `device-${sipName}` as DeviceId,
      tenant: TENANT,
      person: personAt(extension),
      extension,
      name: `Person ${extension}`,
      sipName,
      kind: transport === 'ws' ? 'browser' : 'phone',
      country: 'de',
      transport,
      password,
      instance,
      ...(transport === 'ws' ? {} : { secret }),
    }
  },
)

export const EXTENSIONS: readonly string[] = [...new Set(LINES.map((line) => line.extension))]

/** What can be dialled besides people: the echo, an emergency number, nobody, an outside number, groups. */
export const SERVICES: readonly string[] = ['*43', '110', '999', '0301234567', '200', '201']
/** Where callers wait, or meet. */
export const ROOM = { id: 'room', extension: '800' } as const
export const HELP = '110'
/** Brings all into one conference with whom somebody talks. */
export const THREE_WAY = '*3'
export const QUEUES = [
  { id: 'sales', extension: '300', members: ['100', '102', '104'] },
  { id: 'help', extension: '301', members: ['101', '103'] },
] as const
/** In this order; the next one is asked when one fails. Their numbers end with an extension. */
export const TRUNKS = ['a', 'b', 'c'].map((name, index) => ({
  /** At the others we are known by our address. */
  registers: name === 'c',
  ...{ id: `trunk-${name}` as TrunkId, host: `10.9.0.${index + 1}`, caller: `+49171555000${index}` },
  ...{ country: 'de', areaCode: '30', mainNumber: `+49302312${index}0` },
  numbers: [{ number: `+49302312${index}`, extensionDigits: 3 }],
  ...{ format: 'plus', showsFirstCaller: false, isForEmergency: true },
})) satisfies readonly (Trunk & Record<'host' | 'caller', string> & { readonly registers: boolean })[]
const SITE = 'site' as SiteId
/** Places where calls are parked. */
export const SLOTS: readonly string[] = ['701', '702']

/** One of a person, which takes what that person does not, and one that two share. */
export const TEAM_BOX = { id: 'team', extension: '400', owners: ['101', '104'] } as const
export const OWN_BOX = { id: personAt('103'), owner: '103' } as const
/** Whoever has a box hears it there. */
export const HEAR = '*97'

const GROUP = {
  kind: 'ringGroup',
  skipsBusy: true,
  memberTime: seconds(6),
  ringTime: seconds(20),
  nobody: { to: 'person', person: personAt('105') },
} as const

const DIAL_PLAN: DialPlan = {
  ...EMPTY_DIAL_PLAN,
  codes: DEFAULT_CODES,
  trunks: TRUNKS.map(({ host: _, caller: __, registers: ___, ...trunk }) => trunk),
  sites: [
    {
      ...{ site: SITE, country: 'de', areaCode: '30' },
      emergencyTrunks: TRUNKS.map(({ id }) => id),
      emergencyNumber: '+493023120100',
    },
  ],
  inbound: [
    {
      id: 'sales',
      called: TRUNKS.flatMap(({ numbers }) =>
        numbers.map(({ number }) => ({ number: `${number}300`, extensionDigits: 0 })),
      ),
      target: { to: 'queue', queue: 'sales' },
    },
    {
      id: 'team',
      called: TRUNKS.flatMap(({ numbers }) =>
        numbers.map(({ number }) => ({ number: `${number}${TEAM_BOX.extension}`, extensionDigits: 0 })),
      ),
      target: { to: 'voicemail', box: TEAM_BOX.id },
    },
  ],
  outbound: [{ id: 'all', trunks: TRUNKS.map(({ id }) => id) }],
  people: EXTENSIONS.map((extension) => ({ person: personAt(extension), site: SITE, forwarding: {} })),
  flows: [
    {
      ...GROUP,
      ...{ id: 'all' as FlowId, extension: '200', order: 'together' },
      members: [{ person: personAt('100') }, { person: personAt('102'), after: seconds(3) }],
    },
    {
      ...GROUP,
      ...{ id: 'turn' as FlowId, extension: '201', order: 'inTurn' },
      members: ['101', '103', '104'].map((extension) => ({ person: personAt(extension) })),
    },
  ],
  services: [
    { kind: 'parking', id: 'lot', extension: '700', slots: SLOTS },
    { kind: 'voicemail', id: TEAM_BOX.id, extension: TEAM_BOX.extension },
    ...QUEUES.map(({ id, extension }) => ({ kind: 'queue' as const, id, extension })),
    { kind: 'conference', id: ROOM.id, extension: ROOM.extension },
  ],
}

/** Rules for a person, a queue and a trunk; on demand for most; who has objected. */
export const RECORDING_RULES: RecordingRules = {
  isOn: true,
  purposes: [{ id: 'quality', name: 'Quality', keepDays: 30 }],
  rules: [
    { of: { person: personAt('100') }, calls: 'both', purpose: 'quality' },
    { of: { queue: 'sales' }, calls: 'in', purpose: 'quality' },
    ...['trunk-a', 'trunk-b'].map((trunk) => ({ of: { trunk }, calls: 'both', purpose: 'quality' }) as const),
  ],
  onDemand: { people: EXTENSIONS.map(personAt), purpose: 'quality' },
  objectors: [personAt('105')],
  supervisors: [],
}

const byExtension = new Map<string, RoutingPerson>(
  DEVICES.map(({ extension, person, name }) => [extension, { person, extension, name, kind: 'person' }]),
)

export const CONFIG: RoutingConfig = {
  tenant: TENANT,
  version: 1,
  country: 'de',
  language: 'de',
  isDemo: false,
  ringTime: seconds(25),
  byExtension,
  dialPlan: DIAL_PLAN,
}

/** As accounts knows it. */
export const DIRECTORY = {
  tenant: {
    ...{ id: TENANT, name: 'Company', country: 'de', language: 'de', isDemo: false, version: 1 },
    createdAt: wallTime(0),
  },
  byPerson: new Map<PersonId, Person>(),
  byExtension: new Map<string, Person>(),
} satisfies Pick<Directory, 'tenant' | 'byPerson' | 'byExtension'>
for (const extension of EXTENSIONS) {
  const person: Person = {
    ...{ id: personAt(extension), tenant: TENANT, site: SITE, name: `Person ${extension}`, extension },
    ...{ role: 'user', kind: 'person', language: 'de', createdAt: wallTime(0) },
  }
  DIRECTORY.byPerson.set(person.id, person)
  DIRECTORY.byExtension.set(extension, person)
}
