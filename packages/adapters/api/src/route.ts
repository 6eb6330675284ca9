// What a route of the interface is: its schemas, who may use it, and a function from a visit to a result.
// Everything else (origin, media type, size, session, role, limits, errors) follows from this and is the same
// for all of them.
import type { z } from '@hono/zod-openapi'
import type { Directory, Person, Session } from '@rufwerk/accounts'
import type { ErrorCode } from '@rufwerk/contract'
import type { Result } from '@rufwerk/core'
import type { Refusal } from './error.ts'
import type { Peer } from './peer.ts'
import type { ActKind, AttemptKind } from './security/attempts.ts'

/** Who may use a route. `person` means signed in; what of others a person may see is decided by the route. */
export type Access = 'anyone' | 'person' | 'admin'

/** Who is asking. */
export interface Visitor {
  readonly session: Session
  readonly person: Person
  readonly directory: Directory
}

/** One request, read and checked. */
export interface Visit<Body, Query, Who> {
  readonly body: Body
  readonly query: Query
  /** What was sent to a route with `upload`; empty elsewhere. */
  readonly upload: Uint8Array<ArrayBuffer>
  /** The `{id}` of the path, or an empty text. */
  readonly id: string
  readonly who: Who
  readonly peer: Peer
  /** Scheme, host and port by which the browser reaches us; no slash at the end. */
  readonly origin: string
  /** Sets the session cookie in the answer, or clears it. */
  readonly setSession: (token: string | undefined) => void
}

/** A file that is made while it is sent. */
export interface FileAnswer {
  /** Letters, digits, `.`, `-` and `_` only. */
  readonly name: string
  readonly content: AsyncIterable<Uint8Array<ArrayBuffer>>
}

export interface Route<Body = unknown, Query = unknown, Answer = unknown, Who = unknown> {
  readonly name: string
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** Below /api/v1; may hold `{id}`. */
  readonly path: string
  readonly summary: string
  readonly access: Access
  /** Counts attempts by address; those that succeed are given back. */
  readonly attempts?: AttemptKind
  /** What is counted by person, also when refused; `write` for a change when absent, `none` for never. */
  readonly act?: ActKind | 'none'
  readonly body?: z.ZodType<Body>
  /**
   * The log of administration: what an admin changes is noted for every route (`administered`) but for those
   * that note it `by-itself`; `access`: also that it was read (`accessed`).
   */
  readonly noted?: 'by-itself' | 'access'
  /** Another limit than `requestBodyBytesMax`. */
  readonly bodyBytesMax?: number
  /** The body is a file of at most so many bytes, and no JSON. */
  readonly upload?: number
  readonly query?: z.ZodType<Query>
  readonly status: 200 | 201 | 204
  /** Absent with status 204 and for a file. */
  readonly answer?: z.ZodType<Answer>
  /** The media type of the file that `run` answers with: a FileAnswer. */
  readonly file?: string
  /** The same answer for people: given when the request accepts text/plain. */
  readonly text?: (answer: Answer) => string
  /** What it may refuse beyond what every route may. */
  readonly refusals?: readonly ErrorCode[]
  readonly run: (visit: Visit<Body, Query, Who>) => Promise<Result<Answer, Refusal>>
}

type Spec<Body, Query, Answer, Who, A extends Access> = Omit<Route<Body, Query, Answer, Who>, 'access'> & {
  readonly access: A
}

/** What is counted of the person who uses a route; undefined for one who need not be signed in. */
export function actOf({ access, method, act }: Route): ActKind | undefined {
  if (access === 'anyone' || act === 'none') return undefined
  return act ?? (method === 'get' ? undefined : 'write')
}

/** For everyone; `who` is set when the visitor happens to be signed in. */
export function openRoute<Body, Query, Answer>(
  spec: Spec<Body, Query, Answer, Visitor | undefined, 'anyone'>,
): Route {
  return erase(spec)
}

export function signedInRoute<Body, Query, Answer>(
  spec: Spec<Body, Query, Answer, Visitor, 'person' | 'admin'>,
): Route {
  return erase(spec)
}

/**
 * The list of routes does not know the types of each; the schemas checked the values before `run` sees
 * them.
 */
function erase<Body, Query, Answer, Who>(route: Route<Body, Query, Answer, Who>): Route {
  return route as unknown as Route
}
