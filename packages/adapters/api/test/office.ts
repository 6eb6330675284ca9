// A company with an API around it, in memory: a clock set by hand, and ports that remember what was asked.
import assert from 'node:assert/strict'
import { openAccounts, type Person, type SignedIn, type Site, type Tenant } from '@rufwerk/accounts'
import {
  CHEAP_HASH_COST,
  countingRandomBytes,
  GOOD_PASSWORD,
  newWorld,
  setUpCompany,
  type World,
} from '@rufwerk/accounts/testing'
import type { Api, ApiPorts, CertificatePort, LiveFact, OperationsPort, Peer, WebApp } from '@rufwerk/api'
import { createApi } from '@rufwerk/api'
import type { CallEvent, CallView, Cdr } from '@rufwerk/calls'
import type { PhoneServer } from '@rufwerk/contract'
import {
  type CallId,
  type DeviceId,
  type LegId,
  type PersonId,
  SILENT_LOG,
  type SiteId,
  seconds,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import type { Live } from '@rufwerk/routing'
import { openOwnSettings } from '@rufwerk/routing/own'
import { MemoryOwnSettings, MemoryPlanStore } from '@rufwerk/routing/testing'
import { CHECKED_HERE, openPlanBook } from '@rufwerk/routing/versions'
import { attacksOf } from './admin/attacks.ts'
import { casesOf } from './admin/cases.ts'
import { fleetOf } from './admin/fleet.ts'
import { fleetWorkOf } from './admin/fleet-work.ts'
import {
  auditOf,
  backupsOf,
  configurationOf,
  egressOf,
  quarantineOf,
  recordsOf,
  type TestRecords,
} from './admin/kept.ts'
import { searchOf } from './admin/searches.ts'
import { TestDesk } from './queues/queue-desk.ts'
import { RecordingDesk } from './recordings/desk.ts'
import { roomDesks } from './rooms/room-desk.ts'
import { mailOf } from './settings/mail-port.ts'
import { TestClock } from './support/test-clock.ts'
import { boxesOf, giveBox } from './support/voicemail-boxes.ts'
import { trunkDesks } from './trunks/trunk-desk.ts'

export { CHEAP_HASH_COST, GOOD_PASSWORD, TestClock }
export const HERE: Peer = { address: '127.0.0.1', isSecure: false }
export const ELSEWHERE: Peer = { address: '192.0.2.7', isSecure: false }
export const ORIGIN = 'http://localhost:8080'

/** A local authority's, as its names and bytes go out; one ACME proof is shown. */
const CERTIFICATES: CertificatePort = {
  state: () => ({
    source: 'local',
    notBefore: wallTime(1_790_000_000_000),
    notAfter: wallTime(1_797_000_000_000),
    names: 'DNS:pbx.lan, IP Address:192.0.2.1',
    issuer: 'CN=Local authority',
    fingerprint: 'AB:CD',
  }),
  authority: () => ({
    pem: '-----BEGIN CERTIFICATE-----',
    der: new Uint8Array([0x30, 0x82]),
    fingerprint: 'EF:01',
    notAfter: wallTime(1_990_000_000_000),
  }),
  answerChallenge: (path) => (path.endsWith('/known') ? 'known.proof' : undefined),
}

export interface Office {
  readonly world: World
  readonly ports: ApiPorts
  readonly api: Api
  readonly clock: TestClock
  readonly calls: CallView[]
  readonly records: { readonly cdr: Cdr; readonly events: readonly CallEvent[] }[]
  readonly accepted: { device: DeviceId; address?: string }[]
  readonly closed: DeviceId[]
  readonly logged: string[]
  /** What was asked of the operations. */
  readonly asked: string[]
  readonly planStore: MemoryPlanStore
  readonly desk: TestDesk
  /** The same object that the API has. */
  readonly kept: TestRecords
  readonly recorded: RecordingDesk
  /** The rooms of each company. */
  readonly rooms: ReturnType<typeof roomDesks>
  /** The trunks of each company. */
  readonly trunks: ReturnType<typeof trunkDesks>
  readonly ownStore: MemoryOwnSettings
  say(fact: LiveFact): void
  ask(method: string, path: string, how?: Ask): Promise<Response>
}

export interface Ask {
  /** A session's token. */
  readonly as?: string
  readonly body?: unknown
  readonly headers?: Record<string, string | undefined>
  readonly peer?: Peer
}

export interface OfficeOptions {
  readonly web?: WebApp
  readonly hostNames?: readonly string[]
  readonly phoneServer?: PhoneServer
  readonly isWithoutHttps?: boolean
}

/** An office that is not set up yet. */
export async function openOffice(world?: World, options: OfficeOptions = {}): Promise<Office> {
  const ofWorld = world ?? (await newWorld())
  const clock = new TestClock()
  const calls: CallView[] = []
  const records: Office['records'] = []
  const accepted: Office['accepted'] = []
  const closed: DeviceId[] = []
  const logged: string[] = []
  const asked: string[] = []
  const planStore = new MemoryPlanStore()
  const desk = new TestDesk()
  const kept = recordsOf(records)
  const rooms = roomDesks()
  const trunks = trunkDesks()
  const ownStore = new MemoryOwnSettings()
  const book = await planBookOf(ofWorld, planStore)
  const live: Live = {
    contactsOf: () => [{ device: 'device-9' as DeviceId, binding: 'sip:9@192.0.2.9' }],
  }
  const listeners = new Set<(fact: LiveFact) => void>()
  const log = { ...SILENT_LOG, error: (...line: unknown[]) => logged.push(JSON.stringify(line)) }
  const recorded = new RecordingDesk()
  const ports: ApiPorts = {
    accounts: ofWorld.accounts,
    history: {
      callsOf: async (tenant, _person, { cursor, limit }) => {
        if (cursor === 'not-ours') return undefined
        const own = records.map(({ cdr }) => cdr).filter((cdr) => cdr.tenant === tenant)
        const start = Number(cursor ?? 0)
        const next = start + limit < own.length ? { next: String(start + limit) } : {}
        return { calls: own.slice(start, start + limit), ...next }
      },
      call: async (tenant, call) => records.find(({ cdr }) => cdr.tenant === tenant && cdr.call === call),
    },
    live: {
      presenceOf: () => 'available',
      calls: () => calls,
      isRegistered: () => false,
      subscribe: (listener) => {
        listeners.add(listener)
        return { [Symbol.dispose]: () => listeners.delete(listener) }
      },
    },
    phones: {
      accept: (_request, socket, _head, { device, address }) => {
        accepted.push({ device, ...(address !== undefined && { address }) })
        socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
      },
      close: (device) => closed.push(device),
    },
    rooms,
    trunks,
    relay: {
      credentialsFor: (person) => ({
        ...{ port: 3478, username: `1:${person}`, credential: 'secret', expiresInSeconds: 600 },
      }),
    },
    ...(options.web && { web: options.web }),
    certificates: CERTIFICATES,
    mail: mailOf(asked),
    ...(options.isWithoutHttps !== true && {
      provisioning: {
        folder: 'https://192.0.2.1:8443/provision/',
        server: { host: '192.0.2.1', port: 5061, transport: 'tls' as const },
        codesOf: () => ({ pickUp: '**', voicemail: '*97' }),
        wallTime: ofWorld.now,
      },
    }),
    operations: operationsOf(asked),
    dialPlans: {
      book,
      live: () => live,
      wallTime: ofWorld.now,
    },
    queues: (tenant) => (tenant === 'tenant-other' ? undefined : desk),
    records: kept,
    voicemail: await boxesOf(PASSWORDS, ofWorld.now),
    configuration: configurationOf(),
    recordings: recorded,
    ownSettings: await openOwnSettings({
      store: ownStore,
      configOf: (tenant) => book.config(tenant),
      tenantOf: (person) =>
        ofWorld.accounts.directories().find(({ byPerson }) => byPerson.has(person))?.tenant.id,
      live: () => live,
      ...{ wallTime: ofWorld.now, log: SILENT_LOG },
    }),
    audit: auditOf(),
    backups: backupsOf(),
    quarantine: quarantineOf(),
    attacks: attacksOf(),
    fleet: fleetOf(),
    fleetWork: fleetWorkOf(),
    search: searchOf(),
    cases: casesOf(),
    egress: egressOf(),
    clock,
    randomBytes: countingRandomBytes(11),
    isOverloaded: () => false,
    log,
    settings: {
      version: '0.1.0',
      isDemo: false,
      sipDomain: 'rufwerk.invalid',
      phoneServer: options.phoneServer ?? { server: '192.0.2.1', port: 5060, tlsPort: 5061 },
      ...(options.hostNames && { hostNames: options.hostNames }),
    },
  }
  const api = createApi(ports)
  return {
    world: ofWorld,
    ports,
    api,
    clock,
    calls,
    records,
    accepted,
    closed,
    logged,
    asked,
    planStore,
    desk,
    kept,
    recorded,
    rooms,
    trunks,
    ownStore,
    say: (fact) => {
      for (const listener of listeners) listener(fact)
    },
    ask: (method, path, how = {}) => api.fetch(requestOf(method, path, how), how.peer ?? HERE),
  }
}

function planBookOf({ accounts, now }: World, store: MemoryPlanStore) {
  const companyOf = (tenant: TenantId) => {
    const directory = accounts.directoryOf(tenant)
    if (directory === undefined) return undefined
    const config = { ...directory.routing, ringTime: seconds(25) }
    return { config, sites: new Set(directory.sites.keys()) }
  }
  return openPlanBook({ store, companyOf, checker: CHECKED_HERE, wallTime: now, log: SILENT_LOG }, [])
}

function requestOf(method: string, path: string, { as, body, headers = {} }: Ask): Request {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const all: Record<string, string | undefined> = {
    host: 'localhost:8080',
    ...(method !== 'GET' && { origin: ORIGIN }),
    ...(as !== undefined && { cookie: `rufwerk_session=${as}` }),
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    }),
    ...headers,
  }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new Request(`${ORIGIN}${path}`, { method, headers: sent, ...(text !== undefined && { body: text }) })
}

