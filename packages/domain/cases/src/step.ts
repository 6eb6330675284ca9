// Cases as one machine: reports come in, people work, and a case is closed with evidence by two of them.
import type { ThreatLevel } from '@rufwerk/advisories'
import { type ActInput, act } from './acts.ts'
import { tellLate } from './clock.ts'
import type { Verdict } from './evidence.ts'
import { intake } from './intake.ts'
import type { CaseId, Cases, Deadline, Origin, Report } from './state.ts'

export interface IntakeInput {
  readonly type: 'intake'
  /** Of the case, if it opens one. */
  readonly id: CaseId
  /** Of this report: from a source of chance. */
  readonly receipt: string
  readonly at: number
  readonly origin: Origin
  readonly report: Report
  /** Which of its checksums are of releases of ours. */
  readonly ownReleases: readonly string[]
  /** Until a person says otherwise. */
  readonly level: ThreatLevel
}

export type CasesInput = IntakeInput | ActInput | { readonly type: 'tick'; readonly at: number }

export type CasesRefusal =
  | 'malformed'
  | 'unknown-case'
  | 'id-taken'
  | 'full'
  /** A policy cannot do it. */
  | 'no-person'
  /** Who reported it decides nothing about it. */
  | 'reporter'
  | 'same-person'
  | 'no-evidence'
  | 'not-proposed'
  | 'closed'
  | 'answered'

export type CasesOutput =
  | { readonly type: 'refused'; readonly why: CasesRefusal }
  | {
      readonly type: 'received'
      readonly case: CaseId
      readonly receipt: string
      readonly how: 'opened' | 'joined' | 'reopened'
      /** Otherwise it is counted. */
      readonly isKept: boolean
    }
  /** Updates to these releases wait until a person lets them go on. */
  | {
      readonly type: 'pause-updates'
      readonly case: CaseId
      readonly releases: readonly string[]
      readonly origin: Origin['kind']
    }
  /** To everybody who reported it and can be reached. */
  | {
      readonly type: 'answer'
      readonly case: CaseId
      readonly to: readonly { readonly receipt: string; readonly origin: Origin }[]
      readonly words: string
    }
  | {
      readonly type: 'overdue'
      readonly case: CaseId
      readonly deadline: Deadline
      readonly due: number
      readonly owner?: string
    }
  /** A second person has to agree. */
  | { readonly type: 'waits'; readonly case: CaseId; readonly verdict: Verdict; readonly by: string }
  | {
      readonly type: 'closed'
      readonly case: CaseId
      readonly verdict: Verdict
      /** Releases that were held back. */
      readonly paused: readonly string[]
    }
  /** For the log of administration. */
  | {
      readonly type: 'audit'
      readonly act: string
      readonly by: string
      readonly at: number
      readonly case: CaseId
    }

export interface CasesStep {
  readonly state: Cases
  readonly out: readonly CasesOutput[]
}

export function step(state: Cases, input: CasesInput): CasesStep {
  if (!Number.isSafeInteger(input.at) || input.at < 0)
    return { state, out: [{ type: 'refused', why: 'malformed' }] }
  switch (input.type) {
    case 'tick':
      return tellLate(state, state.cases.keys(), input.at)
    case 'intake':
      return intake(state, input)
    default: {
      const told = tellLate(state, [input.case], input.at)
      const done = act(told.state, input)
      return { state: done.state, out: [...told.out, ...done.out] }
    }
  }
}
