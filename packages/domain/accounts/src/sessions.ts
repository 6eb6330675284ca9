// Signing in and out. The same work is done for unknown logins, so that time does not tell who exists.
import { type PersonId, type Result, type SessionId, type TenantId, wallTime } from '@rufwerk/core'
import type { Actor, SignedIn } from './accounts.ts'
import type { Attempts } from './attempts.ts'
import { type AccountsError, refuse } from './errors.ts'
import type { Keeper } from './keeper.ts'
import {
  HASH_RETRY_AFTER,
  PASSWORD_CHARS_MAX,
  SESSION_IDLE_MAX,
  SESSION_LIFE_MAX,
  SESSION_TOUCH_INTERVAL,
  SESSIONS_PER_PERSON_MAX,
  SWEEP_SESSIONS_MAX,
} from './limits.ts'
import type { Person, Session } from './nouns.ts'
import { brokenRule } from './password-rules.ts'
import type { Change } from './ports.ts'
import { hashOwnToken, hashToken, newToken } from './tokens.ts'

const NOBODY = { tenant: '' as TenantId, id: '' as PersonId }

export async function signIn(
  keeper: Keeper,
  attempts: Attempts,
  attempt: { readonly login: string; readonly password: string; readonly address: string },
): Promise<Result<SignedIn, AccountsError>> {
  const login = attempt.login.trim().toLowerCase()
  // Nothing longer can be right; it is not worth hashing, and says nothing about who exists.
  if (login.length > 254 || attempt.password.length > PASSWORD_CHARS_MAX * 4)
    return refuse('wrong-credentials')
  const person = personByLogin(keeper, login)
  const keys = { account: person?.id ?? login, address: attempt.address }
  const wait = attempts.begin(keys, keeper.now())
  if (wait !== undefined) return refuse('too-many-attempts', wait)
  const { tenant, id } = person ?? NOBODY
  const stored = await keeper.ports.store.passwordOf(tenant, id)
  const isRight = await keeper.ports.passwords.verify(attempt.password, stored)
  if (isRight === undefined) return refuse('busy', HASH_RETRY_AFTER)
  if (!isRight || !person) return refuse('wrong-credentials')
  attempts.succeeded(keys)
  return startSession(keeper, person, [])
}

export async function signInByLink(
  keeper: Keeper,
  attempts: Attempts,
  attempt: { readonly token: string; readonly address: string },
): Promise<Result<SignedIn, AccountsError>> {
  const keys = { address: attempt.address }
  const wait = attempts.begin(keys, keeper.now())
  if (wait !== undefined) return refuse('too-many-attempts', wait)
  const hash = hashToken(attempt.token)
  const link = hash === undefined ? undefined : await keeper.ports.store.linkByToken(hash)
  if (!hash || link?.kind !== 'sign-in' || link.expiresAt <= keeper.now()) return refuse('link-invalid')
  const person = keeper.person(link)
  if (!person) return refuse('link-invalid')
  const started = await startSession(keeper, person, [{ type: 'useLink', token: hash }])
  if (started.ok) attempts.succeeded(keys)
  return !started.ok && started.error.code === 'conflict' ? refuse('link-invalid') : started
}

/** E-mail address, or an extension while only one company has it. */
function personByLogin(keeper: Keeper, login: string): Person | undefined {
  const found = keeper
    .directories()
    .map((directory) => directory.byEmail.get(login) ?? directory.byExtension.get(login))
    .filter((person) => person !== undefined)
  return found.length === 1 ? found[0] : undefined
}

/** A session and the change that makes it valid. */
export function newSession(
  keeper: Keeper,
  person: Person,
): { readonly token: string; readonly session: Session; readonly change: Change } {
  const token = newToken(keeper.ports.randomBytes)
  const now = keeper.now()
  const session: Session = {
    id: keeper.newId<SessionId>(),
    tenant: person.tenant,
    person: person.id,
    createdAt: now,
    lastSeenAt: now,
  }
  return { token, session, change: { type: 'putSession', session, token: hashOwnToken(token) } }
}

