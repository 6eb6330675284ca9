// The few requests that a block lets through where phones are known, so that one that starts anew comes back.
// Whoever asks in this lane gets what anybody gets there, so it tells no names. Pure: the time is given.
import { LIMITS } from './limits.ts'

const WINDOW_MS = 1_000

export class Lane {
  /** Of the current second, by source; at most as many as there are blocks. */
  #taken = new Map<string, number>()
  #windowEnd = Number.NEGATIVE_INFINITY

  /** False: it is one too many. */
  take(source: string, at: number): boolean {
    if (at >= this.#windowEnd) {
      this.#windowEnd = at + WINDOW_MS
      if (this.#taken.size > 0) this.#taken = new Map()
    }
    const taken = this.#taken.get(source) ?? 0
    if (taken >= LIMITS.lanePerSecond || (taken === 0 && this.#taken.size >= LIMITS.blocksMax)) return false
    this.#taken.set(source, taken + 1)
    return true
  }

  size(): number {
    return this.#taken.size
  }
}
