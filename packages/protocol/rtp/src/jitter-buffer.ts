// Puts packets back in order and at an even pace, for a receiver that decodes (pull model). Adaptive, bounded.
import type { Instant } from '@rufwerk/core'
import type { RtpHeader } from './header.ts'

/** A packet whose turn it is. The object and its payload are valid until the next put or take. */
export interface Frame {
  readonly payloadType: number
  readonly timestamp: number
  /** Extended sequence number. */
  readonly sequence: number
  readonly payload: Uint8Array
}

export interface JitterBufferOptions {
  readonly clockRate: number
  /** Packets kept at most; 64 when absent. */
  readonly framesMax?: number
  /** Bounds of the delay that is added, in ms. */
  readonly delayMinMs?: number
  readonly delayMaxMs?: number
}

export interface JitterBufferCounts {
  readonly late: number
  readonly lost: number
  readonly duplicate: number
  readonly overflow: number
  readonly reset: number
}

export class JitterBuffer {
  constructor(_options: JitterBufferOptions) {}

  /** Takes a copy of the payload. */
  put(
    _packet: Uint8Array,
    _header: RtpHeader,
    _now: Instant,
  ): 'queued' | 'late' | 'duplicate' | 'overflow' | 'reset' {
    return 'queued'
  }

  /** What is to be played next: a frame, `lost` (conceal one packet), or `empty` (nothing has come or it ran dry). */
  take(_now: Instant): Frame | 'lost' | 'empty' {
    return 'empty'
  }

  /** The frame after a lost one when it is there already, for FEC; it stays in the buffer. */
  peek(): Frame | undefined {
    return undefined
  }

  /** RTP time from one packet to the next, as seen in the stream; 20 ms until known. */
  get frameTime(): number {
    return 160
  }

  /** Delay that the buffer aims at, in ms. */
  get targetMs(): number {
    return 0
  }

  get counts(): JitterBufferCounts {
    return { late: 0, lost: 0, duplicate: 0, overflow: 0, reset: 0 }
  }

  size(): number {
    return 0
  }
}
