// A leg: our end of one dialog with its media. What exists only in some states is in the state.
import type { LegSource } from '@rufwerk/calls'
import type { CallId, Flow, Instant, LegId } from '@rufwerk/core'
import type { AnnouncedSound, CodecName, IceDtls } from '@rufwerk/media-control'
import type { Agreed, AudioSection, SessionDescription } from '@rufwerk/sdp'
import {
  type Dialog,
  type InviteUsage,
  newInviteUsage,
  type SipRequest,
  type TransactionId,
} from '@rufwerk/sip'
import {
  type answerSession,
  NO_SESSION_TIMER,
  type ReliableSender,
  type SessionTimer,
  type SessionWish,
} from '@rufwerk/sip/session'
import type { Party } from '../ports.ts'
import type { Referral } from '../transfer/referral.ts'
import type { LostEnd, MediaLink } from './media-link.ts'

export type LegState =
  /** Outgoing: the media is being opened, nothing was sent yet. */
  | { readonly name: 'preparing' }
  /** Outgoing: our INVITE has no final response. */
  | {
      readonly name: 'calling'
      readonly transaction: TransactionId
      readonly hasEarly: boolean
      /** The first dialog that a 1xx made. */
      readonly dialog?: Dialog
    }
  /** Incoming: not answered. `wants` is what the call asked for while the media was being opened. */
  | {
      readonly name: 'ringing'
      readonly transaction: TransactionId
      readonly invite: SipRequest
      readonly dialog: Dialog
      readonly wants: 'nothing' | 'progress' | 'answer'
    }
  /** Incoming: the 200 is written and waits for the store. */
  | {
      readonly name: 'answering'
      readonly transaction: TransactionId
      readonly invite: SipRequest
      readonly dialog: Dialog
    }
  | { readonly name: 'confirmed'; readonly dialog: Dialog }
  /**
   * Answered, but its page was loaded anew and knows nothing of `replaced`: an INVITE of ours gives the call
   * back to it. Without `flow` that has to wait for the page to connect once more.
   */
  | {
      readonly name: 'resuming'
      readonly replaced: Dialog
      /** Call-ID of the INVITE. */
      readonly callId: string
      readonly flow: Flow | undefined
      readonly transaction: TransactionId | undefined
    }
  /** Reported as ended; the BYE waits for the ACK to our 200 (RFC 3261 §15). */
  | { readonly name: 'closing'; readonly dialog: Dialog }
  | { readonly name: 'ended' }

/** What a 2xx of ours says about the session timer, and what holds from then on (RFC 4028 §9). */
export type TimerAnswer = Extract<ReturnType<typeof answerSession>, { ok: true }>['value']

export interface LegParts {
  readonly id: LegId
  readonly call: CallId
  readonly role: 'incoming' | 'outgoing'
  readonly device: Party
  readonly flow: Flow
  readonly media: MediaLink
  readonly state: LegState
}

/** Our and their side of the session descriptions. */
export interface LegSession {
  /** The last description we sent, and its text. */
  readonly local?: SessionDescription
  readonly localText?: string
  /** Our offer that waits for its answer. */
  readonly offered?: SessionDescription
  /** Their offer that waits for ours, and what it says about sound. */
  readonly offer?: { readonly description: SessionDescription; readonly audio: AudioSection }
  /** Text of their last description, as it came. */
  readonly remoteText?: string
  readonly agreed?: Agreed
}

/** User of Contact where nobody wants another one. */
const OUR_USER = 'pbx'
/** What a request without Max-Forwards or Max-Breadth may do (RFC 3261 §16.6, RFC 5393 §5.3.1). */
const HOPS_MAX = 70
const BREADTH_MAX = 60

