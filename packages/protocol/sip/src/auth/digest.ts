// Digest (RFC 3261 §22, RFC 7616, RFC 8760): MD5 or SHA-256, qop=auth, one challenge, the same for unknown
// users. No auth-int, no userhash, no -sess. Passwords are never seen here except by the two functions at
// the end.
import { hash, timingSafeEqual } from 'node:crypto'
import { type Env, type Instant, type Ms, minutes } from '@rufwerk/core'
import { quote } from '../message/grammar.ts'
import type { SipRequest } from '../message/message.ts'
import { parseUri, type SipUri } from '../message/uri.ts'
import { parseDigestFields } from './credentials.ts'
import { Nonces } from './nonce.ts'

export type DigestAlgorithm = 'md5' | 'sha-256'

export interface DigestSecret {
  readonly algorithm: DigestAlgorithm
  /** Hex of H(user:realm:password), as `digestHa1` makes it. */
  readonly ha1: string
}

export type DigestVerdict =
  | { readonly type: 'authentic' }
  /** No credentials for this realm: challenge. */
  | { readonly type: 'absent' }
  /** Right, but the nonce is old, from before a restart or of another address: challenge with stale=true. */
  | { readonly type: 'stale' }
  | { readonly type: 'refused'; readonly why: 'wrong' | 'replayed' | 'malformed' | 'other-uri' | 'algorithm' }

export interface DigestOptions {
  /** At least 16 bytes that nobody else knows; a new one makes all nonces stale. */
  readonly nonceKey: Uint8Array
  /** How long a nonce may be used; NONCE_LIFETIME unless told. */
  readonly nonceLifetime?: Ms
  /** Nonces whose counters are remembered; beyond, the oldest become stale. NONCES_MAX unless told. */
  readonly noncesMax?: number
}

export interface Challenge {
  readonly realm: string
  readonly algorithm: DigestAlgorithm
  /** The IP address that is asked. */
  readonly source: string
  readonly isStale?: boolean
  /** Without what goes without saying. */
  readonly isBrief?: boolean
}

/** What a request is checked against. */
export interface Proof {
  readonly realm: string
  /** The IP address that it came from. */
  readonly source: string
  readonly secret: DigestSecret | undefined
}

const NONCE_LIFETIME: Ms = minutes(5)
const NONCES_MAX = 100_000
const NAMES: Readonly<Record<DigestAlgorithm, string>> = { md5: 'MD5', 'sha-256': 'SHA-256' }
/** What an unknown user is checked against, so that the answer takes as long. Nothing hashes to it. */
const NOBODY = '0'.repeat(64)

interface Credentials {
  readonly algorithm: DigestAlgorithm
  readonly nonce: string
  readonly uri: string
  readonly response: string
  /** Absent from RFC 2069 clients, which send no qop; then `counter` is 1. */
  readonly qop?: { readonly nc: string; readonly cnonce: string }
  readonly counter: number
}

export class DigestAuthenticator {
  readonly #nonces: Nonces
  #read: { request: SipRequest; realm: string; fields: ReadonlyMap<string, string> | undefined } | undefined

  constructor(options: DigestOptions) {
    const { nonceKey, nonceLifetime = NONCE_LIFETIME, noncesMax = NONCES_MAX } = options
    this.#nonces = new Nonces(nonceKey, nonceLifetime, noncesMax)
  }

  /** Value for WWW-Authenticate (401) or Proxy-Authenticate (407), good for what comes from its address. */
  challenge(challenge: Challenge, env: Env): string {
    const { realm, algorithm, source, isStale = false, isBrief = false } = challenge
    const nonce = this.#nonces.issue(realm, source, env)
    const fields = [`realm=${quote(realm)}`, `nonce="${nonce}"`, 'qop="auth"']
    if (isStale) fields.push('stale=true')
    // RFC 7616 §3.3: MD5 unless named.
    if (!isBrief || algorithm !== 'md5') fields.push(`algorithm=${NAMES[algorithm]}`)
    return `Digest ${fields.join(isBrief ? ',' : ', ')}`
  }

