// The step from one version of a tenant's dial plan to the next: applying another plan, and going back by
// one. Nobody overwrites what he has not seen: who changes says which version he knows.
import { fail, ok, type PersonId, type Result, type TenantId, type WallTime } from '@rufwerk/core'
import type { DialPlan, FeatureCode } from '../dial-plan.ts'
import { EMPTY_DIAL_PLAN } from '../dial-plan-index.ts'
import { writeStored } from './check-plan.ts'
import type { NotChecked, PlanVerdict } from './checking.ts'
import { NOTE_CHARS_MAX } from './limits.ts'
import { CODES_EDITION, FIRST_EDITION, withCodes } from './new-codes.ts'
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
  /** The edition of the usual codes that its admins were told of; absent: FIRST_EDITION. */
  readonly codesKnown?: number
}

export interface PlanVersion extends VersionEntry {
  readonly plan: DialPlan
  /** The plan as it is stored. */
  readonly json: string
}

/** The newest version, or that there is none yet. */
export interface Head {
  /** Absent: version 0. */
  readonly entry?: VersionEntry
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

/** Which of the new codes somebody wants, by the version that he knows. */
export interface AnsweredCodes {
  readonly expected: number
  readonly add: readonly string[]
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
  const next = { ...author, version: head.version + 1, codesKnown: codesKnown(head, CODES_EDITION) }
  return ok({ ...next, ...(note !== undefined && { note }), ...checked.value })
}

/**
 * The version before as a new one. It is checked again: people may have come since. Twice in a row is where
 * it was.
 */
export async function rollBack(
  head: Head,
  before: { readonly version: number; readonly plan: unknown } | undefined,
  expected: number,
  author: Author,
  check: CheckOf,
): Promise<Result<PlanVersion, PlanRefusal>> {
  if (expected !== head.version) return fail({ code: 'conflict', version: head.version })
  if (before === undefined || head.version === 0) return fail({ code: 'nothing-before' })
  const checked = await check(before.plan)
  if (!checked.ok) return checked
  const next = { ...author, version: head.version + 1, codesKnown: codesKnown(head, CODES_EDITION) }
  return ok({ ...next, restores: before.version, ...checked.value })
}

/**
 * The answer to the codes that are new: those of them that are wanted come to the plan, the others are not
 * told any more. A version of its own, also where none is wanted. Undefined: there is nothing to answer.
 */
export async function answerCodes(
  head: Head,
  offered: readonly FeatureCode[],
  { expected, add }: AnsweredCodes,
  author: Author,
  check: CheckOf,
): Promise<Result<PlanVersion | undefined, PlanRefusal>> {
  if (expected !== head.version) return fail({ code: 'conflict', version: head.version })
  const unknown = add.flatMap((code, at) =>
    offered.some((one) => one.code === code) ? [] : [planProblem(`add[${at}]`, 'not-new', { code })],
  )
  if (unknown.length > 0) return fail({ code: 'wrong', problems: unknown })
  if (offered.length === 0) return ok(undefined)
  const added = offered.filter(({ code }) => add.includes(code))
  const checked = await check(withCodes(head.plan, added))
  if (!checked.ok) return checked
  const note = ['codes', ...added.map(({ code }) => code)].join(' ')
  const next = { ...author, version: head.version + 1, codesKnown: CODES_EDITION, note }
  return ok({ ...next, ...checked.value })
}

/** Nobody has chosen the codes of version 0. */
export function codesKnown({ version, entry }: Pick<Head, 'version' | 'entry'>, ofFresh = 0): number {
  return version === 0 ? ofFresh : (entry?.codesKnown ?? FIRST_EDITION)
}

function isNote(note: string): boolean {
  return note.length > 0 && note.length <= NOTE_CHARS_MAX && !/\p{C}/u.test(note)
}
