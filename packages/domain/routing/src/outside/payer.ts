// Whose call to the outside it is: the caller's, that of the person who forwards or transfers, or the
// company's when a flow leads there. Their rules, their limits and their number count.
import type { PersonId, SiteId } from '@rufwerk/core'
import type { Deciding } from '../deciding.ts'
import type { Limits } from '../dial-plan.ts'

export interface Payer {
  /** Absent: the company. */
  readonly person?: PersonId
  readonly site?: SiteId
  /** Said by a code for this call; otherwise what the person has set. */
  readonly isHidden?: boolean
}

/**
 * What a person may use on a day when nobody has said otherwise. Money in millionths of the currency unit.
 */
export const DEFAULT_LIMITS: Required<Limits> = {
  calls: 200,
  minutes: 480,
  money: 20_000_000,
  callsAtOnce: 4,
}

export function payerOf(d: Deciding, person: PersonId, isHidden?: boolean): Payer {
  return { person, site: d.index.people.get(person)?.site, isHidden }
}

/** Undefined: without limits, as the company is unless somebody sets some. */
export function limitsOf(d: Deciding, payer: PersonId | 'company'): Limits | undefined {
  if (payer === 'company') return d.plan.companyLimits
  return { ...DEFAULT_LIMITS, ...d.plan.limits, ...d.index.people.get(payer)?.limits }
}
