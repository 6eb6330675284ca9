// What the SIP side needs from outside, and who listens to it. Implemented by net, store, accounts, the media
// process and the calls, never here.
import type { Caller, CallJournal, EndCause, LegEvent } from '@rufwerk/calls'
import type {
  CallId,
  DeviceId,
  Flow,
  Instant,
  LegId,
  Log,
  Ms,
  PersonId,
  TenantId,
  WallTime,
} from '@rufwerk/core'
import type { Command, MediaEvent, Reply } from '@rufwerk/media-control'
import type { SrtpMode } from '@rufwerk/sdp/crypto'
import type { DigestSecret } from '@rufwerk/sip'
import type { WatchPort } from './events/watch-port.ts'
import type { LegLimits } from './limits.ts'
import type { TrunkPorts } from './trunk/trunk-ports.ts'

export interface SipTransport {
  /** False when the message certainly will not arrive: the flow is gone. */
  send(flow: Flow, bytes: Uint8Array): boolean
}

export interface Timers {
  now(): Instant
  /** Calls back once after `delay` unless disposed. */
  arm(delay: Ms, callback: () => void): Disposable
}

/** A device, and how it proves that it is that device. */
export interface DeviceCredentials {
  readonly device: DeviceId
  readonly tenant: TenantId
  readonly person: PersonId
  /** Of the person: what the other side sees as number and name. */
  readonly extension: string
  readonly name: string
  /** User part of its address of record, and its digest user name. */
  readonly sipName: string
  /** A browser is authenticated by its flow, and its media is WebRTC. */
  readonly kind: 'phone' | 'browser'
  /** Realm of the hash is the tenant's id. Absent for a browser: no digest opens it. */
  readonly secret?: DigestSecret
  /**
   * SRTP under keys of the descriptions (RFC 4568): never, where the phone can, or nothing else. Off when
   * absent; a browser has DTLS-SRTP always.
   */
  readonly srtp?: SrtpMode
  /** Whose tones it hears. */
  readonly country: 'de' | 'us'
  /** Set while it is in quarantine: it calls for help only, or, once it is closed, does nothing any more. */
  readonly quarantine?: 'emergency' | 'nothing'
}

/** A trunk at the other end of a leg. */
export interface TrunkParty {
  readonly kind: 'trunk'
  /** How the books of legs name it; no device has this id. */
  readonly device: DeviceId
  readonly trunk: string & { readonly id: 'trunk' }
  readonly tenant: TenantId
  readonly name: string
  /** User of its address of record at the carrier. */
  readonly sipName: string
  readonly srtp?: SrtpMode
  readonly country: 'de' | 'us'
}

/** Who can be at the other end of a leg. */
export type Party = DeviceCredentials | TrunkParty

export interface DevicePort {
  bySipName(sipName: string): DeviceCredentials | undefined
  byId(device: DeviceId): DeviceCredentials | undefined
}

/** A registration as it is stored; `state` is written and read here only. */
export interface StoredBinding {
  readonly tenant: TenantId
  readonly device: DeviceId
  /** Unique within the device. */
  readonly binding: string
  readonly expiresAt: WallTime
  readonly version: number
  readonly state: string
}

export interface BindingStore {
  saveBinding(binding: StoredBinding): void
  removeBinding(device: DeviceId, binding: string): void
  /** Those that have not expired at `now`. */
  loadBindings(now: WallTime): Promise<readonly StoredBinding[]>
  /** True when everything handed over so far is committed. */
  committed(): Promise<boolean>
}

/** The media process. Commands are performed in the order they are given. */
export interface MediaPort {
  /** Answered once; rejects when the process is gone. */
  command(command: Command): Promise<Reply>
  /** One listener: the last one given. */
  onEvent(listener: (event: MediaEvent) => void): void
}

export interface IncomingCall {
  readonly leg: LegId
  readonly call: CallId
  readonly caller: Caller
  /** User part of the Request-URI; through a trunk, what its carrier wrote as the called number. */
  readonly dialled: string
  /** Where the network sees a device of the house that calls: never what Via or Contact say. */
  readonly address?: string
  /** An answered leg of the same person that this one takes the place of (RFC 3891). */
  readonly replaces?: LegId
}

