// The client side of digest over several requests (RFC 3261 §22, RFC 7616, RFC 8760): which challenge is met,
// how often its nonce was used, nextnonce and stale. A plain value without password. One challenge of the
// server (401) and one of a proxy (407) are kept, the topmost that can be met; no auth-int, no -sess.
import { fail, ok, type Result } from '@rufwerk/core'
import type { SipResponse } from '../message/message.ts'
import { parseDigestFields } from './credentials.ts'
import { answerChallenge } from './digest.ts'

/** New nonces of one attempt that say `stale` in a row; beyond, the server never comes to an end. */
const STALE_MAX = 3

export interface DigestLogin {
  readonly user: string
  readonly password: string
}

interface Challenged {
  /** The value of WWW-Authenticate or Proxy-Authenticate. */
  readonly challenge: string
  readonly nextNonce?: string
  /** How often the nonce in use was used. */
  readonly count: number
  /** Challenges met since `digestAttempt`. */
  readonly met: number
}

type Asker = 'server' | 'proxy'

/** A plain value; make it with NO_CHALLENGES. */
export type DigestClient = { readonly [asker in Asker]?: Challenged }

export const NO_CHALLENGES: DigestClient = {}

const HEADERS = {
  server: ['www-authenticate', 'Authorization', 'authentication-info'],
  proxy: ['proxy-authenticate', 'Proxy-Authorization', 'proxy-authentication-info'],
} as const
const ASKERS: readonly Asker[] = ['server', 'proxy']

/**
 * A request is about to be sent for the first time: what is known of nonces is used again, and one challenge
 * to it is expected.
 */
export function digestAttempt(client: DigestClient): DigestClient {
  const fresh: { [asker in Asker]?: Challenged } = {}
  for (const asker of ASKERS) {
    const known = client[asker]
    if (known !== undefined) fresh[asker] = { ...known, met: 0 }
  }
  return fresh
}

/**
 * A 401 or 407. `wrong`: what was asked for went already, so the password is wrong. `unsupported`: no
 * challenge in it can be met, or one comes after the other without end.
 */
export function receiveChallenge(
  client: DigestClient,
  response: SipResponse,
): Result<DigestClient, 'wrong' | 'unsupported'> {
  const asker: Asker = response.status === 407 ? 'proxy' : 'server'
  const met = client[asker]?.met ?? 0
  // RFC 8760 §2.4: the topmost that we can do.
  const challenge = response.headers.all(HEADERS[asker][0]).find(canMeet)
  if (challenge === undefined) return fail('unsupported')
  const isStale = parseDigestFields(challenge)?.get('stale')?.toLowerCase() === 'true'
  if (met > 0 && !isStale) return fail('wrong')
  if (met >= STALE_MAX) return fail('unsupported')
  return ok({ ...client, [asker]: { challenge, count: 0, met: met + 1 } })
}

function canMeet(challenge: string): boolean {
  const nobody = { user: '', password: '', method: '', uri: '', cnonce: '' }
  return answerChallenge(challenge, nobody) !== undefined
}

/** A 2xx may name the nonce of the next request (RFC 7616 §3.5). */
export function receiveNextNonce(client: DigestClient, response: SipResponse): DigestClient {
  let next = client
  for (const asker of ASKERS) {
    const known = client[asker]
    const text = response.headers.get(HEADERS[asker][2])
    if (known === undefined || text === undefined) continue
    const nextNonce = parseDigestFields(`Digest ${text}`)?.get('nextnonce')
    if (nextNonce) next = { ...next, [asker]: { ...known, nextNonce, count: 0 } }
  }
  return next
}

/** Headers for a request, and the value after it. `uri` is the Request-URI as written. */
export function digestHeaders(
  client: DigestClient,
  login: DigestLogin,
  request: { readonly method: string; readonly uri: string; readonly cnonce: string },
): { readonly client: DigestClient; readonly headers: readonly (readonly [string, string])[] } {
  const headers: (readonly [string, string])[] = []
  let next = client
  for (const asker of ASKERS) {
    const known = client[asker]
    if (known === undefined) continue
    const nc = known.count + 1
    const nonce = known.nextNonce === undefined ? {} : { nonce: known.nextNonce }
    const text = answerChallenge(known.challenge, { ...login, ...request, nc, ...nonce })
    if (text === undefined) continue
    headers.push([HEADERS[asker][1], text])
    next = { ...next, [asker]: { ...known, count: nc } }
  }
  return { client: next, headers }
}
