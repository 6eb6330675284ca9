// Who has called for help lately, and from where: the desk is told, so that somebody opens the door to those
// who come. For an hour after the call began; another call is another alarm.
import type { Accounts } from '@rufwerk/accounts'
import type { CallView } from '@rufwerk/calls'
import {
  between,
  type CallId,
  type Instant,
  type Log,
  minutes,
  type SiteId,
  type WallTime,
} from '@rufwerk/core'
import type { Finding } from './alarms.ts'

const TOLD = minutes(60)
/** Calls that are remembered; the oldest go. */
const CALLS_MAX = 100
/** Names in one alarm; the others are counted. */
const NAMES_MAX = 5
const RULES: ReadonlySet<string> = new Set(['emergency', 'emergency-without-trunk'])

export interface HelpCallsParts {
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly now: () => Instant
  readonly wallTime: () => WallTime
  readonly log: Log
}

interface HelpCall {
  readonly who: string
  readonly number: string
  /** Sites have networks, and the phone was seen in none of them. */
  readonly isElsewhere: boolean
  readonly at: Instant
  readonly since: WallTime
}

export class HelpCalls {
  readonly #parts: HelpCallsParts
  /** In the order in which they began; removed when they are not told any more. */
  readonly #calls = new Map<CallId, HelpCall>()

  constructor(parts: HelpCallsParts) {
    this.#parts = parts
  }

  /** Every change of a call. */
  show({ call, tenant, from, why: { rule, values } }: CallView): void {
    if (!RULES.has(rule) || this.#calls.has(call)) return
    const { accounts, now, wallTime, log } = this.#parts
    const site = accounts.directoryOf(tenant)?.sites.get(values.site as SiteId)?.name
    const name =
      from.kind === 'inside' ? `${from.name} (${from.extension})` : (from.name ?? from.number ?? '?')
    const who = site === undefined ? name : `${name}, ${site}`
    const isElsewhere = values.place === 'elsewhere'
    const number = values.number ?? ''
    log.warn('emergency call', { call, number, site: values.site ?? '', place: values.place ?? 'unknown' })
    this.#calls.set(call, { who, number, isElsewhere, at: now(), since: wallTime() })
    const [oldest] = this.#calls.keys()
    if (this.#calls.size > CALLS_MAX && oldest !== undefined) this.#calls.delete(oldest)
  }

  findings(): readonly Finding[] {
    const now = this.#parts.now()
    for (const [call, { at }] of this.#calls) if (between(at, now) > TOLD) this.#calls.delete(call)
    const calls = [...this.#calls.values()].toReversed()
    return [
      ...findingOf(
        'emergency-call-elsewhere',
        calls.filter(({ isElsewhere }) => isElsewhere),
      ),
      ...findingOf(
        'emergency-call',
        calls.filter(({ isElsewhere }) => !isElsewhere),
      ),
    ]
  }

  /** Calls that are remembered. */
  size(): number {
    return this.#calls.size
  }
}

/** The last call first. */
function findingOf(
  kind: 'emergency-call' | 'emergency-call-elsewhere',
  calls: readonly HelpCall[],
): Finding[] {
  const [last] = calls
  if (last === undefined) return []
  const names = [...new Set(calls.map(({ who }) => who))]
  const people = `${names.slice(0, NAMES_MAX).join('; ')}${names.length > NAMES_MAX ? ' …' : ''}`
  const { number, since } = last
  const where = kind === 'emergency-call' ? '' : ' from outside the known networks'
  const message = `Emergency call to ${number}${where}: ${people}.`
  return [{ kind, severity: 'problem', since, values: { people, number, times: calls.length }, message }]
}
