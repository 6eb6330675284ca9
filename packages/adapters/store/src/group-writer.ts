// Collects writes for a few milliseconds and hands them to the worker as one transaction (group commit). One
// batch is under way at a time, so a slow disk makes larger batches instead of a longer queue.
import type { Log } from '@rufwerk/core'
import { type BatchUnit, composeBatch, type LateRow } from './batch.ts'
import type { StoreFigures } from './ports.ts'
import { type Batch, type Cell, COLD, type FromWorker, type UnitOutcome } from './worker/messages.ts'

/** How long a write that somebody waits for waits for others. */
export const GROUP_MS = 10
/** How long one that nobody waits for does: events that ring, the record of a call that has ended. */
export const LINGER_MS = 40
/** Rows in one transaction. */
const BATCH_ROWS_MAX = 2_000
/** New calls are refused while more rows than this wait … */
export const OVERLOAD_ROWS = 5_000
/** … or the oldest waits longer than this … */
export const OVERLOAD_MS = 250
/**
 * … whenever it is looked for so long: disks that are shared take half a second for a write now and then, and
 * a process that stood still reads the requests of that time before the answer of the worker.
 */
export const STANDING_MS = 1_000
/** Kept while the disk is full; what comes on top is lost and counted. */
const KEPT_ROWS_MAX = 50_000
/** Between two tries while the store cannot write. */
const RETRY_MS = 250

export type Settled = UnitOutcome | 'failed'

interface Unit extends BatchUnit {
  readonly number: number
  readonly rows: number
  readonly since: number
  /** Absent: the unit is tried again until it is written. Present: it is tried once. */
  readonly settle?: (outcome: Settled) => void
}

interface Waiter {
  /** Unit numbers up to this one. */
  readonly upTo: number
  readonly resolve: (isCommitted: boolean) => void
}

/** One statement that is not hot. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly Cell[]
  /** The unit is a conflict when it changes no row. */
  readonly mustChange?: boolean
}

/** Monotonic milliseconds and timers; another one than the system's only in tests. */
export interface GroupClock {
  now(): number
  arm(delayMs: number, callback: () => void): Disposable
}

