// What the calls need from outside. Implemented by the adapters (legs, store), never by this package.
import type { CallId, DeviceId, LegId, Ms, PersonId, RecordingId, TenantId, WallTime } from '@rufwerk/core'
import type { Agreement, CallRecording, Purpose, Question, Talk } from '@rufwerk/recordings'
import type {
  CodeAction,
  Contact,
  Forwarder,
  PlanNode,
  Q850,
  Target,
  TrunkAttempt,
  TrunkId,
  Why,
} from '@rufwerk/routing'
import type { ServiceNode } from './state.ts'

/** Who is calling. */
export type Caller = InsideCaller | OutsideCaller

/** Somebody of the house, as decided by the device that authenticated, not by the From header. */
export interface InsideCaller {
  readonly kind: 'inside'
  readonly tenant: TenantId
  readonly person: PersonId
  readonly device: DeviceId
  readonly extension: string
  readonly name: string
}

/** Somebody who came in through a trunk. */
export interface OutsideCaller {
  readonly kind: 'outside'
  readonly tenant: TenantId
  readonly trunk: TrunkId
  /** E.164; absent when hidden. */
  readonly number?: string
  readonly name?: string
  /** Who had forwarded the call before it came here, the last first. */
  readonly forwarders?: readonly Forwarder[]
}

/** Where an INVITE of ours goes. */
export type Destination =
  /** A registered phone of the house. */
  | { readonly to: 'contact'; readonly contact: Contact }
  /** The public network. `number` is E.164 or a short code; the attempt says how this carrier writes it. */
  | {
      readonly to: 'trunk'
      readonly attempt: TrunkAttempt
      readonly number: string
      /** A call for help, whoever is led there: no limit of legs or endpoints may stop it. */
      readonly isEmergency?: true
    }

/** What a phone of the house is told of a call that was forwarded to it. */
export interface ForwardedCall {
  /** Who calls, and for whom; absent: who calls is hidden. */
  readonly display?: string
  /** The last first (RFC 5806 §5); those who hide are left out. */
  readonly forwarders: readonly {
    /** An extension, or E.164. */
    readonly number: string
    readonly name?: string
    readonly reason: Forwarder['reason']
  }[]
}

/** Somebody of the house who has forwarded a call, and in which state. */
export type ForwardedBy = NonNullable<PlanNode['forwarders']>[number]

/** One forwarding, as a record names it. */
export interface Forwarding {
  readonly by:
    | { readonly kind: 'person'; readonly person: PersonId }
    /** Before the call came here; E.164 as far as the carrier's number could be read, absent when hidden. */
    | { readonly kind: 'outside'; readonly number?: string }
  /** The state that the forward was set for, or its like as another system tells it. */
  readonly why: ForwardedBy['when'] | 'deflection' | 'unknown'
}

export interface EndCause {
  /** SIP status that ends an unanswered leg (RFC 3261 §21); ignored by BYE and CANCEL. */
  readonly status: number
  readonly cause: Q850
}

/** Names a mix of the media process. It exists while a leg is a member of it. */
export type MixId = string & { readonly id: 'mix' }

/** What a leg hears. */
export type LegSource =
  | { readonly type: 'silence' }
  | { readonly type: 'leg'; readonly leg: LegId }
  | { readonly type: 'tone'; readonly tone: 'ringback' | 'busy' | 'congestion' | 'hold' }
  | { readonly type: 'prompt'; readonly names: readonly string[]; readonly isLooped: boolean }
  | { readonly type: 'echo' }
  | { readonly type: 'parrot'; readonly greeting: readonly string[] }
  /**
   * The leg is a member of this mix: it hears the others of its tenant there, and they hear it. Another
   * source ends that; with other values of the same mix it stays and only they change.
   */
  | {
      readonly type: 'mix'
      readonly mix: MixId
      /** Heard by nobody. */
      readonly isMuted: boolean
      /** Only these hear it (whispering, listening); absent: all. */
      readonly heardBy?: readonly LegId[]
    }

