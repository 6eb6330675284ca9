// What we write: one audio section of ours, and the origin line whose version grows with every change.
import type { SocketAddress } from '@rufwerk/core'
import type { IceDtls } from './audio.ts'
import type { Direction } from './direction.ts'
import type { SessionDescription } from './model.ts'

/** Where we listen. */
export type LocalTransport =
  | {
      readonly type: 'rtp'
      readonly rtp: SocketAddress
      readonly rtcpPort: number
      /** In an offer: which of the two plain profiles is offered; `RTP/AVP` when absent. */
      readonly profile?: 'RTP/AVP' | 'RTP/AVPF'
      /** Whether RTCP may share the RTP port when the peer offers it (RFC 5761); false when absent. */
      readonly acceptsRtcpMux?: boolean
    }
  | { readonly type: 'webrtc'; readonly ice: IceDtls }

/** Who we are in this SDP session; from the second description on take `previous` instead. */
export interface SessionStart {
  /** Decimal digits, at most 2^62, from a random source. */
  readonly sessionId: string
  /** An IP address, or 0.0.0.0 / 127.0.0.1 where it shall not be told. */
  readonly address: string
}

export interface LocalStream {
  readonly transport: LocalTransport
  /** Seen from our end. In an answer: what we would like; the offer may narrow it. */
  readonly direction: Direction
  readonly ssrc: number
  readonly cname: string
  /** `previous`: our last description in this dialog, whether offer or answer (RFC 3264 §8). */
  readonly session: SessionStart | { readonly previous: SessionDescription }
}
