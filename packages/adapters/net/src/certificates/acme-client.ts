// One certificate by ACME (RFC 8555): account, order, proof of each name, request, download. Says what went
// wrong as a value; when to try again is decided in acme-renewal.ts.
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, ok, type Result } from '@rufwerk/core'
import { type AcmeAnswer, AcmeRequests } from './acme-request.ts'
import type { Challenges, ChallengeType } from './challenges.ts'
import type { CertificateError } from './errors.ts'
import type { KeyPair } from './x509.ts'

export interface AcmeOptions {
  /** The authority's directory, such as https://acme-v02.api.letsencrypt.org/directory. */
  readonly directoryUrl: string
  /** Host names, and IP addresses where the authority signs for them (RFC 8738); 1 to 100. */
  readonly names: readonly string[]
  /** `http-01` needs port 80 from outside, `tls-alpn-01` port 443. */
  readonly challenge: ChallengeType
  /** The person who ordered it has agreed to the authority's terms; nothing is asked for without. */
  readonly areTermsAgreed: boolean
  /** Where the authority may write to. */
  readonly email?: string
}

/** How long and how often we look whether the authority is done. */
export interface AcmePatience {
  readonly pollMs: number
  readonly waitMs: number
}

export const ACME_PATIENCE: AcmePatience = { pollMs: 2_000, waitMs: 300_000 }
const POLL_MS_MAX = 30_000
const NAMES_MAX = 100

type Answer = Readonly<Record<string, unknown>>
type Step<T> = Promise<Result<T, CertificateError>>

/** Orders a certificate; what is returned was not checked yet. */
export async function orderCertificate(
  options: AcmeOptions,
  accountKey: string,
  challenges: Challenges,
  stop: AbortSignal,
  patience: AcmePatience = ACME_PATIENCE,
): Step<KeyPair> {
  const { names } = options
  if (names.length === 0 || names.length > NAMES_MAX)
    return fail({ code: 'no-names', message: `ACME needs 1 to ${NAMES_MAX} names.` })
  if (!options.areTermsAgreed) return refused("The authority's terms are not agreed to.")
  const requests = new AcmeRequests(accountKey, stop)
  const directory = await requests.directory(options.directoryUrl)
  if (!directory.ok) return directory
  const account = await openAccount(requests, directory.value.newAccount, options.email)
  if (!account.ok) return account
  // RFC 8555 §7.4
  const identifiers = names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))
  const order = await requests.post(directory.value.newOrder, { identifiers })
  if (!order.ok) return order
  const wait = new Patience(patience, stop)
  const orderUrl = order.value.location
  const authorizations = order.value.json?.authorizations
  if (orderUrl === undefined || !Array.isArray(authorizations) || authorizations.length > NAMES_MAX)
    return refused('The order is not one.')
  for (const url of authorizations) {
    const proven = await prove(requests, String(url), options.challenge, challenges, wait)
    if (!proven.ok) return proven
  }
  return finish(requests, orderUrl, String(order.value.json?.finalize ?? ''), names, wait)
}

/** RFC 8555 §7.3: the same key finds the same account again. */
async function openAccount(requests: AcmeRequests, url: string, email: string | undefined): Step<true> {
  const contact = email === undefined ? {} : { contact: [`mailto:${email}`] }
  const answer = await requests.post(url, { termsOfServiceAgreed: true, ...contact })
  if (!answer.ok) return answer
  if (answer.value.location === undefined) return refused('The account has no address.')
  requests.account = answer.value.location
  return ok(true)
}

/** RFC 8555 §7.5: shows that a name is ours. */
async function prove(
  requests: AcmeRequests,
  url: string,
  type: ChallengeType,
  challenges: Challenges,
  wait: Patience,
): Step<true> {
  const authorization = await requests.post(url)
  if (!authorization.ok) return authorization
  const { status, identifier } = authorization.value.json ?? {}
  if (status === 'valid') return ok(true) // Proven lately: the authority remembers.
  const name = readText(identifier, 'value')
  const challenge = challengesOf(authorization.value.json).find((one) => one.type === type)
  const token = readText(challenge, 'token')
  // RFC 8555 §8.3: nothing but base64url, because it becomes a path.
  if (name === undefined || token === undefined || !/^[\w-]{1,256}$/.test(token))
    return refused(`The authority offers no ${type} for ${name ?? 'a name'}.`)
  const published = await challenges.publish(type, name, token, requests.keyAuthorization(token))
  try {
    const started = await requests.post(readText(challenge, 'url') ?? '', {})
    if (!started.ok) return started
    const outcome = await wait.until(requests, url, 'pending')
    if (!outcome.ok) return outcome
    if (outcome.value.json?.status === 'valid') return ok(true)
    const failed = challengesOf(outcome.value.json).find((one) => one.type === type)
    const detail = readText(failed?.error, 'detail') ?? 'no reason is given'
    return fail({ code: 'acme-challenge', message: `The authority could not verify ${name}: ${detail}` })
  } finally {
    published[Symbol.dispose]()
  }
}

/** RFC 8555 §7.4: the signing request, then the certificate. */
async function finish(
  requests: AcmeRequests,
  orderUrl: string,
  finalizeUrl: string,
  names: readonly string[],
  wait: Patience,
): Step<KeyPair> {
  const { newPrivateKey, writeRequest } = await import('./x509.ts')
  const key = await newPrivateKey()
  const csr = Buffer.from(await writeRequest(key, names)).toString('base64url')
  const finalized = await requests.post(finalizeUrl, { csr })
  if (!finalized.ok) return finalized
  const done = await wait.until(requests, orderUrl, 'processing')
  if (!done.ok) return done
  const { status, certificate } = done.value.json ?? {}
  if (status !== 'valid' || typeof certificate !== 'string')
    return refused(`The order ended as "${String(status)}".`)
  const chain = await requests.post(certificate)
  return chain.ok ? ok({ key, chain: chain.value.text }) : chain
}

/** Waits for the authority, in all not longer than it was made for. */
class Patience {
  readonly #pollMs: number
  readonly #stop: AbortSignal
  readonly #deadline: AbortSignal

  constructor({ pollMs, waitMs }: AcmePatience, stop: AbortSignal) {
    this.#pollMs = pollMs
    this.#stop = stop
    this.#deadline = AbortSignal.timeout(waitMs)
  }

  /** Asks for `url` until its status is another one than `while`. */
  async until(requests: AcmeRequests, url: string, unwanted: string): Step<AcmeAnswer> {
    for (;;) {
      const answer = await requests.post(url)
      if (!answer.ok || answer.value.json?.status !== unwanted) return answer
      const asked = (answer.value.retryAfterSeconds ?? 0) * 1000
      const pause = Math.min(Math.max(asked, this.#pollMs), POLL_MS_MAX)
      const signal = AbortSignal.any([this.#stop, this.#deadline])
      const isWaiting = await sleep(pause, true, { signal }).catch(() => false)
      if (!isWaiting) return fail({ code: 'acme-timeout', message: 'The authority takes too long.' })
    }
  }
}

function challengesOf(authorization: Answer | undefined): Answer[] {
  const list = authorization?.challenges
  return Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : []
}

function readText(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = (value as Answer)[name]
  return typeof found === 'string' ? found : undefined
}

function refused(message: string): Result<never, CertificateError> {
  return fail({ code: 'acme-refused', message })
}
