// What call control and the media process say to each other, and nothing else. Commands are imperative and
// answered once; events are past facts, numbered, and acknowledged. JSON on a local stream, see framing.ts.
import {
  type CallId,
  type EndpointId,
  type LegId,
  type Ms,
  minutes,
  type SocketAddress,
  seconds,
  type TenantId,
} from '@rufwerk/core'
import type { RecordingCommand, RecordingEvent, RecordingFigures } from './recording.ts'
import type { EndpointSnapshot } from './snapshot.ts'
import type { AnnouncedSound, AudioSource, MixId } from './sound.ts'

/** Both sides must speak the same version; hello is refused otherwise. */
export const PROTOCOL_VERSION = 3
/** A longer message closes the stream. */
export const MESSAGE_BYTES_MAX = 65_536
/** Events kept until acknowledged; when full the oldest `stats` and `speakers` go first. */
export const EVENT_RING_MAX = 10_000
/** Endpoints on one page of a snapshot; fewer when they would not fit into SNAPSHOT_BYTES_MAX. */
export const SNAPSHOT_ENDPOINTS_MAX = 100
/** Bytes of the endpoints of one page, so that a page fits into a message. */
export const SNAPSHOT_BYTES_MAX = MESSAGE_BYTES_MAX - 1_024
/** Endpoints in one claim; more are claimed with several. */
export const CLAIM_ENDPOINTS_MAX = 500
/** How often a media process reports the quality of each endpoint that hears something. */
export const STATS_INTERVAL: Ms = seconds(5)

/** An endpoint that should receive RTP and gets none for this long is `silent`. */
export const NO_RTP_MAX: Ms = seconds(60)
/** After a call control has attached, what it neither opened nor claimed is closed after this. */
export const UNCLAIMED_MAX: Ms = seconds(30)
/** Without any call control, calls go on for at most this long; those without RTP for NO_RTP_MAX. */
export const UNATTENDED_MAX: Ms = minutes(60)

export type CodecName = 'PCMU' | 'PCMA' | 'G722' | 'opus'

/** One audio format as negotiated for one endpoint (RFC 8866 §6.6: rtpmap, fmtp, ptime). */
export interface Codec {
  readonly name: CodecName
  /** 0–127. */
  readonly payloadType: number
  /** RTP clock in Hz; 8000 for G.722 (RFC 3551 §4.5.2). */
  readonly clockRate: number
  readonly channels: 1 | 2
  readonly fmtp?: string
  /** Length of one packet in ms that we send; 20 unless the peer asked otherwise. */
  readonly ptimeMs: number
}

/** telephone-event (RFC 4733). */
export interface DtmfFormat {
  readonly payloadType: number
  readonly clockRate: number
}

/** Seen from our end: `sendonly` means we send and do not expect anything. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** ICE and DTLS of one end (RFC 8839, RFC 8842). Candidates are whole attribute values without "a=". */
export interface IceDtls {
  readonly ufrag: string
  readonly pwd: string
  /** As in the SDP attribute: "sha-256 AA:BB:…". */
  readonly fingerprint: string
  readonly setup: 'actpass' | 'active' | 'passive'
  readonly candidates: readonly string[]
}

/** Where plain RTP goes, from the peer's SDP. Received packets may move it once: learning that locks. */
export interface RtpRemote {
  readonly rtp: SocketAddress
  /** The same as `rtp` with rtcp-mux. */
  readonly rtcp: SocketAddress
}

/** The master key of one direction: key, then salt, in base64 (RFC 4568 §6.1). */
export interface SrtpKey {
  readonly keySalt: string
  /** Carried by each packet under this key, base64; absent: none. */
  readonly mki?: string
  /** Packets that the key may be used for; absent: as many as SRTP allows. */
  readonly lifetimePackets?: number
}

/** SRTP under keys of the descriptions. Secret: for the media process only, never logged, never stored. */
export interface SrtpKeys {
  readonly suite:
    | 'AES_CM_128_HMAC_SHA1_80'
    | 'AES_CM_128_HMAC_SHA1_32'
    | 'AES_256_CM_HMAC_SHA1_80'
    | 'AES_256_CM_HMAC_SHA1_32'
    | 'AEAD_AES_128_GCM'
    | 'AEAD_AES_256_GCM'
  /** What we protect with. */
  readonly local: SrtpKey
  /** What the peer protects with. */
  readonly remote: SrtpKey
}

