// Work that is begun at no more than so many pieces a second, in its order.
import { type Ms, ms } from '@rufwerk/core'
import type { Timers } from '../ports.ts'

const TICK: Ms = ms(50)
const TICKS_PER_SECOND = 20

export class Paced {
  readonly #timers: Timers
  readonly #perTick: number
  #waiting: (() => void)[] = []
  #timer: Disposable | undefined

  constructor(timers: Timers, perSecond: number) {
    this.#timers = timers
    this.#perTick = Math.max(1, Math.floor(perSecond / TICKS_PER_SECOND))
  }

  add(work: () => void): void {
    this.#waiting.push(work)
    if (this.#timer === undefined) this.#arm(ms(0))
  }

  /** Pieces that were not begun. */
  size(): number {
    return this.#waiting.length
  }

  close(): void {
    this.#timer?.[Symbol.dispose]()
    this.#waiting = []
  }

  #arm(delay: Ms): void {
    this.#timer = this.#timers.arm(delay, () => {
      this.#timer = undefined
      const now = this.#waiting.splice(0, this.#perTick)
      if (this.#waiting.length > 0) this.#arm(TICK)
      for (const work of now) work()
    })
  }
}
