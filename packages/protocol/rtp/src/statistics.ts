// What a receiver knows of one SSRC (RFC 3550 §6.4.1, A.3, A.8). Hot path: allocates nothing per packet.
import type { Instant } from '@rufwerk/core'
import type { ReportBlock, RtcpPacket } from './rtcp.ts'

export class ReceiverStatistics {
  readonly clockRate: number

  constructor(clockRate: number) {
    this.clockRate = clockRate
  }

  /** One packet of the stream. A new SSRC starts a new sequence; lost and received go on adding up. */
  received(_ssrc: number, _sequenceNumber: number, _timestamp: number, _now: Instant): void {}

  /** The sender's report, for LSR and DLSR. */
  senderReport(_report: Extract<RtcpPacket, { type: 'sr' }>, _now: Instant): void {}

  get packetsReceived(): number {
    return 0
  }

  get expected(): number {
    return 0
  }

  /** Packets missing so far, never below 0. */
  get lost(): number {
    return 0
  }

  /** Interarrival jitter in units of the RTP clock. */
  get jitter(): number {
    return 0
  }

  get jitterMs(): number {
    return 0
  }

  /** The block for our next report, which begins a new interval; undefined before the first packet. */
  takeReport(_now: Instant): ReportBlock | undefined {
    return undefined
  }
}
