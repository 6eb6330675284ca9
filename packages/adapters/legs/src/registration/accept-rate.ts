// How many requests of a kind are taken in a second: a bucket that fills up evenly. Pure: the time is given.
import { between, type Instant } from '@rufwerk/core'

export class AcceptRate {
  readonly #perSecond: number
  readonly #atOnce: number
  #left: number
  #at: Instant | undefined

  constructor(perSecond: number, atOnce: number) {
    this.#perSecond = perSecond
    this.#atOnce = atOnce
    this.#left = atOnce
  }

  /** False: it is one too many. */
  take(now: Instant): boolean {
    const grown = this.#at === undefined ? 0 : (between(this.#at, now) * this.#perSecond) / 1000
    this.#left = Math.min(this.#atOnce, this.#left + grown)
    this.#at = now
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
