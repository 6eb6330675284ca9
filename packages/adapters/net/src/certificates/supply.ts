// Where the certificate in use comes from: the local authority, PEM files of the administrator, or ACME. Each
// is looked at again and again and says when there is a new one.
import { type Log, type Ms, minutes, ok, type Result, seconds, type WallTime, wallTime } from '@rufwerk/core'
import { ACME_PATIENCE, type AcmeOptions, type AcmePatience, orderCertificate } from './acme-client.ts'
import type { Challenges } from './challenges.ts'
import { type CheckedPair, checkPair } from './check.ts'
import type { CertificateError, CertificateSource } from './errors.ts'
import { type CertificateFolder, fileMark, readPem } from './folder.ts'
import { type LocalAuthority, renewalTime } from './local-authority.ts'
import type { KeyPair } from './x509.ts'

export interface Supply {
  readonly source: CertificateSource
  /** How long until the next look. */
  readonly every: Ms
  /** True when a failing first look is no reason to go back to what was there before. */
  readonly isPatient: boolean
  /** A certificate to use from now on, or undefined when the one in use stays. */
  look(now: WallTime): Promise<Result<CheckedPair | undefined, CertificateError>>
  close(): void
}

const ACME_FILE = 'acme.pem'
const ACCOUNT_FILE = 'acme-account.pem'
const BACK_OFF_MS = 5 * 60_000
const BACK_OFF_MS_MAX = 12 * 3_600_000
/** Renewals of many installations are spread over this part of a certificate's life. */
const JITTER = 0.05

export class LocalSupply implements Supply {
  readonly source = 'local'
  readonly every = minutes(60)
  readonly isPatient = false
  readonly #authority: LocalAuthority
  readonly #names: readonly string[]
  #renewAt = wallTime(Number.NEGATIVE_INFINITY)

  constructor(authority: LocalAuthority, names: readonly string[]) {
    this.#authority = authority
    this.#names = names
  }

  async look(now: WallTime): Promise<Result<CheckedPair | undefined, CertificateError>> {
    if (now < this.#renewAt) return ok(undefined)
    const issued = await this.#authority.issue(this.#names, now)
    if (issued.ok) this.#renewAt = renewalTime(issued.value)
    return issued
  }

  close(): void {
    this.#renewAt = wallTime(Number.POSITIVE_INFINITY)
  }
}

export interface CertificateFiles {
  /** The server's certificate and the chain below the root, in PEM. */
  readonly certificateFile: string
  readonly keyFile: string
  /** Names that must be in it; none means that any will do. */
  readonly names?: readonly string[]
}

export class FileSupply implements Supply {
  readonly source = 'files'
  readonly every = seconds(30)
  readonly isPatient = false
  readonly #files: CertificateFiles
  #mark = ''

  constructor(files: CertificateFiles) {
    this.#files = files
  }

  look(now: WallTime): Promise<Result<CheckedPair | undefined, CertificateError>> {
    const mark = `${fileMark(this.#files.certificateFile)}|${fileMark(this.#files.keyFile)}`
    if (mark === this.#mark) return Promise.resolve(ok(undefined))
    const loaded = this.#load(now)
    // Looked at again if it is bad: two files are not replaced in one moment.
    if (loaded.ok) this.#mark = mark
    return Promise.resolve(loaded)
  }

  close(): void {
    this.#mark = ''
  }

  #load(now: WallTime): Result<CheckedPair, CertificateError> {
    const chain = readPem(this.#files.certificateFile)
    if (!chain.ok) return chain
    const key = readPem(this.#files.keyFile)
    if (!key.ok) return key
    return checkPair({ chain: chain.value, key: key.value }, this.#files.names ?? [], now)
  }
}

export interface AcmeParts {
  readonly folder: CertificateFolder
  readonly challenges: Challenges
  readonly log: Log
  readonly random: () => number
  readonly patience?: AcmePatience
}

export class AcmeSupply implements Supply {
  readonly source = 'acme'
  readonly every = minutes(1)
  readonly isPatient = true
  readonly #options: AcmeOptions
  readonly #parts: AcmeParts
  readonly #stop = new AbortController()
  #current: CheckedPair | undefined
  #dueAt = wallTime(Number.NEGATIVE_INFINITY)
  #failures = 0

  constructor(options: AcmeOptions, parts: AcmeParts) {
    this.#options = options
    this.#parts = parts
  }

  async look(now: WallTime): Promise<Result<CheckedPair | undefined, CertificateError>> {
    if (this.#current === undefined) {
      const stored = this.#stored(now)
      if (stored !== undefined) return ok(this.#take(stored, now))
    }
    if (now < this.#dueAt) return ok(undefined)
    const made = await this.#order(now)
    if (this.#stop.signal.aborted) return ok(undefined)
    if (made.ok) return ok(this.#take(made.value, now))
    this.#failures += 1
    this.#dueAt = wallTime(now + backOffMs(this.#failures, this.#parts.random()))
    this.#parts.log.warn('certificate not renewed', { code: made.error.code, message: made.error.message })
    return made
  }

  close(): void {
    this.#stop.abort()
  }

  #stored(now: WallTime): CheckedPair | undefined {
    const pair = this.#parts.folder.readPair(ACME_FILE)
    const checked = pair && checkPair(pair, this.#options.names, now)
    return checked?.ok ? checked.value : undefined
  }

  #take(pair: CheckedPair, now: WallTime): CheckedPair {
    this.#current = pair
    this.#failures = 0
    this.#dueAt = renewalWithJitter(pair, this.#parts.random())
    if (this.#dueAt < now) this.#dueAt = now
    return pair
  }

  async #order(now: WallTime): Promise<Result<CheckedPair, CertificateError>> {
    const { folder, challenges, patience } = this.#parts
    const account = await this.#accountKey()
    if (!account.ok) return account
    const { signal } = this.#stop
    const ordered = await orderCertificate(
      this.#options,
      account.value,
      challenges,
      signal,
      patience ?? ACME_PATIENCE,
    )
    if (!ordered.ok) return ordered
    const checked = checkPair(ordered.value, this.#options.names, now)
    if (!checked.ok) return checked
    const written = folder.writePair(ACME_FILE, plainPair(ordered.value))
    return written.ok ? checked : written
  }

  /** Made once and kept: the authority knows us by it. */
  async #accountKey(): Promise<Result<string, CertificateError>> {
    const { folder } = this.#parts
    const known = folder.readText(ACCOUNT_FILE)
    if (known !== undefined) return ok(known)
    const { newPrivateKey } = await import('./x509.ts')
    const made = await newPrivateKey()
    const written = folder.writeText(ACCOUNT_FILE, made)
    return written.ok ? ok(made) : written
  }
}

/** Authorities may write text around the certificates, which our files do not have. */
function plainPair({ key, chain }: KeyPair): KeyPair {
  const at = chain.indexOf('-----BEGIN CERTIFICATE-----')
  return { key, chain: chain.slice(at) }
}

/** Two thirds of its life, a little earlier or later. `random` is from 0 to 1. */
export function renewalWithJitter(pair: CheckedPair, random: number): WallTime {
  const spread = (pair.notAfter - pair.notBefore) * JITTER
  return wallTime(renewalTime(pair) - spread * random)
}

/**
 * How long to wait after the n-th failure in a row: doubling, at most half a day, the half of it by chance.
 */
export function backOffMs(failures: number, random: number): number {
  const whole = Math.min(BACK_OFF_MS * 2 ** (failures - 1), BACK_OFF_MS_MAX)
  return whole * (0.5 + random / 2)
}
