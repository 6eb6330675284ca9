// What an endpoint receives: checks packets, counts them, tells digits, and hands packets on to whoever is
// bridged. Hot path: one parse into a shared header, nothing allocated per packet. Payload types that were
// not negotiated are rubbish.
import type { Instant } from '@rufwerk/core'
import type { Codec, DtmfFormat } from '@rufwerk/media-control'
import {
  type DtmfPress,
  DtmfReceiver,
  newRtpHeader,
  parseRtpHeader,
  ReceiverStatistics,
  RTP_HEADER_BYTES,
  type RtpHeader,
} from '@rufwerk/rtp'
import { KeyEar } from '../stream/key-ear.ts'
import { isReceiving, type Negotiated } from '../stream/routes.ts'
import type { PacketListener } from './heard.ts'
import type { SourceCheck } from './transport.ts'

const UNKNOWN = 0
const AUDIO = 1
const EVENT = 2
/** One packet is looked at at a time, to its end. */
const HEADER = newRtpHeader()

export class Reception {
  /** Dropped before anything else. */
  rubbish = 0
  statistics = new ReceiverStatistics(8_000)
  readonly #onDigit: (press: DtmfPress) => void
  readonly #onError: (error: unknown) => void
  readonly #kinds = new Uint8Array(128)
  readonly #clockRates = new Uint32Array(128)
  #listeners: PacketListener[] = []
  /** One per event format, by payload type. */
  #digits: ReadonlyMap<number, DtmfReceiver> = new Map()
  /** Of the last packet of sound. */
  #soundTimestamp = 0
  /** Only where no event format was negotiated: else keys in the sound would be told twice. */
  #ear: KeyEar | undefined
  #isReceiving = false
  #isConfigured = false
  #receivedBefore = 0
  #lostBefore = 0

  constructor(onDigit: (press: DtmfPress) => void, onError: (error: unknown) => void) {
    this.#onDigit = onDigit
    this.#onError = onError
  }

  configure(negotiated: Negotiated): void {
    this.#kinds.fill(UNKNOWN)
    for (const codec of negotiated.receive) this.#admit(codec)
    this.#digits = new Map(negotiated.receiveDtmf.map((format) => this.#admitEvent(format)))
    this.#isReceiving = isReceiving(negotiated.direction)
    this.#ear?.close()
    const hasKeysInSound = this.#isReceiving && negotiated.receiveDtmf.length === 0
    this.#ear = hasKeysInSound ? new KeyEar(negotiated.receive, this.#onDigit, this.#onError) : undefined
    this.#isConfigured = true
    for (const listener of this.#listeners) listener.sourceConfigured()
  }

  close(): void {
    for (const listener of this.#listeners) listener.sourceClosed()
    this.#listeners = []
    this.#ear?.close()
    this.#ear = undefined
  }

  /** Hands every packet of the peer to `listener` until `unlisten`. */
  listen(listener: PacketListener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  unlisten(listener: PacketListener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener)
  }

  get packetsReceived(): number {
    return this.#receivedBefore + this.statistics.packetsReceived
  }

  get lost(): number {
    return this.#lostBefore + this.statistics.lost
  }

  receive(packet: Uint8Array, check: SourceCheck, now: Instant): void {
    if (!this.#isConfigured) return // Sound before the answer: nobody can tell yet what it is.
    const header = HEADER
    const kind = parseRtpHeader(packet, header) ? this.#kinds[header.payloadType] : UNKNOWN
    if (kind === UNKNOWN || !check.accepts(header.ssrc, header.sequenceNumber)) {
      this.rubbish += 1
      return
    }
    const plain = header.payloadStart === RTP_HEADER_BYTES && header.payloadEnd === packet.length
    const clean = plain ? packet : withPlainHeader(packet, header)
    if (kind === EVENT) this.#eventArrived(clean, header, now)
    else {
      this.#soundArrived(header, now)
      this.#ear?.hear(clean, header)
    }
    if (!this.#isReceiving) return
    for (const listener of this.#listeners) listener.packetArrived(clean, header, now)
  }

  /** A digit whose end was lost ends by time. Call about twice a second. */
  expireDigits(now: Instant): void {
    for (const digits of this.#digits.values()) {
      const press = digits.tick(now)
      if (press && this.#isReceiving) this.#onDigit(press)
    }
  }

  #admit(codec: Codec): void {
    this.#kinds[codec.payloadType] = AUDIO
    this.#clockRates[codec.payloadType] = codec.clockRate
  }

  /** A press that goes on, or whose end is repeated, stays known when the same format is configured again. */
  #admitEvent({ payloadType, clockRate }: DtmfFormat): [number, DtmfReceiver] {
    const isKnown = this.#clockRates[payloadType] === clockRate
    const known = isKnown ? this.#digits.get(payloadType) : undefined
    this.#kinds[payloadType] = EVENT
    this.#clockRates[payloadType] = clockRate
    return [payloadType, known ?? new DtmfReceiver(clockRate)]
  }

  #eventArrived(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    const payload = packet.subarray(RTP_HEADER_BYTES)
    const duration = payload.length < 4 ? 0 : ((payload[2] as number) << 8) | (payload[3] as number)
    // All packets of a press carry the time of its beginning; what counts for jitter is when they were made.
    // With another clock than the sound's they are packets of the stream, and tell nothing of its time.
    const isSameClock = this.#clockRates[header.payloadType] === this.statistics.clockRate
    const timestamp = isSameClock ? (header.timestamp + duration) >>> 0 : this.#soundTimestamp
    this.statistics.received(header.ssrc, header.sequenceNumber, timestamp, now)
    const press = this.#digits.get(header.payloadType)?.receive(payload, header.timestamp, now)
    if (press && this.#isReceiving) this.#onDigit(press)
  }

  #soundArrived(header: RtpHeader, now: Instant): void {
    const clockRate = this.#clockRates[header.payloadType] as number
    if (clockRate !== this.statistics.clockRate) {
      this.#receivedBefore += this.statistics.packetsReceived
      this.#lostBefore += this.statistics.lost
      this.statistics = new ReceiverStatistics(clockRate)
    }
    this.#soundTimestamp = header.timestamp
    this.statistics.received(header.ssrc, header.sequenceNumber, header.timestamp, now)
  }
}

/** The same packet without contributing sources, extension and padding: none of it concerns the other leg. */
function withPlainHeader(packet: Uint8Array, header: RtpHeader): Uint8Array {
  const start = header.payloadStart - RTP_HEADER_BYTES
  packet.copyWithin(start, 0, RTP_HEADER_BYTES)
  packet[start] = 0x80
  const plain = packet.subarray(start, header.payloadEnd)
  header.payloadStart = RTP_HEADER_BYTES
  header.payloadEnd = plain.length
  return plain
}
