// How unevenly packets arrive: the difference between the slowest and the fastest lately, which is the delay
// that a jitter buffer needs. Times are relative to the sender's clock, so that neither clock must be right.
import type { Instant } from '@rufwerk/core'

/** The fastest transit is forgotten at this rate, so that a drift of the clocks is followed. */
const FAST_FORGET_MS_PER_S = 0.5
/** The spread halves in so many seconds without a slow packet. */
const SPREAD_HALF_LIFE_S = 8
/** A larger step is a jump of the sender's clock. */
const STEP_MS_MAX = 2_000

export class TransitSpread {
  readonly #clockRate: number
  #lastSequence = -1
  #lastTimestamp = 0
  #lastArrival = 0
  /** Transit time above the fastest, of the last packet. */
  #above = 0
  #spread = 0

  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** Delay in ms that would have kept every packet lately seen in time. */
  get spreadMs(): number {
    return this.#spread
  }

  /** Returns the RTP time since the packet before when it is the direct successor, else 0. */
  arrived(sequence: number, timestamp: number, now: Instant): number {
    if (this.#lastSequence < 0) {
      this.#remember(sequence, timestamp, now)
      return 0
    }
    const advance = (timestamp - this.#lastTimestamp) | 0
    const passedMs = now - this.#lastArrival
    const step = passedMs - (advance * 1000) / this.#clockRate
    const isSuccessor = sequence === this.#lastSequence + 1
    if (Math.abs(step) > STEP_MS_MAX) {
      this.#above = 0
    } else {
      // The fastest is 0: a packet faster than that moves the zero, and so does forgetting.
      const forgotten = (FAST_FORGET_MS_PER_S * Math.max(0, passedMs)) / 1000
      this.#above = Math.max(0, this.#above + step - forgotten)
      const decay = 0.5 ** (Math.max(0, passedMs) / 1000 / SPREAD_HALF_LIFE_S)
      this.#spread = Math.max(this.#spread * decay, this.#above)
    }
    this.#remember(sequence, timestamp, now)
    return isSuccessor ? advance : 0
  }

  #remember(sequence: number, timestamp: number, now: Instant): void {
    this.#lastSequence = sequence
    this.#lastTimestamp = timestamp
    this.#lastArrival = now
  }

  reset(): void {
    this.#lastSequence = -1
    this.#above = 0
    this.#spread = 0
  }
}