  /** The user name that the request claims for this realm, not yet proven; undefined without credentials. */
  claimedUser(request: SipRequest, realm: string): string | undefined {
    return this.#fieldsOf(request, realm)?.get('username')
  }

  /** Whether the nonce of its credentials is one that was given to this address, and not too old. */
  isAnswer(request: SipRequest, { realm, source }: Omit<Proof, 'secret'>, now: Instant): boolean {
    const nonce = this.#fieldsOf(request, realm)?.get('nonce')
    return nonce !== undefined && this.#nonces.issuedAt(nonce, realm, source, now) !== undefined
  }

  /**
   * Checks Authorization or Proxy-Authorization of a request from the IP address `source`. `secret` undefined
   * means unknown user: takes as long, is `wrong`.
   */
  check(request: SipRequest, proof: Proof, env: Env): DigestVerdict {
    const { realm, source, secret } = proof
    const fields = this.#fieldsOf(request, realm)
    if (fields === undefined) return { type: 'absent' }
    const credentials = readCredentials(fields)
    if (credentials === undefined) return refused('malformed')
    if (secret !== undefined && credentials.algorithm !== secret.algorithm) return refused('algorithm')
    const expected = responseTo(credentials, secret?.ha1 ?? NOBODY, request.method)
    const isRight = timingSafeEqual(Buffer.from(expected), Buffer.from(credentials.response))
    // Asked also for unknown users and wrong passwords, because it takes time.
    const issuedAt = this.#nonces.issuedAt(credentials.nonce, realm, source, env.now)
    if (!isRight || secret === undefined) return refused('wrong')
    if (!isSameTarget(credentials.uri, request.uri)) return refused('other-uri')
    if (issuedAt === undefined) return { type: 'stale' } // RFC 7616 §3.3: only when all else is right.
    if (!this.#nonces.use(credentials.nonce, issuedAt, credentials.counter, env.now))
      return refused('replayed')
    return { type: 'authentic' }
  }

  /** Read once for the two questions about a request. */
  #fieldsOf(request: SipRequest, realm: string): ReadonlyMap<string, string> | undefined {
    if (this.#read?.request !== request || this.#read.realm !== realm)
      this.#read = { request, realm, fields: fieldsFor(request, realm) }
    return this.#read.fields
  }

  /** Nonces remembered; they leave with the checks that come after their lifetime. */
  size(): number {
    return this.#nonces.size()
  }
}

function refused(why: (DigestVerdict & { readonly type: 'refused' })['why']): DigestVerdict {
  return { type: 'refused', why }
}

/** The fields of the credentials for this realm; credentials that do not parse count as for any realm. */
function fieldsFor(request: SipRequest, realm: string): ReadonlyMap<string, string> | undefined {
  const { headers } = request
  const own = headers.all('authorization')
  for (const text of headers.has('proxy-authorization')
    ? [...own, ...headers.all('proxy-authorization')]
    : own) {
    if (!/^digest\b/i.test(text)) continue
    const fields = parseDigestFields(text) ?? new Map<string, string>()
    if ((fields.get('realm') ?? realm) === realm) return fields
  }
  return undefined
}

function readCredentials(fields: ReadonlyMap<string, string>): Credentials | undefined {
  const name = (fields.get('algorithm') ?? 'MD5').toUpperCase()
  const algorithm = name === 'MD5' ? 'md5' : name === 'SHA-256' ? 'sha-256' : undefined
  const nonce = fields.get('nonce')
  const uri = fields.get('uri')
  const response = fields.get('response')
  if (algorithm === undefined || !nonce || !uri || !response) return undefined
  if (!fields.has('username') || !fields.has('realm')) return undefined
  const digits = algorithm === 'md5' ? 32 : 64
  if (response.length !== digits || !/^[0-9a-f]+$/i.test(response)) return undefined
  const parts = { algorithm, nonce, uri, response: response.toLowerCase() } as const
  const qop = fields.get('qop')
  if (qop === undefined) return { ...parts, counter: 1 } // RFC 2069 style: the nonce is good for one request.
  const nc = fields.get('nc') ?? ''
  const cnonce = fields.get('cnonce')
  if (qop.toLowerCase() !== 'auth' || !/^[0-9a-f]{8}$/i.test(nc) || cnonce === undefined) return undefined
  return { ...parts, qop: { nc, cnonce }, counter: Number.parseInt(nc, 16) }
}

function responseTo(credentials: Credentials, ha1: string, method: string): string {
  const { algorithm, nonce, qop } = credentials
  const ha2 = digestOf(algorithm, `${method}:${credentials.uri}`)
  const middle = qop === undefined ? nonce : `${nonce}:${qop.nc}:${qop.cnonce}:auth` // RFC 7616 §3.4.1.
  return digestOf(algorithm, `${ha1}:${middle}:${ha2}`)
}

/**
 * Deviates from RFC 7616 §3.4.6: host and port must agree, the user only where the digest names one, because
 * phones and SIPp hash the server's address instead of the Request-URI.
 */
function isSameTarget(text: string, requestUri: SipUri): boolean {
  const uri = parseUri(text)
  if (!uri.ok || uri.value.host !== requestUri.host) return false
  if ((uri.value.port ?? 5060) !== (requestUri.port ?? 5060)) return false
  return uri.value.user === undefined || uri.value.user === requestUri.user
}

function digestOf(algorithm: DigestAlgorithm, text: string): string {
  return hash(algorithm === 'md5' ? 'md5' : 'sha256', text, 'hex')
}

/** Hex of H(user:realm:password): what is stored instead of a password. */
export function digestHa1(algorithm: DigestAlgorithm, user: string, realm: string, password: string): string {
  return digestOf(algorithm, `${user}:${realm}:${password}`)
}

/** Client side: the value of Authorization for a challenge; undefined when it cannot be met. */
export function answerChallenge(
  challenge: string,
  answer: {
    readonly user: string
    readonly password: string
    readonly method: string
    /** Request-URI as written. */
    readonly uri: string
    readonly cnonce: string
    /** How often the nonce was used, this time included; 1 unless told. */
    readonly nc?: number
    /** Takes the place of the nonce of the challenge: the `nextnonce` of a later response. */
    readonly nonce?: string
  },
): string | undefined {
  const fields = parseDigestFields(challenge)
  const { realm, opaque, qop, ...asked } = Object.fromEntries(fields ?? [])
  const nonce = answer.nonce ?? asked.nonce
  const name = (fields?.get('algorithm') ?? 'MD5').toUpperCase()
  const algorithm = name === 'MD5' ? 'md5' : name === 'SHA-256' ? 'sha-256' : undefined
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined
  const isQop = qop?.split(',').some((word) => word.trim().toLowerCase() === 'auth')
  if (qop !== undefined && !isQop) return undefined
  const nc = (answer.nc ?? 1).toString(16).padStart(8, '0')
  const { user, method, uri, cnonce } = answer
  const credentials = { algorithm, nonce, uri, response: '', counter: 0 } as const
  const ha1 = digestHa1(algorithm, user, realm, answer.password)
  const response = responseTo({ ...credentials, ...(isQop ? { qop: { nc, cnonce } } : {}) }, ha1, method)
  const quoted = { username: user, realm, nonce, uri, response, ...(isQop ? { cnonce } : {}) }
  const parts = Object.entries({ ...quoted, ...(opaque === undefined ? {} : { opaque }) })
  const text = parts.map(([key, value]) => `${key}=${quote(value)}`).join(', ')
  return `Digest ${text}, algorithm=${NAMES[algorithm]}${isQop ? `, qop=auth, nc=${nc}` : ''}`
}