/** What was negotiated for one endpoint. */
export interface EndpointConfiguration {
  /** Plain RTP only. */
  readonly remote?: RtpRemote
  readonly direction: Direction
  readonly send: Codec
  /** Every format the peer may send; includes `send` unless the answer said otherwise. */
  readonly receive: readonly Codec[]
  /** What we send digits in: at most one, whatever the peer may send. */
  readonly dtmf?: DtmfFormat
  /** Every event format the peer may send, under our payload types; absent: `dtmf` alone. */
  readonly receiveDtmf?: readonly DtmfFormat[]
  /** Plain RTP only: everything is protected, and only what is authentic is heard. */
  readonly srtp?: SrtpKeys
}

/**
 * Said again, a command changes nothing and is answered as before, except `sendDtmf` (a second digit),
 * `close` (`unknown-endpoint`) and `stopRecording` (`unknown-recording`). A call control that lost an answer
 * may therefore ask once more.
 */
export type Command =
  /** Takes over from older generations. Events begin with the first `claim`. */
  | { readonly type: 'hello'; readonly version: number; readonly generation: number }
  | {
      readonly type: 'openRtp'
      readonly endpoint: EndpointId
      readonly tenant: TenantId
      readonly call: CallId
      readonly leg: LegId
      /** The local address to bind, from the flow the leg uses. */
      readonly address: string
      /** What the answer names instead: behind address translation the peer cannot send to `address`. */
      readonly advertised?: string
      /** For an emergency call: it gets one beyond the limit, too. */
      readonly isEmergency?: boolean
      /**
       * Port for RTP of an endpoint that died with its media process: the peer still sends there. Another one
       * where this cannot be had.
       */
      readonly wishedPort?: number
    }
  | {
      readonly type: 'openWebRtc'
      readonly endpoint: EndpointId
      readonly tenant: TenantId
      readonly call: CallId
      readonly leg: LegId
      readonly address: string
      /** An address that becomes the first candidate, before `address` itself. */
      readonly advertised?: string
      /** For an emergency call: it gets one beyond the limit, too. */
      readonly isEmergency?: boolean
      /** Absent when we make the offer; then `connectWebRtc` follows with the answer. */
      readonly remote?: IceDtls
    }
  | { readonly type: 'connectWebRtc'; readonly endpoint: EndpointId; readonly remote: IceDtls }
  /** What was negotiated; may come again after a re-INVITE. */
  | ({ readonly type: 'configure'; readonly endpoint: EndpointId } & EndpointConfiguration)
  | { readonly type: 'setSource'; readonly endpoint: EndpointId; readonly source: AudioSource }
  /** Plays this to all members of a mix or to one; replaces what was played there before. */
  | {
      readonly type: 'announce'
      readonly mix: MixId
      readonly to?: EndpointId
      readonly sound: AnnouncedSound
    }
  | RecordingCommand
  /** Plays a digit to the endpoint's peer as RFC 4733 events; refused when not negotiated. */
  | {
      readonly type: 'sendDtmf'
      readonly endpoint: EndpointId
      readonly digit: string
      readonly durationMs: number
    }
  | { readonly type: 'close'; readonly endpoint: EndpointId }
  /** One page of the endpoints: the first, or what follows the page whose `next` this is. */
  | { readonly type: 'snapshot'; readonly from?: number }
  /**
   * These go on. What a call control that attached has neither opened nor claimed is closed after a while, or
   * at once with `isComplete`: the list is whole, the rest is nobody's. Starts the events.
   */
  | { readonly type: 'claim'; readonly endpoints: readonly EndpointId[]; readonly isComplete: boolean }
  | { readonly type: 'acknowledge'; readonly event: number }
  | { readonly type: 'ping' }

/**
 * Quality of one endpoint since it was opened. `received` side is what we measured, `remote…` is from the
 * peer's RTCP.
 */