/** A company that is set up, with its admin, a colleague, and a second company's admin. */
export interface Staffed extends Office {
  readonly admin: SignedIn
  readonly user: SignedIn
  /** In the same company as `user`. */
  readonly colleague: Person
  readonly stranger: SignedIn
}

export async function openStaffedOffice(options: OfficeOptions = {}): Promise<Staffed> {
  const first = await newWorld()
  const done = await setUpCompany(first)
  const [anna, jan] = done.colleagueLinks
  assert.ok(anna && jan)
  await addSecondCompany(first)
  // Opened again, so that it knows the company that was written past it.
  const world: World = { ...first, accounts: await openAccounts(portsOf(first)) }
  const office = await openOffice(world, options)
  const user = await world.accounts.signInByLink({ token: anna.token, address: '127.0.0.1' })
  assert.ok(user.ok)
  const stranger = await world.accounts.signIn({
    login: STRANGER.email ?? '',
    password: GOOD_PASSWORD,
    address: '127.0.0.1',
  })
  assert.ok(stranger.ok)
  await giveBox(office.ports, done.person, 'admin')
  await giveBox(office.ports, jan.person, 'colleague')
  return { ...office, admin: done, user: user.value, colleague: jan.person, stranger: stranger.value }
}

const OTHER: Tenant = {
  id: 'tenant-other' as TenantId,
  name: 'Andere AG',
  country: 'de',
  language: 'de',
  isDemo: false,
  version: 1,
  createdAt: wallTime(1_790_000_000_000),
}
const OTHER_SITE: Site = { id: 'site-other' as SiteId, tenant: OTHER.id, name: 'Dort' }
const STRANGER: Person = {
  id: 'person-stranger' as PersonId,
  tenant: OTHER.id,
  site: OTHER_SITE.id,
  name: 'Fremd',
  extension: '200',
  email: 'fremd@andere.example',
  role: 'admin',
  kind: 'person',
  language: 'de',
  createdAt: OTHER.createdAt,
}

