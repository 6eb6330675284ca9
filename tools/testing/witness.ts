// Sees when a machine does not let programs run: pauses in which nobody gets a processor, and time that the
// hypervisor gave to other machines. A test of sound that fails meanwhile says nothing about the product.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const LOOK_MS = 50
/** A program that only sleeps gets its processor sooner than this on a machine that merely is busy. */
const PAUSE_MS_MIN = 100
/** Share of the processors' time that others may take before sound has holes. */
const TAKEN_SHARE_MIN = 0.05
/** The kernel counts in hundredths of a second. */
const TICK_MS = 10
/** An hour of looks. */
const LOOKS_MAX = 72_000

interface Look {
  readonly at: number
  readonly lateMs: number
  readonly takenMs: number
}

/** What was withheld in a span of time. */
export interface Withheld {
  readonly longestPauseMs: number
  /** Of the time of all processors, 0 to 1. */
  readonly takenShare: number
}

/** What the witness looks at; another one only in tests. */
export interface Sight {
  now(): number
  /** Milliseconds that others took from all processors since the start of the machine. */
  takenMs(): number
  readonly processors: number
}

const MACHINE: Sight = {
  now: () => performance.now(),
  takenMs: () => readTaken(),
  processors: availableParallelism(),
}

/** Steal time of all processors since the start of the machine (proc(5), /proc/stat), ms; 0 if not told. */
export function readTaken(): number {
  try {
    const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/)
    return Number(fields[7] ?? 0) * TICK_MS
  } catch {
    return 0
  }
}

export class Witness implements Disposable {
  readonly #sight: Sight
  readonly #timer: NodeJS.Timeout
  #looks: Look[] = []
  #lastAt: number
  #lastTaken: number

  constructor(sight: Sight = MACHINE) {
    this.#sight = sight
    this.#lastAt = sight.now()
    this.#lastTaken = sight.takenMs()
    this.#timer = setInterval(() => this.look(), LOOK_MS)
    this.#timer.unref()
  }

  /** Once for each look; called by its timer. */
  look(): void {
    const at = this.#sight.now()
    const taken = this.#sight.takenMs()
    const lateMs = at - this.#lastAt - LOOK_MS
    this.#looks.push({ at, lateMs, takenMs: taken - this.#lastTaken })
    if (this.#looks.length > LOOKS_MAX) this.#looks = this.#looks.slice(LOOKS_MAX / 2)
    this.#lastAt = at
    this.#lastTaken = taken
  }

  /** In the last so many milliseconds. */
  withheld(spanMs: number): Withheld {
    const from = this.#sight.now() - spanMs
    const looks = this.#looks.filter(({ at }) => at >= from)
    const takenMs = looks.reduce((sum, look) => sum + look.takenMs, 0)
    return {
      longestPauseMs: Math.max(0, ...looks.map(({ lateMs }) => lateMs)),
      takenShare: takenMs / Math.max(1, spanMs * this.#sight.processors),
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

const QUIET_LOOK_MS = 5_000

/**
 * Waits until a machine of which others took too much is left to us for five seconds; at most `msMax`. Gives
 * how long it waited.
 */
export async function untilQuiet(msMax: number, sight = MACHINE, sleep = sleepMs): Promise<number> {
  const begunAt = sight.now()
  for (;;) {
    const [at, taken] = [sight.now(), sight.takenMs()]
    await sleep(QUIET_LOOK_MS)
    const takenShare = (sight.takenMs() - taken) / ((sight.now() - at) * sight.processors)
    const waitedMs = sight.now() - begunAt
    if (takenShare < TAKEN_SHARE_MIN || waitedMs >= msMax) return waitedMs
  }
}

function sleepMs(ms: number): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Whether so much was withheld that whatever depends on real time is worth nothing. */
export function isTooMuch({ longestPauseMs, takenShare }: Withheld): boolean {
  return longestPauseMs >= PAUSE_MS_MIN || takenShare >= TAKEN_SHARE_MIN
}
