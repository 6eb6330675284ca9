// The state of one call: which legs it has and what it waits for. Each state carries only what exists in it.
import type { CallId, LegId, PersonId, WallTime } from '@rufwerk/core'
import type { Contact, PlanNode, Q850, Why } from '@rufwerk/routing'
import type { Caller, Cdr, LegQuality } from './ports.ts'

export type RingNode = Extract<PlanNode, { do: 'ring' }>

/** What stays the same, or only grows, over the life of a call. */
export interface CallRecord {
  readonly call: CallId
  readonly caller: Caller
  readonly callerLeg: LegId
  readonly dialled: string
  readonly startedAt: WallTime
  readonly why: Why
  readonly ringingAt?: WallTime
  readonly answeredAt?: WallTime
  readonly to?: PersonId
  readonly answeredBy?: Cdr['answeredBy']
  /** The leg that answered. */
  readonly calleeLeg?: LegId
  readonly quality: ReadonlyMap<LegId, { readonly role: 'caller' | 'callee'; readonly quality: LegQuality }>
}

/** One contact that rings. */
export interface Fork {
  readonly contact: Contact
  readonly hasEarly: boolean
}

export interface Ending {
  readonly endedBy: Cdr['endedBy']
  readonly status: number
  readonly cause: Q850
  readonly endedAt: WallTime
}

export type CallState =
  | {
      readonly name: 'ringing'
      readonly record: CallRecord
      readonly node: RingNode
      readonly forks: ReadonlyMap<LegId, Fork>
      /** Final responses of the forks that are gone. */
      readonly refusals: readonly { readonly status: number; readonly cause?: Q850 }[]
      readonly isRinging: boolean
      /** The fork whose early sound the caller hears. */
      readonly early?: LegId
    }
  /** A prompt is played before the call is answered. */
  | {
      readonly name: 'announcing'
      readonly record: CallRecord
      readonly node: Extract<PlanNode, { do: 'announce' }>
    }
  /** The echo or the voice answered; there is only the caller's leg. */
  | { readonly name: 'served'; readonly record: CallRecord }
  | {
      readonly name: 'talking'
      readonly record: CallRecord
      readonly calleeLeg: LegId
      readonly held: ReadonlySet<LegId>
    }
  /** Ended; waits for the last facts of these legs. */
  | {
      readonly name: 'ending'
      readonly record: CallRecord
      readonly legs: ReadonlySet<LegId>
      readonly ending: Ending
    }
  | { readonly name: 'ended'; readonly record: CallRecord }