function portsOf(world: World) {
  return {
    store: world.store,
    passwords: PASSWORDS,
    wallTime: world.now,
    randomBytes: countingRandomBytes(5),
    log: SILENT_LOG,
  }
}

const PASSWORDS = {
  hash: async (password: string) => `plain ${password}`,
  verify: async (password: string, stored: string | undefined) => stored === `plain ${password}`,
}

async function addSecondCompany({ store }: World): Promise<void> {
  const applied = await store.apply([
    { type: 'putTenant', tenant: OTHER },
    { type: 'putSite', site: OTHER_SITE },
    { type: 'putPerson', person: STRANGER },
    { type: 'putPassword', tenant: OTHER.id, person: STRANGER.id, hash: `plain ${GOOD_PASSWORD}` },
  ])
  assert.equal(applied, 'committed')
}

/** A call from one person to another, answered after two seconds. */
export function recordOf(from: Person, to: Person, id = 'call-1'): Office['records'][number] {
  const at = wallTime(1_790_000_000_000)
  const call = id as CallId
  const sound = { codec: 'PCMA', isRelayed: true, jitterMs: 2.5 }
  const quality = { ...sound, packetsSent: 50, packetsReceived: 49, rubbish: 0, lost: 1 }
  const why = { rule: 'extension' as const, values: { extension: to.extension } }
  return {
    cdr: {
      ...{ tenant: from.tenant, call, startedAt: at },
      ringingAt: wallTime(at + 500),
      answeredAt: wallTime(at + 2_000),
      endedAt: wallTime(at + 9_000),
      from: {
        kind: 'inside',
        person: from.id,
        device: 'device-1' as DeviceId,
        extension: from.extension,
        name: from.name,
      },
      dialled: to.extension,
      to: to.id,
      answeredBy: { kind: 'person', person: to.id, device: 'device-2' as DeviceId },
      endedBy: 'callee',
      cause: 16,
      status: 200,
      why,
      quality: [{ leg: 'leg-1' as LegId, role: 'caller', quality }],
    },
    events: [
      { tenant: from.tenant, call, at, type: 'requested', why },
      { tenant: from.tenant, call, leg: 'leg-1' as LegId, at, type: 'answered', detail: { isFirst: true } },
    ],
  }
}

