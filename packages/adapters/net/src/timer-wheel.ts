// Thousands of timers on one setTimeout: a near wheel of slots, and rounds further away that are moved into
// it when they come close. Arming and disarming cost the same whatever the number of timers. A callback is
// never early and at most one slot late; timers of some seconds share coarser slots, because each slot with a
// timer wakes the process, and every transaction of SIP leaves one that runs off after 32 s.
import { assert, type Instant, instant, type Ms } from '@rufwerk/core'

/** Where engines and adapters get their time from. */
export interface Timers {
  now(): Instant
  /** Calls back once after `delay` (0 or more) unless disposed before. */
  arm(delay: Ms, callback: () => void): Disposable
}

const SLOT_MS = 4
const SLOTS = 8192 // 32.8 s: longer than any transaction timer, so these are never moved.
/** A timer of at least so long … */
const COARSE_FROM_MS = 4000
/** … runs off in a slot that is a multiple of this: up to 64 ms late. */
const COARSE_SLOTS = 16

/** One armed timer, a link in the ring of its slot; the slots' anchors are such links themselves. */
class Link implements Disposable {
  previous: Link = this
  next: Link = this
  due = 0
  callback: (() => void) | undefined
  owner: TimerWheel | undefined;

  [Symbol.dispose](): void {
    this.owner?.forget(this)
  }

  unlink(): void {
    this.previous.next = this.next
    this.next.previous = this.previous
    this.previous = this
    this.next = this
  }

  append(link: Link): void {
    link.previous = this.previous
    link.next = this
    this.previous.next = link
    this.previous = link
  }
}

export interface TimerWheelOptions {
  /** Monotonic milliseconds; `performance.now` unless given. */
  readonly now?: () => number
  /** Called with what a callback threw; the other timers go on. */
  readonly onError: (error: unknown) => void
}

export class TimerWheel implements Timers {
  readonly #now: () => number
  readonly #onError: (error: unknown) => void
  readonly #near: Link[] = Array.from({ length: SLOTS }, () => new Link())
  /** Timers out of reach of the near wheel, by round number. */
  readonly #far = new Map<number, Link>()
  /** The next slot to look at, counted from the start of time. */
  #tick: number
  #count = 0
  #wakeTick = Number.POSITIVE_INFINITY
  #timeout: NodeJS.Timeout | undefined
  #isClosed = false
  #isRunning = false

  constructor(options: TimerWheelOptions) {
    this.#now = options.now ?? (() => performance.now())
    this.#onError = options.onError
    this.#tick = Math.floor(this.#now() / SLOT_MS)
  }

  now(): Instant {
    return instant(this.#now())
  }

  arm(delay: Ms, callback: () => void): Disposable {
    assert(delay >= 0, 'a timer is armed for now or later')
    assert(!this.#isClosed, 'the timer wheel is open')
    const now = this.#now()
    if (this.#count === 0) this.#skipTo(Math.floor(now / SLOT_MS))
    const earliest = this.#isRunning ? this.#tick + 1 : this.#tick // Never into the slot that is running.
    const link = new Link()
    const due = Math.ceil((now + delay) / SLOT_MS)
    link.due = Math.max(delay < COARSE_FROM_MS ? due : coarse(due), earliest)
    link.callback = callback
    link.owner = this
    this.#count += 1
    this.#place(link)
    if (link.due < this.#wakeTick && !this.#isRunning) this.#sleepUntil(link.due)
    return link
  }

  /** Armed timers. */
  size(): number {
    return this.#count
  }

  /** Drops every timer without calling back. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timeout)
    for (const anchor of [...this.#near, ...this.#far.values()]) {
      while (anchor.next !== anchor) this.forget(anchor.next)
    }
    this.#far.clear()
  }

  /** For the disposable itself. */
  forget(link: Link): void {
    link.unlink()
    link.owner = undefined
    link.callback = undefined
    this.#count -= 1
  }

  #place(link: Link): void {
    if (link.due < this.#tick + SLOTS) {
      this.#near[link.due % SLOTS]?.append(link)
      return
    }
    const round = Math.floor(link.due / SLOTS)
    let anchor = this.#far.get(round)
    if (anchor === undefined) {
      anchor = new Link()
      this.#far.set(round, anchor)
    }
    anchor.append(link)
  }

  /** Without a timer there is nothing to look at between then and now. */
  #skipTo(tick: number): void {
    if (tick <= this.#tick || this.#isRunning) return
    this.#tick = tick
    this.#far.clear()
  }

  #sleepUntil(tick: number): void {
    clearTimeout(this.#timeout)
    this.#wakeTick = tick
    const delay = Math.max(tick * SLOT_MS - this.#now(), 0)
    this.#timeout = setTimeout(() => this.#wake(), Math.ceil(delay))
  }

  #wake(): void {
    this.#wakeTick = Number.POSITIVE_INFINITY
    this.#isRunning = true
    const last = Math.floor(this.#now() / SLOT_MS)
    for (; this.#tick <= last && this.#count > 0; this.#tick += 1) {
      if (this.#tick % SLOTS === 0) this.#enterRound(this.#tick / SLOTS)
      this.#runSlot(this.#tick)
    }
    this.#isRunning = false
    if (this.#isClosed) return
    if (this.#count > 0) this.#sleepUntil(this.#nextTick())
    else this.#skipTo(last + 1)
  }

  /** The timers of a round are all within reach of the near wheel when its first slot is. */
  #enterRound(round: number): void {
    const anchor = this.#far.get(round)
    if (anchor === undefined) return
    this.#far.delete(round)
    while (anchor.next !== anchor) {
      const link = anchor.next
      link.unlink()
      this.#place(link)
    }
  }

  /** The next slot with a timer, or the start of the next round. */
  #nextTick(): number {
    let tick = this.#tick
    do {
      const anchor = this.#near[tick % SLOTS]
      if (anchor !== undefined && anchor.next !== anchor) return tick
      tick += 1
    } while (tick % SLOTS !== 0)
    return tick
  }

  #runSlot(tick: number): void {
    const anchor = this.#near[tick % SLOTS]
    while (anchor !== undefined && anchor.next !== anchor) {
      const link = anchor.next
      const callback = link.callback
      this.forget(link)
      try {
        callback?.()
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}

function coarse(tick: number): number {
  return Math.ceil(tick / COARSE_SLOTS) * COARSE_SLOTS
}
