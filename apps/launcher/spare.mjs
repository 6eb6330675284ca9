// Loading a process takes as long as being sure that one hangs, and longer than all else after a crash. So
// another one is made ready while a process seems to hang, and of both while calls are up. It has loaded
// everything and waits: it opens no port, no control socket and no data until it hears that the other one
// has ended. One that was made for a hang is ended when that one beats again. Plain JavaScript for Node 20.

/** Tells a process that it is a spare. */
export const SPARE_VARIABLE = 'RUFWERK_SPARE'
/** What it waits for. */
export const GO = 'go'
/** From one that was not needed, or ended by itself, to the next one: each costs a start. */
export const SPARE_PAUSE_MS = 30_000

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** Of one process, one at a time. Reads no clock: the time is an argument. */
export class Spare {
  /** @type {ChildProcess | undefined} */
  #waiting
  /** It stays although its process beats. */
  #isKept = false
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  get isThere() {
    return this.#waiting !== undefined
  }

  /**
   * For a hang: makes one ready unless there is one, or was one for nothing just now.
   * @param {number} nowMs Monotonic time. @param {() => ChildProcess} spawn
   * @returns {boolean} Whether it was begun now.
   */
  prepare(nowMs, spawn) {
    if (this.#waiting !== undefined || nowMs < this.#pausedUntilMs) return false
    const child = spawn()
    this.#waiting = child
    const forget = () => {
      if (this.#waiting === child) this.#forget()
    }
    child.once('error', forget)
    child.once('exit', forget)
    return true
  }

  /**
   * For a crash: as `prepare`, and it stays until it is released.
   * @param {number} nowMs @param {() => ChildProcess} spawn @returns {boolean} Whether it was begun now.
   */
  keep(nowMs, spawn) {
    const isBegun = this.prepare(nowMs, spawn)
    this.#isKept = this.#waiting !== undefined
    if (isBegun) this.#pausedUntilMs = nowMs + SPARE_PAUSE_MS
    return isBegun
  }

  /**
   * The one that waits, which is nobody's spare any more. Only when the other one has ended.
   * @returns {ChildProcess | undefined}
   */
  take() {
    const child = this.#waiting
    if (child === undefined) return undefined
    this.#forget()
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY
    // What cannot be told is followed by its end.
    child.send(GO, undefined, {}, () => {})
    return child
  }

  /**
   * The process lives: one that was made for a hang is not needed.
   * @param {number} nowMs @returns {boolean} Whether there was one.
   */
  dismiss(nowMs) {
    if (this.#waiting === undefined || this.#isKept) return false
    this.#pausedUntilMs = nowMs + SPARE_PAUSE_MS
    this.end()
    return true
  }

  /** There is nothing to save: one that is kept is ended. @returns {boolean} Whether there was one. */
  release() {
    if (!this.#isKept) return false
    this.end()
    return true
  }

  end() {
    this.#waiting?.kill('SIGKILL')
    this.#forget()
  }

  #forget() {
    this.#waiting = undefined
    this.#isKept = false
  }
}
