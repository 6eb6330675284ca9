// What goes into the machine of a call and what comes out: inputs are facts, outputs are commands, in order.
import type { LegId, Ms, WallTime } from '@rufwerk/core'
import type { PlanNode } from '@rufwerk/routing'
import type { CallEvent, CallView, Cdr, Destination, EndCause, LegEvent, LegSource } from './ports.ts'
import type { CallState } from './state.ts'

export type CallInput =
  | {
      readonly type: 'start'
      readonly node: PlanNode
      /** What the plan was made from, so that the explanation is the same function. */
      readonly config: number
      readonly seed: number
    }
  | { readonly type: 'leg'; readonly leg: LegId; readonly event: LegEvent }
  | { readonly type: 'timer' }
  /** A user, or the system, ends the call from outside the legs. */
  | { readonly type: 'hangUp'; readonly by: Cdr['endedBy'] }

export type CallOutput =
  | { readonly type: 'dial'; readonly leg: LegId; readonly destination: Destination }
  | { readonly type: 'ring' | 'progress' | 'answer'; readonly leg: LegId }
  | { readonly type: 'end'; readonly leg: LegId; readonly cause: EndCause }
  | { readonly type: 'source'; readonly leg: LegId; readonly source: LegSource }
  | {
      readonly type: 'dtmf'
      readonly leg: LegId
      readonly digit: string
      readonly durationMs: number
      readonly isCarried: boolean
    }
  | { readonly type: 'arm'; readonly after: Ms }
  | { readonly type: 'disarm' }
  | { readonly type: 'event'; readonly event: Omit<CallEvent, 'tenant' | 'call' | 'at'> }
  | { readonly type: 'view'; readonly view: Pick<CallView, 'state' | 'cause' | 'heldBy'> }
  | { readonly type: 'finished'; readonly cdr: Cdr }

export interface CallEnv {
  readonly at: WallTime
  readonly newLeg: () => LegId
}

export interface CallStep {
  readonly state: CallState
  readonly out: readonly CallOutput[]
}
