// The clocks of law of one case: from when a person says that the company was aware, to what was submitted
// and what a person says does not apply.
import { fail, ok, type Result } from '@rufwerk/core'
import { ID_CHARS_MAX, WORDS_CHARS_MAX } from '../limits.ts'
import { DUTIES, type Duty, dueAt, type Law, type Stage } from './duties.ts'

export type Done =
  | {
      readonly how: 'submitted'
      readonly stage: Stage
      readonly by: string
      readonly at: number
      /** The number that the authority gave, or what proves it. */
      readonly reference: string
    }
  | {
      readonly how: 'not-applicable'
      readonly stage: Stage
      readonly by: string
      readonly at: number
      readonly reason: string
    }

export interface LawClock {
  readonly law: Law
  readonly becameAwareAt: number
  readonly statedBy: string
  /** When what corrects a vulnerability was there. */
  readonly measureAvailableAt?: number
  readonly done: readonly Done[]
  /** Stages that were told to be late. */
  readonly told: readonly Stage[]
}

/** At most one of each law. */
export type LawClocks = readonly LawClock[]

interface Act {
  readonly law: Law
  /** A person. */
  readonly by: string
  readonly at: number
}

export type LawInput =
  | (Act & { readonly type: 'aware'; readonly becameAwareAt: number })
  | (Act & { readonly type: 'measure-available'; readonly availableAt: number })
  | (Act & { readonly type: 'submitted'; readonly stage: Stage; readonly reference: string })
  | (Act & { readonly type: 'not-applicable'; readonly stage: Stage; readonly reason: string })

export type LawRefusal =
  | 'malformed'
  /** Said of a time that has not come. */
  | 'future'
  /** Whoever was aware cannot have become aware later. */
  | 'later'
  | 'not-aware'
  | 'unknown-stage'
  | 'done'

export function lawStep(clocks: LawClocks, input: LawInput): Result<LawClocks, LawRefusal> {
  const { law, by, at } = input
  if (!isText(by, ID_CHARS_MAX) || !isTime(at)) return fail('malformed')
  const known = clocks.find((clock) => clock.law === law)
  if (input.type === 'aware') return aware(clocks, known, input)
  if (known === undefined) return fail('not-aware')
  const put = (changed: LawClock) => ok(clocks.map((clock) => (clock === known ? changed : clock)))
  if (input.type === 'measure-available') {
    const { availableAt } = input
    if (!isTime(availableAt)) return fail('malformed')
    if (availableAt > at) return fail('future')
    if (!dutiesOf(law).some(({ from }) => from === 'measure-available')) return fail('unknown-stage')
    if ((known.measureAvailableAt ?? availableAt) < availableAt) return fail('later')
    return put({ ...known, measureAvailableAt: availableAt })
  }
  const { stage } = input
  if (!dutiesOf(law).some((duty) => duty.stage === stage)) return fail('unknown-stage')
  if (known.done.some((one) => one.stage === stage)) return fail('done')
  const isSubmitted = input.type === 'submitted'
  if (!isText(isSubmitted ? input.reference : input.reason, WORDS_CHARS_MAX)) return fail('malformed')
  const done: Done = isSubmitted
    ? { how: 'submitted', stage, by, at, reference: input.reference }
    : { how: 'not-applicable', stage, by, at, reason: input.reason }
  return put({ ...known, done: [...known.done, done] })
}

function aware(
  clocks: LawClocks,
  known: LawClock | undefined,
  { law, by, at, becameAwareAt }: Extract<LawInput, { readonly type: 'aware' }>,
): Result<LawClocks, LawRefusal> {
  if (!isTime(becameAwareAt)) return fail('malformed')
  if (becameAwareAt > at) return fail('future')
  if (known === undefined) return ok([...clocks, { law, becameAwareAt, statedBy: by, done: [], told: [] }])
  if (becameAwareAt > known.becameAwareAt) return fail('later')
  const changed = { ...known, becameAwareAt, statedBy: by }
  return ok(clocks.map((clock) => (clock === known ? changed : clock)))
}

const dutiesOf = (law: Law) => DUTIES.filter((duty) => duty.law === law)
const isText = (text: string, most: number) => text !== '' && text.length <= most
const isTime = (at: number) => Number.isSafeInteger(at) && at >= 0 && at <= 8.64e15

export interface LawDeadline {
  readonly law: Law
  readonly stage: Stage
  readonly article: string
  /** Undefined: it runs from something that has not happened. */
  readonly due?: number
  readonly state: 'waits' | 'open' | 'late' | 'submitted' | 'submitted-late' | 'not-applicable'
  readonly done?: Done
  readonly verify: { readonly de: string; readonly en: string }
}

/** Stands beside every deadline and every form. */
export const VERIFY = { de: 'mit Rechtsbeistand prüfen', en: 'verify with counsel' } as const

export function lawDeadlines(clocks: LawClocks, at: number): readonly LawDeadline[] {
  return clocks.flatMap((clock) => dutiesOf(clock.law).map((duty) => deadlineOf(clock, duty, at)))
}

function deadlineOf(clock: LawClock, duty: Duty, at: number): LawDeadline {
  const { law, stage, article } = duty
  const from = startOf(clock, duty)
  const due = from === undefined ? undefined : dueAt(duty, from)
  const done = clock.done.find((one) => one.stage === stage)
  const known = { law, stage, article, ...(due !== undefined && { due }), verify: VERIFY }
  if (done?.how === 'not-applicable') return { ...known, state: 'not-applicable', done }
  const isLate = due !== undefined && (done?.at ?? at) > due
  if (done !== undefined) return { ...known, state: isLate ? 'submitted-late' : 'submitted', done }
  if (due === undefined) return { ...known, state: 'waits' }
  return { ...known, state: isLate ? 'late' : 'open' }
}

function startOf({ becameAwareAt, measureAvailableAt, done }: LawClock, { from }: Duty): number | undefined {
  if (from === 'aware') return becameAwareAt
  if (from === 'measure-available') return measureAvailableAt
  return done.find(({ stage, how }) => stage === 'notification' && how === 'submitted')?.at
}

/** Each stage that is late, once. */
export function tellLateLaw(
  clocks: LawClocks,
  at: number,
): { readonly clocks: LawClocks; readonly overdue: readonly LawDeadline[] } {
  const late = lawDeadlines(clocks, at).filter(({ state }) => state === 'late')
  const overdue = late.filter(
    ({ law, stage }) => !clocks.some((clock) => clock.law === law && clock.told.includes(stage)),
  )
  if (overdue.length === 0) return { clocks, overdue }
  const told = clocks.map((clock) => {
    const stages = overdue.filter(({ law }) => law === clock.law).map(({ stage }) => stage)
    return stages.length === 0 ? clock : { ...clock, told: [...clock.told, ...stages] }
  })
  return { clocks: told, overdue }
}
