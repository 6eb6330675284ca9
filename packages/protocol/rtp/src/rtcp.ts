// RTCP compound packets (RFC 3550 §6): SR, RR, SDES with CNAME, BYE. Feedback (RFC 4585) is recognised, not
// read.
import { assert, fail, ok, type Result, type WallTime } from '@rufwerk/core'
import { read32, write32 } from './header.ts'

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

/** A compound packet with more parts is refused. */
export const RTCP_PARTS_MAX = 64

const SR = 200
const RR = 201
const SDES = 202
const BYE = 203
const RTPFB = 205
const PSFB = 206
const REPORT_BYTES = 24
const CNAME_ITEM = 1
const REPORTS_MAX = 31

/**
 * Reads a compound packet (RFC 3550 A.2); a broken part fails the whole. It may begin with feedback instead
 * of a report (RFC 5506), and unknown types are skipped.
 */
export function parseRtcp(packet: Uint8Array): Result<RtcpPacket[], RtcpError> {
  if (packet.length < 4) return fail('too-short')
  const parts: RtcpPacket[] = []
  let at = 0
  while (at < packet.length) {
    if (parts.length >= RTCP_PARTS_MAX) return fail('too-many')
    if (packet.length - at < 4) return fail('bad-length')
    const first = packet[at] as number
    const packetType = packet[at + 1] as number
    if (first >> 6 !== 2) return fail('bad-version')
    if (at === 0 && (packetType < SR || packetType > 207)) return fail('bad-start')
    const end = at + 4 + 4 * (((packet[at + 2] as number) << 8) | (packet[at + 3] as number))
    if (end > packet.length) return fail('bad-length')
    const hasPadding = (first & 0x20) !== 0
    if (hasPadding && end !== packet.length) return fail('bad-length') // Only the last part may be padded.
    const padding = hasPadding ? (packet[end - 1] as number) : 0
    if ((hasPadding && padding === 0) || padding > end - at - 4) return fail('bad-length')
    const part = parsePart(packet.subarray(at, end - padding), packetType, first & 31)
    if (part === undefined) return fail('bad-length')
    parts.push(part)
    at = end
  }
  return ok(parts)
}

/** One part; undefined when its content does not fit its length. `count` is RC, SC or FMT. */
function parsePart(part: Uint8Array, packetType: number, count: number): RtcpPacket | undefined {
  switch (packetType) {
    case SR:
    case RR: {
      const start = packetType === SR ? 28 : 8
      if (part.length < start + count * REPORT_BYTES) return undefined
      const reports: ReportBlock[] = []
      for (let i = 0; i < count; i += 1) reports.push(readReport(part, start + i * REPORT_BYTES))
      if (packetType === RR) return { type: 'rr', ssrc: read32(part, 4), reports }
      return { type: 'sr', ssrc: read32(part, 4), ...readSender(part), reports }
    }
    case SDES:
      return readDescriptions(part, count)
    case BYE:
      return readBye(part, count)
    case RTPFB:
    case PSFB:
      if (part.length < 12) return undefined
      return { type: 'feedback', packetType, format: count, sender: read32(part, 4), media: read32(part, 8) }
    default:
      return { type: 'other', packetType }
  }
}

function readSender(part: Uint8Array): SenderPart {
  return {
    ntpTime: { seconds: read32(part, 8), fraction: read32(part, 12) },
    rtpTime: read32(part, 16),
    packetCount: read32(part, 20),
    octetCount: read32(part, 24),
  }
}

function readReport(part: Uint8Array, at: number): ReportBlock {
  return {
    ssrc: read32(part, at),
    fractionLost: part[at + 4] as number,
    cumulativeLost: (read32(part, at + 4) << 8) >> 8, // Signed 24 bit.
    highestSequence: read32(part, at + 8),
    jitter: read32(part, at + 12),
    lastSr: read32(part, at + 16),
    delaySinceLastSr: read32(part, at + 20),
  }
}

