// RTCP of one endpoint (RFC 3550 §6) and the numbers made of it: reports out every few seconds, reports in,
// and the estimate of how good the line sounds.
import type { Instant, WallTime } from '@rufwerk/core'
import type { CodecName, EndpointStats } from '@rufwerk/media-control'
import {
  estimateMos,
  ntpTime,
  parseRtcp,
  type Report,
  type ReportBlock,
  roundTripMs,
  writeReport,
} from '@rufwerk/rtp'
import type { OutboundStream } from '../stream/outbound.ts'
import type { Reception } from './reception.ts'

/** Packets before a score is worth telling: one second. */
const SCORE_PACKETS_MIN = 50
/** One packet, the codec and the usual playout at the far end, in ms. */
const FIXED_DELAY_MS = 60
/** One report with names: SR 28 + block 24 + SDES + BYE. */
const REPORT_BYTES = 256

export class Quality {
  readonly #stream: OutboundStream
  readonly #reception: Reception
  readonly #cname: string
  /** Made with the first report: many calls end before one is due. */
  #buffer: Uint8Array | undefined
  #remoteLost: number | undefined
  #remoteJitterMs: number | undefined
  #roundTripMs: number | undefined
  #packetsReported = 0

  constructor(stream: OutboundStream, reception: Reception, cname: string) {
    this.#stream = stream
    this.#reception = reception
    this.#cname = cname
  }

  /** Reads what the peer reports. False: it was no RTCP. */
  receive(packet: Uint8Array, now: Instant, wallNow: WallTime): boolean {
    const parsed = parseRtcp(packet)
    if (!parsed.ok) return false
    for (const part of parsed.value) {
      if (part.type === 'sr') this.#reception.statistics.senderReport(part, now)
      if (part.type !== 'sr' && part.type !== 'rr') continue
      for (const block of part.reports) if (block.ssrc === this.#stream.ssrc) this.#reported(block, wallNow)
    }
    return true
  }

  /** Our next report, valid until the next call. `isLast` says goodbye to the stream. */
  report(now: Instant, wallNow: WallTime, isLast: boolean): Uint8Array {
    const stream = this.#stream
    const block = this.#reception.statistics.takeReport(now)
    const report: Report = { ssrc: stream.ssrc, cname: this.#cname, reports: block ? [block] : [], isLast }
    const hasSent = stream.packetsSent > this.#packetsReported
    this.#packetsReported = stream.packetsSent
    const sender = {
      ntpTime: ntpTime(wallNow),
      rtpTime: stream.timestampAt(now),
      packetCount: stream.packetsSent >>> 0,
      octetCount: stream.octetsSent >>> 0,
    }
    this.#buffer ??= new Uint8Array(REPORT_BYTES)
    const length = writeReport(this.#buffer, hasSent ? { ...report, sender } : report)
    return this.#buffer.subarray(0, length)
  }

  stats(codec: CodecName, isRelayed: boolean): EndpointStats {
    const reception = this.#reception
    const { packetsReceived, lost, rubbish } = reception
    const jitterMs = round(reception.statistics.jitterMs)
    return {
      packetsSent: this.#stream.packetsSent,
      packetsReceived,
      lost,
      jitterMs,
      ...(this.#remoteLost === undefined ? {} : { remoteLost: this.#remoteLost }),
      ...(this.#remoteJitterMs === undefined ? {} : { remoteJitterMs: round(this.#remoteJitterMs) }),
      ...(this.#roundTripMs === undefined ? {} : { roundTripMs: round(this.#roundTripMs) }),
      ...(packetsReceived < SCORE_PACKETS_MIN
        ? {}
        : { mos: this.#score(codec, packetsReceived, lost, jitterMs) }),
      rubbish,
      isRelayed,
      codec,
    }
  }

  #score(codec: CodecName, received: number, lost: number, jitterMs: number): number {
    const delayMs = FIXED_DELAY_MS + (this.#roundTripMs ?? 0) / 2 + 2 * jitterMs
    const mos = estimateMos({ codec, delayMs, lossRatio: lost / Math.max(1, received + lost) })
    return Math.round(mos * 100) / 100
  }

  #reported(block: ReportBlock, wallNow: WallTime): void {
    this.#remoteLost = Math.max(0, block.cumulativeLost)
    this.#remoteJitterMs = (block.jitter * 1000) / this.#stream.clockRate
    this.#roundTripMs = roundTripMs(block, ntpTime(wallNow)) ?? this.#roundTripMs
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
