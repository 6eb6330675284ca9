// How often something happened lately: a bounded list of counts over a window of monotonic time.
import { between, type Instant, type Ms } from '@rufwerk/core'

/** The oldest entry goes beyond this. */
const ENTRIES_MAX = 200

export class Recently {
  readonly #window: Ms
  #entries: { readonly at: Instant; readonly times: number }[] = []

  constructor(window: Ms) {
    this.#window = window
  }

  add(at: Instant, times: number): void {
    if (times <= 0) return
    this.#entries.push({ at, times })
    if (this.#entries.length > ENTRIES_MAX) this.#entries.shift()
  }

  count(now: Instant): number {
    this.#entries = this.#entries.filter(({ at }) => between(at, now) < this.#window)
    return this.#entries.reduce((sum, { times }) => sum + times, 0)
  }
}
