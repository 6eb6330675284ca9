// What is written of the queues: the state and what has happened, shortly after each change and together; the
// figures of a day when it is over. What the store cannot take now is tried again with the next change.
import { type Log, type Ms, ms, seconds, type TenantId, type WallTime, wallTime } from '@rufwerk/core'
import type { QueueDay, QueueEvent, QueueStore, StoredEvent } from '@rufwerk/queues'

/** Changes of this time are written together; a crash forgets no more than that. */
const SAVE_AFTER: Ms = seconds(1)
/** Events that wait for the store; what comes on top is lost and counted. */
const EVENTS_WAITING_MAX = 10_000
/** How long it is kept what callers and agents did. */
export const EVENTS_KEPT_DAYS = 90
const DAY_MS = 86_400_000

export interface BooksParts {
  readonly tenant: TenantId
  readonly store: Pick<QueueStore, 'saveState' | 'endDay'>
  readonly arm: (delay: Ms, callback: () => void) => Disposable
  readonly log: Log
  /** The state of this moment. */
  readonly snapshot: () => string
}

export class QueueBooks {
  readonly #parts: BooksParts
  #day: number
  #waiting: StoredEvent[] = []
  #timer: Disposable | undefined
  #dayTimer: Disposable | undefined
  #isClosed = false
  #writing: Promise<void> = Promise.resolve()
  #lost = 0

  /** `day`: that of the figures which are being counted. */
  constructor(parts: BooksParts, day: number) {
    this.#parts = parts
    this.#day = day
  }

  get day(): number {
    return this.#day
  }

  add(at: WallTime, event: QueueEvent): void {
    if (this.#waiting.length >= EVENTS_WAITING_MAX) {
      if (this.#lost === 0) this.#parts.log.error('queue-events-lost', { waiting: this.#waiting.length })
      this.#lost += 1
      return
    }
    this.#waiting.push({ at, event })
  }

  /** Something changed. */
  changed(): void {
    if (this.#isClosed) return
    this.#timer ??= this.#parts.arm(SAVE_AFTER, () => {
      this.#timer = undefined
      this.save().catch((error: unknown) => {
        this.#parts.log.error('queue-state-not-written', { error: String(error) })
      })
    })
  }

  /** Writes now what has changed; resolves when it is committed, or cannot be. */
  save(): Promise<void> {
    this.#writing = this.#writing.then(
      () => this.#write(),
      () => this.#write(),
    )
    return this.#writing
  }

  /** Another day has begun; these are the figures of the one before. Tried until they are stored. */
  async endDay(day: number, days: readonly QueueDay[], at: WallTime): Promise<void> {
    this.#day = day
    await this.#storeDay(days, wallTime(at - EVENTS_KEPT_DAYS * DAY_MS))
  }

  /** Events that wait. */
  size(): number {
    return this.#waiting.length
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#dayTimer?.[Symbol.dispose]()
    await this.save()
  }

  async #storeDay(days: readonly QueueDay[], keptSince: WallTime): Promise<void> {
    const { store, tenant, log, arm } = this.#parts
    if (await store.endDay(tenant, days, keptSince)) return
    log.error('queue-day-not-stored', { queues: days.length })
    this.#dayTimer?.[Symbol.dispose]()
    if (!this.#isClosed) this.#dayTimer = arm(DAY_LOOK, () => void this.#storeDay(days, keptSince))
  }

  async #write(): Promise<void> {
    const { store, tenant, snapshot } = this.#parts
    const events = this.#waiting
    this.#waiting = []
    const isWritten = await store.saveState(tenant, { day: this.#day, text: snapshot() }, events)
    if (isWritten) {
      this.#lost = 0
      return
    }
    this.#waiting = [...events, ...this.#waiting].slice(0, EVENTS_WAITING_MAX)
    this.changed()
  }
}

/** How long until it is worth looking whether a new day has begun. */
export const DAY_LOOK: Ms = ms(30_000)
