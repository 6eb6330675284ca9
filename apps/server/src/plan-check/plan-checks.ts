// Checks dial plans in a thread of its own, one after the other: that of a large company takes as long as
// hundreds of calls. The thread ends when nobody has asked for a while; one that breaks or takes too long is
// replaced by another for the next plan.
import { Worker } from 'node:worker_threads'
import { fail, type Log } from '@rufwerk/core'
import {
  type Company,
  checkPlan,
  conclude,
  type Examined,
  type NotChecked,
  type PlanChecker,
  type PlanVerdict,
  verdictOf,
} from '@rufwerk/routing/versions'
import type { CheckOrder } from './messages.ts'

/** The largest plan takes a third of a second of a common machine, with a new thread. */
const CHECK_MS_MAX = 15_000
/** Plans that are checked or wait for it, each of as many bytes as a request may have. */
export const CHECKS_MAX = 8
const HEAP_MB_MAX = 256
/** Admins change one thing after the other. */
const IDLE_MS_MAX = 60_000

interface Limits {
  readonly checkMs: number
  readonly idleMs: number
}

type Outcome = Examined | NotChecked['why']

export class PlanChecks implements PlanChecker {
  readonly #log: Log
  readonly #limits: Limits
  #waiting = 0
  /** The last check; the next one begins when it has ended. */
  #last: Promise<unknown> = Promise.resolve()
  #thread: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(log: Log, { checkMs = CHECK_MS_MAX, idleMs = IDLE_MS_MAX }: Partial<Limits> = {}) {
    this.#log = log
    this.#limits = { checkMs, idleMs }
  }

  async check(input: unknown, company: Company): Promise<PlanVerdict> {
    if (this.#waiting >= CHECKS_MAX) return fail({ code: 'not-checked', why: 'busy' })
    const json = textOf(input)
    // Nothing that JSON cannot say has the shape of a plan: it is refused before anything takes long.
    if (json === undefined) return verdictOf(checkPlan(input, company))
    const { dialPlan: _, ...config } = company.config
    const { sites, performed } = company
    const order: CheckOrder = { json, company: { config, sites, ...(performed && { performed }) } }
    this.#waiting += 1
    const checking = this.#last.then(() => this.#run(order)).catch((error: unknown) => this.#broke(error))
    this.#last = checking
    const outcome = await checking
    this.#waiting -= 1
    if (typeof outcome === 'string') return fail({ code: 'not-checked', why: outcome })
    return verdictOf(conclude(outcome, company))
  }

  /** Plans that are checked or wait for it. */
  size(): number {
    return this.#waiting
  }

  hasThread(): boolean {
    return this.#thread !== undefined
  }

  close(): void {
    clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = undefined
    void thread?.terminate()
  }

  async #run(order: CheckOrder): Promise<Outcome> {
    clearTimeout(this.#idle)
    this.#thread ??= this.#begin()
    const thread = this.#thread
    thread.ref()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const onEnd = (): void => resolve('broken')
    const timer = setTimeout(() => resolve('too-slow'), this.#limits.checkMs)
    thread.once('message', resolve).once('error', onEnd).once('exit', onEnd)
    thread.postMessage(order)
    const outcome = await promise
    clearTimeout(timer)
    thread.off('message', resolve).off('error', onEnd).off('exit', onEnd)
    // What did not answer does not get another plan.
    if (typeof outcome === 'string') this.close()
    else {
      thread.unref()
      this.#idle = setTimeout(() => this.close(), this.#limits.idleMs).unref()
    }
    return outcome
  }

  #begin(): Worker {
    const thread = new Worker(new URL('./check-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    })
    thread.on('error', (error) => this.#broke(error))
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined
    })
    return thread
  }

  /** There is no room for a thread, or it broke. */
  #broke(error: unknown): 'broken' {
    this.#log.warn('dial plan check', { error: String(error).slice(0, 200) })
    return 'broken'
  }
}

/** Undefined: not JSON, or nested more deeply than can be written. */
function textOf(input: unknown): string | undefined {
  try {
    return JSON.stringify(input)
  } catch {
    // Circles, numbers without end, a depth beyond the stack.
    return undefined
  }
}
