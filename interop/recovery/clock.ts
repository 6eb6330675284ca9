// One clock for all threads of the test, and how busy their event loops were: what is measured is worth no
// more than the loop that measured it.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** Where the clock of this thread begins, on that of the machine. */
const STARTED_AT = Number(process.hrtime.bigint()) / 1e6 - performance.now()
const RESOLUTION_MS = 5

/** Milliseconds of the monotonic clock of the machine; the same in each thread. */
export function clock(): number {
  return STARTED_AT + performance.now()
}

/** How a thread was kept from its work. */
export interface LoopReport {
  /** How much later than asked for its timers came, at worst and for all but one in a hundred, in ms. */
  readonly worstMs: number
  readonly p99Ms: number
  /** Share of the time in which it was not idle, 0 to 1. */
  readonly busy: number
}

export class LoopWatch {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #used = performance.eventLoopUtilization()

  constructor() {
    this.#delays.enable()
  }

  /** Since it was asked before. */
  report(): LoopReport {
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#used)
    const report = {
      worstMs: late(this.#delays.max),
      p99Ms: late(this.#delays.percentile(99)),
      busy: utilization,
    }
    this.#used = now
    this.#delays.reset()
    return report
  }

  stop(): void {
    this.#delays.disable()
  }
}
