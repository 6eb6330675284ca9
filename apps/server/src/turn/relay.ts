// coturn as our child process: configured in a private folder, started again when it ends, ended with us. It
// has a copy of our certificate, and is told when that is another one.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Log, ms, ok, type Result, type WallTime } from '@rufwerk/core'
import type { CertificateStore, Timers } from '@rufwerk/net'
import { type RelaySettings, relayConfig } from './config.ts'
import { type RelayCredentials, relayCredentials } from './credentials.ts'

const PROGRAM = '/usr/bin/turnserver'
/** Ends coturn also when this process is killed. */
const SET_PRIVILEGES = '/usr/bin/setpriv'
const RESTART_MS_MIN = 500
const RESTART_MS_MAX = 30_000
/** Ran for this long: the next end is a new story. */
const STEADY_MS = 60_000

export interface RelayParts {
  readonly settings: Omit<RelaySettings, 'folder' | 'secret' | 'certificateFile'>
  /** Whose certificate it shows with `tlsPort`. */
  readonly certificates: Pick<CertificateStore, 'follow'>
  /** 16 bytes or more; the same in each run, so that what was handed out stays good. */
  readonly secret: Uint8Array
  /** Of this purpose alone; made if it is not there. */
  readonly folder: string
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
  readonly program?: string
}

export class Relay {
  readonly #parts: RelayParts
  readonly #secret: string
  readonly #config: string
  readonly #certificateFile: string
  #following: Disposable | undefined
  #child: ChildProcess | undefined
  #timer: Disposable | undefined
  #pauseMs = RESTART_MS_MIN
  #isClosed = false

  private constructor(parts: RelayParts) {
    this.#parts = parts
    this.#secret = Buffer.from(parts.secret).toString('hex')
    this.#config = join(parts.folder, 'turnserver.conf')
    this.#certificateFile = join(parts.folder, 'certificate.pem')
  }

  /** The error is a sentence that says what to do. */
  static open(parts: RelayParts): Result<Relay, string> {
    if (!existsSync(parts.program ?? PROGRAM))
      return fail('--turn needs coturn, which is not installed here: apt-get install coturn')
    const relay = new Relay(parts)
    try {
      mkdirSync(parts.folder, { recursive: true, mode: 0o700 })
      if (!relay.#followCertificate()) return fail('--turn-tls needs a certificate; none was made.')
      const { folder, settings } = parts
      const secrets = { secret: relay.#secret, certificateFile: relay.#certificateFile }
      writePrivate(relay.#config, relayConfig({ ...settings, ...secrets, folder }))
    } catch (error) {
      return fail(`the relay could not be configured (${error instanceof Error ? error.message : error})`)
    }
    relay.#start()
    return ok(relay)
  }

  /** What one person needs to use the relay within the next ten minutes. */
  credentialsFor(person: string): RelayCredentials & { port?: number; tlsPort?: number } {
    const { port, tlsPort } = this.#parts.settings
    return {
      ...(port === undefined ? {} : { port }),
      ...(tlsPort === undefined ? {} : { tlsPort }),
      ...relayCredentials(this.#secret, person, this.#parts.wallTime()),
    }
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
    this.#following?.[Symbol.dispose]()
    this.#child?.kill('SIGTERM')
    rmSync(this.#certificateFile, { force: true })
  }

  /** Without TLS there is nothing to follow. False: there is no certificate. */
  #followCertificate(): boolean {
    rmSync(this.#certificateFile, { force: true })
    if (this.#parts.settings.tlsPort === undefined) return true
    this.#following = this.#parts.certificates.follow(({ chain, key }) =>
      this.#show(`${chain.trim()}\n${key}`),
    )
    if (existsSync(this.#certificateFile)) return true
    this.#following[Symbol.dispose]()
    return false
  }

  /** SIGUSR2: coturn reads the file again, and the connections that it has go on. */
  #show(pem: string): void {
    if (existsSync(this.#certificateFile) && readFileSync(this.#certificateFile, 'utf8') === pem) return
    writePrivate(this.#certificateFile, pem)
    if (this.#child?.kill('SIGUSR2') === true) this.#parts.log.info('relay told of a new certificate')
  }

  #start(): void {
    const { log, program = PROGRAM, timers } = this.#parts
    const isTied = existsSync(SET_PRIVILEGES)
    const command = [program, '-c', this.#config]
    const [first = program, ...args] = isTied
      ? [SET_PRIVILEGES, '--pdeathsig', 'TERM', '--', ...command]
      : command
    // Nothing of our environment concerns it, and it says nothing that we would keep.
    const child = spawn(first, args, { stdio: 'ignore', env: {}, cwd: this.#parts.folder })
    const startedAt = timers.now()
    this.#child = child
    child.once('error', (error) => log.error('relay not started', { error: error.message }))
    child.once('close', (code, signal) => {
      this.#child = undefined
      if (this.#isClosed) return
      if (timers.now() - startedAt > STEADY_MS) this.#pauseMs = RESTART_MS_MIN
      log.error('relay ended; starting it again', { code: code ?? signal ?? 'unknown', inMs: this.#pauseMs })
      this.#timer = timers.arm(ms(this.#pauseMs), () => this.#start())
      this.#pauseMs = Math.min(RESTART_MS_MAX, this.#pauseMs * 2)
    })
    log.info('relay started', { pid: child.pid ?? 0 })
  }
}

/** In one step: coturn reads the old text or the new one, and nobody else reads either. */
function writePrivate(path: string, text: string): void {
  const next = `${path}.next`
  rmSync(next, { force: true })
  writeFileSync(next, text, { mode: 0o600, flag: 'wx' })
  renameSync(next, path)
}
