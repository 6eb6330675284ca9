// Checks and compares dial plans in a thread of its own, one after the other: those of a large company take
// as long as hundreds of calls. The thread ends when nobody has asked for a while; one that breaks or takes
// too long is replaced by another for the next plan.
import { Worker } from 'node:worker_threads'
import { fail, type Log, ok, type Result } from '@rufwerk/core'
import {
  type Company,
  checkPlan,
  comparisonOf,
  conclude,
  type NotChecked,
  type PlanChecker,
  type PlanComparison,
  type PlanVerdict,
  verdictOf,
} from '@rufwerk/routing/versions'
import type { Answers, CheckOrder, CompareOrder } from './messages.ts'

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

interface Orders {
  readonly check: CheckOrder
  readonly compare: CompareOrder
}

const BROKEN = fail({ code: 'not-checked', why: 'broken' } as const)
const TOO_SLOW = fail({ code: 'not-checked', why: 'too-slow' } as const)

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
    const json = textOf(input)
    // Nothing that JSON cannot say has the shape of a plan: it is refused before anything takes long.
    if (json === undefined) return verdictOf(checkPlan(input, company))
    const { dialPlan: _, ...config } = company.config
    const { sites, performed } = company
    const plain = { config, sites, ...(performed && { performed }) }
    const examined = await this.#ask<'check'>({ do: 'check', json, company: plain })
    return examined.ok ? verdictOf(conclude(examined.value, company)) : examined
  }

  async compare(before: string, after: string): Promise<PlanComparison> {
    const diff = await this.#ask<'compare'>({ do: 'compare', before, after })
    return diff.ok ? comparisonOf(diff.value) : diff
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

  /** In turn; what waits already is done before. */
  async #ask<What extends keyof Answers>(order: Orders[What]): Promise<Result<Answers[What], NotChecked>> {
    if (this.#waiting >= CHECKS_MAX) return fail({ code: 'not-checked', why: 'busy' })
    this.#waiting += 1
    const asking = this.#last.then(() => this.#run<What>(order)).catch((error: unknown) => this.#broke(error))
    this.#last = asking
    const answered = await asking
    this.#waiting -= 1
    return answered
  }

  async #run<What extends keyof Answers>(order: Orders[What]): Promise<Result<Answers[What], NotChecked>> {
    clearTimeout(this.#idle)
    this.#thread ??= this.#begin()
    const thread = this.#thread
    thread.ref()
    const { promise, resolve } = Promise.withResolvers<Result<Answers[What], NotChecked>>()
    const onAnswer = (answer: Answers[What]): void => resolve(ok(answer))
    const onEnd = (): void => resolve(BROKEN)
    const timer = setTimeout(() => resolve(TOO_SLOW), this.#limits.checkMs)
    thread.once('message', onAnswer).once('error', onEnd).once('exit', onEnd)
    thread.postMessage(order)
    const answered = await promise
    clearTimeout(timer)
    thread.off('message', onAnswer).off('error', onEnd).off('exit', onEnd)
    // What did not answer does not get another plan.
    if (!answered.ok) this.close()
    else {
      thread.unref()
      this.#idle = setTimeout(() => this.close(), this.#limits.idleMs).unref()
    }
    return answered
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
  #broke(error: unknown): Result<never, NotChecked> {
    this.#log.warn('dial plan check', { error: String(error).slice(0, 200) })
    return BROKEN
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
