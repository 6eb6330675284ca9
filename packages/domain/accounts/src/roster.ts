// Sites and people from a file: who is there already is found again by id, mail address or extension; who is
// new gets the id of the file. Nobody is removed. Checked as a whole, applied as a whole.
import { fail, ok, type PersonId, type Result, type SiteId, type WallTime } from '@rufwerk/core'
import { changeDirectory, type Directory } from './directory.ts'
import type { AccountsErrorCode } from './errors.ts'
import { readEmail, readExtension, readName } from './fields.ts'
import { PEOPLE_PER_TENANT_MAX, SITES_PER_TENANT_MAX } from './limits.ts'
import type { Language, Person, Role, Site, Tenant } from './nouns.ts'
import type { Change } from './ports.ts'

export interface WantedSite {
  readonly id: string
  readonly name: string
}

export interface WantedPerson {
  readonly id: string
  /** Id of a site of the same file. */
  readonly site: string
  readonly name: string
  readonly extension: string
  readonly email?: string
  readonly role: Role
  readonly kind: 'person' | 'voice'
  readonly language: Language
}

export interface WantedRoster {
  readonly sites: readonly WantedSite[]
  readonly people: readonly WantedPerson[]
}

export interface RosterProblem {
  /** `people[3].extension` */
  readonly path: string
  readonly code: AccountsErrorCode | 'unknown-site' | 'twice' | 'id-invalid' | 'no-admin'
}

export interface RosterDifference {
  readonly path: string
  readonly what: 'added' | 'changed'
  readonly before?: string
  readonly after?: string
}

export interface RosterPreview {
  /** What it was made for: another one by then is a conflict. */
  readonly base: Directory
  /** As it would be. */
  readonly directory: Directory
  readonly changes: readonly Change[]
  /** Takes the changes back. */
  readonly undo: readonly Change[]
  /** Ids of the file to those that are used, where they differ. */
  readonly ids: ReadonlyMap<string, string>
  readonly differences: readonly RosterDifference[]
}

const ID = /^[0-9A-Za-z_-]{1,64}$/
const COMPARED = ['name', 'extension', 'email', 'role', 'kind', 'language', 'site'] as const

export function previewRoster(
  base: Directory,
  wanted: WantedRoster,
  now: WallTime,
): Result<RosterPreview, readonly RosterProblem[]> {
  const draft = new Draft(base, now)
  wanted.sites.forEach((site, at) => {
    draft.site(site, `sites[${at}]`)
  })
  wanted.people.forEach((person, at) => {
    draft.person(person, `people[${at}]`)
  })
  return draft.preview()
}

class Draft {
  readonly #base: Directory
  readonly #now: WallTime
  readonly #problems: RosterProblem[] = []
  readonly #changes: Change[] = []
  readonly #undo: Change[] = []
  readonly #differences: RosterDifference[] = []
  readonly #ids = new Map<string, string>()
  readonly #sites = new Map<string, Site>()
  /** Of the file, by our id. */
  readonly #people = new Map<PersonId, Person>()

  constructor(base: Directory, now: WallTime) {
    this.#base = base
    this.#now = now
  }

