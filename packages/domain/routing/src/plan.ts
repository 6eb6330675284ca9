// What route() answers: a tree of what to do with a call, with an outcome table and the rule that decided.
import type { DeviceId, Ms, PersonId } from '@rufwerk/core'

/** Cause of a call's end (ITU-T Q.850 §2.2.7), 1–127. */
export type Q850 = number

/** Why a node was chosen: the rule's id, and what the explanation needs to name. */
export interface Why {
  readonly rule:
    | 'extension'
    | 'not-registered'
    | 'echo'
    | 'demo-voice'
    | 'demo-outside'
    | 'emergency-without-trunk'
    | 'unknown-number'
    | 'no-trunk'
    | 'self-call'
    | 'busy'
    | 'no-answer'
    | 'declined'
    | 'failed'
    | 'restart'
  readonly values: Readonly<Record<string, string>>
}

/** One registered contact of a device. */
export interface Contact {
  readonly device: DeviceId
  /** Names the registrar's binding. */
  readonly binding: string
}

export type PlanNode =
  | {
      readonly do: 'ring'
      readonly why: Why
      readonly person: PersonId
      readonly contacts: readonly Contact[]
      readonly timeout: Ms
      readonly next: Readonly<Record<'busy' | 'noAnswer' | 'declined' | 'failed', PlanNode>>
    }
  | { readonly do: 'echo'; readonly why: Why }
  | {
      readonly do: 'parrot'
      readonly why: Why
      readonly person: PersonId
      readonly prompts: readonly string[]
    }
  /** Played before the call is answered, so that it costs nothing; then the call ends with this status. */
  | {
      readonly do: 'announce'
      readonly why: Why
      readonly prompts: readonly string[]
      readonly status: number
      readonly cause: Q850
    }
  | {
      readonly do: 'end'
      readonly why: Why
      /** Whom the call was for, when it was for somebody. */
      readonly person?: PersonId
      readonly status: number
      readonly cause: Q850
    }

export interface Plan {
  /** Version of the configuration that decided. */
  readonly configVersion: number
  readonly node: PlanNode
}
