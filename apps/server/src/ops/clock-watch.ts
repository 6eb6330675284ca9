// Notices when the clock of the machine is set: it and the monotonic clock then went different distances. A
// clock that is wrong from the start, or slewed slowly, cannot be noticed without asking a time server.
import type { Instant, WallTime } from '@rufwerk/core'

/** Less than this is how late a look may come, or an adjustment that nobody feels. */
const JUMP_MS_MIN = 2_000

export class ClockWatch {
  #instant: Instant
  #wallTime: WallTime
  #jumps = 0

  constructor(instant: Instant, wallTime: WallTime) {
    this.#instant = instant
    this.#wallTime = wallTime
  }

  /** How far it was set since the last look, in ms; negative is back. Undefined: it went on. */
  look(instant: Instant, wallTime: WallTime): number | undefined {
    const jump = wallTime - this.#wallTime - (instant - this.#instant)
    this.#instant = instant
    this.#wallTime = wallTime
    if (Math.abs(jump) < JUMP_MS_MIN) return undefined
    this.#jumps += 1
    return jump
  }

  get jumps(): number {
    return this.#jumps
  }
}
