// What goes into the machine of a call and what comes out: inputs are facts, outputs are commands, in order.
import type { CallId, LegId, Ms, WallTime } from '@rufwerk/core'
import type { Agreement } from '@rufwerk/recordings'
import type { CodeAction, Contact, PlanNode, Target, Why } from '@rufwerk/routing'
import type {
  CallEvent,
  Caller,
  CallView,
  Cdr,
  Destination,
  EndCause,
  InsideCaller,
  LegEvent,
  LegSource,
  MixId,
  MixSound,
  RecordingWish,
  SettingAnswer,
  VisitEvent,
  VisitWish,
} from './ports.ts'
import type { CallState, ServiceNode } from './state.ts'

/** `day` and `money` go on from node to node; the others belong to the node that armed them. */
export type TimerName =
  | 'node'
  | 'key'
  | 'day'
  | 'money'
  | 'consent'
  | 'replan'
  | `seat ${number}`
  | `trunk ${number}`

/** A plan, and what it was made from, so that the explanation is the same function. */
export interface Planned {
  readonly node: PlanNode
  readonly config: number
  readonly seed: number
}

/** What a leg to the outside goes on to cost, and for how long it is paid. */
export interface Costs {
  readonly spent: NonNullable<Cdr['spent']>
  readonly timeMax?: Ms
}

/** Somebody whom a transfer has led to nowhere. */
export interface Returning {
  /** The call that did not come to be. */
  readonly from: CallId
  readonly party: LegId
  readonly who: Caller
  readonly transferor: InsideCaller
  /** It holds whoever it is connected to. */
  readonly isHeld: boolean
  readonly costs?: Costs
}

/** A wish of a service, and the phones of who shall ring. */
export type KnownWish =
  | Exclude<VisitWish, { readonly type: 'ring' }>
  | (VisitWish & { readonly type: 'ring'; readonly contacts: readonly Contact[] })

export type CallInput =
  | ({ readonly type: 'start' } & Planned)
  /** route() was asked again; without a target for what was dialled. */
  | ({ readonly type: 'planned'; readonly target?: Target } & Planned)
  /** Nobody, or more than one, has the name that was spelled; or there is no configuration any more. */
  | { readonly type: 'notPlanned' }
  /** Undefined: there is nobody who changes settings. */
  | { readonly type: 'settled'; readonly answer: SettingAnswer | undefined }
  | { readonly type: 'leg'; readonly leg: LegId; readonly event: LegEvent }
  /** Somebody of the house takes the call with this leg, which called in for that. */
  | { readonly type: 'pickedUp'; readonly leg: LegId; readonly who: InsideCaller }
  | { readonly type: 'parkedAt'; readonly slot: string }
  /** No place is free. */
  | { readonly type: 'notParked' }
  /** Nobody performs the service that the call has come to. */
  | { readonly type: 'notHosted' }
  /** What the service says that has the call. */
  | { readonly type: 'wished'; readonly wish: KnownWish }
  | { readonly type: 'timer'; readonly timer: TimerName }
  /**
   * Who is with `leg` is led to another call: blindly to what was dialled, or to another of the transferor.
   */
  | {
      readonly type: 'lend'
      readonly leg: LegId
      readonly to: CallId
      readonly dialled?: string
      readonly why?: Why
    }
  /** What became of it; from 300 on the party comes back. */
  | { readonly type: 'transferred'; readonly status: number; readonly returning?: Returning }
  /** The party has hung up where it was led to. */
  | { readonly type: 'partyGone' }
  | {
      readonly type: 'transferRefused'
      readonly leg: LegId
      readonly dialled: string
      readonly why: Why
      readonly status: number
    }
  /** Another leg takes the place of one. */
  | {
      readonly type: 'replace'
      readonly leg: LegId
      readonly by: LegId
      readonly who: Caller
      /** The call that it comes from. */
      readonly from?: CallId
      readonly isHeld: boolean
      readonly costs?: Costs
    }
  /** What is talked shall be recorded. */
  | { readonly type: 'record'; readonly wish: RecordingWish }
  /** This end alone hears a prompt, and then the other one again. */
  | { readonly type: 'say'; readonly leg: LegId; readonly names: readonly string[] }
  /** A user, or the system, ends the call from outside the legs. */
  | { readonly type: 'hangUp'; readonly by: Cdr['endedBy']; readonly how?: EndCause }

export type CallOutput =
  | { readonly type: 'dial'; readonly leg: LegId; readonly destination: Destination }
  | { readonly type: 'ring' | 'progress' | 'answer'; readonly leg: LegId }
  | { readonly type: 'end'; readonly leg: LegId; readonly cause: EndCause }
  | { readonly type: 'source'; readonly leg: LegId; readonly source: LegSource }
  /** To one leg of a mix. */
  | { readonly type: 'announce'; readonly leg: LegId; readonly mix: MixId; readonly sound: MixSound }
  | {
      readonly type: 'dtmf'
      readonly leg: LegId
      readonly digit: string
      readonly durationMs: number
      readonly isCarried: boolean
    }
  /** The peer of `leg` transfers `party`, who is with it. */
  | {
      readonly type: 'transfer'
      readonly leg: LegId
      readonly party: LegId
      readonly to: (LegEvent & { readonly type: 'transfer' })['to']
    }
  /** What became of its transfer is told to the peer of a leg. */
  | { readonly type: 'told'; readonly leg: LegId; readonly status: number }
  /** Ask route() again, without a target for what was dialled: `planned` or `notPlanned` follows. */
  | { readonly type: 'plan'; readonly target?: Target }
  /** Who is spelled like this: `planned` or `notPlanned` follows. */
  | { readonly type: 'find'; readonly keyed: string }
  /** Find a place in the lot: `parkedAt` or `notParked` follows. */
  | { readonly type: 'park'; readonly lot: string; readonly slot?: string }
  /** The call has come to a service: `wished` or `notHosted` follow. */
  | { readonly type: 'visit'; readonly node: ServiceNode }
  /** The service is told. */
  | { readonly type: 'visited'; readonly event: VisitEvent }
  /** Change a setting of the caller: `settled` follows. */
  | { readonly type: 'change'; readonly setting: CodeAction; readonly value: string }
  | { readonly type: 'arm'; readonly timer: TimerName; readonly after: Ms }
  /** Those of the node, all of them, or one. */
  | { readonly type: 'disarm'; readonly timer: 'of-node' | 'all' | TimerName }
  | { readonly type: 'event'; readonly event: Omit<CallEvent, 'tenant' | 'call' | 'at'> }
  | { readonly type: 'view'; readonly view: Pick<CallView, 'state' | 'cause' | 'heldBy'> }
  /** Everybody who was asked has agreed. */
  | { readonly type: 'record'; readonly wish: RecordingWish; readonly agreed: readonly Agreement[] }
  | { readonly type: 'finished'; readonly cdr: Cdr }

export interface CallEnv {
  readonly at: WallTime
  readonly newLeg: () => LegId
}

export interface CallStep {
  readonly state: CallState
  readonly out: readonly CallOutput[]
}
