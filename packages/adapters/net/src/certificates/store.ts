// The one certificate of this installation, for HTTPS, WSS and SIP over TLS: taken from a supply, renewed by
// itself, given to running listeners without closing a connection, and watched for its end.
import type { X509Certificate } from 'node:crypto'
import type { SecureContextOptions, TLSSocket, TlsOptions, Server as TlsServer } from 'node:tls'
import { type Log, ms, ok, type Result, type WallTime } from '@rufwerk/core'
import type { Timers } from '../timer-wheel.ts'
import type { AcmeOptions, AcmePatience } from './acme-client.ts'
import { ACME_PROTOCOL, Challenges } from './challenges.ts'
import type { CheckedPair } from './check.ts'
import {
  type CertificateAlarm,
  type CertificateError,
  type CertificateSource,
  expiryAlarm,
  levelsOf,
} from './errors.ts'
import { CertificateFolder } from './folder.ts'
import { type AuthorityCertificate, LocalAuthority } from './local-authority.ts'
import { AcmeSupply, type CertificateFiles, FileSupply, LocalSupply, type Supply } from './supply.ts'
import { TLS_RULES } from './tls-rules.ts'
import type { KeyPair } from './x509.ts'

export interface CertificateStoreOptions {
  /** Holds the keys; made with mode 0700 when it is not there. */
  readonly folder: string
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
  /** From 0 to 1; spreads renewals. */
  readonly random: () => number
  /** Told once for each new alarm. */
  readonly onAlarm?: (alarm: CertificateAlarm) => void
  /** For tests: how long to wait for an ACME authority. */
  readonly acmePatience?: AcmePatience
}

/** The certificate in use, for the console. */
export interface CertificateState {
  readonly source: CertificateSource
  readonly notBefore: WallTime
  readonly notAfter: WallTime
  /** As in the certificate: `DNS:pbx.example, IP Address:192.0.2.1`. */
  readonly names: string
  readonly issuer: string
  /** SHA-256. */
  readonly fingerprint: string
}

const HANDSHAKE_MS = 10_000
export class CertificateStore {
  readonly #options: CertificateStoreOptions
  readonly #folder: CertificateFolder
  readonly #challenges: Challenges
  /** With the authorities of clients, where certificates are asked for. */
  readonly #servers = new Map<TlsServer, readonly string[] | undefined>()
  readonly #followers = new Set<(pem: KeyPair) => void>()
  #supply: Supply | undefined
  #authority: LocalAuthority | undefined
  #current: { readonly pair: CheckedPair; readonly source: CertificateSource } | undefined
  #failure: CertificateError | undefined
  #told = new Set<string>()
  #timer: Disposable | undefined
  #isLooking = false
  #isClosed = false

  private constructor(options: CertificateStoreOptions, folder: CertificateFolder) {
    this.#options = options
    this.#folder = folder
    this.#challenges = new Challenges(options.wallTime)
  }

  static open(options: CertificateStoreOptions): Result<CertificateStore, CertificateError> {
    const folder = CertificateFolder.open(options.folder)
    return folder.ok ? ok(new CertificateStore(options, folder.value)) : folder
  }

