// Where plans are checked: in the thread that asks, or in another one that can be busy, too slow or broken.
import { fail, ok, type Result } from '@rufwerk/core'
import { type CheckedPlan, type Company, checkPlan } from './check-plan.ts'
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

export interface PlanChecker {
  /** Never rejects. The same verdict as that of checkPlan(), if there is one. */
  check(input: unknown, company: Company): Promise<PlanVerdict>
}

/** In the thread that asks, which waits: for tools, and companies that are not large. */
export const CHECKED_HERE: PlanChecker = {
  check: async (input, company) => verdictOf(checkPlan(input, company)),
}

export function verdictOf(checked: ReturnType<typeof checkPlan>): PlanVerdict {
  return checked.ok ? ok(checked.value) : fail({ code: 'wrong', problems: checked.error })
}