const SYSTEM_CLOCK: GroupClock = {
  now: () => performance.now(),
  arm: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

export class GroupWriter {
  readonly #post: (batch: Batch) => void
  readonly #log: Log
  readonly #clock: GroupClock
  #queue: Unit[] = []
  #sent: readonly Unit[] = []
  #waiters: Waiter[] = []
  #timer: Disposable | undefined
  /** When the timer is due. */
  #timerAt = 0
  /** The timer waits out a failure, whoever is in a hurry. */
  #isRetrying = false
  /** Since when somebody waits for what is in the queue; absent while nobody does. */
  #awaitedSince: number | undefined
  #lastNumber = 0
  #rowsWaiting = 0
  #rowsLost = 0
  #commits = 0
  #rowsCommitted = 0
  #hasLostSinceCommit = false
  #fault: StoreFigures['fault']
  #isDead = false
  /** When the oldest write was first seen to wait for too long; absent once one did not. */
  #lateSince: number | undefined
  #isBehind = false

  constructor(post: (batch: Batch) => void, log: Log, clock: GroupClock = SYSTEM_CLOCK) {
    this.#post = post
    this.#log = log
    this.#clock = clock
  }

  /** A unit of hot statements, flat, and what follows them. Kept until it is written. */
  keep(rows: number, cells: readonly Cell[], late?: LateRow): void {
    if (this.#isDead || this.#rowsWaiting + rows > KEPT_ROWS_MAX) {
      if (!this.#hasLostSinceCommit) this.#log.error('store.rows-lost', { rows: this.#rowsLost + rows })
      this.#hasLostSinceCommit = true
      this.#rowsLost += rows
      return
    }
    this.#enqueue(rows, cells, late)
  }

  /** As keep, but tried only once: for what the caller repeats or reports. */
  once(rows: number, cells: readonly Cell[]): Promise<Settled> {
    if (this.#isDead || this.#rowsWaiting + rows > KEPT_ROWS_MAX) return Promise.resolve('failed')
    const { promise, resolve } = Promise.withResolvers<Settled>()
    this.#enqueue(rows, cells, undefined, resolve)
    return promise
  }

  /** Statements that are written all or not at all. */
  transaction(statements: readonly Statement[]): Promise<Settled> {
    if (statements.length === 0) return Promise.resolve('written')
    const cells: Cell[] = []
    for (const { sql, parameters, mustChange } of statements) {
      cells.push(COLD, sql, mustChange ? 1 : 0, parameters.length, ...parameters)
    }
    return this.once(statements.length, cells)
  }

  /** `patient`: who asks is in no hurry, and hears it with what others wait for, or after LINGER_MS. */
  committed(patience?: 'patient'): Promise<boolean> {
    if (this.#isDead || this.#hasLostSinceCommit) return Promise.resolve(false)
    if (this.#queue.length === 0 && this.#sent.length === 0) return Promise.resolve(true)
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#waiters.push({ upTo: this.#lastNumber, resolve })
    if (patience === undefined && this.#queue.length > 0) this.#hurry()
    return promise
  }

  isOverloaded(): boolean {
    if (this.#isDead || this.#rowsWaiting > OVERLOAD_ROWS) return true
    // With nothing to try again nobody would find out that there is room: the next write tells.
    if (this.#fault !== undefined && this.#rowsWaiting > 0) return true
    this.#look()
    return this.#isBehind
  }

  /** Monotonic milliseconds of the clock that the writes have. */
  now(): number {
    return this.#clock.now()
  }

  figures(): StoreFigures {
    return {
      rowsWaiting: this.#rowsWaiting,
      waitingMs: this.#waitingMs(),
      commits: this.#commits,
      rowsCommitted: this.#rowsCommitted,
      rowsLost: this.#rowsLost,
      ...(this.#fault && { fault: this.#fault }),
    }
  }

  /** The worker's answer to the batch under way. */
  answered(message: Extract<FromWorker, { readonly type: 'committed' | 'failed' }>): void {
    const sent = this.#sent
    this.#sent = []
    if (message.type === 'committed') this.#committed(sent, message.outcomes, message.why)
    else this.#failed(sent, message.fault, message.why)
  }

  /** The worker is gone: nothing will be written any more. */
  die(): void {
    this.#isDead = true
    this.#fault = 'failed'
    this.#timer?.[Symbol.dispose]()
    for (const unit of [...this.#sent, ...this.#queue]) unit.settle?.('failed')
    for (const waiter of this.#waiters) waiter.resolve(false)
    this.#queue = []
    this.#sent = []
    this.#waiters = []
    this.#rowsWaiting = 0
  }

  /** Writes what waits without the usual delay. */
  async drain(): Promise<boolean> {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#isRetrying = false
    if (this.#sent.length === 0) this.#flush()
    return this.committed()
  }

  #enqueue(
    rows: number,
    cells: readonly Cell[],
    late: LateRow | undefined,
    settle?: (outcome: Settled) => void,
  ): void {
    this.#lastNumber += 1
    const unit = { number: this.#lastNumber, rows, cells, late, since: this.#clock.now() }
    this.#queue.push(settle ? { ...unit, settle } : unit)
    this.#rowsWaiting += rows
    if (settle) this.#hurry()
    else if (this.#timer === undefined) this.#next()
  }

  #hurry(): void {
    if (this.#awaitedSince !== undefined) return
    this.#awaitedSince = this.#clock.now()
    this.#next()
  }

  #arm(delay: number): void {
    this.#timer?.[Symbol.dispose]()
    this.#timerAt = this.#clock.now() + delay
    this.#timer = this.#clock.arm(delay, () => {
      this.#timer = undefined
      this.#isRetrying = false
      this.#flush()
    })
  }

  #flush(): void {
    let rows = 0
    let count = 0
    for (const unit of this.#queue) {
      if (count > 0 && rows + unit.rows > BATCH_ROWS_MAX) break
      rows += unit.rows
      count += 1
    }
    if (count === 0) return
    this.#sent = this.#queue.slice(0, count)
    this.#queue = count === this.#queue.length ? [] : this.#queue.slice(count)
    if (this.#queue.length === 0) this.#awaitedSince = undefined
    this.#post(composeBatch(this.#sent))
  }

  #committed(
    sent: readonly Unit[],
    outcomes: readonly UnitOutcome[] | undefined,
    why: string | undefined,
  ): void {
    if (this.#fault !== undefined) this.#log.info('store.writes-again')
    this.#fault = undefined
    this.#hasLostSinceCommit = false
    this.#commits += 1
    let hasMissing = false
    for (const [at, unit] of sent.entries()) {
      const outcome = outcomes?.[at] ?? 'written'
      this.#rowsWaiting -= unit.rows
      if (outcome === 'written') this.#rowsCommitted += unit.rows
      else hasMissing = true
      if (unit.settle) unit.settle(outcome)
      else if (outcome !== 'written') this.#lost(unit, why)
    }
    this.#answerWaiters(sent, !hasMissing)
    this.#look()
    this.#next()
  }

  /** One kept unit cannot be written whatever happens: our own mistake, so it is said aloud. */
  #lost(unit: Unit, why: string | undefined): void {
    this.#rowsLost += unit.rows
    this.#log.error('store.rows-refused', { rows: unit.rows, why })
  }

  #failed(sent: readonly Unit[], fault: 'disk-full' | 'failed', why: string): void {
    if (this.#fault === undefined) this.#log.error('store.cannot-write', { fault, why })
    this.#fault = fault
    for (const unit of sent) {
      if (!unit.settle) continue
      this.#rowsWaiting -= unit.rows
      unit.settle('failed')
    }
    this.#queue = [...sent.filter((unit) => !unit.settle), ...this.#queue]
    this.#answerWaiters(sent, false)
    if (this.#queue.length === 0) return
    this.#isRetrying = true
    this.#arm(RETRY_MS)
  }

  #answerWaiters(sent: readonly Unit[], isCommitted: boolean): void {
    const last = sent.at(-1)?.number ?? 0
    const answered = this.#waiters.filter((waiter) => waiter.upTo <= last)
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > last)
    for (const waiter of answered) waiter.resolve(isCommitted)
  }

  /** Arms for the next batch, or for an earlier moment than before. */
  #next(): void {
    const oldest = this.#queue[0]
    if (oldest === undefined || this.#sent.length > 0 || this.#isRetrying) return
    const lingered = oldest.since + LINGER_MS
    const at = this.#awaitedSince === undefined ? lingered : Math.min(lingered, this.#awaitedSince + GROUP_MS)
    if (this.#timer === undefined || at < this.#timerAt) this.#arm(Math.max(0, at - this.#clock.now()))
  }

  /** A queue that stands, as in CoDel (RFC 8289 §3.2): the wait is long, and never was short meanwhile. */
  #look(): void {
    const waitingMs = this.#waitingMs()
    if (waitingMs <= OVERLOAD_MS) {
      this.#lateSince = undefined
      this.#isBehind = false
      return
    }
    const now = this.#clock.now()
    this.#lateSince ??= now
    if (this.#isBehind || now - this.#lateSince < STANDING_MS) return
    this.#isBehind = true
    this.#log.warn('store.behind', { rows: this.#rowsWaiting, ms: Math.round(waitingMs) })
  }

  #waitingMs(): number {
    const oldest = this.#sent[0] ?? this.#queue[0]
    return oldest === undefined ? 0 : this.#clock.now() - oldest.since
  }
}