/** What is played into a mix, or to one of its members, on top of what they say. `silence` ends it. */
export type MixSound =
  | { readonly type: 'silence' }
  | {
      readonly type: 'tone'
      /** The last three sound once, the others go on until replaced. */
      readonly tone: 'ringback' | 'busy' | 'congestion' | 'hold' | 'beep' | 'entry' | 'exit'
    }
  | { readonly type: 'prompt'; readonly names: readonly string[]; readonly isLooped: boolean }

/** A recording of one leg that shall begin. */
export interface RecordOrder {
  readonly recording: RecordingId
  /** A new name without ending, perhaps in one sub-folder: letters, digits, "-" and "_". */
  readonly file: string
  /** 32 bytes in base64. Secret: never logged and never stored in plain. */
  readonly key: string
  /** What the peer of the leg says, and what it hears. */
  readonly tracks: readonly ('received' | 'sent')[]
  /** It ends by itself after this; after four hours when absent. */
  readonly lengthMaxMs?: number
  /** Begins paused. */
  readonly isPaused?: true
}

/** What was written of a recording. */
export interface RecordedFigures {
  /** Since it began, pauses included. By our clock where the media process could not say. */
  readonly lengthMs: number
  /** Sound that was lost because the disk was too slow, over all tracks. */
  readonly lostMs: number
  /** 0 where the media process could not say. */
  readonly bytes: number
}

/** Commands to legs. None of them waits: what happens is reported through Exchange.onLegEvent. */
export interface LegPort {
  /** Sends an INVITE. The new leg's media may later be connected to `caller`'s. */
  dial(dial: {
    readonly call: CallId
    readonly leg: LegId
    readonly caller: Caller
    /** The leg that called: its formats are offered first, so that packets can be relayed. */
    readonly callerLeg: LegId
    readonly destination: Destination
    /** To a phone of the house, when somebody has forwarded the call there. */
    readonly forwarded?: ForwardedCall
  }): void
  /** Where the network sees the peer of this leg, whatever it says of itself. Undefined: nobody knows. */
  addressOf?(leg: LegId): string | undefined
  /** 180 to an unanswered incoming leg. */
  ring(leg: LegId): void
  /**
   * 183 with an SDP answer, so that a source can be heard before the call is answered. `setSource` comes
   * first, so that the answer can prefer the format of the leg that will be heard.
   */
  progress(leg: LegId): void
  /**
   * 200 with an SDP answer, once what was journaled is committed. `setSource` comes first, as with
   * `progress`.
   */
  answer(leg: LegId): void
  /**
   * Final response, CANCEL or BYE, whatever the state of the leg asks for. Always followed by an `ended`
   * event.
   */
  end(leg: LegId, cause: EndCause): void
  setSource(leg: LegId, source: LegSource): void
  /**
   * Plays this to all who are in the mix by now, or to one of them; replaces what was played there before.
   * `announced` follows for one. What goes on by itself goes on with a new media process, too.
   */
  announce(announcement: { readonly mix: MixId; readonly to?: LegId; readonly sound: MixSound }): void
  /**
   * Lets the peer of this leg hear a digit: RFC 4733 where negotiated, else SIP INFO. With `isCarried` the
   * engine already passed RFC 4733 events on, so only a peer that needs INFO gets something.
   */
  sendDtmf(leg: LegId, digit: string, durationMs: number, isCarried: boolean): void
  /** What became of the transfer that the peer of this leg asked for, as a SIP status; 2xx and more once. */
  transferResult(leg: LegId, status: number): void
  /** The leg belongs to another call from now on, also after a restart. */
  moveLeg(leg: LegId, call: CallId): void
  /**
   * Begins to record the leg as it is now: another endpoint of it, as after a restart of the media process,
   * is told as `renewed` and not recorded by itself. Followed by exactly one `recorded`, also when it cannot
   * begin, when the leg ends (perhaps after its `ended`), when the media process dies and when call control
   * starts again.
   */
  record(leg: LegId, order: RecordOrder): void
  /**
   * While it is paused nothing is written but that it was, and for how long. False: it could not be done; a
   * recording that could not be paused ends. `orLater`: one that cannot go on now does as soon as it can.
   */
  pauseRecording(leg: LegId, recording: RecordingId, isPaused: boolean, orLater?: boolean): Promise<boolean>
  stopRecording(leg: LegId, recording: RecordingId): void
}