/** Decides about calls and hears what happens to legs. */
export interface LegListener {
  /** A cause refuses the leg, which is gone then. Commands to the leg may come before this returns. */
  onIncoming(incoming: IncomingCall): 'accepted' | EndCause
  /** A call for help, which no limit refuses. Absent: there are none. */
  isEmergency?(told: Pick<IncomingCall, 'caller' | 'dialled' | 'address'>): boolean
  /** The leg is in a call for help by now, perhaps because it was led there. Absent: none is. */
  isInEmergency?(leg: LegId): boolean
  onLegEvent(leg: LegId, event: LegEvent): void
}

/**
 * Hears every message of the network as it is, secrets included. On the hot path: keeps only what it needs.
 */
export interface TracePort {
  /** `callId`: that of the message where it is known; else it is looked for in the bytes. */
  record(direction: 'received' | 'sent', flow: Flow, bytes: Uint8Array, callId?: string): void
  /** Messages with this SIP Call-ID belong to this call. May be said more than once. */
  join(callId: string, call: CallId): void
}

/** What a stranger did that may be an attack. Who it says it is proves nothing. */
export interface Sighting {
  readonly kind: 'unknown-name' | 'wrong-credentials' | 'stranger' | 'unreadable'
  /** User part of From, or of the credentials. */
  readonly name?: string
  /** User part of the Request-URI. */
  readonly dialled?: string
  /** It answers a challenge of ours that went to its address, so nobody forged that. */
  readonly isAnswer?: boolean
}

/** Who is not listened to. Asked for every message, so it costs nothing as long as nobody is blocked. */
export interface GatePort {
  /** `forgeable`: because of packets that anybody can have sent. Flows of devices are never blocked. */
  blockOf(flow: Flow): 'proven' | 'forgeable' | undefined
  /** Of a blocked flow, one of the few messages that pass even so; the others are counted. */
  mayPass(flow: Flow): boolean
  observe(flow: Flow, sighting: Sighting): void
  /** A device proved who it is over this flow. */
  authenticated(flow: Flow): void
  closed(flow: Flow): void
}

export interface UserAgentPorts {
  readonly transport: SipTransport
  readonly timers: Timers
  readonly devices: DevicePort
  readonly bindings: BindingStore
  readonly journal: CallJournal
  readonly media: MediaPort
  readonly log: Log
  readonly randomBytes: (size: number) => Uint8Array
  readonly wallTime: () => WallTime
  readonly trace?: TracePort
  /** What phones may watch; without it every SUBSCRIBE gets 489. */
  readonly watch?: WatchPort
  /** Absent: nobody is blocked. */
  readonly gate?: GatePort
  /** Absent: there are no trunks. */
  readonly trunks?: TrunkPorts
}

export interface UserAgentOptions {
  /** Digest realm: the id of the tenant whose phones register here. */
  readonly realm: string
  /** At least 16 bytes that nobody else knows; a new one makes all nonces stale. */
  readonly nonceKey: Uint8Array
  /** Product name and version for the Server and User-Agent headers. */
  readonly product: string
  readonly limits?: Partial<LegLimits>
  /** Told when the contacts of a device have changed. */
  readonly onRegistrationsChanged?: (device: DeviceId) => void
  /** Told with each REGISTER that was taken: what the device says it is, and where it is. */
  readonly onHeard?: (device: DeviceId, heard: Heard) => void
  /** Told with each call that comes in through a trunk: what the other side says it is, and where it is. */
  readonly onTrunkHeard?: (trunk: TrunkParty, heard: Heard) => void
}

/** What a phone says of itself, which proves nothing, and where the network sees it. */
export interface Heard {
  /** The User-Agent of its REGISTER or INVITE (RFC 3261 §20.41) as it came. */
  readonly userAgent?: string
  readonly address: string
}
