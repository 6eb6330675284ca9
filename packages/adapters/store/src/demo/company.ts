// "Muster GmbH": the company of the demonstration, the same in every run but for its ids. No 110 and no 112
// among the extensions: those are emergency numbers.
import type { Change, Device, Person, Site, Tenant } from '@rufwerk/accounts'
import {
  type DeviceId,
  type PersonId,
  randomId,
  type SiteId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'

const SITES = ['Berlin', 'Leipzig'] as const

/** [extension, name, site, how much this person telephones]. The first is the admin, Anna is the voice. */
const PEOPLE = [
  ['100', 'Mara Lindner', 0, 6],
  ['101', 'Anna Hoffmann', 0, 9],
  ['102', 'Jonas Weber', 0, 8],
  ['103', 'Leyla Yıldız', 0, 7],
  ['104', 'Stefan Krüger', 0, 5],
  ['105', 'Katharina Böhm', 0, 6],
  ['106', 'Tobias Schäfer', 0, 3],
  ['107', 'Nguyen Thi Lan', 0, 4],
  ['108', 'Sabine Großmann', 0, 10],
  ['109', 'Piotr Nowak', 0, 2],
  ['120', 'Franziska Vogel', 1, 5],
  ['121', 'Heinrich Petersen', 1, 3],
] as const

const ADMIN = '100'
const VOICE = '101'
/** Who gets a sign-in link besides the admin. */
export const DEMO_COLLEAGUE = '102'

export interface DemoPerson {
  readonly person: Person
  /** Made long ago in the story; the past calls name it. */
  readonly device: DeviceId
  readonly activity: number
}

export interface DemoCompany {
  readonly tenant: Tenant
  readonly people: readonly DemoPerson[]
  /** To be applied to an empty store. */
  readonly changes: readonly Change[]
}

export function demoCompany(createdAt: WallTime, randomBytes: (size: number) => Uint8Array): DemoCompany {
  const newId = <Id extends string>() => randomId(randomBytes) as Id
  const tenant: Tenant = {
    id: newId<TenantId>(),
    name: 'Muster GmbH',
    country: 'de',
    language: 'de',
    isDemo: true,
    version: 1,
    createdAt,
  }
  const sites = SITES.map((name): Site => ({ id: newId<SiteId>(), tenant: tenant.id, name }))
  const people = PEOPLE.map(([extension, name, site, activity]): DemoPerson => {
    const person: Person = {
      id: newId<PersonId>(),
      tenant: tenant.id,
      site: sites[site]?.id ?? newId<SiteId>(),
      name,
      extension,
      email: `${mailName(name)}@muster.example`,
      role: extension === ADMIN ? 'admin' : 'user',
      kind: extension === VOICE ? 'voice' : 'person',
      language: 'de',
      createdAt,
    }
    return { person, device: newId<Device['id']>(), activity }
  })
  return {
    tenant,
    people,
    changes: [
      { type: 'putTenant', tenant },
      ...sites.map((site): Change => ({ type: 'putSite', site })),
      ...people.map(({ person }): Change => ({ type: 'putPerson', person })),
    ],
  }
}

function mailName(name: string): string {
  const plain: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', ı: 'i' }
  const letters = name.toLowerCase().replaceAll(/[äöüßı]/g, (letter) => plain[letter] ?? letter)
  return letters.normalize('NFD').replaceAll(/\p{M}/gu, '').trim().split(' ').join('.')
}
