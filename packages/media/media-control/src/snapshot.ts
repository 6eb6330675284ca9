// One endpoint as the media process knows it: enough for a call control that knows nothing to write the same
// SDP again, to take the call over, and to see who hears whom.
import type { CallId, EndpointId, LegId, SocketAddress, TenantId } from '@rufwerk/core'
import type { EndpointConfiguration, EndpointStats, IceDtls } from './messages.ts'
import type { RecordingSnapshot } from './recording.ts'
import type { AnnouncedSound, AudioSource } from './sound.ts'

/** Our end of the transport: the same as `openedRtp` and `openedWebRtc` said. */
export type LocalEnd =
  | { readonly type: 'rtp'; readonly rtp: SocketAddress; readonly rtcpPort: number }
  | {
      readonly type: 'webrtc'
      readonly address: string
      /** With pwd and fingerprint. Absent while it gathers. DTLS role: as offered, `actpass` stays. */
      readonly ice?: IceDtls
      /** The peer's end as it was accepted, without candidates that were left out. */
      readonly remote?: IceDtls
    }

export interface EndpointSnapshot {
  readonly endpoint: EndpointId
  readonly tenant: TenantId
  readonly call: CallId
  readonly leg: LegId
  readonly local: LocalEnd
  readonly ssrc: number
  readonly cname: string
  /** As last given to `configure`; absent before. */
  readonly configuration?: EndpointConfiguration
  /** The keys of SRTP that was agreed on in the SDP, opaque here; absent where there is none. */
  readonly keys?: string
  /** What it sends; a prompt that ended is `silence`. */
  readonly source: AudioSource
  /** Of a member of a mix: what is played to it alone, and what is played to all; absent: nothing. */
  readonly announced?: { readonly own?: AnnouncedSound; readonly all?: AnnouncedSound }
  /** What is recorded of it; absent: nothing. */
  readonly recordings?: readonly RecordingSnapshot[]
  /** WebRTC: ICE and DTLS are up. Plain RTP: the peer's source was learned. */
  readonly isConnected: boolean
  /** Plain RTP: where the peer's packets come from, once learned. Behind a NAT not what it said. */
  readonly heardFrom?: SocketAddress
  /** Since the last RTP packet of the peer, in ms, to about half a second; absent before the first. */
  readonly sinceRtpMs?: number
  /** Told as `silent` and not as `heard` since. */
  readonly isSilent: boolean
  readonly stats: EndpointStats
}
