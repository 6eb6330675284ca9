// Packets in, even sound out: jitter buffer, decoder, loss concealment and FEC in one pull.
import type { Instant } from '@rufwerk/core'
import type { RtpHeader } from './header.ts'
import type { JitterBufferCounts, JitterBufferOptions } from './jitter-buffer.ts'
import type { AudioDecoder } from './ports.ts'

export interface PlayoutCounts extends JitterBufferCounts {
  /** Samples that concealment made up. */
  readonly concealedSamples: number
}

export class Playout {
  constructor(_decoder: AudioDecoder, _options: JitterBufferOptions) {}

  put(_packet: Uint8Array, _header: RtpHeader, _now: Instant): void {}

  /** Fills `into` at the decoder's rate, whatever the peer's packet length; silence when nothing is there. */
  pull(_into: Int16Array, _now: Instant): 'sound' | 'concealed' | 'silence' {
    return 'silence'
  }

  get counts(): PlayoutCounts {
    return { late: 0, lost: 0, duplicate: 0, overflow: 0, reset: 0, concealedSamples: 0 }
  }

  /** What the playout adds to the delay at present, in ms. */
  get delayMs(): number {
    return 0
  }
}
