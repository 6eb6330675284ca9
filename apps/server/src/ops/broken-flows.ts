// Calls that met a mistake of the dial plan: the caller hears an announcement, the log has a line for each
// call, and the desk is told for an hour, by the places in the plan.
import type { CallView } from '@rufwerk/calls'
import { between, type CallId, type Instant, type Log, minutes, type WallTime } from '@rufwerk/core'
import type { Why } from '@rufwerk/routing'
import type { Finding } from './alarms.ts'

const TOLD = minutes(60)
/** Calls that are remembered; the oldest go. */
const CALLS_MAX = 1_000
/** Places in one alarm. */
const PLACES_MAX = 5
const RULES: ReadonlySet<string> = new Set<Why['rule']>(['flow-loop', 'points-to-nothing', 'plan-too-big'])

export interface BrokenFlowsParts {
  readonly now: () => Instant
  readonly wallTime: () => WallTime
  readonly log: Log
}

interface BrokenCall {
  readonly place: string
  readonly at: Instant
  readonly since: WallTime
}

export class BrokenFlows {
  readonly #parts: BrokenFlowsParts
  /** In the order in which they met it; removed when they are not told any more. */
  readonly #calls = new Map<CallId, BrokenCall>()

  constructor(parts: BrokenFlowsParts) {
    this.#parts = parts
  }

  /** Every change of a call. */
  show({ call, why: { rule, values } }: CallView): void {
    if (!RULES.has(rule) || this.#calls.has(call)) return
    const { now, wallTime, log } = this.#parts
    // A call that goes round through things that ask the plan again is in no single place.
    const place = values.place ?? rule
    log.warn('broken flow', { call, rule, place })
    this.#calls.set(call, { place, at: now(), since: wallTime() })
    const [oldest] = this.#calls.keys()
    if (this.#calls.size > CALLS_MAX && oldest !== undefined) this.#calls.delete(oldest)
  }

  findings(): readonly Finding[] {
    const now = this.#parts.now()
    for (const [call, { at }] of this.#calls) if (between(at, now) > TOLD) this.#calls.delete(call)
    const calls = [...this.#calls.values()].toReversed()
    const [last] = calls
    if (last === undefined) return []
    const found = [...new Set(calls.map(({ place }) => place))]
    const places = `${found.slice(0, PLACES_MAX).join(', ')}${found.length > PLACES_MAX ? ' …' : ''}`
    const message = `Calls met a mistake of the dial plan at ${places}; ${calls.length} within an hour.`
    const values = { places, times: calls.length }
    return [{ kind: 'flow-broken', severity: 'problem', since: last.since, values, message }]
  }

  /** Calls that are remembered. */
  size(): number {
    return this.#calls.size
  }
}
