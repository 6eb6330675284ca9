// The first minutes: a link that works once creates the company, its first site, the admin and colleagues.
import { ok, type PersonId, type Result, type SiteId, type TenantId, wallTime } from '@rufwerk/core'
import type { IssuedToken, SetUp, SetupRequest } from './accounts.ts'
import { type AccountsError, type AccountsErrorCode, refuse } from './errors.ts'
import { readEmail, readExtension, readName } from './fields.ts'
import type { Keeper } from './keeper.ts'
import { COLLEAGUES_MAX, HASH_RETRY_AFTER, SETUP_LINK_LIFE, SIGN_IN_LINK_LIFE } from './limits.ts'
import type { Person, Session, Site, Tenant } from './nouns.ts'
import { brokenRule } from './password-rules.ts'
import type { Change, TokenHash } from './ports.ts'
import { newSession } from './sessions.ts'
import { hashOwnToken, hashToken, newToken } from './tokens.ts'

const FIRST_SITE = { de: 'Hauptsitz', en: 'Head office' } as const

export function setupState(keeper: Keeper): 'open' | 'done' {
  return keeper.directories().length === 0 ? 'open' : 'done'
}

export async function prepareSetup(keeper: Keeper): Promise<Result<IssuedToken, AccountsError>> {
  if (setupState(keeper) === 'done') return refuse('setup-done')
  const token = newToken(keeper.ports.randomBytes)
  const expiresAt = wallTime(keeper.now() + SETUP_LINK_LIFE)
  const changes: Change[] = [
    { type: 'removeSetupLinks' },
    { type: 'putLink', link: { kind: 'setup', expiresAt }, token: hashOwnToken(token) },
  ]
  return keeper.commit(changes, { token, expiresAt })
}

export function setUp(keeper: Keeper, request: SetupRequest): Promise<Result<SetUp, AccountsError>> {
  return keeper.inTurn(async () => {
    if (setupState(keeper) === 'done') return refuse('setup-done')
    const hash = hashToken(request.token)
    const link = hash === undefined ? undefined : await keeper.ports.store.linkByToken(hash)
    if (!hash || link?.kind !== 'setup' || link.expiresAt <= keeper.now()) return refuse('setup-link-invalid')
    const fields = readRequest(request)
    if (!fields.ok) return refuse(fields.error)
    const password = await keeper.ports.passwords.hash(request.admin.password)
    if (password === undefined) return refuse('busy', HASH_RETRY_AFTER)
    const founded = found(keeper, request, fields.value)
    const applied = await keeper.apply([
      { type: 'useLink', token: hash },
      { type: 'removeSetupLinks' },
      ...founded.changes,
      { type: 'putPassword', tenant: founded.admin.tenant, person: founded.admin.id, hash: password },
    ])
    if (applied === 'conflict') return refuse('setup-link-invalid')
    if (applied === 'not-stored') return refuse('not-stored')
    const { token, session, admin, colleagueLinks } = founded
    return ok({ token, session, person: admin, colleagueLinks })
  })
}

interface PersonFields {
  readonly name: string
  readonly extension: string
  readonly email?: string
}

interface SetupFields {
  readonly company: string
  readonly admin: PersonFields
  readonly colleagues: readonly PersonFields[]
}

function readRequest(request: SetupRequest): Result<SetupFields, AccountsErrorCode> {
  const company = readName(request.company)
  if (!company.ok) return company
  const email = readEmail(request.admin.email)
  if (!email.ok) return email
  if (request.colleagues.length > COLLEAGUES_MAX) return { ok: false, error: 'limit-reached' }
  const people: PersonFields[] = []
  for (const wanted of [request.admin, ...request.colleagues]) {
    const name = readName(wanted.name)
    if (!name.ok) return name
    const extension = readExtension(wanted.extension)
    if (!extension.ok) return extension
    if (people.some((other) => other.extension === extension.value)) {
      return { ok: false, error: 'extension-taken' }
    }
    people.push({ name: name.value, extension: extension.value })
  }
  const [admin, ...colleagues] = people
  if (!admin) return { ok: false, error: 'name-invalid' }
  const own = [email.value, admin.name, admin.extension, company.value]
  const broken = brokenRule(request.admin.password, own)
  if (broken) return { ok: false, error: broken }
  return ok({ company: company.value, admin: { ...admin, email: email.value }, colleagues })
}

interface Founded {
  readonly changes: readonly Change[]
  readonly admin: Person
  readonly token: string
  readonly session: Session
  readonly colleagueLinks: SetUp['colleagueLinks']
}

function found(keeper: Keeper, request: SetupRequest, fields: SetupFields): Founded {
  const now = keeper.now()
  const { country, language } = request
  const tenant: Tenant = {
    id: keeper.newId<TenantId>(),
    name: fields.company,
    country,
    language,
    isDemo: false,
    version: 1,
    createdAt: now,
  }
  const site: Site = { id: keeper.newId<SiteId>(), tenant: tenant.id, name: FIRST_SITE[language] }
  const person = (fields: PersonFields, role: Person['role']): Person => ({
    id: keeper.newId<PersonId>(),
    tenant: tenant.id,
    site: site.id,
    ...fields,
    role,
    kind: 'person',
    language,
    createdAt: now,
  })
  const admin = person(fields.admin, 'admin')
  const colleagues = fields.colleagues.map((colleague) => person(colleague, 'user'))
  const { token, session, change } = newSession(keeper, admin)
  const links = colleagues.map((colleague) => newSignInLink(keeper, colleague))
  const actor = { tenant: tenant.id, person: admin.id }
  return {
    changes: [
      { type: 'putTenant', tenant },
      { type: 'putSite', site },
      ...[admin, ...colleagues].map((person): Change => ({ type: 'putPerson', person })),
      ...links.map((link) => link.change),
      change,
      keeper.audit(actor, 'set-up', tenant.id, { company: tenant.name }),
    ],
    admin,
    token,
    session,
    colleagueLinks: links.map(({ person, token, expiresAt }) => ({ person, token, expiresAt })),
  }
}

/** A sign-in link for a person, and the change that makes it valid. */
export function newSignInLink(
  keeper: Keeper,
  person: Person,
): IssuedToken & { readonly person: Person; readonly change: Change } {
  const token = newToken(keeper.ports.randomBytes)
  const expiresAt = wallTime(keeper.now() + SIGN_IN_LINK_LIFE)
  const link = { kind: 'sign-in', expiresAt, tenant: person.tenant, person: person.id } as const
  const stored: TokenHash = hashOwnToken(token)
  return { person, token, expiresAt, change: { type: 'putLink', link, token: stored } }
}
