// What the thread that checks dial plans is given and what it answers: plain values, which are copied.
import type { Company, Examined, PlanDiff } from '@rufwerk/routing/versions'

export interface CheckOrder {
  readonly do: 'check'
  /** The plan as somebody sent it. */
  readonly json: string
  /** All but which prompts there are: that may change while a plan is checked, and is asked afterwards. */
  readonly company: Omit<Company, 'hasPrompt'>
}

export interface CompareOrder {
  readonly do: 'compare'
  /** Plans as they are stored. */
  readonly before: string
  readonly after: string
}

/** Undefined: one of two plans cannot be read. */
export interface Answers {
  readonly check: Examined
  readonly compare: PlanDiff | undefined
}