export class Leg {
  readonly id: LegId
  /** Another one after a transfer; see LegTable.move. */
  call: CallId
  readonly role: 'incoming' | 'outgoing'
  /** Of the house, or a trunk. */
  readonly device: Party
  /** Another one when the media process or the connection to the peer was lost. */
  media: MediaLink
  /** Where requests to the peer go; moves when the peer comes over another path. */
  flow: Flow
  state: LegState
  usage: InviteUsage
  session: LegSession = {}
  /** What the peer can do, in its order of preference. */
  theirCodecs: readonly CodecName[] = []
  /** A browser, or a phone that offered DTLS-SRTP with ICE; anything else is plain RTP. */
  isWebRtc: boolean
  /** The peer connection of a browser that made an offer. */
  theirIce: IceDtls | undefined
  source: LegSource | undefined
  isSourceApplied = false
  /** In a mix: what is played to it alone and goes on, or was not said yet. */
  announced: AnnouncedSound | undefined
  isHeld = false
  /** The last two INVITEs of the peer by CSeq: repetitions of their 2xx go there. */
  readonly serverInvites = new Map<number, TransactionId>()
  /** The ACK to our last INVITE, sent again for each repeated 2xx (RFC 3261 §13.2.2.4). */
  ack: SipRequest | undefined
  /** Incoming: 1xx that need a PRACK, and the 200 that waits for it (RFC 3262). */
  reliable: ReliableSender | undefined
  /** Outgoing: RSeq of the last 1xx acknowledged, by To tag (RFC 3262 §4). */
  readonly rseqs = new Map<string, number>()
  sessionTimer: SessionTimer = NO_SESSION_TIMER
  /** Raised by a 422 of the peer; else what the limits say. */
  wish: SessionWish | undefined
  /** For the 2xx that comes next. */
  timerAnswer: TimerAnswer | undefined
  /** The peer's Allow names UPDATE (RFC 3311 §4). */
  allowsUpdate = false
  /** Incoming: hops and branches that the INVITE left (RFC 3261 §16.3, RFC 5393). */
  hopsLeft = HOPS_MAX
  breadthLeft = BREADTH_MAX
  /** Outgoing: its share of those of the caller's leg, which gets it back with the end of this one. */
  breadth: { readonly from: LegId; readonly share: number } | undefined
  /** The wait after a 491 is over (RFC 3261 §14.1). */
  onRetry: (method: 'INVITE' | 'UPDATE') => void = () => undefined
  /** Plain RTP: where the peer still sends to, while the endpoint that was there is gone. */
  lostEnd: LostEnd | undefined
  /** A browser that gets another endpoint after a restart, and is not connected to it yet. */
  isToConnect = false
  /** Set while a new endpoint has to be opened or offered to the peer: tries that now. */
  renew: (() => void) | undefined
  /** When it got new endpoints because its media connection broke, as far as that still counts. */
  mediaRenewals: readonly Instant[] = []
  /** The same for restarts of ICE that the peer asked for. */
  iceRestarts: readonly Instant[] = []
  /** Our first INVITE with its Via, until it has its final response, and its branch. */
  sentInvite: SipRequest | undefined
  branch: string | undefined
  /** Its caller needs help: it is answered even when that cannot be stored. */
  isEmergency = false
  /** +sip.instance of a phone behind a connection: which of a device's connections may carry the leg on. */
  instance: string | undefined
  /** Call-ID of the phone's registrations, the same as long as it runs (RFC 3261 §10.2.4). */
  boot: string | undefined
  /**
   * By name: those of the INVITE usage, of reliable 1xx, of the session timer, `flow` for a lost connection,
   * `media` for a lost peer connection, `renewal` and `offer` of another endpoint, `heard` for one at its
   * port again, `answer` for a 200 from before a restart, `carrier` for a carrier that says nothing,
   * `referral …` of a REFER, `end` for a BYE that waits for it.
   */
  readonly timers = new Map<string, Disposable>()
  /** User of our Contact. */
  contactUser = OUR_USER
  /** The REFER of the peer that is not decided, or not told, yet; and how many were accepted. */
  referral: Referral | undefined
  refers = 0
  /** It shall end, and waits until the peer knows of its transfer. */
  endCause: number | undefined
  /** SSRC of the endpoint whose keys our last description has. */
  keysOf: number | undefined
  isFinished = false

  constructor(parts: LegParts) {
    this.id = parts.id
    this.call = parts.call
    this.role = parts.role
    this.device = parts.device
    this.flow = parts.flow
    this.media = parts.media
    this.state = parts.state
    this.isWebRtc = parts.device.kind === 'browser'
    this.usage = newInviteUsage(parts.role === 'outgoing')
  }

  get dialog(): Dialog | undefined {
    return 'dialog' in this.state ? this.state.dialog : undefined
  }

  /** Puts the changed dialog into the state; only in states that have one. */
  setDialog(dialog: Dialog): void {
    if ('dialog' in this.state) this.state = { ...this.state, dialog }
  }

  noteInvite(seq: number, transaction: TransactionId): void {
    this.serverInvites.set(seq, transaction)
    for (const old of this.serverInvites.keys()) {
      if (this.serverInvites.size <= 2) break
      this.serverInvites.delete(old)
    }
  }

  stopTimer(name: string): void {
    this.timers.get(name)?.[Symbol.dispose]()
    this.timers.delete(name)
  }

  stopTimers(): void {
    for (const timer of this.timers.values()) timer[Symbol.dispose]()
    this.timers.clear()
  }
}
