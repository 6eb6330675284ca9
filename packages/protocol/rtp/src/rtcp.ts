// RTCP compound packets (RFC 3550 §6): SR, RR, SDES with CNAME, BYE. Feedback (RFC 4585) is recognised, not read.
import { fail, type Result, type WallTime } from '@rufwerk/core'

/** NTP time: seconds since 1900 and a fraction of 1/2^32 s, both unsigned 32 bit. */
export interface NtpTime {
  readonly seconds: number
  readonly fraction: number
}

/** RFC 3550 §6.4.1. */
export interface ReportBlock {
  /** Whose packets this is about. */
  readonly ssrc: number
  /** Of the packets expected since the last report, 0–255 for 0–255/256. */
  readonly fractionLost: number
  /** Since the beginning; may be negative with duplicates. */
  readonly cumulativeLost: number
  /** Extended highest sequence number, 32 bit. */
  readonly highestSequence: number
  /** In units of the RTP clock. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last SR; 0 when none came. */
  readonly lastSr: number
  /** 1/65536 s. */
  readonly delaySinceLastSr: number
}

export interface SenderPart {
  readonly ntpTime: NtpTime
  readonly rtpTime: number
  readonly packetCount: number
  readonly octetCount: number
}

export type RtcpPacket =
  | ({ readonly type: 'sr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] } & SenderPart)
  | { readonly type: 'rr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'sdes'; readonly chunks: readonly { readonly ssrc: number; readonly cname?: string }[] }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[]; readonly reason?: string }
  /** RTPFB (205) or PSFB (206); `format` is the FMT field. */
  | {
      readonly type: 'feedback'
      readonly packetType: 205 | 206
      readonly format: number
      readonly sender: number
      readonly media: number
    }
  | { readonly type: 'other'; readonly packetType: number }

export type RtcpError = 'too-short' | 'too-many' | 'bad-version' | 'bad-length' | 'bad-start'

/** Reads a compound packet. A broken part fails the whole. */
export function parseRtcp(_packet: Uint8Array): Result<RtcpPacket[], RtcpError> {
  return fail('too-short')
}

export interface Report {
  readonly ssrc: number
  readonly cname: string
  /** Present when packets were sent since the last report: makes it an SR. */
  readonly sender?: SenderPart
  /** At most 31. */
  readonly reports: readonly ReportBlock[]
  /** Adds BYE (RFC 3550 §6.6). */
  readonly isLast?: boolean
}

/** Writes SR or RR, SDES and perhaps BYE at the start of `into` (256 bytes do for one report); returns the length. */
export function writeReport(_into: Uint8Array, _report: Report): number {
  return 0
}

export function ntpTime(_now: WallTime): NtpTime {
  return { seconds: 0, fraction: 0 }
}

/** The middle 32 bits of an NTP time: what LSR carries. */
export function compactNtp(_time: NtpTime): number {
  return 0
}

/** Round trip in ms from a report about what we sent; undefined when it names no SR of ours or makes no sense. */
export function roundTripMs(_block: ReportBlock, _received: NtpTime): number | undefined {
  return undefined
}