/** A call that lasts. */
export function viewOf(from: Person, to: Person, state: CallView['state'], id = 'call-1'): CallView {
  return {
    call: id as CallId,
    tenant: from.tenant,
    state,
    from: { kind: 'inside', person: from.id, extension: from.extension, name: from.name },
    dialled: to.extension,
    to: to.id,
    why: { rule: 'extension', values: {} },
  }
}

/** The address besides loopback that may read the metrics. */
export const COLLECTOR: Peer = { address: '192.0.2.77', isSecure: false }

function operationsOf(asked: string[]): OperationsPort {
  return {
    notReady: () => (asked.includes('drain') ? ['draining'] : []),
    metrics: () => 'rufwerk_up 1\n',
    mayReadMetrics: (address) => address === COLLECTOR.address,
    alarms: () => [
      { kind: 'disk-low', severity: 'warning', since: 1, values: { megabytes: 10 }, message: 'Nearly full.' },
    ],
    trace: (call) =>
      call === 'call-1'
        ? {
            dropped: 1,
            messages: [
              {
                at: wallTime(1_790_000_000_000),
                direction: 'sent',
                transport: 'udp',
                local: '192.0.2.1:5060',
                remote: '192.0.2.9:5062',
                text: 'INVITE sip:101@x SIP/2.0\r\n\r\n',
              },
            ],
          }
        : undefined,
    switchTrace: (isOn) => void asked.push(`trace ${isOn}`),
    drain: (seconds = 60) => {
      asked.push('drain')
      return { calls: 2, seconds }
    },
  }
}