/** RFC 3550 §6.5: chunks of items, each chunk ended by zeros up to the next 32-bit boundary. */
function readDescriptions(part: Uint8Array, count: number): RtcpPacket | undefined {
  const chunks: { ssrc: number; cname?: string }[] = []
  let at = 4
  for (let i = 0; i < count; i += 1) {
    if (at + 4 > part.length) return undefined
    const chunk: { ssrc: number; cname?: string } = { ssrc: read32(part, at) }
    at += 4
    while (at < part.length && part[at] !== 0) {
      const length = part[at + 1]
      if (length === undefined || at + 2 + length > part.length) return undefined
      if (part[at] === CNAME_ITEM) chunk.cname = TEXT.decode(part.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
    if (at >= part.length) return undefined
    at = (at + 4) & ~3
    chunks.push(chunk)
  }
  return { type: 'sdes', chunks }
}

/** RFC 3550 §6.6. */
function readBye(part: Uint8Array, count: number): RtcpPacket | undefined {
  const end = 4 + 4 * count
  if (part.length < end) return undefined
  const ssrcs: number[] = []
  for (let i = 0; i < count; i += 1) ssrcs.push(read32(part, 4 + 4 * i))
  const length = part[end]
  if (length === undefined) return { type: 'bye', ssrcs }
  if (end + 1 + length > part.length) return undefined
  return { type: 'bye', ssrcs, reason: TEXT.decode(part.subarray(end + 1, end + 1 + length)) }
}

const TEXT = new TextDecoder()

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

/**
 * Writes SR or RR, SDES and perhaps BYE at the start of `into`; returns the length. 128 bytes and the CNAME
 * are enough for one report.
 */
export function writeReport(into: Uint8Array, report: Report): number {
  const { ssrc, sender, reports } = report
  assert(reports.length <= REPORTS_MAX, 'one RTCP report holds at most 31 blocks')
  let at = sender === undefined ? 8 : 28
  if (sender !== undefined) {
    write32(into, 8, sender.ntpTime.seconds)
    write32(into, 12, sender.ntpTime.fraction)
    write32(into, 16, sender.rtpTime)
    write32(into, 20, sender.packetCount)
    write32(into, 24, sender.octetCount)
  }
  for (const block of reports) at = writeBlock(into, at, block)
  writeHead(into, 0, at, sender === undefined ? RR : SR, reports.length)
  write32(into, 4, ssrc)
  at = writeCname(into, at, ssrc, report.cname)
  if (report.isLast !== true) return at
  writeHead(into, at, at + 8, BYE, 1)
  write32(into, at + 4, ssrc)
  return at + 8
}

function writeHead(into: Uint8Array, at: number, end: number, packetType: number, count: number): void {
  assert(end <= into.length, 'the buffer holds the whole RTCP packet')
  const words = (end - at) / 4 - 1
  into[at] = 0x80 | count
  into[at + 1] = packetType
  into[at + 2] = words >>> 8
  into[at + 3] = words
}

function writeBlock(into: Uint8Array, at: number, block: ReportBlock): number {
  write32(into, at, block.ssrc)
  const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, block.cumulativeLost)) & 0xff_ffff
  write32(into, at + 4, (block.fractionLost << 24) | lost)
  write32(into, at + 8, block.highestSequence)
  write32(into, at + 12, block.jitter)
  write32(into, at + 16, block.lastSr)
  write32(into, at + 20, block.delaySinceLastSr)
  return at + REPORT_BYTES
}

function writeCname(into: Uint8Array, at: number, ssrc: number, cname: string): number {
  const text = new TextEncoder().encode(cname)
  assert(text.length <= 255, 'a CNAME has at most 255 bytes')
  const end = (at + 10 + text.length + 4) & ~3 // At least one zero ends the chunk.
  writeHead(into, at, end, SDES, 1)
  write32(into, at + 4, ssrc)
  into[at + 8] = CNAME_ITEM
  into[at + 9] = text.length
  into.set(text, at + 10)
  into.fill(0, at + 10 + text.length, end)
  return end
}

const NTP_EPOCH_SECONDS = 2_208_988_800 // From 1900 to 1970.

export function ntpTime(now: WallTime): NtpTime {
  const seconds = Math.floor(now / 1000)
  const fraction = Math.floor(((now / 1000) % 1) * 0x1_0000_0000)
  return { seconds: (seconds + NTP_EPOCH_SECONDS) >>> 0, fraction: fraction >>> 0 }
}

/** The middle 32 bits of an NTP time: what LSR carries. */
export function compactNtp(time: NtpTime): number {
  return ((time.seconds << 16) | (time.fraction >>> 16)) >>> 0
}

/** Longer round trips are taken for a mistake of the peer. */
const ROUND_TRIP_MS_MAX = 60_000

/**
 * Round trip in ms from a report about what we sent (RFC 3550 §6.4.1), `received` by the clock of our own
 * SRs; undefined when it names no SR of ours or makes no sense.
 */
export function roundTripMs(block: ReportBlock, received: NtpTime): number | undefined {
  if (block.lastSr === 0) return undefined
  const units = (compactNtp(received) - block.lastSr - block.delaySinceLastSr) | 0
  // The two clocks round differently, so that a very short way may come out slightly negative.
  if (units < 0) return units > -66 ? 0 : undefined
  const roundTrip = (units * 1000) / 65_536
  return roundTrip <= ROUND_TRIP_MS_MAX ? roundTrip : undefined
}