async function startSession(
  keeper: Keeper,
  person: Person,
  also: readonly Change[],
): Promise<Result<SignedIn, AccountsError>> {
  const { token, session, change } = newSession(keeper, person)
  const others = await keeper.ports.store.sessionsOf(person.tenant, person.id)
  const surplus = others
    .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
    .slice(SESSIONS_PER_PERSON_MAX - 1)
    .map((old): Change => ({ type: 'removeSession', session: old.id }))
  const audit = person.role === 'admin' ? [keeper.audit(session, 'signed-in', session.id)] : []
  return keeper.commit([...also, ...surplus, change, ...audit], { token, session, person })
}

export async function sessionOf(keeper: Keeper, token: string): Promise<Session | undefined> {
  const hash = hashToken(token)
  if (hash === undefined) return undefined
  const session = await keeper.ports.store.sessionByToken(hash)
  const now = keeper.now()
  if (!session || !keeper.person(session)) return undefined
  if (session.createdAt + SESSION_LIFE_MAX <= now) return undefined
  if (session.lastSeenAt + SESSION_IDLE_MAX <= now) return undefined
  if (session.lastSeenAt + SESSION_TOUCH_INTERVAL > now) return session
  // Not being able to write this down does not end the session now; it may end a little early.
  await keeper.apply([{ type: 'touchSession', session: session.id, at: now }])
  return { ...session, lastSeenAt: now }
}

export async function signOut(keeper: Keeper, session: Session): Promise<Result<void, AccountsError>> {
  const audit = keeper.isAdmin(session) ? [keeper.audit(session, 'signed-out', session.id)] : []
  return keeper.commit([{ type: 'removeSession', session: session.id }, ...audit], undefined)
}

export async function hasPassword(keeper: Keeper, actor: Actor): Promise<boolean> {
  return (await keeper.ports.store.passwordOf(actor.tenant, actor.person)) !== undefined
}

export async function changePassword(
  keeper: Keeper,
  attempts: Attempts,
  session: Session,
  passwords: { readonly current?: string; readonly next: string },
): Promise<Result<void, AccountsError>> {
  const person = keeper.person(session)
  if (!person) return refuse('unknown-person')
  const stored = await keeper.ports.store.passwordOf(session.tenant, session.person)
  if (stored !== undefined) {
    const keys = { account: person.id, address: `session ${session.id}` }
    const wait = attempts.begin(keys, keeper.now())
    if (wait !== undefined) return refuse('too-many-attempts', wait)
    const current = (passwords.current ?? '').slice(0, PASSWORD_CHARS_MAX * 4)
    const isRight = await keeper.ports.passwords.verify(current, stored)
    if (isRight === undefined) return refuse('busy', HASH_RETRY_AFTER)
    if (!isRight) return refuse('password-wrong')
    attempts.succeeded(keys)
  }
  const company = keeper.directoryOf(session.tenant)?.tenant.name ?? ''
  const own = [person.email ?? '', person.name, person.extension, company]
  const broken = brokenRule(passwords.next, own)
  if (broken) return refuse(broken)
  const hash = await keeper.ports.passwords.hash(passwords.next)
  if (hash === undefined) return refuse('busy', HASH_RETRY_AFTER)
  const others = await keeper.ports.store.sessionsOf(session.tenant, session.person)
  const ended = others
    .filter((other) => other.id !== session.id)
    .map((other): Change => ({ type: 'removeSession', session: other.id }))
  const { tenant } = session
  const changes: Change[] = [
    { type: 'putPassword', tenant, person: person.id, hash },
    ...ended,
    keeper.audit(session, 'password-changed', person.id),
  ]
  return keeper.commit(changes, undefined)
}

export async function sweepSessions(keeper: Keeper): Promise<void> {
  const now = keeper.now()
  const old = await keeper.ports.store.oldSessions(
    wallTime(now - SESSION_LIFE_MAX),
    wallTime(now - SESSION_IDLE_MAX),
    SWEEP_SESSIONS_MAX,
  )
  const ended = old.map((session): Change => ({ type: 'removeSession', session: session.id }))
  await keeper.apply([
    ...ended,
    { type: 'removeExpiredLinks', at: now },
    { type: 'closeExpiredPhoneSetups', at: now },
  ])
}
