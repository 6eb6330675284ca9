// The records of a company for the API and for time: the archive over the store, the rules by which records
// end, and who else keeps something of people.
import type { RecordsPort } from '@rufwerk/api'
import type { PersonalDataSource, RetentionRules } from '@rufwerk/calls/records'
import { type Log, minutes, type TenantId, type WallTime } from '@rufwerk/core'
import type { Timers } from '@rufwerk/net'
import { type CallArchive, openCallArchive, type Store } from '@rufwerk/store'

/** Unless somebody says otherwise: half a year, with whole numbers. */
export const RETENTION: RetentionRules = { keepDays: 180 }
const SWEEP_EVERY = minutes(60)
/** A start has other things to do first. */
const FIRST_SWEEP = minutes(2)

export interface RecordsParts {
  readonly store: Pick<Store, 'records' | 'holds' | 'setting' | 'saveSetting'>
  readonly archive: CallArchive
  /** Besides the calls: recordings, voicemail. */
  readonly sources: readonly PersonalDataSource[]
  readonly tenants: () => readonly TenantId[]
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly log: Log
}

export function openRecords(parts: Omit<RecordsParts, 'archive'> & { readonly dataDir: string }): Records {
  const { dataDir, store, log } = parts
  const archive = openCallArchive(dataDir, {
    writer: store.records,
    holdsOf: (tenant) => store.holds.list(tenant),
    log,
  })
  return new Records({ ...parts, archive })
}

export class Records implements RecordsPort {
  readonly #parts: RecordsParts
  readonly personal: readonly PersonalDataSource[]
  #timer: Disposable | undefined
  #isClosed = false

  constructor(parts: RecordsParts) {
    this.#parts = parts
    this.personal = [parts.archive.personal, ...parts.sources]
    this.#timer = parts.timers.arm(FIRST_SWEEP, () => void this.#sweepAll())
  }

  page(...asked: Parameters<CallArchive['page']>) {
    return this.#parts.archive.page(...asked)
  }

  table(...asked: Parameters<CallArchive['table']>) {
    return this.#parts.archive.table(...asked)
  }

  get holds() {
    return this.#parts.store.holds
  }

  wallTime(): WallTime {
    return this.#parts.wallTime()
  }

  async retention(tenant: TenantId): Promise<RetentionRules> {
    const stored = await this.#parts.store.setting(settingOf(tenant))
    return stored === undefined ? RETENTION : (JSON.parse(stored) as RetentionRules)
  }

  setRetention(tenant: TenantId, rules: RetentionRules): Promise<boolean> {
    return this.#parts.store.saveSetting(settingOf(tenant), JSON.stringify(rules))
  }

  /** Removes and shortens what time asks for, in one company. */
  async sweep(tenant: TenantId): Promise<void> {
    const { archive, wallTime, log } = this.#parts
    const { removed, shortened } = await archive.sweep(tenant, await this.retention(tenant), wallTime())
    if (removed + shortened > 0) log.info('records swept', { removed, shortened })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
    await this.#parts.archive.close()
  }

  async #sweepAll(): Promise<void> {
    const { tenants, timers, log } = this.#parts
    for (const tenant of tenants()) {
      try {
        await this.sweep(tenant)
      } catch (error) {
        // What is left is found again by the next one.
        log.warn('records not swept', { error: String(error).slice(0, 200) })
      }
    }
    if (!this.#isClosed) this.#timer = timers.arm(SWEEP_EVERY, () => void this.#sweepAll())
  }
}

function settingOf(tenant: TenantId): string {
  return `retention ${tenant}`
}
