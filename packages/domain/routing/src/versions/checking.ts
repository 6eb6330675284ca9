// Where plans are checked: in the thread that asks, or in another one that can be busy, too slow or broken.
import { fail, ok, type Result } from '@rufwerk/core'
import { type CheckedPlan, type Company, checkPlan, readStored } from './check-plan.ts'
import { diffPlans, type PlanDiff } from './diff.ts'
import type { PlanProblem } from './problem.ts'

/** A plan about which nothing is known. */
export interface NotChecked {
  readonly code: 'not-checked'
  readonly why: 'busy' | 'too-slow' | 'broken'
}

export type PlanVerdict = Result<
  CheckedPlan,
  NotChecked | { readonly code: 'wrong'; readonly problems: readonly PlanProblem[] }
>

export type PlanComparison = Result<PlanDiff, NotChecked | { readonly code: 'unreadable' }>

/** Never rejects. */
export interface PlanChecker {
  /** The same verdict as that of checkPlan(), if there is one. */
  check(input: unknown, company: Company): Promise<PlanVerdict>
  /** What differs between two plans as they are stored. */
  compare(before: string, after: string): Promise<PlanComparison>
}

/** In the thread that asks, which waits: for tools, and companies that are not large. */
export const CHECKED_HERE: PlanChecker = {
  check: async (input, company) => verdictOf(checkPlan(input, company)),
  compare: async (before, after) => comparisonOf(compareStored(before, after)),
}

/** Undefined: one of them cannot be read. */
export function compareStored(before: string, after: string): PlanDiff | undefined {
  const [old, now] = [readStored(before), readStored(after)]
  return old.ok && now.ok ? diffPlans(old.value, now.value) : undefined
}

export function comparisonOf(diff: PlanDiff | undefined): PlanComparison {
  return diff === undefined ? fail({ code: 'unreadable' }) : ok(diff)
}

export function verdictOf(checked: ReturnType<typeof checkPlan>): PlanVerdict {
  return checked.ok ? ok(checked.value) : fail({ code: 'wrong', problems: checked.error })
}
