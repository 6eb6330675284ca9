// While a process seems to hang another one is made ready, because loading it takes as long as being sure
// does. It has loaded everything and waits: it opens no port, no control socket and no data until it hears
// that the other one has ended. When that one beats again, the spare is ended. Plain JavaScript for Node 20.

/** Tells a process that it is a spare. */
export const SPARE_VARIABLE = 'RUFWERK_SPARE'
/** What it waits for. */
export const GO = 'go'
/** After a false alarm: who is late once is late again soon, and a spare costs a start. */
export const SPARE_PAUSE_MS = 30_000

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** One at a time, whoever it is for. Reads no clock: the time is an argument. */
export class Spare {
  /** @type {{ readonly name: string, readonly child: ChildProcess } | undefined} */
  #waiting
  /** A false alarm pauses it until then. */
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  /**
   * Makes one ready unless there is one, or was one for nothing just now.
   * @param {string} name @param {number} nowMs Monotonic time. @param {() => ChildProcess} spawn
   * @returns {boolean} Whether it was begun now.
   */
  prepare(name, nowMs, spawn) {
    if (this.#waiting !== undefined || nowMs < this.#pausedUntilMs) return false
    const child = spawn()
    this.#waiting = { name, child }
    const forget = () => {
      if (this.#waiting?.child === child) this.#waiting = undefined
    }
    child.once('error', forget)
    child.once('exit', forget)
    return true
  }

  /**
   * The one for this process, which is nobody's spare any more. Only when the other one has ended.
   * @param {string} name @returns {ChildProcess | undefined}
   */
  take(name) {
    if (this.#waiting?.name !== name) return undefined
    const { child } = this.#waiting
    this.#waiting = undefined
    // What cannot be told is followed by its end.
    child.send(GO, undefined, {}, () => {})
    return child
  }

  /**
   * It is not needed: that process lives.
   * @param {string} name @param {number} nowMs @returns {boolean} Whether there was one.
   */
  dismiss(name, nowMs) {
    if (this.#waiting?.name !== name) return false
    this.#pausedUntilMs = nowMs + SPARE_PAUSE_MS
    this.end()
    return true
  }

  end() {
    this.#waiting?.child.kill('SIGKILL')
    this.#waiting = undefined
  }
}
