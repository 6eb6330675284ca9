// How often credentials were wrong in the current window, per address and per name from an address. One name
// cannot be locked out from elsewhere, and an office's working phones go on when one of them has a wrong
// password.
import type { Instant } from '@rufwerk/core'
import type { LegLimits } from '../limits.ts'

type GuessLimits = Pick<
  LegLimits,
  'guessesPerUserMax' | 'guessesPerSourceMax' | 'guessWindow' | 'guessersMax'
>

export class Guesses {
  readonly #limits: GuessLimits
  /** Wrong tries by address, and by address and name. Emptied when the window ends. */
  #wrong = new Map<string, number>()
  #windowEnd = Number.NEGATIVE_INFINITY

  constructor(limits: GuessLimits) {
    this.#limits = limits
  }

  /** False when what this address says for this name is not worth checking. */
  mayTry(source: string, user: string, now: Instant, isBound: () => boolean): boolean {
    this.#turn(now)
    const { guessesPerSourceMax, guessesPerUserMax, guessersMax } = this.#limits
    if ((this.#wrong.get(`${source} ${user}`) ?? 0) >= guessesPerUserMax) return false
    const isSuspicious =
      (this.#wrong.get(source) ?? 0) >= guessesPerSourceMax || this.#wrong.size >= guessersMax
    return !isSuspicious || isBound()
  }

  /** True when this was the last try that is checked, for the name or for the address. */
  wasWrong(source: string, user: string, now: Instant): boolean {
    this.#turn(now)
    const { guessersMax, guessesPerSourceMax, guessesPerUserMax } = this.#limits
    let isLast = false
    for (const [key, most] of [
      [source, guessesPerSourceMax],
      [`${source} ${user}`, guessesPerUserMax],
    ] as const) {
      const count = this.#wrong.get(key) ?? 0
      if (count === 0 && this.#wrong.size >= guessersMax) continue
      this.#wrong.set(key, count + 1)
      isLast ||= count + 1 === most
    }
    return isLast
  }

  size(): number {
    return this.#wrong.size
  }

  #turn(now: Instant): void {
    if (now < this.#windowEnd) return
    this.#windowEnd = now + this.#limits.guessWindow
    if (this.#wrong.size > 0) this.#wrong = new Map()
  }
}
