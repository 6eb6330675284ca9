// Who tries one name after another: names that do not exist, asked for from one address without credentials.
// Only to tell the operator; the answer is the same for every name.
import type { Instant } from '@rufwerk/core'
import type { LegLimits } from '../limits.ts'

/** Of each name so many characters are remembered. */
const NAME_CHARS_MAX = 64

type ProbeLimits = Pick<LegLimits, 'probedNamesMax' | 'guessWindow' | 'guessersMax'>

export class Probes {
  readonly #limits: ProbeLimits
  /** Names by address, each set below the limit. Emptied when the window ends. */
  #names = new Map<string, Set<string>>()
  #size = 0
  #windowEnd = Number.NEGATIVE_INFINITY

  constructor(limits: ProbeLimits) {
    this.#limits = limits
  }

  /** True once a window: with this name of nobody an address reaches the limit. */
  wasUnknown(source: string, whole: string, now: Instant): boolean {
    this.#turn(now)
    const name = whole.slice(0, NAME_CHARS_MAX)
    const { probedNamesMax, guessersMax } = this.#limits
    const names = this.#names.get(source) ?? new Set()
    if (names.has(name) || names.size >= probedNamesMax || this.#size >= guessersMax) return false
    names.add(name)
    this.#names.set(source, names)
    this.#size += 1
    return names.size === probedNamesMax
  }

  /** Names remembered. */
  size(): number {
    return this.#size
  }

  #turn(now: Instant): void {
    if (now < this.#windowEnd) return
    this.#windowEnd = now + this.#limits.guessWindow
    this.#size = 0
    if (this.#names.size > 0) this.#names = new Map()
  }
}
