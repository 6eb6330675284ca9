// What a description says about its one audio stream (RFC 3264, RFC 3551, RFC 8839, RFC 8842, RFC 9143).
import { fail, type Result, type SocketAddress } from '@rufwerk/core'
import type { Codec, DtmfFormat } from './codec.ts'
import type { Direction } from './direction.ts'
import type { SdpError, SessionDescription } from './model.ts'

/** `RTP/SAVP` (SDES) is not spoken yet and refused with 488. */
export type Profile = 'RTP/AVP' | 'RTP/AVPF' | 'UDP/TLS/RTP/SAVPF' | 'UDP/TLS/RTP/SAVP'

/** Where plain RTP goes. `rtcp` equals `rtp` with rtcp-mux. */
export interface RtpRemote {
  readonly rtp: SocketAddress
  readonly rtcp: SocketAddress
}

/** ICE and DTLS of one end. Candidates are whole attributes without "a=", for example `candidate:1 1 udp …`. */
export interface IceDtls {
  readonly ufrag: string
  readonly pwd: string
  /** As in the SDP attribute: "sha-256 AA:BB:…". */
  readonly fingerprint: string
  readonly setup: 'actpass' | 'active' | 'passive'
  readonly candidates: readonly string[]
}

/** The audio stream that the other end described. */
export interface AudioSection {
  /** Which m-line it is, from 0. */
  readonly index: number
  readonly profile: Profile
  readonly mid?: string
  /** True when the section is in a BUNDLE group (RFC 9143). */
  readonly isBundled: boolean
  /** The formats that we also know, in their order of preference; at least one. */
  readonly codecs: readonly Codec[]
  /** telephone-event at 8000 or 48000 Hz, in their order. */
  readonly dtmf: readonly DtmfFormat[]
  /** Seen from their end; `c=0.0.0.0` is already counted as "does not want to hear us" (RFC 3264 §8.4). */
  readonly direction: Direction
  /** Present exactly with RTP/AVP and RTP/AVPF. */
  readonly rtp?: RtpRemote
  readonly hasRtcpMux: boolean
  /** Present exactly with the two DTLS profiles. */
  readonly iceDtls?: IceDtls
  readonly ssrc?: number
  readonly cname?: string
}

/**
 * Finds the first audio section that can be used. 400: a line that we need is broken; 488: no such section
 * (no audio, port 0, other profile, no common codec, host name or multicast as address, no ICE or fingerprint).
 */
export function readAudio(_description: SessionDescription): Result<AudioSection, SdpError> {
  return fail({ status: 488, code: 'no-audio' })
}