  site({ id, name: text }: WantedSite, path: string): undefined {
    const name = readName(text)
    if (!ID.test(id)) return this.#wrong(`${path}.id`, 'id-invalid')
    if (this.#sites.has(id)) return this.#wrong(`${path}.id`, 'twice')
    if (!name.ok) return this.#wrong(`${path}.name`, name.error)
    const { sites, tenant } = this.#base
    const same = sites.get(id as SiteId) ?? [...sites.values()].find((one) => one.name === name.value)
    const site: Site = { id: same?.id ?? (id as SiteId), tenant: tenant.id, name: name.value }
    this.#sites.set(id, site)
    if (site.id !== id) this.#ids.set(id, site.id)
    if (same?.name === site.name) return
    this.#changes.push({ type: 'putSite', site })
    this.#undo.unshift(same ? { type: 'putSite', site: same } : { type: 'removeSite', site: site.id })
    this.#tell(`sites[${site.name}].name`, same?.name, site.name)
  }

  person(wanted: WantedPerson, path: string): undefined {
    const read = this.#read(wanted, path)
    if (read === undefined) return
    const { person, same } = read
    if (this.#people.has(person.id)) return this.#wrong(path, 'twice')
    this.#people.set(person.id, person)
    if (person.id !== wanted.id) this.#ids.set(wanted.id, person.id)
    const place = `people[${person.extension}]`
    if (same === undefined) {
      this.#changes.push({ type: 'putPerson', person })
      this.#undo.unshift({ type: 'removePerson', tenant: person.tenant, person: person.id })
      this.#differences.push({ path: place, what: 'added', after: person.name })
      return
    }
    const changed = COMPARED.filter((name) => same[name] !== person[name])
    if (changed.length === 0) return
    this.#changes.push({ type: 'putPerson', person })
    this.#undo.unshift({ type: 'putPerson', person: same })
    for (const name of changed) this.#tell(`${place}.${name}`, same[name], person[name])
  }

  preview(): Result<RosterPreview, readonly RosterProblem[]> {
    const base = this.#base
    const all = new Map([...base.byPerson, ...this.#people])
    this.#checkWhole([...all.values()])
    if (this.#problems.length > 0) return fail(this.#problems)
    const tenant: Tenant = { ...base.tenant, version: base.tenant.version + 1 }
    const isSame = this.#changes.length === 0
    const changes: Change[] = isSame ? [] : [{ type: 'putTenant', tenant }, ...this.#changes]
    // Versions only grow: who saw this one must see that it was taken back.
    const undo: Change[] = isSame
      ? []
      : [...this.#undo, { type: 'putTenant', tenant: { ...tenant, version: tenant.version + 1 } }]
    const directory = changeDirectory(base, changes)
    const { ids, differences } = { ids: this.#ids, differences: this.#differences }
    return ok({ base, directory, changes, undo, ids, differences })
  }

  #read(wanted: WantedPerson, path: string): { person: Person; same: Person | undefined } | undefined {
    const { id, role, kind, language } = wanted
    const name = readName(wanted.name)
    const extension = readExtension(wanted.extension)
    const email = wanted.email === undefined ? undefined : readEmail(wanted.email)
    const site = this.#sites.get(wanted.site)
    if (!ID.test(id)) return this.#wrong(`${path}.id`, 'id-invalid')
    if (!name.ok) return this.#wrong(`${path}.name`, name.error)
    if (!extension.ok) return this.#wrong(`${path}.extension`, extension.error)
    if (email && !email.ok) return this.#wrong(`${path}.email`, email.error)
    if (!site) return this.#wrong(`${path}.site`, 'unknown-site')
    const { byPerson, byEmail, byExtension, tenant } = this.#base
    const same =
      byPerson.get(id as PersonId) ??
      (email?.ok ? byEmail.get(email.value) : undefined) ??
      byExtension.get(extension.value)
    const person: Person = {
      ...{ id: same?.id ?? (id as PersonId), tenant: tenant.id, site: site.id },
      ...{ name: name.value, extension: extension.value, role, kind, language },
      ...(email?.ok && { email: email.value }),
      createdAt: same?.createdAt ?? this.#now,
    }
    return { person, same }
  }

  #checkWhole(people: readonly Person[]): void {
    if (people.length > PEOPLE_PER_TENANT_MAX) this.#wrong('people', 'limit-reached')
    if (this.#base.sites.size + this.#sites.size > SITES_PER_TENANT_MAX) this.#wrong('sites', 'limit-reached')
    if (!people.some(({ role }) => role === 'admin')) this.#wrong('people', 'no-admin')
    const [extensions, emails] = [new Set<string>(), new Set<string>()]
    for (const { extension, email } of people) {
      if (extensions.has(extension)) this.#wrong(`people[${extension}]`, 'extension-taken')
      if (email !== undefined && emails.has(email)) this.#wrong(`people[${extension}].email`, 'email-taken')
      extensions.add(extension)
      if (email !== undefined) emails.add(email)
    }
  }

  #wrong(path: string, code: RosterProblem['code']): undefined {
    this.#problems.push({ path, code })
  }

  #tell(path: string, before: string | undefined, after: string | undefined): void {
    const what = before === undefined ? 'added' : 'changed'
    this.#differences.push({
      ...{ path, what },
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    })
  }
}
