// How an endpoint reaches its peer. Two kinds: plain RTP and WebRTC.
import type { EndpointSnapshot, RtpRemote, SrtpKeys } from '@rufwerk/media-control'

/** The part of a snapshot that a transport knows. */
export type Ends = Pick<EndpointSnapshot, 'local' | 'isConnected' | 'heardFrom'>

export interface Transport {
  readonly type: 'rtp' | 'webrtc'
  /** Sends at once or not at all; never throws. The bytes may be reused afterwards. */
  sendRtp(packet: Uint8Array): void
  sendRtcp(packet: Uint8Array): void
  /** The peer's description changed. WebRTC has its addresses from ICE and ignores this. */
  configure(remote: RtpRemote | undefined, srtp?: SrtpKeys): void
  ends(): Ends
  /** Gives everything back. Nothing arrives afterwards. */
  close(): void
}

/** Who sits on top of a transport. Hot: one call per packet. */
export interface TransportUser {
  /** A datagram that looks like RTP; `isFromPeer` decides by source address after it is known to be valid. */
  rtpArrived(packet: Uint8Array, isFromPeer: SourceCheck): void
  rtcpArrived(packet: Uint8Array): void
  /** Dropped by the transport: too long, from a stranger. */
  rubbishArrived(): void
}

/** Called once per valid packet, with what identifies its stream. */
export interface SourceCheck {
  accepts(ssrc: number, sequence: number): boolean
}
