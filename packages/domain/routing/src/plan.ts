// What route() answers: a tree of what to do with a call, with an outcome table and the rule that decided.
import type { DeviceId, Ms, PersonId } from '@rufwerk/core'
import type { CodeAction, ForwardWhen, TrunkId } from './dial-plan.ts'
import type { FlowId, Target } from './flow-types.ts'
import type { NumberClass } from './numbers/number.ts'

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
    | FlowRule
    | OutsideRule
  readonly values: Readonly<Record<string, string>>
}

type FlowRule =
  | 'ring-group'
  | 'receptionist'
  | 'names'
  | 'voicemail'
  | 'queue'
  | 'conference'
  | 'parking'
  | 'pick-up'
  | 'code'
  | 'announcement'
  | 'hang-up'
  | 'do-not-disturb'
  | 'forward-loop'
  | 'flow-loop'
  | 'points-to-nothing'
  | 'plan-too-big'
  | 'continue'

type OutsideRule =
  | 'outside'
  | 'emergency'
  | 'emergency-test'
  | 'emergency-not-forwarded'
  | 'number-unreadable'
  | 'international-denied'
  | 'premium-denied'
  | 'no-outbound-rule'
  | 'outbound-denied'
  | 'trunks-down'
  | 'limit-calls'
  | 'limit-minutes'
  | 'limit-money'
  | 'limit-calls-at-once'
  | 'blocked-caller'
  | 'unknown-called-number'

/** One registered contact of a device. */
export interface Contact {
  readonly device: DeviceId
  /** Names the registrar's binding. */
  readonly binding: string
}

/** A rule that was looked at, in this order, also when it did not decide. */
export interface Looked {
  /** The kind of rule and, after a colon, its id in the configuration. */
  readonly rule: string
  readonly outcome: string
  readonly values: Readonly<Record<string, string>>
  /** Where in the tree: the keys and outcomes that lead there, "1/noAnswer"; empty at the start. */
  readonly branch: string
}

/** As RFC 5806 calls them. */
export type ForwardReason =
  | 'unconditional'
  | 'user-busy'
  | 'no-answer'
  | 'deflection'
  | 'unavailable'
  | 'unknown'

/** Somebody of the house has forwarded it, always or in this state. */
export interface ForwardedBy {
  readonly person: PersonId
  readonly when: ForwardWhen | 'all'
}

/** Whose call it was before it was forwarded. */
export interface Forwarder {
  readonly number: string
  readonly reason: ForwardReason
  /** The number may be told to carriers, and to nobody else. */
  readonly isHidden: boolean
}

/** One way to the public network. */
export interface TrunkAttempt {
  readonly trunk: TrunkId
  /** As this trunk's carrier expects it. */
  readonly number: string
  /** As this trunk's carrier expects it; always one of the trunk's numbers, or the first caller's. */
  readonly caller?: string
  readonly isHidden: boolean
  /** Who forwarded it, the last first, as this trunk's carrier expects numbers; absent: nobody. */
  readonly forwarders?: readonly Forwarder[]
  /** An emergency call and the trunk is full: another call has to end for it. */
  readonly mayCutOthers: boolean
}

export interface OutsideCall {
  /** E.164, or a short code. */
  readonly number: string
  readonly class: NumberClass
  /** The next one is tried when one fails or is congested before anything rings. Never empty. */
  readonly attempts: readonly TrunkAttempt[]
  /** Whose limits count; absent: the company's alone. */
  readonly payer?: PersonId
  /** The call is cut off then. */
  readonly timeMax?: Ms
}

export type RingTo =
  | { readonly to: 'person'; readonly person: PersonId; readonly contacts: readonly Contact[] }
  | { readonly to: 'outside'; readonly call: OutsideCall }

export interface RingMember {
  readonly ring: RingTo
  /** After the beginning of the node; without meaning when they ring in turn. */
  readonly after: Ms
  /** In turn: how long this one rings before the next does. Together: until the node ends. */
  readonly ringTime: Ms
}

