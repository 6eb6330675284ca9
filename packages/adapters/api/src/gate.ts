// What every request of the interface passes before its route runs, in this order: page of this server, media
// type, size, session, role, number of attempts, how much the person did lately. Then come the schemas.
import type { Accounts, Person, Session } from '@rufwerk/accounts'
import { LOCAL_ADMIN } from '@rufwerk/accounts'
import { type SessionId, wallTime } from '@rufwerk/core'
import type { MiddlewareHandler } from 'hono'
import { refusalResponse } from './error.ts'
import { LIMITS } from './limits.ts'
import type { Peer } from './peer.ts'
import { actOf, type Route, type Visitor } from './route.ts'
import type { ActKind, Attempts } from './security/attempts.ts'
import { isSameOrigin } from './security/origin.ts'
import { readSessionCookie } from './security/session-cookie.ts'

export interface ApiEnv {
  Bindings: { readonly peer: Peer }
  Variables: { visitor: Visitor | undefined }
}

type Gate = MiddlewareHandler<ApiEnv>

export function gatesOf(route: Route, accounts: Accounts, attempts: Attempts): readonly Gate[] {
  const isChange = route.method !== 'get'
  const act = actOf(route)
  return [
    ...(isChange ? [originGate, bodyGate(route)] : []),
    sessionGate(route, accounts),
    ...(route.attempts === undefined ? [] : [attemptsGate(route.attempts, attempts)]),
    ...(act === undefined ? [] : [actGate(act, attempts)]),
  ]
}

/** The signed-in person of a Cookie header. */
export async function visitorOf(
  accounts: Accounts,
  cookie: string | null | undefined,
): Promise<Visitor | undefined> {
  const token = readSessionCookie(cookie)
  const session = token === undefined ? undefined : await accounts.sessionOf(token)
  return session && visitorOfSession(accounts, session)
}

function visitorOfSession(accounts: Accounts, session: Session): Visitor | undefined {
  const directory = accounts.directoryOf(session.tenant)
  const person = directory?.byPerson.get(session.person)
  return directory && person && { session, person, directory }
}

/** Whoever came through the socket in the data folder; undefined while there is no company. */
function localVisitor(accounts: Accounts): Visitor | undefined {
  const [directory] = accounts.directories()
  const [site] = directory?.sites.values() ?? []
  if (directory === undefined || site === undefined) return undefined
  const { tenant } = directory
  const at = wallTime(0)
  const person: Person = {
    ...{ id: LOCAL_ADMIN, tenant: tenant.id, site: site.id, name: 'rufwerk', extension: '' },
    ...{ role: 'admin', kind: 'person', language: tenant.language, createdAt: at },
  }
  const id = 'local' as SessionId
  return {
    person,
    directory,
    session: { id, tenant: tenant.id, person: LOCAL_ADMIN, createdAt: at, lastSeenAt: at },
  }
}

const originGate: Gate = async (c, next) => {
  // No browser speaks to that socket.
  if (c.env.peer.isLocalAdmin) return next()
  const isOwn = isSameOrigin({
    origin: c.req.header('origin'),
    host: c.req.header('host') ?? new URL(c.req.url).host,
    fetchSite: c.req.header('sec-fetch-site'),
    isSecure: c.env.peer.isSecure,
  })
  return isOwn ? next() : refusalResponse({ code: 'origin-refused' })
}

const JSON_TYPE = /^application\/json *(;|$)/i
/** Nothing that a form of another page can send without asking (the CORS safelist of the Fetch standard). */
const FILE_TYPE = /^(?:audio|video|image)\/[\w.+-]+ *(;|$)|^application\/(?:octet-stream|ogg) *(;|$)/i
const NO_FILE_TYPE = { message: 'Send the file as application/octet-stream, or as the sound that it is.' }

/**
 * RFC 9112 §6.3: a request has a body when one of these headers announces it. Its length must be said
 * beforehand: then what is too large is refused unread, and the parser takes care that no more comes.
 */
function bodyGate({ upload, bodyBytesMax = LIMITS.requestBodyBytesMax }: Route): Gate {
  const bytesMax = upload ?? bodyBytesMax
  return async (c, next) => {
    const type = c.req.header('content-type')
    const length = Number(c.req.header('content-length') ?? 0)
    if (c.req.header('transfer-encoding') !== undefined) {
      return refusalResponse({ code: 'bad-request', message: 'Send the body with Content-Length.' })
    }
    if (type === undefined && length === 0) return next()
    const isTyped = upload === undefined ? JSON_TYPE.test(type ?? '') : FILE_TYPE.test(type ?? '')
    if (!isTyped)
      return refusalResponse({ code: 'unsupported-media-type', ...(upload !== undefined && NO_FILE_TYPE) })
    return length > bytesMax ? refusalResponse({ code: 'too-large' }) : next()
  }
}

function sessionGate(route: Route, accounts: Accounts): Gate {
  return async (c, next) => {
    const { isLocalAdmin } = c.env.peer
    const cookie = c.req.header('cookie')
    const visitor = isLocalAdmin ? localVisitor(accounts) : await visitorOf(accounts, cookie)
    if (visitor === undefined && isLocalAdmin && route.access !== 'anyone')
      return refusalResponse({ code: 'setup-required' })
    if (route.access !== 'anyone') {
      if (visitor === undefined) return refusalResponse({ code: 'unauthenticated' })
      if (route.access === 'admin' && visitor.person.role !== 'admin')
        return refusalResponse({ code: 'forbidden' })
    }
    c.set('visitor', visitor)
    return next()
  }
}

function attemptsGate(kind: NonNullable<Route['attempts']>, attempts: Attempts): Gate {
  return async (c, next) => {
    const wait = attempts.take(kind, c.env.peer)
    if (wait > 0) return refusalResponse({ code: 'rate-limited', retryAfterSeconds: wait })
    await next()
    if (c.res.ok) attempts.giveBack(kind, c.env.peer)
  }
}

function actGate(kind: ActKind, attempts: Attempts): Gate {
  return async (c, next) => {
    const visitor = c.get('visitor')
    const wait = visitor === undefined ? 0 : attempts.act(kind, visitor.person.id)
    return wait > 0 ? refusalResponse({ code: 'rate-limited', retryAfterSeconds: wait }) : next()
  }
}
