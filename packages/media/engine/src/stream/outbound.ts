// Our one RTP stream towards a peer: one SSRC, one sequence, one clock, whatever the sound is made of.
// Relayed packets are rewritten in place so that a change of source looks like one stream that goes on.
// Hot path: nothing is allocated per relayed packet.
import { type Instant, instant } from '@rufwerk/core'
import { patchRtpHeader, RTP_HEADER_BYTES, setMarker, writeRtpHeader } from '@rufwerk/rtp'

const NOBODY = -1

export class OutboundStream {
  readonly ssrc: number
  /** RTP clock in Hz of the format in use. */
  clockRate = 8_000
  packetsSent = 0
  octetsSent = 0
  /** When the last packet was sent and what its RTP time was: the anchor of sender reports. */
  lastSentAt: Instant = instant(Number.NEGATIVE_INFINITY)
  lastTimestamp: number
  #sequence: number
  #source = NOBODY
  #sourceSsrc = 0
  #sequenceShift = 0
  #timestampShift = 0

  constructor(ssrc: number, firstSequence: number, firstTimestamp: number) {
    this.ssrc = ssrc
    this.#sequence = firstSequence & 0xffff
    this.lastTimestamp = firstTimestamp >>> 0
  }

  /** A stream whose sound comes from elsewhere next: the following packet starts a new spurt. */
  sourceChanged(): void {
    this.#source = NOBODY
  }

  /** Another format: time goes on from where it is, in the new clock. */
  changeClock(clockRate: number, now: Instant): void {
    if (this.packetsSent > 0) {
      this.lastTimestamp = this.timestampAt(now)
      this.lastSentAt = now
    }
    this.clockRate = clockRate
    this.sourceChanged()
  }

  /**
   * Rewrites a packet of `source` into this stream. The header fields are those of the packet as it came,
   * because the buffer may already carry another stream's rewriting.
   */
  rewrite(
    packet: Uint8Array,
    source: number,
    payloadType: number,
    sequence: number,
    timestamp: number,
    ssrc: number,
    now: Instant,
  ): void {
    const isNew = source !== this.#source || ssrc !== this.#sourceSsrc
    if (isNew) this.#follow(source, sequence, timestamp, ssrc, now)
    const outSequence = (sequence + this.#sequenceShift) & 0xffff
    const outTimestamp = (timestamp + this.#timestampShift) >>> 0
    patchRtpHeader(packet, payloadType, outSequence, outTimestamp, this.ssrc)
    if (isNew) setMarker(packet, true)
    // A late packet of the source does not turn the stream back.
    const step = (outSequence - this.#sequence) & 0xffff
    if (step < 0x8000) {
      this.#sequence = outSequence
      this.lastTimestamp = outTimestamp
      this.lastSentAt = now
    }
    this.packetsSent += 1
    this.octetsSent += packet.length - RTP_HEADER_BYTES
  }

  /** Makes a packet of our own sound. `timestamp` is in this stream's time, see `timestampAt`. */
  write(
    payload: Uint8Array,
    payloadType: number,
    timestamp: number,
    marker: boolean,
    now: Instant,
  ): Uint8Array {
    const packet = new Uint8Array(RTP_HEADER_BYTES + payload.length)
    this.#sequence = (this.#sequence + 1) & 0xffff
    const isFirst = this.#source !== NOBODY || this.packetsSent === 0
    writeRtpHeader(packet, marker || isFirst, payloadType, this.#sequence, timestamp, this.ssrc)
    packet.set(payload, RTP_HEADER_BYTES)
    this.#source = NOBODY
    this.lastTimestamp = timestamp >>> 0
    this.lastSentAt = now
    this.packetsSent += 1
    this.octetsSent += payload.length
    return packet
  }

  /**
   * Makes a packet of a digit of ours. Its time is that of the press; the time of the sound is left alone.
   */
  writeEvent(
    payload: Uint8Array,
    payloadType: number,
    timestamp: number,
    marker: boolean,
    now: Instant,
  ): Uint8Array {
    const packet = new Uint8Array(RTP_HEADER_BYTES + payload.length)
    packet.set(payload, RTP_HEADER_BYTES)
    packet[0] = 0x80
    this.placeEvent(packet, payloadType, timestamp, now)
    setMarker(packet, marker)
    return packet
  }

  /** Gives a peer's digit packet, whose clock is another, the next place in this stream. */
  placeEvent(packet: Uint8Array, payloadType: number, timestamp: number, now: Instant): void {
    this.#sequence = (this.#sequence + 1) & 0xffff
    patchRtpHeader(packet, payloadType, this.#sequence, timestamp, this.ssrc)
    if (this.packetsSent === 0) {
      this.lastSentAt = now
      this.lastTimestamp = timestamp >>> 0
    }
    this.packetsSent += 1
    this.octetsSent += packet.length - RTP_HEADER_BYTES
  }

  /** The RTP time of `now` in this stream: the last packet's, plus what passed since. */
  timestampAt(now: Instant): number {
    if (this.lastSentAt === Number.NEGATIVE_INFINITY) return this.lastTimestamp
    const passed = Math.max(0, now - this.lastSentAt)
    return (this.lastTimestamp + Math.round((passed * this.clockRate) / 1000)) >>> 0
  }

  #follow(source: number, sequence: number, timestamp: number, ssrc: number, now: Instant): void {
    this.#source = source
    this.#sourceSsrc = ssrc
    this.#sequenceShift = (this.#sequence + 1 - sequence) & 0xffff
    // At least one packet of 20 ms lies between the old sound and the new one.
    const next = this.timestampAt(now)
    const least = (this.lastTimestamp + this.clockRate / 50) >>> 0
    const start = (next - least) >>> 0 < 0x8000_0000 ? next : least
    this.#timestampShift = (start - timestamp) | 0
  }
}