export interface LegQuality {
  readonly codec: string
  readonly isRelayed: boolean
  /** Between this phone and us; absent in records of before. */
  readonly isEncrypted?: boolean
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly lost: number
  /** Packets dropped before anything else: not RTP, from a stranger, of a format nobody agreed on. */
  readonly rubbish: number
  readonly jitterMs: number
  readonly roundTripMs?: number
  readonly mos?: number
}

/** What happened to a leg. */
export type LegEvent =
  | { readonly type: 'ringing' }
  /** The callee sends sound before it answers (18x with SDP). */
  | { readonly type: 'early' }
  | { readonly type: 'answered' }
  /** A final response other than 2xx to our INVITE, or none in time. The leg is gone afterwards. */
  | { readonly type: 'refused'; readonly status: number; readonly cause?: Q850 }
  /** BYE or CANCEL from the peer, or the path to it broke. The leg is gone afterwards. */
  | { readonly type: 'ended'; readonly by: 'peer' | 'us' | 'network'; readonly cause?: Q850 }
  | { readonly type: 'held' }
  | { readonly type: 'resumed' }
  /** `isInBand`: came as RFC 4733 and was carried over by the engine to peers that negotiated it. */
  | {
      readonly type: 'dtmf'
      readonly digit: string
      readonly durationMs: number
      readonly isInBand: boolean
    }
  | { readonly type: 'sourceEnded' }
  /**
   * A prompt could not be played: there is no such file, or no media process. Or a mix has no room for it.
   */
  | { readonly type: 'sourceFailed' }
  /** What was played to this member of a mix alone is over; false: it could not be played. */
  | { readonly type: 'announced'; readonly isPlayed: boolean }
  /** It has another endpoint: what was recorded of it is over, and may begin again. */
  | { readonly type: 'renewed' }
  /** No RTP came for the time that the media process allows, although the peer should send. */
  | { readonly type: 'silent' }
  | { readonly type: 'quality'; readonly quality: LegQuality }
  /**
   * A recording of the leg is over, and its file closed. `failed`: it never began, or it can be read up to
   * where the media process or its disk failed.
   */
  | {
      readonly type: 'recorded'
      readonly recording: RecordingId
      readonly why: 'asked' | 'endpoint-closed' | 'length' | 'disk-full' | 'failed'
      readonly figures: RecordedFigures
    }
  /**
   * The peer of an answered leg transfers: blindly, or to the other side of another leg of the same person.
   */
  | { readonly type: 'transfer'; readonly to: { readonly dialled: string } | { readonly leg: LegId } }

