// The signed requests of RFC 8555 §6: a flattened JWS (RFC 7515) with ES256 over fetch, nonces that are used
// once, problem documents as values. What an answer means is decided in acme-client.ts.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { fail, ok, type Result } from '@rufwerk/core'
import type { CertificateError } from './errors.ts'

/** One answer of the authority. */
export interface AcmeAnswer {
  readonly status: number
  /** The body as JSON; undefined when it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined
  readonly text: string
  readonly location: string | undefined
  /** Seconds the authority asks us to wait. */
  readonly retryAfterSeconds: number | undefined
}

export interface AcmeDirectory {
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
}

const ANSWER_BYTES_MAX = 262_144
const REQUEST_MS_MAX = 30_000
/** A nonce may have grown old; more refusals in a row are an error (RFC 8555 §6.5). */
const NONCE_TRIES = 3

export class AcmeRequests {
  readonly #key: KeyObject
  readonly #stop: AbortSignal
  #directory: AcmeDirectory | undefined
  #nonce: string | undefined
  /** The account's address, once there is one; before that requests carry the whole key. */
  account: string | undefined

  /** `accountKey` is an EC P-256 key in PEM. */
  constructor(accountKey: string, stop: AbortSignal) {
    this.#key = createPrivateKey(accountKey)
    this.#stop = stop
  }

  async directory(url: string): Promise<Result<AcmeDirectory, CertificateError>> {
    if (this.#directory !== undefined) return ok(this.#directory)
    const answer = await this.#fetch(url, { method: 'GET' })
    if (!answer.ok) return answer
    const { newNonce, newAccount, newOrder } = answer.value.json ?? {}
    if (typeof newNonce !== 'string' || typeof newAccount !== 'string' || typeof newOrder !== 'string')
      return refused(`${url} is not an ACME directory.`)
    this.#directory = { newNonce, newAccount, newOrder }
    return ok(this.#directory)
  }

  /** POST with `payload`, or POST-as-GET (RFC 8555 §6.3) without. Answers above 399 are errors. */
  async post(url: string, payload?: object): Promise<Result<AcmeAnswer, CertificateError>> {
    for (let attempt = 1; ; attempt += 1) {
      const nonce = await this.#takeNonce()
      if (!nonce.ok) return nonce
      const body = this.#signed(url, nonce.value, payload)
      const headers = { 'content-type': 'application/jose+json' }
      const answer = await this.#fetch(url, { method: 'POST', headers, body })
      if (!answer.ok || answer.value.status < 400) return answer
      const type = String(answer.value.json?.type ?? '')
      if (type.endsWith(':badNonce') && attempt < NONCE_TRIES) continue
      const detail = String(answer.value.json?.detail ?? '').slice(0, 300)
      return refused(`The authority answers ${answer.value.status} ${type}: ${detail}`)
    }
  }

  /** RFC 8555 §8.1: the token and the fingerprint of our account key. */
  keyAuthorization(token: string): string {
    return `${token}.${createHash('sha256').update(JSON.stringify(this.#publicKey())).digest('base64url')}`
  }

  async #takeNonce(): Promise<Result<string, CertificateError>> {
    const kept = this.#nonce
    this.#nonce = undefined
    if (kept !== undefined) return ok(kept)
    const answer = await this.#fetch(this.#directory?.newNonce ?? '', { method: 'HEAD' })
    if (!answer.ok) return answer
    const fresh: string | undefined = this.#nonce
    this.#nonce = undefined
    return fresh === undefined ? refused('The authority gives no nonce.') : ok(fresh)
  }

  /** The members in the order that RFC 7638 §3 fixes for the fingerprint. */
  #publicKey(): object {
    const { crv, kty, x, y } = createPublicKey(this.#key).export({ format: 'jwk' })
    return { crv, kty, x, y }
  }

  #signed(url: string, nonce: string, payload: object | undefined): string {
    const who = this.account === undefined ? { jwk: this.#publicKey() } : { kid: this.account }
    const head = encode(JSON.stringify({ alg: 'ES256', nonce, url, ...who }))
    const body = payload === undefined ? '' : encode(JSON.stringify(payload))
    const input = Buffer.from(`${head}.${body}`)
    const signature = sign('sha256', input, { key: this.#key, dsaEncoding: 'ieee-p1363' })
    return JSON.stringify({ protected: head, payload: body, signature: signature.toString('base64url') })
  }

  async #fetch(url: string, init: RequestInit): Promise<Result<AcmeAnswer, CertificateError>> {
    if (!isAllowed(url)) return refused(`${url.slice(0, 200)} is no https address.`)
    try {
      const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(REQUEST_MS_MAX)])
      const response = await fetch(url, { ...init, signal, redirect: 'error' })
      const nonce = response.headers.get('replay-nonce')
      if (nonce !== null && /^[\w-]{1,512}$/.test(nonce)) this.#nonce = nonce
      const text = await readBody(response)
      if (text === undefined) return refused(`The answer of ${url} is too long.`)
      return ok({
        status: response.status,
        json: parseObject(text),
        text,
        location: response.headers.get('location') ?? undefined,
        retryAfterSeconds: readSeconds(response.headers.get('retry-after')),
      })
    } catch (error) {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      return fail({ code: 'acme-unreachable', message: `${url} cannot be reached: ${cause}` })
    }
  }
}

/** Plain HTTP only to this machine, as test servers are. */
function isAllowed(url: string): boolean {
  const parsed = URL.parse(url)
  if (parsed === null) return false
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && parsed.hostname === '127.0.0.1')
}

async function readBody(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > ANSWER_BYTES_MAX) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // The certificate itself is PEM.
  }
}

/** Retry-After as a number; a date is as good as none. */
function readSeconds(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function refused(message: string): Result<never, CertificateError> {
  return fail({ code: 'acme-refused', message })
}