  /**
   * Uses a certificate of the local authority for these host names and IP addresses. The authority is made on
   * first use; `isNewAuthority` makes another one, which every device must then trust anew.
   */
  async useLocal(
    names: readonly string[],
    isNewAuthority = false,
  ): Promise<Result<CertificateState, CertificateError>> {
    const now = this.#options.wallTime()
    const authority = await LocalAuthority.open(this.#folder, names, now, isNewAuthority)
    if (!authority.ok) return authority
    this.#authority = authority.value
    return this.#use(new LocalSupply(authority.value, names))
  }

  /** Uses PEM files of the administrator, and looks at them again every 30 seconds. */
  useFiles(files: CertificateFiles): Promise<Result<CertificateState, CertificateError>> {
    return this.#use(new FileSupply(files))
  }

  /**
   * Uses the stored certificate of an ACME authority, or orders one; resolves after the first try, which may
   * take minutes. After an error the certificate in use stays, and it is tried again, slower each time.
   */
  useAcme(options: AcmeOptions): Promise<Result<CertificateState, CertificateError>> {
    const { log, random, acmePatience: patience } = this.#options
    const parts = { folder: this.#folder, challenges: this.#challenges, log, random }
    return this.#use(new AcmeSupply(options, patience === undefined ? parts : { ...parts, patience }))
  }

  /** The certificate that devices install to trust this system; undefined while `useLocal` was not called. */
  authority(): AuthorityCertificate | undefined {
    return this.#authority?.certificate
  }

  state(): CertificateState | undefined {
    if (this.#current === undefined) return undefined
    const { source, pair } = this.#current
    return { source, ...stateOf(pair.leaf), notBefore: pair.notBefore, notAfter: pair.notAfter }
  }

  /** What the administrator should know now. */
  alarms(): readonly CertificateAlarm[] {
    const now = this.#options.wallTime()
    const alarms: (CertificateAlarm | undefined)[] = []
    if (this.#current !== undefined) {
      const { source, pair } = this.#current
      const levels = levelsOf(source, pair.notAfter - pair.notBefore)
      alarms.push(expiryAlarm('certificate', pair.notAfter, now, levels))
    }
    if (this.#authority !== undefined && this.#current?.source === 'local')
      alarms.push(expiryAlarm('local-authority', this.#authority.certificate.notAfter, now))
    if (this.#failure !== undefined)
      alarms.push({ type: 'not-renewed', error: this.#failure, message: this.#failure.message })
    return alarms.filter((alarm) => alarm !== undefined)
  }

  /**
   * Options for `tls.createServer` or `https.createServer`. `protocols` are those chosen by ALPN, the best
   * first; a client that offers only others is refused. Call `attach` with the server.
   */
  serverOptions(protocols: readonly string[]): TlsOptions {
    const challenges = this.#challenges
    return {
      ...this.#contextOptions(),
      honorCipherOrder: true,
      handshakeTimeout: HANDSHAKE_MS,
      // Called by Node as a method of the connection (documented with tlsSocket.setKeyCert).
      ALPNCallback(this: TLSSocket | undefined, { servername, protocols: offered }) {
        const proof = offered.includes(ACME_PROTOCOL) ? challenges.contextFor(servername) : undefined
        if (proof !== undefined) {
          this?.setKeyCert(proof)
          return ACME_PROTOCOL
        }
        return protocols.find((name) => offered.includes(name))
      },
    }
  }

  /**
   * Gives this server its certificate and each new one; its open connections go on. Disposing ends that.
   * `clientAuthorities` (PEM) are for servers made with `requestCert`.
   */
  attach(server: TlsServer, clientAuthorities?: readonly string[]): Disposable {
    this.#servers.set(server, clientAuthorities)
    server.setSecureContext(this.#contextOptions(clientAuthorities))
    return { [Symbol.dispose]: () => this.#servers.delete(server) }
  }

  /**
   * Tells the certificate in use at once, if there is one, and each new one: for programs beside us.
   * Disposing ends that.
   */
  follow(follower: (pem: KeyPair) => void): Disposable {
    this.#followers.add(follower)
    if (this.#current !== undefined) this.#tell(follower, this.#current.pair)
    return { [Symbol.dispose]: () => this.#followers.delete(follower) }
  }

  /** What a GET of this path on port 80 answers while an ACME order runs (text/plain); undefined for 404. */
  answerChallenge(path: string): string | undefined {
    return this.#challenges.textFor(path)
  }

  /** Looks now whether there is a newer certificate, as otherwise the timer does. */
  async look(): Promise<void> {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    const supply = this.#supply
    if (supply === undefined || this.#isClosed || this.#isLooking) return
    const looked = await this.#lookAt(supply)
    if (supply !== this.#supply || this.#isClosed) return
    if (!looked.ok) this.#failure = looked.error
    else if (looked.value !== undefined) this.#install(looked.value, supply.source)
    else if (supply.source === 'files') this.#failure = undefined // The good files are back.
    this.#tellAlarms()
    this.#arm()
  }

  /** Servers and followers that get new certificates, and proofs that are shown. */
  size(): number {
    return this.#servers.size + this.#followers.size + this.#challenges.size()
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
    this.#supply?.close()
    this.#servers.clear()
    this.#followers.clear()
  }

  async #use(supply: Supply): Promise<Result<CertificateState, CertificateError>> {
    this.#timer?.[Symbol.dispose]()
    if (supply.isPatient) this.#replaceSupply(supply)
    const looked = await this.#lookAt(supply)
    if (this.#isClosed || (supply.isPatient && supply !== this.#supply)) {
      supply.close()
      return looked.ok ? this.#unusable() : looked
    }
    if (looked.ok) {
      this.#replaceSupply(supply)
      this.#install(looked.value, supply.source)
    } else if (supply.isPatient) this.#failure = looked.error
    this.#tellAlarms()
    this.#arm()
    if (!looked.ok) return looked
    const state = this.state()
    return state === undefined ? this.#unusable() : ok(state)
  }

  #unusable(): Result<never, CertificateError> {
    return {
      ok: false,
      error: { code: 'folder', message: 'The store was closed, or another source chosen.' },
    }
  }

  /** A bug in a supply must not end the looking. */
  async #lookAt(supply: Supply): Promise<Result<CheckedPair | undefined, CertificateError>> {
    this.#isLooking = true
    try {
      return await supply.look(this.#options.wallTime())
    } catch (error) {
      this.#options.log.error('certificate supply threw', { source: supply.source, error: String(error) })
      return { ok: false, error: { code: 'unreadable', message: String(error) } }
    } finally {
      this.#isLooking = false
    }
  }

  #replaceSupply(supply: Supply): void {
    if (this.#supply === supply) return
    this.#supply?.close()
    this.#supply = supply
  }

  #install(pair: CheckedPair | undefined, source: CertificateSource): void {
    if (pair === undefined) return
    this.#failure = undefined
    this.#current = { pair, source }
    this.#told = new Set()
    for (const [server, ca] of this.#servers) server.setSecureContext(this.#contextOptions(ca))
    for (const follower of this.#followers) this.#tell(follower, pair)
    this.#options.log.info('certificate in use', { source, until: new Date(pair.notAfter).toISOString() })
  }

  /** A follower that fails must not keep the others from the certificate. */
  #tell(follower: (pem: KeyPair) => void, { chain, key }: CheckedPair): void {
    try {
      follower({ chain, key })
    } catch (error) {
      this.#options.log.error('certificate not passed on', { error: String(error) })
    }
  }

  #contextOptions(clientAuthorities?: readonly string[]): SecureContextOptions {
    const ca = clientAuthorities === undefined ? {} : { ca: [...clientAuthorities] }
    if (this.#current === undefined) return { ...TLS_RULES, ...ca }
    const { key, chain } = this.#current.pair
    return { ...TLS_RULES, ...ca, key, cert: chain }
  }

  #tellAlarms(): void {
    for (const alarm of this.alarms()) {
      const mark = alarm.type === 'expiring' ? `${alarm.what}:${alarm.level}` : alarm.message
      if (this.#told.has(mark)) continue
      this.#told.add(mark)
      this.#options.onAlarm?.(alarm)
    }
  }

  #arm(): void {
    this.#timer?.[Symbol.dispose]()
    if (this.#isClosed || this.#supply === undefined) return
    this.#timer = this.#options.timers.arm(ms(this.#supply.every), () => {
      this.look().catch((error: unknown) => {
        this.#options.log.error('certificate look failed', { error: String(error) })
      })
    })
  }
}

function stateOf(leaf: X509Certificate): Pick<CertificateState, 'names' | 'issuer' | 'fingerprint'> {
  return { names: leaf.subjectAltName ?? '', issuer: leaf.issuer, fingerprint: leaf.fingerprint256 }
}
