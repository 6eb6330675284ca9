// The state of one call: which legs it has and what it waits for. Each state carries only what exists in it.
import type { CallId, LegId, Ms, PersonId, WallTime } from '@rufwerk/core'
import type { Asking } from '@rufwerk/recordings'
import type { Contact, PlanNode, Q850, RingMember, Why } from '@rufwerk/routing'
import type {
  Caller,
  Cdr,
  Destination,
  EndCause,
  ForwardedBy,
  InsideCaller,
  LegQuality,
  MixId,
  RecordingWish,
} from './ports.ts'

type NodeOf<Kind extends PlanNode['do']> = Extract<PlanNode, { do: Kind }>

/** Nodes that ring somebody. */
export type RingNode = NodeOf<'ring' | 'ringMany' | 'dialOut'>
export type MenuNode = NodeOf<'menu'>
export type NamesNode = NodeOf<'names'>
export type SetNode = NodeOf<'set'>
export type ParkNode = NodeOf<'park'>
/** Nodes that a service of the house performs. */
export type ServiceNode = NodeOf<'voicemail' | 'queue' | 'conference'>

/** What stays the same, or only grows, over the life of a call. */
export interface CallRecord {
  readonly call: CallId
  readonly caller: Caller
  readonly callerLeg: LegId
  readonly dialled: string
  readonly startedAt: WallTime
  readonly why: Why
  /** Who of the house has forwarded it, the last first. */
  readonly forwarders?: readonly ForwardedBy[]
  readonly ringingAt?: WallTime
  /** When somebody, or the system, answered first. */
  readonly answeredAt?: WallTime
  readonly to?: PersonId
  /** Who answered last: a receptionist, and then a person. */
  readonly answeredBy?: Cdr['answeredBy']
  /** The leg that answered. */
  readonly calleeLeg?: LegId
  /** From the answer of an outside leg on the call is cut off after this. */
  readonly timeMax?: Ms
  /** The outside leg that answered, and for whose limits it counts. */
  readonly spent?: Cdr['spent']
  /** The caller's leg has sound, after 183 or 200: no phone of theirs makes the ringback tone any more. */
  readonly hasSound?: boolean
  /** While no other leg is connected; then `held` of the talk says it. */
  readonly isCallerHeld?: boolean
  /** Who is at the legs now, where a transfer has changed that. */
  readonly connected?: { readonly caller?: Caller; readonly callee?: Caller }
  readonly transferredTo?: CallId
  readonly transferredFrom?: CallId
  /** The caller was led here by a transfer: the leg is answered already. */
  readonly isLed?: boolean
  /** Who led the caller here: their rules and their money count. */
  readonly transferor?: Pick<InsideCaller, 'person' | 'device'>
  /** Who answered is of this service, which has the call until its end. */
  readonly service?: ServiceNode
  /** Times that route() was asked again. */
  readonly replans: number
  /** Legs that were dialled. */
  readonly dials: number
  readonly quality: ReadonlyMap<LegId, { readonly role: 'caller' | 'callee'; readonly quality: LegQuality }>
}

/** A member of a ringing node: one person with all contacts, or an outside number with all trunks. */
export interface Seat {
  readonly ring: RingMember['ring']
  readonly after: Ms
  readonly ringTime: Ms
  readonly state: 'waiting' | 'ringing' | 'over'
  /** Which attempt of an outside call it is. */
  readonly attempt: number
  /** Something rang or was heard: a failure is the callee's then, and no other trunk is tried. */
  readonly hasRung: boolean
}

/** One leg that rings. */
export interface Fork {
  /** Index of its seat. */
  readonly seat: number
  readonly destination: Destination
}

export interface Refusal {
  readonly status: number
  readonly cause?: Q850
}

export interface Ending {
  readonly endedBy: Cdr['endedBy']
  readonly status: number
  readonly cause: Q850
  readonly endedAt: WallTime
}

export interface Ringing {
  readonly name: 'ringing'
  readonly record: CallRecord
  readonly node: RingNode
  readonly seats: readonly Seat[]
  readonly forks: ReadonlyMap<LegId, Fork>
  /** Final responses of the forks that are gone. */
  readonly refusals: readonly Refusal[]
  readonly isRinging: boolean
  /** The fork whose early sound the caller hears. */
  readonly early?: LegId
}

/** A prompt or tone is played; then the call ends like this. */
export interface Announcing {
  readonly name: 'announcing'
  readonly record: CallRecord
  readonly end: EndCause
}

/** What menus and spelling have in common: a prompt, and keys that are waited for. */
export interface Keying {
  readonly record: CallRecord
  readonly keyed: string
  readonly isPrompting: boolean
  /** Times that the prompt may still be played. */
  readonly triesLeft: number
  /** What was keyed is being looked for. */
  readonly isAsking: boolean
}

export interface InMenu extends Keying {
  readonly name: 'menu'
  readonly node: MenuNode
}

export interface Spelling extends Keying {
  readonly name: 'names'
  readonly node: NamesNode
}

/** With a service of the house, which says what happens. */
export interface Visiting {
  readonly name: 'visiting'
  readonly record: CallRecord
  readonly node: ServiceNode
  /** Phones of people that ring for the service. */
  readonly forks: ReadonlyMap<LegId, { readonly person: PersonId; readonly contact: Contact }>
}

/** A place to park is asked for. */
export interface Parking {
  readonly name: 'parking'
  readonly record: CallRecord
  readonly lot: string
}

/** Waits to be taken by somebody who dials the place. */
export interface Parked {
  readonly name: 'parked'
  readonly record: CallRecord
  readonly lot: string
  readonly slot: string
}

/** The echo or the voice answered; there is only the caller's leg. */
export interface Served {
  readonly name: 'served'
  readonly record: CallRecord
}

export interface Talking {
  readonly name: 'talking'
  readonly record: CallRecord
  readonly calleeLeg: LegId
  readonly held: ReadonlySet<LegId>
  /** Somebody is asked whether the call may be recorded. */
  readonly consent?: { readonly wish: RecordingWish; readonly asking: Asking }
  /** Both hear each other through it, because a third hears them. */
  readonly mix?: MixId
}

/** Answered; `party` was led to another call, from which it may come back. */
export interface Transferring {
  readonly name: 'transferring'
  readonly record: CallRecord
  readonly calleeLeg: LegId
  readonly held: ReadonlySet<LegId>
  /** The leg of who transfers. */
  readonly by: LegId
  readonly party: LegId
  readonly to: CallId
  /** As while they talked. */
  readonly mix?: MixId
}

/** Ended; waits for the last facts of these legs. */
export interface EndingCall {
  readonly name: 'ending'
  readonly record: CallRecord
  readonly legs: ReadonlySet<LegId>
  readonly ending: Ending
}

export type CallState =
  | Ringing
  | Announcing
  | InMenu
  | Spelling
  /** route() was asked where the call goes on. */
  | { readonly name: 'planning'; readonly record: CallRecord }
  /** A setting of the caller is being changed. */
  | { readonly name: 'setting'; readonly record: CallRecord; readonly node: SetNode }
  | Parking
  | Parked
  | Visiting
  | Served
  | Talking
  | Transferring
  | EndingCall
  | { readonly name: 'ended'; readonly record: CallRecord }

export type LiveState = Exclude<CallState, { name: 'ended' }>