export interface EndpointStats {
  readonly packetsSent: number
  readonly packetsReceived: number
  /** Packets missing in the received sequence. */
  readonly lost: number
  /** Interarrival jitter in ms (RFC 3550 §6.4.1). */
  readonly jitterMs: number
  readonly remoteLost?: number
  readonly remoteJitterMs?: number
  readonly roundTripMs?: number
  /**
   * Estimate of the mean opinion score 1–4.5 for what we receive (ITU-T G.107 simplified); absent before the
   * first second.
   */
  readonly mos?: number
  /** Dropped before anything else: not RTP, wrong source after the lock, wrong payload type, too short. */
  readonly rubbish: number
  /** True when packets are relayed as they are, false when sound is decoded. */
  readonly isRelayed: boolean
  readonly codec: CodecName
}

/** How full the media process is, as it counts itself. */
export interface EngineFigures {
  readonly endpoints: number
  readonly endpointsMax: number
  /** Pairs of endpoints of which at least one hears the other. */
  readonly bridges: number
  /** Pairs of UDP ports with plain RTP that calls use. */
  readonly portPairsUsed: number
  /** Pairs of the range that are left, over all local addresses in use; others may have taken some. */
  readonly portPairsFree: number
  /** Endpoints whose sound is decoded or made, rather than relayed. */
  readonly sounding: number
}

export type Reply =
  | { readonly type: 'done' }
  /** To `ping` and `acknowledge`. */
  | { readonly type: 'alive'; readonly figures: EngineFigures }
  /** `instance` is another one in each run of a media process: nothing of the run before is left. */
  | { readonly type: 'hello'; readonly version: number; readonly pid: number; readonly instance: string }
  | {
      readonly type: 'openedRtp'
      readonly rtp: SocketAddress
      readonly rtcpPort: number
      readonly ssrc: number
      readonly cname: string
    }
  | { readonly type: 'openedWebRtc'; readonly local: IceDtls; readonly ssrc: number; readonly cname: string }
  | { readonly type: 'closed'; readonly stats: EndpointStats }
  | { readonly type: 'recorded'; readonly figures: RecordingFigures }
  | {
      readonly type: 'snapshot'
      readonly endpoints: readonly EndpointSnapshot[]
      /** Endpoints beyond this page. */
      readonly left: number
      /** Where the next page begins; absent on the last one. */
      readonly next?: number
    }
  /** `unknown`: claimed endpoints that are not open (any more). */
  | { readonly type: 'claimed'; readonly unknown: readonly EndpointId[] }
  | {
      readonly type: 'refused'
      readonly code:
        | 'unknown-endpoint'
        | 'unknown-mix'
        | 'unknown-recording'
        | 'no-port'
        | 'limit'
        | 'version'
        | 'bad-argument'
        | 'failed'
      readonly why: string
    }

export type MediaEvent =
  | { readonly type: 'connected'; readonly endpoint: EndpointId }
  | { readonly type: 'disconnected'; readonly endpoint: EndpointId; readonly why: string }
  | {
      readonly type: 'dtmf'
      readonly endpoint: EndpointId
      readonly digit: string
      readonly durationMs: number
    }
  | { readonly type: 'sourceEnded'; readonly endpoint: EndpointId }
  /** A prompt or tone that was played into a mix came to its end; it was not replaced. */
  | { readonly type: 'announcementEnded'; readonly mix: MixId; readonly to?: EndpointId }
  /** Who is heard in a mix by now, and how loud (dB below full scale, 0 to -96), when that changed. */
  | {
      readonly type: 'speakers'
      readonly mix: MixId
      readonly speakers: readonly { readonly endpoint: EndpointId; readonly levelDb: number }[]
    }
  | RecordingEvent
  | { readonly type: 'stats'; readonly endpoint: EndpointId; readonly stats: EndpointStats }
  /** Should have received RTP and did not for `NO_RTP_MAX`. Told once, until `heard`. */
  | { readonly type: 'silent'; readonly endpoint: EndpointId; readonly forMs: number }
  /** RTP came again after `silent`. */
  | { readonly type: 'heard'; readonly endpoint: EndpointId }
  /** Media closed it by itself. What call control closes is answered instead. */
  | {
      readonly type: 'closed'
      readonly endpoint: EndpointId
      readonly why: 'unclaimed' | 'no-rtp' | 'unattended'
      readonly stats: EndpointStats
    }

/** Call control → media. `id` is answered once. */
export interface Sent {
  readonly id: number
  readonly command: Command
}

/** Media → call control. Event numbers grow by one from 1 for the life of the media process. */
export type Envelope =
  | { readonly id: number; readonly reply: Reply }
  | { readonly number: number; readonly event: MediaEvent }
