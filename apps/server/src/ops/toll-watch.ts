// Calls to the outside that somebody ought to look at: limits of a day that are reached, or that have cut a
// call off, and traffic as of who has got hold of a phone: many calls that the rules deny, many calls at all.
// Names people, never the numbers that were called.
import type { CallEvent, Cdr } from '@rufwerk/calls'
import { between, type Instant, type Log, minutes, type PersonId } from '@rufwerk/core'
import type { Why } from '@rufwerk/routing'
import type { Finding } from './alarms.ts'
import { Recently } from './recently.ts'

/** A limit that was reached is told for so long: until somebody is there in the morning. */
const LIMIT_TOLD = minutes(24 * 60)
export const UNUSUAL_WINDOW = minutes(10)
/** Of one person within UNUSUAL_WINDOW. Nobody mistypes that often. */
export const DENIED_USUAL_MAX = 10
/** Calls to the outside of one person within UNUSUAL_WINDOW. */
export const CALLS_USUAL_MAX = 30
/** Names in one alarm; the others are counted. */
const NAMES_MAX = 5

const LIMITS: ReadonlySet<Why['rule']> = new Set([
  'limit-calls',
  'limit-minutes',
  'limit-money',
  'limit-calls-at-once',
])
const DENIED: ReadonlySet<Why['rule']> = new Set([
  'international-denied',
  'premium-denied',
  'outbound-denied',
])

type Payer = PersonId | 'company'

interface Traffic {
  readonly denied: Recently
  readonly calls: Recently
}

export interface TollWatchParts {
  readonly now: () => Instant
  readonly nameOf: (person: PersonId) => string | undefined
  /** A rule refused a call to the outside. */
  readonly onRefused?: (payer: Payer, rule: string) => void
  readonly log: Log
}

export class TollWatch {
  readonly #parts: TollWatchParts
  /** Who has reached which limit, the last of them at the end; removed when it is not told any more. */
  readonly #reached = new Map<Payer, { readonly limit: string; readonly at: Instant }>()
  /** Of those who have called, or tried to, lately; removed when nothing of it is left. */
  readonly #traffic = new Map<Payer, Traffic>()

  constructor(parts: TollWatchParts) {
    this.#parts = parts
  }

  /** Facts of calls that go on. */
  heard(events: readonly CallEvent[]): void {
    for (const { type, why } of events)
      if (type === 'transferRefused' && why !== undefined && LIMITS.has(why.rule)) this.#limit(why)
  }

  ended(cdr: Cdr, events: readonly CallEvent[]): void {
    const { why, spent, from, transferredBy } = cdr
    const caller = transferredBy ?? (from.kind === 'inside' ? from.person : 'company')
    if (LIMITS.has(why.rule)) this.#limit(why)
    if (events.some(({ type, detail }) => type === 'cut' && detail?.limit === 'money'))
      this.#reach(spent?.payer ?? 'company', 'cut-off')
    if (DENIED.has(why.rule)) {
      this.#count(caller, 'denied')
      this.#parts.onRefused?.(caller, why.rule)
    }
    const isOutside = spent !== undefined || ('trunk' in why.values && why.rule !== 'emergency')
    if (isOutside) this.#count(spent?.payer ?? caller, 'calls')
  }

  findings(): readonly Finding[] {
    return [...this.#limitFindings(), ...this.#unusualFindings()]
  }

  /** People who are remembered. */
  size(): number {
    return this.#reached.size + this.#traffic.size
  }

  #limit({ rule, values }: Why): void {
    this.#reach((values.payer ?? 'company') as Payer, rule)
  }

  #reach(payer: Payer, limit: string): void {
    const { now, log } = this.#parts
    const before = this.#reached.get(payer)
    if (before?.limit !== limit) log.warn('limit of outside calls', { person: payer, limit })
    this.#reached.delete(payer)
    this.#reached.set(payer, { limit, at: now() })
    this.#parts.onRefused?.(payer, limit)
  }

  #count(payer: Payer, what: keyof Traffic): void {
    const fresh = { denied: new Recently(UNUSUAL_WINDOW), calls: new Recently(UNUSUAL_WINDOW) }
    const traffic = this.#traffic.get(payer) ?? fresh
    this.#traffic.set(payer, traffic)
    traffic[what].add(this.#parts.now(), 1)
  }

  #limitFindings(): Finding[] {
    const now = this.#parts.now()
    for (const [payer, { at }] of this.#reached)
      if (between(at, now) > LIMIT_TOLD) this.#reached.delete(payer)
    const last = [...this.#reached.values()].at(-1)
    if (last === undefined) return []
    const people = this.#names([...this.#reached.keys()])
    const limit = last.limit.replace(/^limit-/, '')
    const values = { people, limit, times: this.#reached.size }
    const message = `The limit of outside calls is reached (${limit}) for ${this.#reached.size} of a day.`
    return [{ kind: 'toll-limit', severity: 'warning', values, message }]
  }

  #unusualFindings(): Finding[] {
    const now = this.#parts.now()
    const unusual: { readonly payer: Payer; readonly what: keyof Traffic; readonly times: number }[] = []
    for (const [payer, { denied, calls }] of this.#traffic) {
      const times = { denied: denied.count(now), calls: calls.count(now) }
      if (times.denied === 0 && times.calls === 0) this.#traffic.delete(payer)
      if (times.denied > DENIED_USUAL_MAX) unusual.push({ payer, what: 'denied', times: times.denied })
      else if (times.calls > CALLS_USUAL_MAX) unusual.push({ payer, what: 'calls', times: times.calls })
    }
    const [first] = unusual.toSorted((a, b) => b.times - a.times)
    if (first === undefined) return []
    const values = {
      people: this.#names(unusual.map(({ payer }) => payer)),
      what: first.what,
      times: first.times,
    }
    const message = `Unusual calls to the outside: ${first.times} within ten minutes (${first.what}).`
    return [{ kind: 'unusual-traffic', severity: 'problem', values, message }]
  }

  #names(payers: readonly Payer[]): string {
    const names = payers.map((payer) => (payer === 'company' ? '*' : (this.#parts.nameOf(payer) ?? payer)))
    const shown = names.slice(0, NAMES_MAX).join(', ')
    return names.length > NAMES_MAX ? `${shown} …` : shown
  }
}
