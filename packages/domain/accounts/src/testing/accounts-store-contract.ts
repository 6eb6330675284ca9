// What every AccountsStore must do, as cases that any test runner can run on a fresh store.
import assert from 'node:assert/strict'
import {
  type DeviceId,
  type PersonId,
  type SessionId,
  type SiteId,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import type {
  AuditEntry,
  BrowserDevice,
  Link,
  Person,
  Phone,
  PhoneSetup,
  Session,
  Site,
  Tenant,
} from '../nouns.ts'
import type { AccountsStore, Change, TokenHash } from '../ports.ts'

export interface ContractCase<Subject> {
  readonly name: string
  readonly run: (subject: Subject) => Promise<void>
}

const T0 = wallTime(1_790_000_000_000)
const tenant: Tenant = {
  id: 'tenant-1' as TenantId,
  name: 'Muster GmbH',
  country: 'de',
  language: 'de',
  isDemo: false,
  version: 1,
  createdAt: T0,
}
const site: Site = { id: 'site-1' as SiteId, tenant: tenant.id, name: 'Hauptsitz' }
const anna: Person = {
  id: 'person-1' as PersonId,
  tenant: tenant.id,
  site: site.id,
  name: 'Anna Groß',
  extension: '101',
  email: 'anna@muster.example',
  role: 'admin',
  kind: 'voice',
  language: 'de',
  createdAt: T0,
}
const { email: _, ...withoutEmail } = anna
const jan: Person = { ...withoutEmail, id: 'person-2' as PersonId, extension: '102', role: 'user' }
const session: Session = {
  id: 'session-1' as SessionId,
  tenant: tenant.id,
  person: anna.id,
  createdAt: T0,
  lastSeenAt: T0,
}
const phone: Phone = {
  kind: 'phone',
  id: 'device-1' as DeviceId,
  tenant: tenant.id,
  site: site.id,
  person: anna.id,
  name: 'Tischtelefon',
  sipName: '101',
  algorithm: 'sha-256',
  srtp: 'required',
  ha1: { md5: 'a'.repeat(32), sha256: 'b'.repeat(64) },
  createdAt: T0,
}
const browser: BrowserDevice = {
  kind: 'browser',
  id: 'device-2' as DeviceId,
  tenant: tenant.id,
  site: site.id,
  person: anna.id,
  name: 'Browser',
  sipName: '101-b-x2y3',
  session: session.id,
  createdAt: T0,
}
const token = (text: string) => text.padEnd(64, '0') as TokenHash
const company: readonly Change[] = [
  { type: 'putTenant', tenant },
  { type: 'putSite', site },
  { type: 'putPerson', person: anna },
  { type: 'putPerson', person: jan },
]
const signedIn: Change = { type: 'putSession', session, token: token('s1') }

async function committed(store: AccountsStore, ...changes: readonly Change[]): Promise<void> {
  assert.equal(await store.apply(changes), 'committed')
}

async function conflict(store: AccountsStore, ...changes: readonly Change[]): Promise<void> {
  assert.equal(await store.apply(changes), 'conflict')
}

const roster: ContractCase<AccountsStore>[] = [
  {
    name: 'gives back what was put, and nothing before',
    run: async (store) => {
      assert.deepEqual(await store.rosters(), [])
      await committed(store, ...company, signedIn)
      await committed(store, { type: 'putDevice', device: phone }, { type: 'putDevice', device: browser })
      const [found, ...others] = await store.rosters()
      assert.equal(others.length, 0)
      assert.deepEqual(found?.tenant, tenant)
      assert.deepEqual(found?.sites, [site])
      assert.deepEqual(new Set(found?.people), new Set([anna, jan]))
      assert.deepEqual(new Set(found?.devices), new Set([phone, browser]))
    },
  },
  {
    name: 'replaces by id',
    run: async (store) => {
      await committed(store, ...company)
      const changed = { ...tenant, name: 'Muster AG', version: 2 }
      await committed(store, { type: 'putTenant', tenant: changed })
      await committed(store, { type: 'putPerson', person: { ...jan, name: 'Jan Thal', extension: '103' } })
      const [found] = await store.rosters()
      assert.deepEqual(found?.tenant, changed)
      assert.deepEqual(found?.people.map((person) => person.extension).toSorted(), ['101', '103'])
    },
  },
  {
    name: 'writes all changes of a list or none',
    run: async (store) => {
      await committed(store, ...company)
      const third: Person = { ...jan, id: 'person-3' as PersonId, extension: '103' }
      const clash: Person = { ...jan, id: 'person-4' as PersonId, extension: '101' }
      await conflict(store, { type: 'putPerson', person: third }, { type: 'putPerson', person: clash })
      const [found] = await store.rosters()
      assert.equal(found?.people.length, 2)
      await committed(store, { type: 'putPerson', person: third })
    },
  },
  {
    name: 'refuses a taken e-mail address, SIP name or browser session',
    run: async (store) => {
      await committed(store, ...company, signedIn, { type: 'putDevice', device: browser })
      await conflict(store, { type: 'putPerson', person: { ...jan, email: 'anna@muster.example' } })
      const other = { ...phone, id: 'device-9' as DeviceId, sipName: browser.sipName }
      await conflict(store, { type: 'putDevice', device: other })
      const again = { ...browser, id: 'device-8' as DeviceId, sipName: '101-b-zzzz' }
      await conflict(store, { type: 'putDevice', device: again })
    },
  },
  {
    name: 'the same extension, address and SIP name may exist in another tenant',
    run: async (store) => {
      await committed(store, ...company, { type: 'putDevice', device: phone })
      const id = 'tenant-2' as TenantId
      const place: Site = { ...site, id: 'site-2' as SiteId, tenant: id }
      const person: Person = { ...anna, id: 'person-9' as PersonId, tenant: id, site: place.id }
      const device: Phone = { ...phone, id: 'device-9' as DeviceId, tenant: id, person: person.id }
      await committed(
        store,
        { type: 'putTenant', tenant: { ...tenant, id } },
        { type: 'putSite', site: place },
        { type: 'putPerson', person },
        { type: 'putDevice', device: { ...device, site: place.id } },
      )
      assert.equal((await store.rosters()).length, 2)
      assert.equal(await store.passwordOf(tenant.id, person.id), undefined)
    },
  },
  {
    name: 'removes devices',
    run: async (store) => {
      await committed(store, ...company, { type: 'putDevice', device: phone })
      await committed(store, { type: 'removeDevice', tenant: tenant.id, device: phone.id })
      const [found] = await store.rosters()
      assert.deepEqual(found?.devices, [])
    },
  },
]

const access: ContractCase<AccountsStore>[] = [
  {
    name: 'keeps password hashes apart, by tenant',
    run: async (store) => {
      await committed(store, ...company)
      assert.equal(await store.passwordOf(tenant.id, anna.id), undefined)
      await committed(store, { type: 'putPassword', tenant: tenant.id, person: anna.id, hash: '$argon2id$1' })
      await committed(store, { type: 'putPassword', tenant: tenant.id, person: anna.id, hash: '$argon2id$2' })
      assert.equal(await store.passwordOf(tenant.id, anna.id), '$argon2id$2')
      assert.equal(await store.passwordOf('tenant-2' as TenantId, anna.id), undefined)
      await committed(store, { type: 'putPerson', person: { ...anna, name: 'Anna Klein' } })
      assert.equal(await store.passwordOf(tenant.id, anna.id), '$argon2id$2')
    },
  },
  {
    name: 'finds sessions by token and person, and remembers when they were seen',
    run: async (store) => {
      await committed(store, ...company, signedIn)
      assert.deepEqual(await store.sessionByToken(token('s1')), session)
      assert.equal(await store.sessionByToken(token('s2')), undefined)
      const at = wallTime(T0 + 60_000)
      await committed(store, { type: 'touchSession', session: session.id, at })
      assert.deepEqual(await store.sessionsOf(tenant.id, anna.id), [{ ...session, lastSeenAt: at }])
      assert.deepEqual(await store.sessionsOf(tenant.id, jan.id), [])
    },
  },
  {
    name: 'removes a session with its browser device, but not the phone',
    run: async (store) => {
      await committed(store, ...company, signedIn, { type: 'putDevice', device: browser })
      await committed(store, { type: 'putDevice', device: phone })
      await committed(store, { type: 'removeSession', session: session.id })
      assert.equal(await store.sessionByToken(token('s1')), undefined)
      const [found] = await store.rosters()
      assert.deepEqual(found?.devices, [phone])
      await conflict(store, { type: 'putDevice', device: browser })
    },
  },
  {
    name: 'lists sessions that are too old or were not seen for too long',
    run: async (store) => {
      const recent: Session = { ...session, id: 'session-2' as SessionId, lastSeenAt: wallTime(T0 + 5_000) }
      await committed(store, ...company, signedIn)
      await committed(store, { type: 'putSession', session: recent, token: token('s2') })
      const [early, middle, late] = [T0, T0 + 1_000, T0 + 9_000].map(wallTime)
      assert.ok(early !== undefined && middle !== undefined && late !== undefined)
      assert.deepEqual(await store.oldSessions(early, early, 10), [])
      assert.deepEqual(await store.oldSessions(early, middle, 10), [session])
      assert.equal((await store.oldSessions(late, early, 10)).length, 2)
      assert.equal((await store.oldSessions(late, late, 1)).length, 1)
    },
  },
  {
    name: 'a link can be used once; a list with a used link is a conflict as a whole',
    run: async (store) => {
      await committed(store, ...company)
      const link: Link = { kind: 'sign-in', expiresAt: T0, tenant: tenant.id, person: jan.id }
      await committed(store, { type: 'putLink', link, token: token('l1') })
      assert.deepEqual(await store.linkByToken(token('l1')), link)
      await committed(store, { type: 'useLink', token: token('l1') })
      assert.equal(await store.linkByToken(token('l1')), undefined)
      await conflict(store, signedIn, { type: 'useLink', token: token('l1') })
      assert.equal(await store.sessionByToken(token('s1')), undefined)
    },
  },
  {
    name: 'of two uses at the same moment one wins',
    run: async (store) => {
      const link: Link = { kind: 'setup', expiresAt: T0 }
      await committed(store, { type: 'putLink', link, token: token('l1') })
      const use: Change = { type: 'useLink', token: token('l1') }
      const outcomes = await Promise.all([store.apply([use]), store.apply([use])])
      assert.deepEqual(outcomes.toSorted(), ['committed', 'conflict'])
    },
  },
  {
    name: 'removes set-up links and expired links',
    run: async (store) => {
      await committed(store, ...company)
      const setup: Link = { kind: 'setup', expiresAt: wallTime(T0 + 1_000) }
      const signIn: Link = { kind: 'sign-in', expiresAt: T0, tenant: tenant.id, person: jan.id }
      await committed(store, { type: 'putLink', link: setup, token: token('l1') })
      await committed(store, { type: 'putLink', link: signIn, token: token('l2') })
      await committed(store, { type: 'removeExpiredLinks', at: T0 })
      assert.equal(await store.linkByToken(token('l2')), undefined)
      assert.deepEqual(await store.linkByToken(token('l1')), setup)
      await committed(store, { type: 'removeSetupLinks' })
      assert.equal(await store.linkByToken(token('l1')), undefined)
    },
  },
  {
    name: 'keeps the newest sign-in links of a person, and those of others',
    run: async (store) => {
      await committed(store, ...company)
      const put = (name: string, link: Link) =>
        committed(store, { type: 'putLink', link, token: token(name) })
      const signIn = { kind: 'sign-in', tenant: tenant.id, person: jan.id } as const
      await put('l2', { ...signIn, expiresAt: wallTime(T0 + 2) })
      await put('l1', { ...signIn, expiresAt: wallTime(T0 + 1) })
      await put('l3', { ...signIn, expiresAt: wallTime(T0 + 3) })
      await put('anna', { ...signIn, person: anna.id, expiresAt: T0 })
      await put('setup', { kind: 'setup', expiresAt: T0 })
      const keepTwo = { type: 'removeOldLinks', tenant: tenant.id, person: jan.id, keep: 2 } as const
      await committed(store, { ...keepTwo, tenant: 'tenant-2' as TenantId, keep: 0 })
      assert.ok(await store.linkByToken(token('l1')))
      await committed(store, keepTwo)
      assert.equal(await store.linkByToken(token('l1')), undefined)
      for (const name of ['l2', 'l3', 'anna', 'setup']) assert.ok(await store.linkByToken(token(name)), name)
    },
  },
  {
    name: 'keeps the audit newest first',
    run: async (store) => {
      await committed(store, ...company)
      const entry = (subject: string): AuditEntry => ({
        tenant: tenant.id,
        at: T0,
        actor: anna.id,
        act: 'person-added',
        subject,
        detail: { name: 'Jan' },
      })
      await committed(store, { type: 'audit', entry: entry('a') }, { type: 'audit', entry: entry('b') })
      await committed(store, { type: 'audit', entry: entry('c') })
      assert.deepEqual(await store.auditOf(tenant.id, 2), [entry('c'), entry('b')])
      assert.deepEqual(await store.auditOf('tenant-2' as TenantId, 2), [])
    },
  },
]

const open: PhoneSetup = {
  device: phone.id,
  tenant: tenant.id,
  maker: 'yealink',
  way: 'link',
  by: anna.id,
  createdAt: T0,
  expiresAt: wallTime(T0 + 1_000),
  state: 'open',
}
const pinned: PhoneSetup = { ...open, way: 'pin', mac: '001565aabb20' }
const withPhone: readonly Change[] = [...company, { type: 'putDevice', device: phone }]
const use = { type: 'usePhoneSetup', device: phone.id, at: T0, from: '192.0.2.7', agent: 'Yealink' } as const

const setups: ContractCase<AccountsStore>[] = [
  {
    name: 'finds a phone setup by its token, uses it once and forgets the token',
    run: async (store) => {
      await committed(store, ...withPhone, { type: 'putPhoneSetup', setup: open, token: token('t1') })
      assert.deepEqual(await store.phoneSetupByToken(token('t1')), open)
      assert.equal(await store.phoneSetupByToken(token('t2')), undefined)
      assert.deepEqual(await store.phoneSetupsOf(tenant.id), [open])
      assert.deepEqual(await store.phoneSetupsOf('tenant-2' as TenantId), [])
      await committed(store, { ...use, mac: '001565aabb20' })
      assert.equal(await store.phoneSetupByToken(token('t1')), undefined)
      const used = { at: T0, from: '192.0.2.7', agent: 'Yealink' }
      assert.deepEqual(await store.phoneSetupsOf(tenant.id), [
        { ...pinned, way: 'link', state: 'used', used },
      ])
      const renamed = { ...phone, name: 'anders' }
      await conflict(store, { type: 'putDevice', device: renamed }, use)
      assert.deepEqual((await store.rosters())[0]?.devices, [phone])
    },
  },
  {
    name: 'of two fetches at the same moment one wins',
    run: async (store) => {
      await committed(store, ...withPhone, { type: 'putPhoneSetup', setup: open, token: token('t1') })
      const outcomes = await Promise.all([store.apply([use]), store.apply([use])])
      assert.deepEqual(outcomes.toSorted(), ['committed', 'conflict'])
    },
  },
  {
    name: 'finds the open setups of a hardware address with their PINs',
    run: async (store) => {
      await committed(store, ...withPhone, { type: 'putPhoneSetup', setup: pinned, pin: '$argon2id$1' })
      assert.deepEqual(await store.phoneSetupsByMac('001565aabb20'), [{ setup: pinned, pin: '$argon2id$1' }])
      assert.deepEqual(await store.phoneSetupsByMac('001565aabb21'), [])
      const again = { ...pinned, createdAt: wallTime(T0 + 5) }
      await committed(store, { type: 'putPhoneSetup', setup: again, pin: '$argon2id$2' })
      assert.deepEqual(await store.phoneSetupsByMac('001565aabb20'), [{ setup: again, pin: '$argon2id$2' }])
      await committed(store, use)
      assert.deepEqual(await store.phoneSetupsByMac('001565aabb20'), [])
    },
  },
  {
    name: 'closes a phone setup, or all that have expired; a used one stays used',
    run: async (store) => {
      await committed(store, ...withPhone, { type: 'putPhoneSetup', setup: open, token: token('t1') })
      await committed(store, { type: 'closeExpiredPhoneSetups', at: T0 })
      assert.deepEqual(await store.phoneSetupByToken(token('t1')), open)
      await committed(store, { type: 'closeExpiredPhoneSetups', at: open.expiresAt })
      assert.equal(await store.phoneSetupByToken(token('t1')), undefined)
      assert.deepEqual(await store.phoneSetupsOf(tenant.id), [{ ...open, state: 'closed' }])
      await conflict(store, use)
      await committed(store, { type: 'putPhoneSetup', setup: open, token: token('t2') }, use)
      await committed(store, { type: 'closePhoneSetup', device: phone.id })
      assert.equal((await store.phoneSetupsOf(tenant.id))[0]?.state, 'used')
    },
  },
  {
    name: 'a phone setup goes with its phone',
    run: async (store) => {
      await conflict(store, ...company, { type: 'putPhoneSetup', setup: open, token: token('t1') })
      await committed(store, ...withPhone, { type: 'putPhoneSetup', setup: open, token: token('t1') })
      await committed(store, { type: 'removeDevice', tenant: tenant.id, device: phone.id })
      assert.equal(await store.phoneSetupByToken(token('t1')), undefined)
      assert.deepEqual(await store.phoneSetupsOf(tenant.id), [])
    },
  },
]

export const accountsStoreContract: readonly ContractCase<AccountsStore>[] = [...roster, ...access, ...setups]
