// coturn as our child process: configured in a private folder, started again when it ends, ended with us.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, type Log, ms, ok, type Result, type WallTime } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'
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
  readonly settings: Omit<RelaySettings, 'folder' | 'secret'>
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
  #child: ChildProcess | undefined
  #timer: Disposable | undefined
  #pauseMs = RESTART_MS_MIN
  #isClosed = false

  private constructor(parts: RelayParts) {
    this.#parts = parts
    this.#secret = Buffer.from(parts.secret).toString('hex')
    this.#config = join(parts.folder, 'turnserver.conf')
  }

  /** The error is a sentence that says what to do. */
  static open(parts: RelayParts): Result<Relay, string> {
    if (!existsSync(parts.program ?? PROGRAM))
      return fail('--turn needs coturn, which is not installed here: apt-get install coturn')
    const relay = new Relay(parts)
    try {
      mkdirSync(parts.folder, { recursive: true, mode: 0o700 })
      rmSync(relay.#config, { force: true })
      const text = relayConfig({ ...parts.settings, folder: parts.folder, secret: relay.#secret })
      writeFileSync(relay.#config, text, { mode: 0o600, flag: 'wx' })
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
    this.#child?.kill('SIGTERM')
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
