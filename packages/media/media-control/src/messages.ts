// What call control and the media process say to each other, and nothing else. Commands are imperative and
// answered once; events are past facts, numbered, and acknowledged. JSON on a local stream, see framing.ts.
import {
  type CallId,
  type EndpointId,
  type LegId,
  type Ms,
  type SocketAddress,
  seconds,
  type TenantId,
} from '@rufwerk/core'

/** Both sides must speak the same version; hello is refused otherwise. */
export const PROTOCOL_VERSION = 1
/** A longer message closes the stream. */
export const MESSAGE_BYTES_MAX = 65_536
/** Events kept until acknowledged; when full the oldest `stats` go first. */
export const EVENT_RING_MAX = 10_000
/** Endpoints in one snapshot, so that it fits into a message; what is left comes once these are closed. */
export const SNAPSHOT_ENDPOINTS_MAX = 100
/** How often a media process reports the quality of each endpoint that hears something. */
export const STATS_INTERVAL: Ms = seconds(5)

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

export type ToneName = 'ringback' | 'busy' | 'congestion' | 'hold'

/** What an endpoint sends to its peer. Every endpoint has exactly one source at a time. */
export type AudioSource =
  | { readonly type: 'silence' }
  /** What the other endpoint receives; DTMF events are carried over, too. */
  | { readonly type: 'endpoint'; readonly endpoint: EndpointId }
  /** A call progress tone of a country, until replaced (Germany: 425 Hz; US: 440+480 …). */
  | { readonly type: 'tone'; readonly tone: ToneName; readonly country: 'de' | 'us' }
  /** A WAV file of the prompts folder, by name without ending; several are played one after the other. */
  | { readonly type: 'prompt'; readonly names: readonly string[]; readonly isLooped: boolean }
  /** The endpoint hears itself. */
  | { readonly type: 'echo' }
  /** Plays a prompt, then repeats each utterance of the peer after the peer stopped speaking. */
  | { readonly type: 'parrot'; readonly greeting: readonly string[] }

export type Command =
  | { readonly type: 'hello'; readonly version: number; readonly generation: number }
  | {
      readonly type: 'openRtp'
      readonly endpoint: EndpointId
      readonly tenant: TenantId
      readonly call: CallId
      readonly leg: LegId
      /** The local address to bind, from the flow the leg uses. */
      readonly address: string
    }
  | {
      readonly type: 'openWebRtc'
      readonly endpoint: EndpointId
      readonly tenant: TenantId
      readonly call: CallId
      readonly leg: LegId
      readonly address: string
      /** Absent when we make the offer; then `connectWebRtc` follows with the answer. */
      readonly remote?: IceDtls
    }
  | { readonly type: 'connectWebRtc'; readonly endpoint: EndpointId; readonly remote: IceDtls }
  /** What was negotiated; may come again after a re-INVITE. */
  | {
      readonly type: 'configure'
      readonly endpoint: EndpointId
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
    }
  | { readonly type: 'setSource'; readonly endpoint: EndpointId; readonly source: AudioSource }
  /** Plays a digit to the endpoint's peer as RFC 4733 events; refused when not negotiated. */
  | {
      readonly type: 'sendDtmf'
      readonly endpoint: EndpointId
      readonly digit: string
      readonly durationMs: number
    }
  | { readonly type: 'close'; readonly endpoint: EndpointId }
  | { readonly type: 'snapshot' }
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

export type Reply =
  | { readonly type: 'done' }
  | { readonly type: 'hello'; readonly version: number; readonly pid: number }
  | {
      readonly type: 'openedRtp'
      readonly rtp: SocketAddress
      readonly rtcpPort: number
      readonly ssrc: number
      readonly cname: string
    }
  | { readonly type: 'openedWebRtc'; readonly local: IceDtls; readonly ssrc: number; readonly cname: string }
  | { readonly type: 'closed'; readonly stats: EndpointStats }
  | {
      readonly type: 'snapshot'
      /** Endpoints that are open beyond those listed. */
      readonly left: number
      readonly endpoints: readonly {
        readonly endpoint: EndpointId
        readonly tenant: TenantId
        readonly call: CallId
        readonly leg: LegId
        readonly stats: EndpointStats
      }[]
    }
  | {
      readonly type: 'refused'
      readonly code: 'unknown-endpoint' | 'no-port' | 'limit' | 'version' | 'bad-argument' | 'failed'
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
  | { readonly type: 'stats'; readonly endpoint: EndpointId; readonly stats: EndpointStats }

/** Call control → media. `id` is answered once. */
export interface Sent {
  readonly id: number
  readonly command: Command
}

/** Media → call control. Event numbers grow by one from 1 for the life of the media process. */
export type Envelope =
  | { readonly id: number; readonly reply: Reply }
  | { readonly number: number; readonly event: MediaEvent }
