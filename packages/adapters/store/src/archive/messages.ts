// What the main thread asks the archive's thread, and what comes back. Each question looks at a bounded
// number of rows; who wants more asks again from the place where it stopped.
import type {
  CallPapers,
  Hold,
  NumberKey,
  RecordFilter,
  RetentionRules,
  Separator,
} from '@rufwerk/calls/records'
import type { TenantId, WallTime } from '@rufwerk/core'

/** Where a reading stopped: the start and the number of a call. */
export interface Place {
  readonly startedAt: number
  readonly number: number
}

export type Question =
  /** Newest first, those before a place. */
  | {
      readonly type: 'page'
      readonly tenant: TenantId
      readonly filter: RecordFilter
      readonly before?: Place
      readonly limit: number
    }
  /** The same as text of a table, without its head. */
  | {
      readonly type: 'table'
      readonly tenant: TenantId
      readonly filter: RecordFilter
      readonly before?: Place
      readonly separator: Separator
    }
  /** Calls that a number had part in; `erase` gives the changes that take it out of those not held. */
  | {
      readonly type: 'concerning'
      readonly tenant: TenantId
      readonly number: NumberKey
      readonly holds: readonly Hold[]
      readonly before?: Place
      readonly want: 'count' | 'papers' | 'erase'
    }
  /** What time asks for, oldest first, those after a place. */
  | {
      readonly type: 'due'
      readonly tenant: TenantId
      readonly rules: RetentionRules
      readonly holds: readonly Hold[]
      readonly now: WallTime
      readonly after?: Place
    }

/** One row that becomes less. `call` is the number of a call. */
export type RecordChange =
  | { readonly type: 'remove'; readonly call: number }
  | { readonly type: 'record'; readonly call: number; readonly record: string }
  | { readonly type: 'events'; readonly id: number; readonly events: string }

export interface PageAnswer {
  /** Records as they are stored: JSON. */
  readonly records: readonly string[]
  /** Absent at the end. The page may be shorter than asked for, and even empty, while there is more. */
  readonly next?: Place
}

export interface TableAnswer {
  readonly text: string
  readonly next?: Place
}

export interface ConcerningAnswer {
  readonly count: number
  readonly held: number
  /** Calls that are not over yet. */
  readonly unfinished: number
  readonly oldest?: number
  readonly newest?: number
  readonly papers: readonly CallPapers[]
  readonly changes: readonly RecordChange[]
  readonly next?: Place
}

export interface DueAnswer {
  readonly changes: readonly RecordChange[]
  readonly removed: number
  readonly shortened: number
  readonly next?: Place
}

export interface AnswerOf {
  readonly page: PageAnswer
  readonly table: TableAnswer
  readonly concerning: ConcerningAnswer
  readonly due: DueAnswer
}

export type ToArchive = { readonly id: number; readonly question: Question } | 'close'
export type FromArchive =
  | { readonly id: number; readonly answer: AnswerOf[Question['type']] }
  | { readonly id: number; readonly why: string }
