// The step from one version of a tenant's dial plan to the next: applying another plan, and going back by
// one. Nobody overwrites what he has not seen: who changes says which version he knows.
import { fail, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { DialPlan } from '../dial-plan.ts'
import { EMPTY_DIAL_PLAN } from '../dial-plan-index.ts'
import { writeStored } from './check-plan.ts'
import type { NotChecked, PlanVerdict } from './checking.ts'
import { NOTE_CHARS_MAX } from './limits.ts'
import { type PlanProblem, planProblem } from './problem.ts'

/** A version without its plan. */
export interface VersionEntry {
  readonly tenant: TenantId
  /** From 1, each one more than the one before. */
  readonly version: number
  readonly at: WallTime
  readonly by: PersonId
  /** What somebody wrote beside it. */
  readonly note?: string
  /** It is this earlier version again. */
  readonly restores?: number
}

export interface PlanVersion extends VersionEntry {
  readonly plan: DialPlan
  /** The plan as it is stored. */
  readonly json: string
}

/** The newest version, or that there is none yet. */
export interface Head {
  /** 0: nobody has changed anything yet. */
  readonly version: number
  readonly plan: DialPlan
}

export const FRESH_HEAD: Head = { version: 0, plan: EMPTY_DIAL_PLAN }

export interface Author {
  readonly tenant: TenantId
  readonly by: PersonId
  readonly at: WallTime
}

export interface WantedPlan {
  /** The version that the author knows. */
  readonly expected: number
  /** Unknown JSON. */
  readonly plan: unknown
  readonly note?: string
}

export type PlanRefusal =
  /** Somebody else has changed it; `version` is the newest. */
  | { readonly code: 'conflict'; readonly version: number }
  | { readonly code: 'wrong'; readonly problems: readonly PlanProblem[] }
  /** There is no version before. */
  | { readonly code: 'nothing-before' }
  | { readonly code: 'not-stored' }
  | NotChecked

/** Asks for the verdict on a plan, for the company as it is now. */
export type CheckOf = (plan: unknown) => Promise<PlanVerdict>

/** The next version; undefined when the plan is the one that is applied. Without `plan` none can be that. */
export async function applyPlan(
  head: Pick<Head, 'version'> & Partial<Head>,
  wanted: WantedPlan,
  author: Author,
  check: CheckOf,
): Promise<Result<PlanVersion | undefined, PlanRefusal>> {
  if (wanted.expected !== head.version) return fail({ code: 'conflict', version: head.version })
  const { note } = wanted
  if (note !== undefined && !isNote(note)) {
    const problem = planProblem('note', 'not-a-name', { most: String(NOTE_CHARS_MAX) })
    return fail({ code: 'wrong', problems: [problem] })
  }
  const checked = await check(wanted.plan)
  if (!checked.ok) return checked
  if (head.plan !== undefined && checked.value.json === writeStored(head.plan)) return ok(undefined)
  return ok({ ...author, version: head.version + 1, ...(note !== undefined && { note }), ...checked.value })
}

/**
 * The version before as a new one. It is checked again: people may have come since. Twice in a row is where
 * it was.
 */
export async function rollBack(
  head: Head,
  before: Head | undefined,
  expected: number,
  author: Author,
  check: CheckOf,
): Promise<Result<PlanVersion, PlanRefusal>> {
  if (expected !== head.version) return fail({ code: 'conflict', version: head.version })
  if (before === undefined || head.version === 0) return fail({ code: 'nothing-before' })
  const checked = await check(before.plan)
  if (!checked.ok) return checked
  return ok({ ...author, version: head.version + 1, restores: before.version, ...checked.value })
}

function isNote(note: string): boolean {
  return note.length > 0 && note.length <= NOTE_CHARS_MAX && !/\p{C}/u.test(note)
}
