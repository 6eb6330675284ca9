// Which records an admin asks for.
import type { PersonId, WallTime } from '@rufwerk/core'
import type { Cdr } from '../ports.ts'
import { holdsNumber, type NumberKey } from './numbers.ts'
import { type Outcome, outcomeOf, trunksOf } from './outcome.ts'

/** What is absent does not narrow it. */
export interface RecordFilter {
  /** Begun then or later. */
  readonly since?: WallTime
  /** Begun before. */
  readonly until?: WallTime
  /** Who called, was meant, answered, forwarded, or led the caller to where it cost something. */
  readonly person?: PersonId
  readonly number?: NumberKey
  readonly trunk?: string
  readonly outcome?: Outcome
}

export function isAskedFor(cdr: Cdr, filter: RecordFilter): boolean {
  const { since, until, person, number, trunk, outcome } = filter
  return (
    (since === undefined || cdr.startedAt >= since) &&
    (until === undefined || cdr.startedAt < until) &&
    (outcome === undefined || outcomeOf(cdr) === outcome) &&
    (trunk === undefined || trunksOf(cdr).includes(trunk)) &&
    (person === undefined || hasPart(cdr, person)) &&
    (number === undefined || isReachedBy(cdr, number))
  )
}

function hasPart({ from, to, answeredBy, transferredBy, forwardings }: Cdr, person: PersonId): boolean {
  return (
    (from.kind === 'inside' && from.person === person) ||
    to === person ||
    (answeredBy?.kind === 'person' && answeredBy.person === person) ||
    transferredBy === person ||
    forwardings?.some(({ by }) => by.kind === 'person' && by.person === person) === true
  )
}

/** The numbers that had part, not those that only stand in the reason. */
function isReachedBy({ from, dialled, answeredBy, spent, forwardings = [] }: Cdr, key: NumberKey): boolean {
  const caller = from.kind === 'inside' ? from.extension : from.number
  const answered = answeredBy?.kind === 'outside' ? answeredBy.number : undefined
  const forwarders = forwardings.map(({ by }) => (by.kind === 'outside' ? by.number : undefined))
  return holdsNumber([caller, dialled, answered, spent?.number, ...forwarders], key)
}
