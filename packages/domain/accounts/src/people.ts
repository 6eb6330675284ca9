// People: added by admins, invited by links that sign them in once.
import { ok, type PersonId, type Result } from '@rufwerk/core'
import type { Actor, IssuedToken, NewPerson } from './accounts.ts'
import type { Directory } from './directory.ts'
import { type AccountsError, refuse } from './errors.ts'
import { readEmail, readExtension, readName } from './fields.ts'
import { type Keeper, nextVersion } from './keeper.ts'
import { AUDIT_PAGE_MAX, PEOPLE_PER_TENANT_MAX, SIGN_IN_LINKS_PER_PERSON_MAX } from './limits.ts'
import type { AuditEntry, Person } from './nouns.ts'
import { newSignInLink } from './setup.ts'

export function addPerson(
  keeper: Keeper,
  actor: Actor,
  wanted: NewPerson,
): Promise<Result<Person, AccountsError>> {
  return keeper.inTurn(async () => {
    const directory = keeper.directoryOf(actor.tenant)
    if (!directory || !keeper.isAdmin(actor)) return refuse('not-allowed')
    if (directory.people.length >= PEOPLE_PER_TENANT_MAX) return refuse('limit-reached')
    const read = readPerson(keeper, directory, wanted)
    if (!read.ok) return read
    const person = read.value
    const detail = { name: person.name, extension: person.extension, role: person.role }
    const changes = [
      nextVersion(directory.tenant),
      { type: 'putPerson', person } as const,
      keeper.audit(actor, 'person-added', person.id, detail),
    ]
    return keeper.commit(changes, person)
  })
}

function readPerson(keeper: Keeper, directory: Directory, wanted: NewPerson): Result<Person, AccountsError> {
  const name = readName(wanted.name)
  if (!name.ok) return refuse(name.error)
  const extension = readExtension(wanted.extension)
  if (!extension.ok) return refuse(extension.error)
  if (directory.byExtension.has(extension.value)) return refuse('extension-taken')
  const email = wanted.email === undefined ? undefined : readEmail(wanted.email)
  if (email && !email.ok) return refuse(email.error)
  if (email && directory.byEmail.has(email.value)) return refuse('email-taken')
  const [site] = directory.sites.values()
  if (!site) return refuse('conflict')
  return ok({
    id: keeper.newId<PersonId>(),
    tenant: directory.tenant.id,
    site: site.id,
    name: name.value,
    extension: extension.value,
    ...(email && { email: email.value }),
    role: wanted.role ?? 'user',
    kind: wanted.kind ?? 'person',
    language: wanted.language ?? directory.tenant.language,
    createdAt: keeper.now(),
  })
}

export async function createSignInLink(
  keeper: Keeper,
  actor: Actor,
  person: PersonId,
): Promise<Result<IssuedToken, AccountsError>> {
  if (!keeper.mayActFor(actor, person)) return refuse('not-allowed')
  const target = keeper.person({ tenant: actor.tenant, person })
  if (!target) return refuse('unknown-person')
  const { token, expiresAt, change } = newSignInLink(keeper, target)
  const { tenant } = target
  const room = { type: 'removeOldLinks', tenant, person, keep: SIGN_IN_LINKS_PER_PERSON_MAX - 1 } as const
  return keeper.commit([room, change, keeper.audit(actor, 'link-created', person)], { token, expiresAt })
}

export async function note(
  keeper: Keeper,
  actor: Actor,
  { act, subject, detail }: Pick<AuditEntry, 'act' | 'subject'> & Partial<Pick<AuditEntry, 'detail'>>,
): Promise<Result<void, AccountsError>> {
  if (!keeper.isAdmin(actor)) return refuse('not-allowed')
  return keeper.commit([keeper.audit(actor, act, subject, { ...detail })], undefined)
}

export async function readAudit(
  keeper: Keeper,
  actor: Actor,
  limit: number,
): Promise<Result<readonly AuditEntry[], AccountsError>> {
  if (!keeper.isAdmin(actor)) return refuse('not-allowed')
  const bounded = Math.min(Math.max(1, Math.trunc(limit)), AUDIT_PAGE_MAX)
  return ok(await keeper.ports.store.auditOf(actor.tenant, bounded))
}
