// Usual codes that came after a plan: nobody's plan is changed, its admins are told, and say which they want.
import { CODE_EDITIONS, standsInTheWay } from '../codes.ts'
import type { DialPlan, FeatureCode } from '../dial-plan.ts'
import type { Performed } from './check-plan.ts'

/** That of this version of the program. */
export const CODES_EDITION = CODE_EDITIONS.length
/** Plans from before editions were counted know the first one. */
export const FIRST_EDITION = 1

/**
 * Usual codes of later editions than `known` that the plan could have: nothing of it does the same, and none
 * of its codes would be changed or hidden.
 */
export function newCodes(plan: DialPlan, known: number, performed?: Performed): readonly FeatureCode[] {
  return CODE_EDITIONS.slice(known)
    .flat()
    .filter(({ does }) => performed?.codes.has(does) ?? true)
    .filter((added) => plan.codes.every((code) => code.does !== added.does && !standsInTheWay(added, code)))
}

export function withCodes(plan: DialPlan, added: readonly FeatureCode[]): DialPlan {
  return { ...plan, codes: [...plan.codes, ...added] }
}
