// What a receiver knows of one stream (RFC 3550 §6.4.1, A.1, A.3, A.8). Hot path: allocates nothing per
// packet.
import type { Instant } from '@rufwerk/core'
import { compactNtp, type ReportBlock, type RtcpPacket } from './rtcp.ts'

/** A step forward of more packets is a restart of the sender, if the next packet agrees (RFC 3550 A.1). */
export const SEQUENCE_DROPOUT_MAX = 3_000
/** A step back of more packets is one, too. */
export const SEQUENCE_MISORDER_MAX = 100
/** A single step of the transit time above this is a restart of the sender's clock, not jitter. */
const TRANSIT_STEP_SECONDS_MAX = 2

export class ReceiverStatistics {
  readonly clockRate: number
  #ssrc = -1
  /** First and highest sequence number of this source, extended; −1 before the first packet. */
  #first = -1
  #highest = -1
  /** Where the stream would go on if the last odd packet was a restart. */
  #resumesAt = -1
  /** Expected packets of sequences that are over. */
  #expectedBefore = 0
  #received = 0
  #jitter = 0
  #lastTimestamp = -1
  #lastArrival = 0
  #expectedReported = 0
  #receivedReported = 0
  #lastSr = 0
  #lastSrAt = 0

  constructor(clockRate: number) {
    this.clockRate = clockRate
  }

  /** One packet of the stream. A new SSRC starts a new sequence; lost and received go on adding up. */
  received(ssrc: number, sequenceNumber: number, timestamp: number, now: Instant): void {
    if (ssrc !== this.#ssrc) {
      this.#restart(sequenceNumber)
      this.#ssrc = ssrc
      this.#lastSr = 0
    } else if (!this.#advance(sequenceNumber)) return
    this.#received += 1
    this.#measureJitter(timestamp, now)
  }

  /** False: an odd packet that may be a restart, or rubbish; the next one decides. */
  #advance(sequenceNumber: number): boolean {
    const distance = ((sequenceNumber - this.#highest) << 16) >> 16
    if (distance > SEQUENCE_DROPOUT_MAX || distance < -SEQUENCE_MISORDER_MAX) {
      if (sequenceNumber !== this.#resumesAt) {
        this.#resumesAt = (sequenceNumber + 1) & 0xffff
        return false
      }
      this.#restart(sequenceNumber)
    } else if (distance > 0) this.#highest += distance
    this.#resumesAt = -1
    return true
  }

  #restart(sequenceNumber: number): void {
    if (this.#first >= 0) this.#expectedBefore += this.#highest - this.#first + 1
    this.#first = sequenceNumber + 0x1_0000 // Leaves room for steps back.
    this.#highest = this.#first
    this.#resumesAt = -1
    this.#lastTimestamp = -1
  }

  /**
   * RFC 3550 A.8. Packets with the timestamp of the one before (events, parts of a frame) say nothing new.
   */
  #measureJitter(timestamp: number, now: Instant): void {
    const arrival = (now * this.clockRate) / 1000
    if (this.#lastTimestamp >= 0) {
      const advance = (timestamp - this.#lastTimestamp) | 0
      if (advance === 0) return
      const step = Math.abs(arrival - this.#lastArrival - advance)
      if (step < TRANSIT_STEP_SECONDS_MAX * this.clockRate) this.#jitter += (step - this.#jitter) / 16
    }
    this.#lastTimestamp = timestamp
    this.#lastArrival = arrival
  }

  /** The sender's report, for LSR and DLSR. */
  senderReport(report: Extract<RtcpPacket, { type: 'sr' }>, now: Instant): void {
    if (report.ssrc !== this.#ssrc) return
    this.#lastSr = compactNtp(report.ntpTime)
    this.#lastSrAt = now
  }

  get packetsReceived(): number {
    return this.#received
  }

  get expected(): number {
    if (this.#first < 0) return 0
    return this.#expectedBefore + this.#highest - this.#first + 1
  }

  /** Packets missing so far, never below 0. */
  get lost(): number {
    return Math.max(0, this.expected - this.#received)
  }

  /** Interarrival jitter in units of the RTP clock. */
  get jitter(): number {
    return this.#jitter
  }

  get jitterMs(): number {
    return (this.#jitter * 1000) / this.clockRate
  }

  /** The block for our next report, which begins a new interval; undefined before the first packet. */
  takeReport(now: Instant): ReportBlock | undefined {
    if (this.#first < 0) return undefined
    const { expected } = this
    const expectedInterval = expected - this.#expectedReported
    const lostInterval = expectedInterval - (this.#received - this.#receivedReported)
    this.#expectedReported = expected
    this.#receivedReported = this.#received
    const fraction = expectedInterval > 0 ? Math.floor((256 * lostInterval) / expectedInterval) : 0
    return {
      ssrc: this.#ssrc,
      fractionLost: Math.max(0, Math.min(255, fraction)),
      cumulativeLost: expected - this.#received,
      highestSequence: (this.#highest - 0x1_0000) >>> 0, // The first cycle is number 0 outside.
      jitter: Math.floor(this.#jitter),
      lastSr: this.#lastSr,
      delaySinceLastSr: this.#lastSr === 0 ? 0 : Math.round((now - this.#lastSrAt) * 65.536) >>> 0,
    }
  }
}
