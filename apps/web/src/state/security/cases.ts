// Clocks of a case: which deadline runs, and how far away it is.
import type { CaseAct, CaseDetail, CaseList } from '@rufwerk/contract/cases'

export type CaseSummary = CaseList['cases'][number]
export type ActType = CaseAct['type']

export interface CaseClock {
  readonly what: 'answer' | 'decision'
  readonly due: number
  readonly isLate: boolean
}

/** The deadline that runs; undefined once the case is closed. */
export function clockOf(
  { status, answeredAt, answerDue, decisionDue }: CaseSummary,
  now: number,
): CaseClock | undefined {
  if (status === 'closed') return undefined
  const what = answeredAt === undefined ? 'answer' : 'decision'
  const due = what === 'answer' ? answerDue : decisionDue
  return { what, due, isLate: due < now }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "in 5 hours", "3 days ago": whole units, the largest of which there are two or more. */
export function showDistance(at: number, now: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always' })
  const distance = at - now
  const size = Math.abs(distance)
  if (size >= 2 * DAY) return format.format(Math.trunc(distance / DAY), 'day')
  if (size >= 2 * HOUR) return format.format(Math.trunc(distance / HOUR), 'hour')
  return format.format(Math.trunc(distance / MINUTE), 'minute')
}

/** What may be done with a case as it stands. */
export function actsOf({
  status,
  answeredAt,
}: Pick<CaseDetail, 'status' | 'answeredAt'>): readonly ActType[] {
  if (status === 'closed') return []
  if (status === 'proposed') return ['confirm', 'reject', 'note']
  const first: readonly ActType[] = answeredAt === undefined ? ['answer'] : []
  return [...first, 'evidence', 'propose', 'rate', 'assign', 'note']
}

/** What is free text of an entry; the server puts a name or a number of its own before some. */
export function wordsOfEntry({ act, words }: CaseDetail['timeline'][number]): string {
  switch (act) {
    case 'rated':
    case 'noted':
    case 'answered':
      return words
    case 'proposed':
      return words.replace(/^[\w-]+: /, '')
    default:
      return ''
  }
}

export function isSha256(text: string): boolean {
  return /^[0-9a-fA-F]{64}$/.test(text)
}
