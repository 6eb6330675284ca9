// What the records of a call say of people, and how they say less: shortened after some days, erased for one
// number, kept whole while somebody holds them.
import type { CallId, PersonId, TenantId, WallTime } from '@rufwerk/core'
import type { CallEvent, Cdr } from '../ports.ts'
import { ERASED, eraseNumber, holdsNumber, isNumber, type NumberKey, shortenNumbers } from './numbers.ts'

/** What is stored of an ended call. */
export interface CallPapers {
  readonly cdr: Cdr
  readonly events: readonly Omit<CallEvent, 'tenant' | 'call'>[]
}

/** How long records are kept; a day is 24 hours. */
export interface RetentionRules {
  readonly keepDays: number
  /** Calls to emergency numbers; as the others when absent. */
  readonly emergencyKeepDays?: number
  /** Absent: numbers stay whole. */
  readonly shortenAfterDays?: number
}

/** Records that must stay as they are, of a call, of a number, or of a time. */
export interface Hold {
  readonly id: string
  readonly tenant: TenantId
  readonly at: WallTime
  readonly by: PersonId
  readonly reason: string
  readonly call?: CallId
  readonly number?: NumberKey
  readonly since?: WallTime
  /** Not included. */
  readonly until?: WallTime
}

const DAY_MS = 86_400_000

/** What is absent in a hold does not narrow it; one that says nothing holds nothing. */
export function isHeld(papers: CallPapers, holds: readonly Hold[]): boolean {
  const { cdr } = papers
  return holds.some(({ tenant, call, number, since, until }) => {
    if (tenant !== cdr.tenant) return false
    if (call === undefined && number === undefined && since === undefined && until === undefined) return false
    return (
      (call === undefined || call === cdr.call) &&
      (since === undefined || cdr.startedAt >= since) &&
      (until === undefined || cdr.startedAt < until) &&
      (number === undefined || concerns(papers, number))
    )
  })
}

export type Fate = 'keep' | 'shorten' | 'remove'

/** What time asks for; a hold is looked at by the caller. */
export function fateOf(cdr: Cdr, rules: RetentionRules, now: WallTime): Fate {
  const days = (now - cdr.startedAt) / DAY_MS
  const isEmergency = cdr.why.rule === 'emergency'
  const keepDays = isEmergency ? (rules.emergencyKeepDays ?? rules.keepDays) : rules.keepDays
  if (days > keepDays) return 'remove'
  const { shortenAfterDays } = rules
  return shortenAfterDays !== undefined && days > shortenAfterDays ? 'shorten' : 'keep'
}

/** Whether a number had part in a call, in whatever form it is written. */
export function concerns(papers: CallPapers, key: NumberKey): boolean {
  return holdsNumber(papers, key)
}

/**
 * Without the last digits of outside numbers and without the names that carriers told. The number of the
 * house that was called stays.
 */
export function shortened({ cdr, events }: CallPapers): CallPapers {
  const kept = new Set(cdr.from.kind === 'outside' ? [cdr.dialled] : [])
  return {
    cdr: shortenNumbers(withoutCallerName(cdr), kept),
    events: shortenNumbers(events, kept),
  }
}

/** Without the number, and without the name of who called from it. What was dialled to reach it goes, too. */
export function erased({ cdr, events }: CallPapers, key: NumberKey): CallPapers {
  const { from } = cdr
  const isCaller = from.kind === 'outside' && from.number !== undefined && isNumber(from.number, key)
  const without = isCaller ? withoutCallerName(cdr) : cdr
  const isDialled = from.kind === 'inside' && reached(cdr).some((number) => isNumber(number, key))
  const forms = isDialled ? [key, { kind: 'digits', digits: cdr.dialled } as const] : [key]
  let papers: CallPapers = { cdr: without, events }
  for (const form of forms) papers = eraseNumber(papers, form)
  // What was dialled may hold more than a number: a code before it, a star.
  return isDialled ? { ...papers, cdr: { ...papers.cdr, dialled: ERASED } } : papers
}

function reached({ answeredBy, spent, why }: Cdr): readonly string[] {
  return [
    ...(answeredBy?.kind === 'outside' ? [answeredBy.number] : []),
    ...(spent === undefined ? [] : [spent.number]),
    ...Object.values(why.values),
  ]
}

function withoutCallerName(cdr: Cdr): Cdr {
  if (cdr.from.kind !== 'outside' || cdr.from.name === undefined) return cdr
  const { name: _, ...from } = cdr.from
  return { ...cdr, from }
}
