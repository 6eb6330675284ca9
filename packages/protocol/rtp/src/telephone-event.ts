// DTMF as telephone-event (RFC 4733): a sender and a receiver machine without timers; the caller gives the time.
import type { Instant } from '@rufwerk/core'

/** Bytes of one event payload (RFC 4733 §2.3). */
export const EVENT_PAYLOAD_BYTES = 4

export interface DtmfPress {
  /** One of 0–9 * # A–D. */
  readonly digit: string
  readonly durationMs: number
}

/** Whether this character can be sent as an event. */
export function isDtmfDigit(digit: string): boolean {
  return /^[0-9*#A-D]$/.test(digit)
}

export class DtmfReceiver {
  constructor(_clockRate: number) {}

  /** One event packet. Returns the press when it has ended; each press once, however many packets tell it. */
  receive(_payload: Uint8Array, _timestamp: number, _now: Instant): DtmfPress | undefined {
    return undefined
  }

  /** Call about every 100 ms, and on audio: a press whose end packets were all lost ends by time. */
  tick(_now: Instant): DtmfPress | undefined {
    return undefined
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
  constructor(_clockRate: number, _packetMs = 20) {}

  /** Queues a digit; false when the queue is full. Duration 40–8000 ms. */
  press(_digit: string, _durationMs: number): boolean {
    return false
  }

  get isSending(): boolean {
    return false
  }

  /**
   * Call once per packet interval with the RTP time of now; audio is not sent when a packet comes back
   * (RFC 4733 §2.5.1.2). The packet takes the next sequence number.
   */
  next(_rtpTime: number): EventPacket | undefined {
    return undefined
  }
}
