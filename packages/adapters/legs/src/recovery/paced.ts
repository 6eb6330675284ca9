// Work that is begun at no more than so many pieces a second, in its order.
import { type Ms, ms } from '@rufwerk/core'
import type { Timers } from '../ports.ts'

const TICK: Ms = ms(50)
const TICKS_PER_SECOND = 20

export class Paced {
  readonly #timers: Timers
  readonly #perTick: number
  #urgent: (() => void)[] = []
  #waiting: (() => void)[] = []
  #timer: Disposable | undefined

  constructor(timers: Timers, perSecond: number) {
    this.#timers = timers
    this.#perTick = Math.max(1, Math.floor(perSecond / TICKS_PER_SECOND))
  }

  /** What is urgent goes before all that is not. */
  add(work: () => void, isUrgent = false): void {
    if (isUrgent) this.#urgent.push(work)
    else this.#waiting.push(work)
    if (this.#timer === undefined) this.#arm(ms(0))
  }

  /** Pieces that were not begun. */
  size(): number {
    return this.#urgent.length + this.#waiting.length
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
    this.#urgent = []
    this.#waiting = []
  }

  #arm(delay: Ms): void {
    this.#timer = this.#timers.arm(delay, () => {
      this.#timer = undefined
      const first = this.#urgent.splice(0, this.#perTick)
      const now = [...first, ...this.#waiting.splice(0, this.#perTick - first.length)]
      // What comes soon after waits for the next tick, too.
      if (now.length > 0) this.#arm(TICK)
      for (const work of now) work()
    })
  }
}