export type RingNext = Readonly<Record<'busy' | 'noAnswer' | 'declined' | 'failed', PlanNode>>
/** What is absent goes on as no answer. */
export type RingNextOrNoAnswer = Readonly<{ noAnswer: PlanNode } & Partial<RingNext>>

export type PlanNode = (FirstNode | FlowNode | ServiceNode) & {
  /** Who of the house has forwarded the call here, the last first; absent: nobody since the node before. */
  readonly forwarders?: readonly ForwardedBy[]
}

type FirstNode =
  | {
      readonly do: 'ring'
      readonly why: Why
      readonly person: PersonId
      readonly contacts: readonly Contact[]
      readonly timeout: Ms
      readonly next: RingNext
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

type FlowNode =
  /** Several ring. In turn: the next one when one is busy, declines, fails or does not answer in time. */
  | {
      readonly do: 'ringMany'
      readonly why: Why
      /** Whom the call is for, when it is for one person whose mobile rings, too. */
      readonly person?: PersonId
      readonly order: 'together' | 'inTurn'
      readonly members: readonly RingMember[]
      readonly timeout: Ms
      readonly next: RingNextOrNoAnswer
    }
  | {
      readonly do: 'dialOut'
      readonly why: Why
      readonly call: OutsideCall
      readonly timeout: Ms
      readonly next: RingNextOrNoAnswer
    }
  | {
      readonly do: 'menu'
      readonly why: Why
      readonly flow: FlowId
      readonly prompts: readonly string[]
      readonly keys: Readonly<Record<string, PlanNode>>
      /**
       * Digits that are no key, or go on after one, are an extension: route() is asked with what was keyed.
       */
      readonly dialsExtensions: boolean
      readonly keyTime: Ms
      readonly tries: number
      readonly next: Readonly<Record<'silence' | 'wrongKey', PlanNode>>
    }
  /** The caller spells a name on the keys: findByName() finds whom, route() is asked with the extension. */
  | { readonly do: 'names'; readonly why: Why; readonly prompts: readonly string[]; readonly keyTime: Ms }
  /** The caller is back where he was, or the tree ends here: route() is asked again with this target. */
  | { readonly do: 'continue'; readonly why: Why; readonly target: Target }

type ServiceNode =
  | {
      readonly do: 'voicemail'
      readonly why: Why
      readonly box: string
      /** `listen`: the owner calls. Otherwise which greeting fits. */
      readonly greeting: 'listen' | 'busy' | 'noAnswer' | 'away' | 'plain'
      /** With `listen`: the owner, known by the box, speaks this prompt of the company. */
      readonly records?: string
    }
  | {
      readonly do: 'queue'
      readonly why: Why
      readonly queue: string
      /** The caller wants to hear a conversation of this agent, and comes to no queue: it is empty then. */
      readonly supervises?: { readonly agent: PersonId; readonly mode: 'listen' | 'whisper' | 'barge' }
    }
  | {
      readonly do: 'conference'
      readonly why: Why
      /** Empty with `joins`. */
      readonly room: string
      /** A room of its own, for as long as it lasts, into which the other calls of the caller come, too. */
      readonly joins?: true
    }
  /** Parks who is transferred there, brings back who is parked there to who dials it. */
  | { readonly do: 'park'; readonly why: Why; readonly lot: string; readonly slot?: string }
  /** `person`: a call that rings there; absent: one that rings in a group of the caller. */
  | { readonly do: 'pickUp'; readonly why: Why; readonly person?: PersonId }
  /** A code that changes something of the caller, confirmed by a prompt. */
  | {
      readonly do: 'set'
      readonly why: Why
      readonly setting: CodeAction
      /** What was dialled behind the code. */
      readonly value: string
    }

export interface Plan {
  /** Version of the configuration that decided. */
  readonly configVersion: number
  readonly node: PlanNode
  /** At most LOOKED_MAX. */
  readonly looked: readonly Looked[]
}
