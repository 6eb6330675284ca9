// Who and what exists, as an immutable snapshot in memory: every call and every REGISTER looks here, never in
// the store. A change makes a new snapshot; whoever holds the old one keeps a consistent view.
import type { DeviceId, PersonId, SessionId, SiteId, TenantId } from '@rufwerk/core'
import type { Country, Device, Language, Person, Site, Tenant } from './nouns.ts'
import type { Change, Roster } from './ports.ts'

/** The part that routing decides from; has the shape of its `RoutingConfig`. */
export interface RoutingView {
  readonly tenant: TenantId
  readonly version: number
  readonly country: Country
  readonly language: Language
  readonly isDemo: boolean
  readonly byExtension: ReadonlyMap<string, RoutingEntry>
}

export interface RoutingEntry {
  readonly person: PersonId
  readonly extension: string
  readonly name: string
  readonly kind: 'person' | 'voice'
}

export interface Directory {
  readonly tenant: Tenant
  /** The tenant's version: changes with people and sites, not with devices. */
  readonly version: number
  readonly sites: ReadonlyMap<SiteId, Site>
  /** In the order of their extensions. */
  readonly people: readonly Person[]
  readonly byPerson: ReadonlyMap<PersonId, Person>
  readonly byExtension: ReadonlyMap<string, Person>
  readonly byEmail: ReadonlyMap<string, Person>
  readonly byDevice: ReadonlyMap<DeviceId, Device>
  readonly bySipName: ReadonlyMap<string, Device>
  readonly bySession: ReadonlyMap<SessionId, Device>
  readonly devicesOf: ReadonlyMap<PersonId, readonly Device[]>
  readonly routing: RoutingView
}

type PeopleSide = Pick<
  Directory,
  'tenant' | 'version' | 'sites' | 'people' | 'byPerson' | 'byExtension' | 'byEmail' | 'routing'
>
type DeviceSide = Pick<Directory, 'byDevice' | 'bySipName' | 'bySession' | 'devicesOf'>

export function buildDirectory(roster: Roster): Directory {
  return { ...peopleSide(roster), ...deviceSide(roster.devices) }
}

/** The directory after the changes that concern its tenant; the same object when none does. */
export function changeDirectory(directory: Directory, changes: readonly Change[]): Directory {
  const people = new Map(directory.byPerson)
  const sites = new Map(directory.sites)
  const devices = new Map(directory.byDevice)
  let tenant = directory.tenant
  let isPeopleChanged = false
  let isDevicesChanged = false
  for (const change of changes) {
    if (change.type === 'putTenant' && change.tenant.id === tenant.id) {
      tenant = change.tenant
      isPeopleChanged = true
    } else if (change.type === 'putSite' && change.site.tenant === tenant.id) {
      sites.set(change.site.id, change.site)
      isPeopleChanged = true
    } else if (change.type === 'putPerson' && change.person.tenant === tenant.id) {
      people.set(change.person.id, change.person)
      isPeopleChanged = true
    } else if (change.type === 'removePerson' || change.type === 'removeSite') {
      const isGone = change.type === 'removeSite' ? sites.delete(change.site) : people.delete(change.person)
      isPeopleChanged = isGone || isPeopleChanged
    } else if (change.type === 'putDevice' && change.device.tenant === tenant.id) {
      devices.set(change.device.id, change.device)
      isDevicesChanged = true
    } else if (change.type === 'removeDevice') {
      isDevicesChanged = devices.delete(change.device) || isDevicesChanged
    } else if (change.type === 'removeSession') {
      const device = directory.bySession.get(change.session)
      if (device) isDevicesChanged = devices.delete(device.id) || isDevicesChanged
    }
  }
  if (!isPeopleChanged && !isDevicesChanged) return directory
  return {
    ...directory,
    ...(isPeopleChanged && peopleSide({ tenant, sites: [...sites.values()], people: [...people.values()] })),
    ...(isDevicesChanged && deviceSide([...devices.values()])),
  }
}

function peopleSide(roster: Omit<Roster, 'devices'>): PeopleSide {
  const { tenant } = roster
  const people = roster.people.toSorted((a, b) => compareExtensions(a.extension, b.extension))
  const entry = (person: Person): [string, RoutingEntry] => [
    person.extension,
    { person: person.id, extension: person.extension, name: person.name, kind: person.kind },
  ]
  return {
    tenant,
    version: tenant.version,
    sites: new Map(roster.sites.map((site) => [site.id, site])),
    people,
    byPerson: new Map(people.map((person) => [person.id, person])),
    byExtension: new Map(people.map((person) => [person.extension, person])),
    byEmail: new Map(people.flatMap((person) => (person.email ? [[person.email, person]] : []))),
    routing: {
      tenant: tenant.id,
      version: tenant.version,
      country: tenant.country,
      language: tenant.language,
      isDemo: tenant.isDemo,
      byExtension: new Map(people.map(entry)),
    },
  }
}

function deviceSide(devices: readonly Device[]): DeviceSide {
  const devicesOf = new Map<PersonId, Device[]>()
  for (const device of devices) {
    const own = devicesOf.get(device.person)
    if (own) own.push(device)
    else devicesOf.set(device.person, [device])
  }
  return {
    byDevice: new Map(devices.map((device) => [device.id, device])),
    bySipName: new Map(devices.map((device) => [device.sipName, device])),
    bySession: new Map(
      devices.flatMap((device) => (device.kind === 'browser' ? [[device.session, device]] : [])),
    ),
    devicesOf,
  }
}

/** Shorter first, then by digits: 20, 100, 101. */
function compareExtensions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
