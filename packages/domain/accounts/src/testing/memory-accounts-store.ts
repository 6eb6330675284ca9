// AccountsStore in memory, with the same rules as the real one: all changes or none, the same conflicts.
import type { DeviceId, PersonId, SessionId, SiteId, TenantId, WallTime } from '@rufwerk/core'
import { SETUPS_PER_MAC_MAX } from '../limits.ts'
import type { AuditEntry, Device, Link, Person, PhoneSetup, Session, Site, Tenant } from '../nouns.ts'
import type { AccountsStore, Applied, Change, OpenPhoneSetup, Roster, TokenHash } from '../ports.ts'

interface Tables {
  tenants: Map<TenantId, Tenant>
  sites: Map<SiteId, Site>
  people: Map<PersonId, Person>
  passwords: Map<PersonId, string>
  devices: Map<DeviceId, Device>
  sessions: Map<SessionId, { session: Session; token: TokenHash }>
  links: Map<TokenHash, Link>
  phoneSetups: Map<DeviceId, { setup: PhoneSetup; token?: TokenHash; pin?: string }>
  audit: AuditEntry[]
}

class Conflict extends Error {}

export class MemoryAccountsStore implements AccountsStore {
  /** Set to make every write fail, as a full disk does. */
  isFull = false
  #tables: Tables = {
    tenants: new Map(),
    sites: new Map(),
    people: new Map(),
    passwords: new Map(),
    devices: new Map(),
    sessions: new Map(),
    links: new Map(),
    phoneSetups: new Map(),
    audit: [],
  }

  async apply(changes: readonly Change[]): Promise<Applied> {
    if (this.isFull) return 'not-stored'
    const copy = structuredClone(this.#tables)
    try {
      for (const change of changes) applyChange(copy, change)
      assertUnique(copy)
    } catch (error) {
      if (error instanceof Conflict) return 'conflict'
      throw error
    }
    this.#tables = copy
    return 'committed'
  }

  async rosters(): Promise<readonly Roster[]> {
    const { tenants, sites, people, devices } = this.#tables
    return [...tenants.values()].map((tenant) => {
      const isOwn = (row: { readonly tenant: TenantId }) => row.tenant === tenant.id
      return {
        tenant,
        sites: [...sites.values()].filter(isOwn),
        people: [...people.values()].filter(isOwn),
        devices: [...devices.values()].filter(isOwn),
      }
    })
  }

  async passwordOf(tenant: TenantId, person: PersonId): Promise<string | undefined> {
    if (this.#tables.people.get(person)?.tenant !== tenant) return undefined
    return this.#tables.passwords.get(person)
  }

  async sessionByToken(token: TokenHash): Promise<Session | undefined> {
    return [...this.#tables.sessions.values()].find((row) => row.token === token)?.session
  }

  async sessionsOf(tenant: TenantId, person: PersonId): Promise<readonly Session[]> {
    return this.#sessions().filter((session) => session.tenant === tenant && session.person === person)
  }

  async oldSessions(
    createdBefore: WallTime,
    seenBefore: WallTime,
    limit: number,
  ): Promise<readonly Session[]> {
    return this.#sessions()
      .filter((session) => session.createdAt < createdBefore || session.lastSeenAt < seenBefore)
      .slice(0, limit)
  }

  async linkByToken(token: TokenHash): Promise<Link | undefined> {
    return this.#tables.links.get(token)
  }

  async phoneSetupsOf(tenant: TenantId): Promise<readonly PhoneSetup[]> {
    return this.#setups()
      .map(({ setup }) => setup)
      .filter((setup) => setup.tenant === tenant)
  }

  async phoneSetupByToken(token: TokenHash): Promise<PhoneSetup | undefined> {
    return this.#setups().find((row) => row.token === token)?.setup
  }

  async phoneSetupsByMac(mac: string): Promise<readonly OpenPhoneSetup[]> {
    return this.#setups()
      .flatMap(({ setup, pin }) => (setup.mac === mac && pin !== undefined ? [{ setup, pin }] : []))
      .slice(0, SETUPS_PER_MAC_MAX)
  }

  async auditOf(tenant: TenantId, limit: number): Promise<readonly AuditEntry[]> {
    return this.#tables.audit
      .filter((entry) => entry.tenant === tenant)
      .toReversed()
      .slice(0, limit)
  }

  #setups() {
    const { devices, phoneSetups } = this.#tables
    return [...phoneSetups.values()]
      .filter(({ setup }) => devices.has(setup.device))
      .toSorted((a, b) => b.setup.createdAt - a.setup.createdAt)
  }

  #sessions(): Session[] {
    return [...this.#tables.sessions.values()].map((row) => row.session)
  }
}

function applyChange(tables: Tables, change: Change): void {
  switch (change.type) {
    case 'putTenant':
      tables.tenants.set(change.tenant.id, change.tenant)
      return
    case 'putSite':
      tables.sites.set(change.site.id, change.site)
      return
    case 'putPerson':
      tables.people.set(change.person.id, change.person)
      return
    case 'removePerson':
      tables.people.delete(change.person)
      tables.passwords.delete(change.person)
      return
    case 'removeSite':
      tables.sites.delete(change.site)
      return
    case 'putPassword':
      tables.passwords.set(change.person, change.hash)
      return
    case 'putDevice':
      tables.devices.set(change.device.id, change.device)
      return
    case 'removeDevice':
      tables.devices.delete(change.device)
      return
    case 'audit':
      tables.audit.push(change.entry)
      return
    case 'putPhoneSetup':
    case 'usePhoneSetup':
    case 'closePhoneSetup':
    case 'closeExpiredPhoneSetups':
      applySetup(tables, change)
      return
    default:
      applyAccess(tables, change)
  }
}

function applyAccess(
  tables: Tables,
  change: Extract<Change, { readonly type: `${string}Session` | `${string}Link` | `${string}Links` }>,
): void {
  switch (change.type) {
    case 'putSession':
      tables.sessions.set(change.session.id, { session: change.session, token: change.token })
      return
    case 'touchSession': {
      const row = tables.sessions.get(change.session)
      if (row) row.session = { ...row.session, lastSeenAt: change.at }
      return
    }
    case 'removeSession':
      tables.sessions.delete(change.session)
      for (const device of tables.devices.values()) {
        if (device.kind === 'browser' && device.session === change.session) tables.devices.delete(device.id)
      }
      return
    case 'putLink':
      tables.links.set(change.token, change.link)
      return
    case 'useLink':
      if (!tables.links.delete(change.token)) throw new Conflict()
      return
    case 'removeSetupLinks':
      for (const [token, link] of tables.links) if (link.kind === 'setup') tables.links.delete(token)
      return
    case 'removeOldLinks':
      removeOldLinks(tables, change)
      return
    case 'removeExpiredLinks':
      for (const [token, link] of tables.links) if (link.expiresAt <= change.at) tables.links.delete(token)
  }
}

type SetupChange = Extract<Change, { readonly type: `${string}PhoneSetup` | `${string}PhoneSetups` }>

function applySetup({ phoneSetups, devices }: Tables, change: SetupChange): void {
  switch (change.type) {
    case 'putPhoneSetup': {
      if (!devices.has(change.setup.device)) throw new Conflict()
      const { type: _, ...row } = change
      phoneSetups.set(change.setup.device, row)
      return
    }
    case 'usePhoneSetup': {
      const setup = phoneSetups.get(change.device)?.setup
      if (setup?.state !== 'open') throw new Conflict()
      const { at, from, agent, mac } = change
      const used: PhoneSetup = {
        ...setup,
        ...(mac !== undefined && { mac }),
        state: 'used',
        used: { at, from, agent },
      }
      phoneSetups.set(change.device, { setup: used })
      return
    }
    case 'closePhoneSetup':
    case 'closeExpiredPhoneSetups':
      for (const [device, { setup }] of phoneSetups) {
        const isMeant =
          change.type === 'closePhoneSetup' ? device === change.device : setup.expiresAt <= change.at
        if (isMeant && setup.state === 'open')
          phoneSetups.set(device, { setup: { ...setup, state: 'closed' } })
      }
  }
}

function removeOldLinks(
  tables: Tables,
  { tenant, person, keep }: Extract<Change, { readonly type: 'removeOldLinks' }>,
): void {
  const links = [...tables.links].filter(
    ([, link]) => link.kind === 'sign-in' && link.tenant === tenant && link.person === person,
  )
  const newestFirst = links.toSorted(([, a], [, b]) => b.expiresAt - a.expiresAt)
  for (const [token] of newestFirst.slice(keep)) tables.links.delete(token)
}

function assertUnique(tables: Tables): void {
  const seen = new Set<string>()
  const take = (key: string) => {
    if (seen.has(key)) throw new Conflict()
    seen.add(key)
  }
  for (const person of tables.people.values()) {
    if (!tables.tenants.has(person.tenant) || !tables.sites.has(person.site)) throw new Conflict()
    take(`extension ${person.tenant} ${person.extension}`)
    if (person.email !== undefined) take(`email ${person.tenant} ${person.email}`)
  }
  for (const device of tables.devices.values()) {
    if (!tables.people.has(device.person)) throw new Conflict()
    take(`sip ${device.tenant} ${device.sipName}`)
    if (device.kind !== 'browser') continue
    if (!tables.sessions.has(device.session)) throw new Conflict()
    take(`session ${device.session}`)
  }
}
