// Cases: who reported what, what was done since, and who has to agree before one is closed.
import type { ThreatLevel } from '@rufwerk/advisories'
import type { Evidence, Verdict } from './evidence.ts'

export type CaseId = string

export type Actor =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'policy'; readonly id: string }

export type Origin =
  /** Somebody of the company: "my virus scanner flags this". */
  | { readonly kind: 'person'; readonly person: string }
  /** Security software of the company. */
  | { readonly kind: 'webhook'; readonly source: string }
  /** Somebody else, by form or mail; without a contact nobody can be answered. */
  | { readonly kind: 'outside'; readonly contact?: string }
  | {
      readonly kind: 'advisory'
      readonly issuer: string
      readonly advisory: string
      readonly revision: string
    }

/** What was reported, as it was reported. */
export interface Report {
  /** SHA-256 of files, 64 lower-case hexadecimal digits each. */
  readonly hashes: readonly string[]
  readonly fileName?: string
  readonly product?: string
  readonly version?: string
  readonly words: string
}

export interface Intake {
  /** The number on the receipt: from a source of chance, so that nobody guesses one. */
  readonly receipt: string
  readonly at: number
  readonly origin: Origin
  readonly report: Report
}

/** Entries are added and never changed. */
export interface Entry {
  readonly at: number
  /** Whoever did it; nobody for what follows from a report. */
  readonly by?: Actor
  readonly act:
    | 'opened'
    | 'reported'
    | 'reopened'
    | 'answered'
    | 'assigned'
    | 'rated'
    | 'noted'
    | 'evidence'
    | 'proposed'
    | 'rejected'
    | 'closed'
  readonly words: string
}

export type Status =
  | { readonly name: 'open' }
  | {
      readonly name: 'proposed'
      readonly by: string
      readonly at: number
      readonly verdict: Verdict
      readonly why: string
    }
  | {
      readonly name: 'closed'
      readonly proposedBy: string
      readonly confirmedBy: string
      readonly at: number
      readonly verdict: Verdict
      readonly why: string
    }

export type Deadline = 'answer' | 'decision'

/** Runs from the report that opened the case, or opened it again. */
export interface Clock {
  readonly since: number
  readonly answerDue: number
  readonly decisionDue: number
  readonly answeredAt?: number
  /** What was told to be late. */
  readonly told: readonly Deadline[]
}

export interface Case {
  readonly id: CaseId
  readonly hashes: readonly string[]
  readonly level: ThreatLevel
  readonly owner?: string
  readonly status: Status
  readonly clock: Clock
  /** Oldest first. */
  readonly intakes: readonly Intake[]
  /** People of the company who reported it, also beyond the reports that are kept: they decide nothing. */
  readonly reporters: readonly string[]
  /** Reports beyond those that are kept. */
  readonly moreIntakes: number
  readonly timeline: readonly Entry[]
  readonly evidence: readonly Evidence[]
  /** As many items of evidence are from before it was opened again. */
  readonly oldEvidence: number
  /** Releases of ours that are held back because of it. */
  readonly paused: readonly string[]
}

export interface Cases {
  readonly cases: ReadonlyMap<CaseId, Case>
  /** A checksum is of one case, open or closed. */
  readonly byHash: ReadonlyMap<string, CaseId>
  /** Deadlines that have passed, of all cases. */
  readonly late: Readonly<Record<Deadline, number>>
}

export const EMPTY_CASES: Cases = { cases: new Map(), byHash: new Map(), late: { answer: 0, decision: 0 } }

export const isOpen = ({ status }: Case): boolean => status.name !== 'closed'

export interface Figures {
  readonly open: number
  readonly closed: number
  /** Deadlines that have passed, of all cases there were. */
  readonly lateAnswers: number
  readonly lateDecisions: number
}

export function figuresOf({ cases, late }: Cases): Figures {
  const open = [...cases.values()].filter(isOpen).length
  return { open, closed: cases.size - open, lateAnswers: late.answer, lateDecisions: late.decision }
}
