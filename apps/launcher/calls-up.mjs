// Whether spares of both processes are worth their memory and start: while calls are up, whose sound they
// bring back sooner. Not for the first seconds of a call or of a process, when there is enough to do, and for
// a while after the last call, because the next one is likely. Plain JavaScript for Node 20.

/** So long calls are up without a break before spares are made. */
export const CALM_MS = 5_000
/** So long after the last call they stay. */
export const IDLE_MS = 60_000

/** As call control tells it. Reads no clock: the time is an argument. */
export class CallsUp {
  /** @type {number | undefined} */
  #since
  #lastMs = 0
  #isWorth = false

  /**
   * One beat of the process.
   * @param {boolean} isBusy Whether calls are up. @param {number} nowMs Monotonic time.
   * @returns {boolean} Whether there should be spares.
   */
  heard(isBusy, nowMs) {
    if (isBusy) {
      this.#since ??= nowMs
      this.#lastMs = nowMs
    } else this.#since = undefined
    const isLasting = this.#since !== undefined && nowMs - this.#since >= CALM_MS
    this.#isWorth = isLasting || (this.#isWorth && nowMs - this.#lastMs < IDLE_MS)
    return this.#isWorth
  }
}
