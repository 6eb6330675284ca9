// A clock that is set by hand.
import type { ApiClock } from '@rufwerk/api'
import { instant, type Ms } from '@rufwerk/core'

export class TestClock implements ApiClock {
  #now = 0
  readonly #timers = new Set<{ at: number; callback: () => void }>()

  now() {
    return instant(this.#now)
  }

  arm(delay: Ms, callback: () => void): Disposable {
    const timer = { at: this.#now + delay, callback }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => this.#timers.delete(timer) }
  }

  pass(length: number): void {
    const end = this.#now + length
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
      if (!next) break
      this.#timers.delete(next)
      this.#now = next.at
      next.callback()
    }
    this.#now = end
  }

  size(): number {
    return this.#timers.size
  }
}