/** One stored fact of a call. */
export interface CallEvent {
  readonly tenant: TenantId
  readonly call: CallId
  readonly leg?: LegId
  readonly at: WallTime
  readonly type: string
  readonly why?: Why
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** Call detail record: exactly one per call. */
export interface Cdr {
  readonly tenant: TenantId
  readonly call: CallId
  readonly startedAt: WallTime
  readonly ringingAt?: WallTime
  readonly answeredAt?: WallTime
  readonly endedAt: WallTime
  readonly from: Omit<InsideCaller, 'tenant'> | Omit<OutsideCaller, 'tenant' | 'forwarders'>
  /** What was dialled; of a call from outside, as the carrier wrote it. */
  readonly dialled: string
  /** Whom the plan meant, when it meant a person. */
  readonly to?: PersonId
  readonly answeredBy?:
    | { readonly kind: 'person'; readonly person: PersonId; readonly device: DeviceId }
    | { readonly kind: 'outside'; readonly trunk: TrunkId; readonly number: string }
    | { readonly kind: 'system'; readonly name: string }
  /**
   * The outside leg that talked: whose limits it counts for, absent for the company's alone, and from when.
   */
  readonly spent?: { readonly payer?: PersonId; readonly number: string; readonly since: WallTime }
  readonly endedBy: 'caller' | 'callee' | 'system' | 'network'
  readonly cause: Q850
  readonly status: number
  readonly why: Why
  /** Who has forwarded it, in that order; absent: nobody, and in records of before. */
  readonly forwardings?: readonly Forwarding[]
  /** The call that somebody of this one was transferred to, and the one that it comes from. */
  readonly transferredTo?: CallId
  readonly transferredFrom?: CallId
  /** Who led the caller here, and pays for what it costs. */
  readonly transferredBy?: PersonId
  readonly quality: readonly {
    readonly leg: LegId
    readonly role: 'caller' | 'callee'
    readonly quality: LegQuality
  }[]
}

/** What a restart needs of a leg (≤ 4 kB serialised); written by `legs`, read only there. */
export interface StoredLeg {
  readonly tenant: TenantId
  readonly call: CallId
  readonly leg: LegId
  /** The call that it belonged to until now. */
  readonly movedFrom?: CallId
  /** Version of the shape of `state`. */
  readonly version: number
  readonly state: string
}

/** A leg as it was stored last, of a call that has its record: its BYE or CANCEL may not have been said. */
export interface EndedLeg {
  readonly leg: StoredLeg
  readonly cdr: Cdr
}

/** The store's side of a call. Writes keep their order; at most 8 per call. */
export interface CallJournal {
  append(events: readonly CallEvent[]): void
  /** `state` may be asked for later, when it is written, or not at all when another one comes before. */
  saveLeg(leg: StoredLeg): void
  /** Ended events, the end of the call's legs and the CDR, in one transaction. */
  end(cdr: Cdr, events: readonly CallEvent[]): void
  /**
   * Resolves when everything handed over so far is committed; false when the store cannot take it. `patient`:
   * nobody is kept waiting by that, so it may take some tens of milliseconds longer.
   */
  committed(patience?: 'patient'): Promise<boolean>
  /** True while the queue is too long to take new calls (250 ms for a second, or 5,000 rows). */
  isOverloaded(): boolean
}

/** What the user's screen shows of a call while it lasts. */
export interface CallView {
  readonly call: CallId
  readonly tenant: TenantId
  readonly state: 'ringing' | 'talking' | 'ended'
  readonly from: Omit<InsideCaller, 'tenant' | 'device'> | Omit<OutsideCaller, 'tenant' | 'forwarders'>
  readonly dialled: string
  readonly to?: PersonId
  /** Whose phones ring now; absent when nobody's do. */
  readonly rings?: readonly PersonId[]
  /** Who answered last; absent while nobody has, and when it was no person of the house. */
  readonly answeredBy?: PersonId
  readonly answeredAt?: WallTime
  readonly why: Why
  /** Set from `ended` on. */
  readonly cause?: Q850
  readonly heldBy?: 'caller' | 'callee'
  /** Absent: it is not recorded. */
  readonly recording?: 'asking' | 'on' | 'paused'
}

/** Changes what people set by code. */
export interface SettingsPort {
  /** `value`: what was dialled behind the code, digits mostly; empty when nothing was. */
  change(person: PersonId, action: CodeAction, value: string): Promise<SettingAnswer>
}

export interface SettingAnswer {
  readonly isChanged: boolean
  /** What the caller hears: that it is done, or why not. */
  readonly prompt: string
}

/** Runs boxes, queues or rooms: says what happens to calls that come there, through `Exchange.wish`. */
export interface ServicePort {
  /** False: there is nothing like that, and the call ends with 501. */
  enter(visit: Visit): boolean
  /** After `left` nothing is told of this call any more. */
  happened(call: CallId, event: VisitEvent): void
}

/** A call that has come to a service. */
export interface Visit {
  readonly call: CallId
  /** The caller's. */
  readonly leg: LegId
  readonly caller: Caller
  readonly node: ServiceNode
  /** By a receptionist, or before a restart. */
  readonly isAnswered: boolean
  /** After a restart: who had answered for the service. Taken, the call goes on as it was. */
  readonly talksWith?: PersonId
}

export type VisitEvent =
  | { readonly type: 'key'; readonly key: string }
  /** The prompt is over. */
  | { readonly type: 'soundEnded' }
  | { readonly type: 'soundFailed' }
  /** None of this person's phones rings any more, by themselves. */
  | {
      readonly type: 'notAnswered'
      readonly person: PersonId
      readonly why: 'busy' | 'noAnswer' | 'declined' | 'failed'
    }
  /** What was played to this leg of the mix is over; false: it could not be played. */
  | { readonly type: 'announced'; readonly leg: LegId; readonly isPlayed: boolean }
  /** Both talk from now on; the others have stopped ringing. */
  | { readonly type: 'answered'; readonly person: PersonId; readonly leg: LegId }
  /** Whoever had answered is gone by the fault of the network: the caller is the service's again. */
  | { readonly type: 'lost'; readonly person: PersonId }
  /** The call has ended, or goes on elsewhere. */
  | { readonly type: 'left' }

export type VisitWish =
  /** The caller is answered, if that has not happened, and hears this. */
  | { readonly type: 'answer'; readonly source: LegSource }
  /** The same without an answer. */
  | { readonly type: 'hear'; readonly source: LegSource }
  /** The phones of a person ring: `answered` or `notAnswered` follows. */
  | { readonly type: 'ring'; readonly person: PersonId }
  /** `isElsewhere`: another one took it, so that no missed call is shown (Q.850 cause 26). */
  | { readonly type: 'stopRinging'; readonly person: PersonId; readonly isElsewhere: boolean }
  /** While somebody of the service has the call: both are in this mix; without one they hear each other. */
  | { readonly type: 'mix'; readonly mix?: MixId }
  /** To one leg of that mix, once both are in it: `announced` follows. */
  | { readonly type: 'announce'; readonly leg: LegId; readonly sound: MixSound }
  /** The call goes on there. */
  | { readonly type: 'go'; readonly target: Target }
  /** It goes on as if its caller, somebody of the house, had dialled this: their rules, their money. */
  | { readonly type: 'dial'; readonly dialled: string }
  | { readonly type: 'end'; readonly cause: EndCause }

/** A call shall be recorded, if those who are asked agree. */
export interface RecordingWish {
  readonly purpose: Purpose
  readonly question: Question
  /** Who has to agree; the others hear the notice. */
  readonly asked: readonly LegId[]
  /** Who wants it; absent: a rule. */
  readonly by?: PersonId
}

/** Decides whether calls are recorded, and records them. */
export interface RecorderPort {
  /** These two are connected; `by`: one of them wants it recorded. Undefined: it is not. */
  decide(tenant: TenantId, talk: Talk, by?: PersonId): RecordingWish | undefined
  /** Everybody who was asked has agreed. Undefined: it cannot be recorded. */
  begin(begun: {
    readonly tenant: TenantId
    readonly call: CallId
    /** Of whom it is recorded, with what is heard there. */
    readonly leg: LegId
    readonly talk: Talk
    readonly wish: RecordingWish
    readonly agreed: readonly Agreement[]
  }): RecordingId | undefined
  /** Another recording of the same talk, of this leg, with the consent of the one that broke. */
  goOn(broke: CallRecording, leg: LegId, isPaused: boolean): RecordingId
  /** As `LegPort.pauseRecording`. */
  pause(recording: RecordingId, isPaused: boolean, orLater: boolean): Promise<boolean>
  stop(recording: RecordingId): void
}

export interface Clock {
  wallTime(): WallTime
  /** Calls back once after `delay` unless disposed. */
  arm(delay: Ms, callback: () => void): Disposable
}
