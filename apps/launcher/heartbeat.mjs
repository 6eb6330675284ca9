// Whether a process still runs its event loop: each sends a beat every BEAT_INTERVAL_MS; one that misses
// three hangs, unless it waits for the CPU: then it gets a little longer. Counts looks instead of reading a
// clock: a machine that slept, or a launcher that was stopped itself, is not held against the children.
import { isStarved } from './cpu-wait.mjs'

/** How often a child sends a beat. */
export const BEAT_INTERVAL_MS = 500
export const BEATS_MISSED_MAX = 3
/** With so many missed another process is made ready: it needs about as long as the rest takes. */
export const BEATS_MISSED_LATE = 1.5
/** How often the launcher looks. */
export const LOOK_INTERVAL_MS = 250
/** While a process starts it may be busy for longer: so long without a beat it hangs. */
export const START_MS_MAX = 30_000
/** How much longer a process may be silent while others have the CPU. */
export const STARVED_MS_MAX = 5_000

/** A whole look more than the missed beats take, because looks and beats are not in step. */
const LOOKS_MAX = (BEATS_MISSED_MAX * BEAT_INTERVAL_MS) / LOOK_INTERVAL_MS + 1
const LATE_LOOKS = (BEATS_MISSED_LATE * BEAT_INTERVAL_MS) / LOOK_INTERVAL_MS + 1
const START_LOOKS_MAX = START_MS_MAX / LOOK_INTERVAL_MS
const STARVED_LOOKS_MAX = STARVED_MS_MAX / LOOK_INTERVAL_MS

/** @typedef {import('./cpu-wait.mjs').CpuTimes} CpuTimes */

export class Heartbeat {
  #looks = 0
  #looksMax = START_LOOKS_MAX
  #isTold = false
  #readCpu
  /** At the first look after a beat. @type {CpuTimes | undefined} */
  #before

  /** @param {() => CpuTimes | undefined} readCpu */
  constructor(readCpu) {
    this.#readCpu = readCpu
  }

  beat() {
    this.#looks = 0
  }

  /** It has started: from now on three missed beats are too many. */
  ready() {
    this.#looks = 0
    this.#looksMax = LOOKS_MAX
  }

  /** Call every LOOK_INTERVAL_MS. True once: it hangs. */
  look() {
    this.#looks += 1
    if (this.#looks === 1) this.#before = this.#readCpu()
    if (this.#isTold || this.#looks < this.#looksMax) return false
    if (this.#looks < this.#looksMax + STARVED_LOOKS_MAX && this.#isStarved()) return false
    this.#isTold = true
    return true
  }

  /** It has missed some beats, and may hang; not while it starts, or waits for the CPU. After a look. */
  isLate() {
    return this.#looksMax === LOOKS_MAX && this.#looks >= LATE_LOOKS && !this.#isStarved()
  }

  #isStarved() {
    return isStarved(this.#before, this.#readCpu(), (this.#looks - 1) * LOOK_INTERVAL_MS)
  }
}
