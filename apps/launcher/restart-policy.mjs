// When a crashed process is started again: pauses grow while it crashes soon after its start, and a process
// that keeps crashing is given up.
// Reads no clock: the time is an argument.

/** Pause before the first restart. */
export const PAUSE_MS_MIN = 50
export const PAUSE_MS_MAX = 5_000
/** Each pause is so many times the one before. */
export const PAUSE_GROWTH = 3
/** With so much between two crashes the pauses start anew. Longer than the longest pause and a start. */
export const STEADY_MS = 10_000
/** More crashes than this within CRASH_WINDOW_MS: give up. */
export const CRASHES_MAX = 6
export const CRASH_WINDOW_MS = 60_000

export class RestartPolicy {
  /** @type {number[]} Times of the crashes within the window. */
  #crashes = []
  /** Crashes in a row, each soon after the one before. */
  #inARow = 0

  /**
   * Notes a crash.
   * @param {number} nowMs Monotonic time.
   * @returns {number | undefined} Milliseconds to wait before the next start; undefined means give up.
   */
  crashed(nowMs) {
    const isSteady = nowMs - (this.#crashes.at(-1) ?? -STEADY_MS) >= STEADY_MS
    this.#inARow = isSteady ? 1 : this.#inARow + 1
    this.#crashes = this.#crashes.filter((at) => nowMs - at < CRASH_WINDOW_MS)
    this.#crashes.push(nowMs)
    if (this.#crashes.length > CRASHES_MAX) return undefined
    return Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * PAUSE_GROWTH ** (this.#inARow - 1))
  }
}
