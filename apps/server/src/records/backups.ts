// Backups of this data folder: when they are due, how the last one went, and what is alarming about it. A
// thread of its own makes them.
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupsPort } from '@rufwerk/api'
import type { Backup, BackupSettings, Backups as State } from '@rufwerk/contract/backups'
import { fail, type Log, minutes, ok, type Result, type WallTime } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'
import type { Store } from '@rufwerk/store'
import {
  type BackupKey,
  type BackupMade,
  type BackupWish,
  backupsAmong,
  madeAt,
  newBackupKey,
} from '@rufwerk/store/backup'
import type { Finding } from '../ops/alarms.ts'

const LOOK_EVERY = minutes(5)
/** After one that failed. */
const AGAIN_MS = 3_600_000
/** Two nights and a bit. */
const OLD_MS = 50 * 3_600_000
const HOUR_MS = 3_600_000
const KEY_FILE = 'backup.key'
const [SETTINGS, LAST] = ['backups', 'backups last']
const OFF: BackupSettings = { isOn: false, hour: 3, newest: 7, weeks: 4 }

interface Last {
  readonly at: number
  readonly isGood: boolean
  readonly why?: string
  /** When the last good one was made. */
  readonly goodAt?: number
}

export interface BackupsParts {
  readonly dataDir: string
  readonly folder: string
  readonly program: string
  readonly store: Pick<Store, 'setting' | 'saveSetting'>
  readonly run: (wish: BackupWish) => Promise<Result<BackupMade, string>>
  readonly timers: Pick<Timers, 'arm'>
  readonly wallTime: () => WallTime
  readonly log: Log
}

export class Backups implements BackupsPort {
  readonly #parts: BackupsParts
  #settings: BackupSettings = OFF
  #last: Last | undefined
  /** Since when they are on in this run: what was never made is not old at once. */
  #onSince: number | undefined
  #running: Promise<Result<Backup, string>> | undefined
  #timer: Disposable | undefined
  #isClosed = false

  constructor(parts: BackupsParts) {
    this.#parts = parts
  }

  async open(): Promise<this> {
    const { store, wallTime } = this.#parts
    const [settings, last] = await Promise.all([store.setting(SETTINGS), store.setting(LAST)])
    if (settings !== undefined) this.#settings = JSON.parse(settings) as BackupSettings
    if (last !== undefined) this.#last = JSON.parse(last) as Last
    if (this.#settings.isOn) this.#onSince = wallTime()
    this.#arm()
    return this
  }

  async state(): Promise<State> {
    const { folder } = this.#parts
    const names = backupsAmong(await readdir(folder).catch(() => []))
    const found = names.map(async (name) => {
      // One that is old may go at any moment.
      const file = await stat(join(folder, name)).catch(() => undefined)
      return file === undefined ? [] : [{ name, at: madeAt(name) ?? 0, bytes: file.size }]
    })
    const backups = (await Promise.all(found)).flat()
    const { at, isGood, why } = this.#last ?? {}
    const last = at !== undefined && isGood !== undefined && { at, isGood, ...(why !== undefined && { why }) }
    return {
      ...this.#settings,
      hasKey: (await this.#key()) !== undefined,
      isRunning: this.#running !== undefined,
      ...(last && { last }),
      backups,
    }
  }

  async change(settings: BackupSettings): Promise<boolean> {
    const { store, wallTime } = this.#parts
    if (!(await store.saveSetting(SETTINGS, JSON.stringify(settings)))) return false
    if (settings.isOn !== this.#settings.isOn) this.#onSince = settings.isOn ? wallTime() : undefined
    this.#settings = settings
    return true
  }

  /** Kept in a file of its own, which is as private as the key of the data folder. */
  async setKey(secret: string): Promise<boolean> {
    const path = join(this.#parts.dataDir, KEY_FILE)
    const draft = `${path}.new`
    try {
      const text = JSON.stringify(await newBackupKey(secret))
      await rm(draft, { force: true })
      await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
      await rename(draft, path)
      return true
    } catch (error) {
      this.#parts.log.error('backup key not stored', { error: error instanceof Error ? error.name : '' })
      return false
    }
  }

  /** Whoever asks while one is made gets that one. */
  run(): Promise<Result<Backup, string>> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  findings(): readonly Finding[] {
    const { isOn } = this.#settings
    const found: Finding[] = []
    if (this.#last?.isGood === false) {
      const why = this.#last.why ?? ''
      found.push({
        ...PROBLEM,
        kind: 'backup-failed',
        values: { why },
        message: `The last backup failed: ${why}.`,
      })
    }
    const since = this.#last?.goodAt ?? this.#onSince
    const age = since === undefined ? 0 : this.#parts.wallTime() - since
    if (isOn && age > OLD_MS) {
      const hours = Math.floor(age / HOUR_MS)
      found.push({
        ...PROBLEM,
        kind: 'backup-old',
        values: { hours },
        message: `No backup for ${hours} hours.`,
      })
    }
    return found
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
  }

  async #run(): Promise<Result<Backup, string>> {
    const { dataDir, folder, program, run, wallTime, log } = this.#parts
    const key = await this.#key()
    if (key === undefined) return fail('no-key')
    const at = wallTime()
    const { newest, weeks } = this.#settings
    const made = await run({ dataDir, folder, program, key, at, kept: { newest, weeks } })
    if (made.ok) log.info('backup made', { name: made.value.name, bytes: made.value.bytes })
    else log.error('backup failed', { why: made.error })
    const goodAt = made.ok ? at : this.#last?.goodAt
    await this.#remember({
      ...{ at, isGood: made.ok },
      ...(!made.ok && { why: made.error }),
      ...(goodAt !== undefined && { goodAt }),
    })
    return made.ok ? ok({ name: made.value.name, bytes: made.value.bytes, at }) : made
  }

  async #remember(last: Last): Promise<void> {
    this.#last = last
    await this.#parts.store.saveSetting(LAST, JSON.stringify(last))
  }

  async #key(): Promise<BackupKey | undefined> {
    try {
      return JSON.parse(await readFile(join(this.#parts.dataDir, KEY_FILE), 'utf8')) as BackupKey
    } catch {
      return undefined
    }
  }

  #arm(): void {
    if (this.#isClosed) return
    this.#timer = this.#parts.timers.arm(LOOK_EVERY, () => void this.#look())
  }

  async #look(): Promise<void> {
    try {
      if (this.#isDue()) {
        const made = await this.run()
        if (!made.ok && made.error === 'no-key')
          await this.#remember({
            ...this.#last,
            at: this.#parts.wallTime(),
            isGood: false,
            why: 'there is no key',
          })
      }
    } catch (error) {
      this.#parts.log.error('backup failed', { error: String(error).slice(0, 200) })
    }
    this.#arm()
  }

  #isDue(): boolean {
    if (!this.#settings.isOn) return false
    const now = this.#parts.wallTime()
    const { at = 0, isGood = true } = this.#last ?? {}
    if (!isGood) return now - at >= AGAIN_MS
    const due = new Date(now)
    due.setHours(this.#settings.hour, 0, 0, 0)
    if (due.getTime() > now) due.setDate(due.getDate() - 1)
    return at < due.getTime()
  }
}

const PROBLEM = { severity: 'problem' } as const
