// DTMF as telephone-event (RFC 4733): a sender and a receiver machine without timers; the caller gives the
// time. Only digits (events 0–15) are spoken.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |     event     |E|R| volume    |          duration             |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
import { assert, type Instant } from '@rufwerk/core'

/** Bytes of one event payload (RFC 4733 §2.3). */
export const EVENT_PAYLOAD_BYTES = 4
/** Longest duration that one segment can tell, in RTP units (RFC 4733 §2.5.1.3). */
const SEGMENT_MAX = 0xffff
/** A press without news for so long has ended; its end packets were lost. */
export const EVENT_SILENCE_MS = 200
/** The end of a press is told so often (RFC 4733 §2.5.1.4). */
const END_PACKETS = 3
/** Digits waiting to be sent. */
export const DIGITS_QUEUED_MAX = 64
export const PRESS_MS_MIN = 40
export const PRESS_MS_MAX = 8_000
/** Pause between two digits at least; the end packets are part of it. */
const PAUSE_MS = 60
/** Power in −dBm0; an ordinary digit. */
const VOLUME = 10
/** Packets of earlier presses may still come for so long; what is older is another time line. */
const REORDER_SECONDS_MAX = 10

const DIGITS = '0123456789*#ABCD'

export interface DtmfPress {
  /** One of 0–9 * # A–D. */
  readonly digit: string
  readonly durationMs: number
}

/** Whether this character can be sent as an event. */
export function isDtmfDigit(digit: string): boolean {
  return digit.length === 1 && DIGITS.includes(digit)
}

