export {
  type Company,
  checkPlan,
  conclude,
  type Examined,
  examine,
  type Performed,
  promptsIn,
} from './check-plan.ts'
export {
  CHECKED_HERE,
  compareStored,
  comparisonOf,
  type NotChecked,
  type PlanChecker,
  type PlanComparison,
  type PlanVerdict,
  verdictOf,
} from './checking.ts'
export { diffPlans, type PlanDiff } from './diff.ts'
export {
  CHANGES_MAX,
  CHANGES_WAITING_MAX,
  NOTE_CHARS_MAX,
  PLAN_BYTES_MAX,
  PROBLEMS_MAX,
  VERSIONS_KEPT_MAX,
} from './limits.ts'
export { CODES_EDITION, newCodes } from './new-codes.ts'
export {
  type Applied,
  openPlanBook,
  type PlanBook,
  type PlanStore,
  type PlanTrouble,
  type StoredVersion,
} from './plan-book.ts'
export type { PlanProblem, PlanProblemCode } from './problem.ts'
export { readPlan } from './read-plan.ts'
export {
  applyPlan,
  type Head,
  type PlanRefusal,
  type PlanVersion,
  rollBack,
  type VersionEntry,
} from './versions.ts'
