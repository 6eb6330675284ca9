// Carries a peer's digits (RFC 4733) to another stream whose clock or numbering is different: payload type,
// time and duration are rewritten packet by packet, volume and the three end packets stay what the peer
// sent.
import type { Instant } from '@rufwerk/core'
import type { DtmfFormat } from '@rufwerk/media-control'
import { RTP_HEADER_BYTES, type RtpHeader } from '@rufwerk/rtp'
import type { OutboundStream } from './outbound.ts'

const EVENT_BYTES = 4
/** Bytes 2 and 3 of the event: how long it lasts so far. */
const DURATION_AT = RTP_HEADER_BYTES + 2

export class EventCarrier {
  #sourceTimestamp = -1
  #sourceSsrc = -1
  #timestamp = 0

  /** Rewrites the packet, which must have a plain header; false when it is no event. */
  carry(
    packet: Uint8Array,
    header: RtpHeader,
    from: DtmfFormat,
    to: DtmfFormat,
    stream: OutboundStream,
    now: Instant,
  ): boolean {
    if (packet.length < RTP_HEADER_BYTES + EVENT_BYTES) return false
    if (header.timestamp !== this.#sourceTimestamp || header.ssrc !== this.#sourceSsrc) {
      this.#sourceTimestamp = header.timestamp
      this.#sourceSsrc = header.ssrc
      this.#timestamp = stream.timestampAt(now)
    }
    const duration = ((packet[DURATION_AT] as number) << 8) | (packet[DURATION_AT + 1] as number)
    // A long event at a fast clock cannot be told in 16 bits (RFC 4733 §2.5.1.3): it stays at the longest.
    const scaled = Math.min(0xffff, Math.round((duration * to.clockRate) / from.clockRate))
    packet[DURATION_AT] = scaled >>> 8
    packet[DURATION_AT + 1] = scaled
    stream.placeEvent(packet, to.payloadType, this.#timestamp, now)
    return true
  }
}