export class DtmfReceiver {
  readonly #clockRate: number
  /** −1: none was seen. After the end the press stays known by its timestamp, so that it is told once. */
  #timestamp = -1
  #event = 0
  #hasEnded = true
  /** RTP units: of finished segments, and of the current one. */
  #earlier = 0
  #duration = 0
  #heardAt = 0

  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** One event packet. Returns the press when it has ended; each press once, however many packets tell it. */
  receive(payload: Uint8Array, timestamp: number, now: Instant): DtmfPress | undefined {
    if (payload.length < EVENT_PAYLOAD_BYTES) return undefined
    const event = payload[0] as number
    if (event >= DIGITS.length) return undefined
    const isEnd = ((payload[1] as number) & 0x80) !== 0
    const duration = ((payload[2] as number) << 8) | (payload[3] as number)
    const distance = this.#timestamp < 0 ? 1 : (timestamp - this.#timestamp) | 0
    if (distance === 0) return this.#hasEnded ? undefined : this.#update(duration, isEnd, now)
    if (distance < 0 && distance > -REORDER_SECONDS_MAX * this.#clockRate) return undefined
    // RFC 4733 §2.5.1.3: the next segment of a long press begins where the last one ended.
    const isContinued = distance === SEGMENT_MAX || distance === this.#duration
    if (!this.#hasEnded && event === this.#event && isContinued) {
      this.#earlier += distance
      this.#timestamp = timestamp
      this.#duration = 0
      return this.#update(duration, isEnd, now)
    }
    // Another press begins; if the end of the last one got lost, it ends here. An end that comes in the very
    // first packet of the new one is then told by its repetition, or by time.
    const overdue = this.#hasEnded ? undefined : this.#end()
    this.#timestamp = timestamp
    this.#event = event
    this.#hasEnded = false
    this.#earlier = 0
    this.#duration = 0
    const press = this.#update(duration, isEnd && overdue === undefined, now)
    return overdue ?? press
  }

  /** Call about every 100 ms, and on audio: a press whose end packets were all lost ends by time. */
  tick(now: Instant): DtmfPress | undefined {
    if (this.#hasEnded || now - this.#heardAt < EVENT_SILENCE_MS) return undefined
    return this.#end()
  }

  #update(duration: number, isEnd: boolean, now: Instant): DtmfPress | undefined {
    this.#duration = Math.max(this.#duration, duration)
    this.#heardAt = now
    return isEnd ? this.#end() : undefined
  }

  #end(): DtmfPress {
    this.#hasEnded = true
    const units = this.#earlier + this.#duration
    return { digit: DIGITS[this.#event] as string, durationMs: Math.round((units * 1000) / this.#clockRate) }
  }
}

/** One event packet to send. The object is reused; read it before the next call. */
export interface EventPacket {
  readonly payload: Uint8Array
  /** RTP timestamp of the press: the same in all its packets (of one segment). */
  readonly timestamp: number
  readonly marker: boolean
}

export class DtmfSender {
  readonly #clockRate: number
  readonly #step: number
  readonly #queue: DtmfPress[] = []
  readonly #packet = { payload: new Uint8Array(EVENT_PAYLOAD_BYTES), timestamp: 0, marker: false }
  #state: 'idle' | 'pressed' | 'ending' | 'pause' = 'idle'
  /** RTP units that remain of the press, and that the current segment has told. */
  #remaining = 0
  #elapsed = 0
  /** Packets still to be sent in state ending, or intervals to wait in state pause. */
  #countdown = 0

  constructor(clockRate: number, packetMs = 20) {
    this.#clockRate = clockRate
    this.#step = (clockRate * packetMs) / 1000
  }

  /**
   * Queues a digit; false when the queue is full. The duration is kept within PRESS_MS_MIN and PRESS_MS_MAX.
   */
  press(digit: string, durationMs: number): boolean {
    assert(isDtmfDigit(digit), 'a DTMF digit is one of 0-9 * # A-D')
    if (this.#queue.length >= DIGITS_QUEUED_MAX) return false
    this.#queue.push({ digit, durationMs: Math.max(PRESS_MS_MIN, Math.min(PRESS_MS_MAX, durationMs)) })
    return true
  }

  get isSending(): boolean {
    return this.#state !== 'idle' || this.#queue.length > 0
  }

  /**
   * Call once per packet interval with the RTP time of now; audio is not sent when a packet comes back
   * (RFC 4733 §2.5.1.2). The packet takes the next sequence number.
   */
  next(rtpTime: number): EventPacket | undefined {
    if (this.#state === 'pause') {
      this.#countdown -= 1
      if (this.#countdown > 0) return undefined
      this.#state = 'idle'
    }
    if (this.#state === 'idle') return this.#begin(rtpTime)
    if (this.#state === 'ending') return this.#repeatEnd()
    return this.#goOn()
  }

  #begin(rtpTime: number): EventPacket | undefined {
    const press = this.#queue.shift()
    if (press === undefined) return undefined
    this.#packet.payload[0] = DIGITS.indexOf(press.digit)
    this.#packet.timestamp = rtpTime >>> 0
    this.#remaining = Math.round((press.durationMs * this.#clockRate) / 1000)
    this.#elapsed = 0
    this.#state = 'pressed'
    const packet = this.#goOn()
    this.#packet.marker = true // RFC 4733 §2.2.2: the first packet of a press, not of a segment.
    return packet
  }

  #goOn(): EventPacket {
    this.#packet.marker = false
    if (this.#elapsed >= SEGMENT_MAX) {
      this.#packet.timestamp = (this.#packet.timestamp + SEGMENT_MAX) >>> 0
      this.#elapsed = 0
    }
    const advance = Math.min(this.#step, this.#remaining, SEGMENT_MAX - this.#elapsed)
    this.#elapsed += advance
    this.#remaining -= advance
    if (this.#remaining > 0) return this.#tell(false)
    this.#state = 'ending'
    this.#countdown = END_PACKETS
    return this.#repeatEnd()
  }

  #repeatEnd(): EventPacket {
    this.#packet.marker = false
    this.#countdown -= 1
    if (this.#countdown === 0) {
      this.#state = 'pause'
      this.#countdown = Math.max(
        1,
        Math.ceil((PAUSE_MS * this.#clockRate) / 1000 / this.#step) - END_PACKETS + 2,
      )
    }
    return this.#tell(true)
  }

  #tell(isEnd: boolean): EventPacket {
    const { payload } = this.#packet
    payload[1] = isEnd ? 0x80 | VOLUME : VOLUME
    payload[2] = this.#elapsed >>> 8
    payload[3] = this.#elapsed
    return this.#packet
  }
}
