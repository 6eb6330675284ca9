// Sound inside the engine: 16-bit mono, 8 or 16 kHz, pulled one frame at a time by whoever sends it.
import type { Instant } from '@rufwerk/core'
import type { CodecName } from '@rufwerk/media-control'
import type { PcmRate } from './codecs.ts'

/** `silence`: the frame is zeros and need not be sent. `ended`: the same, and no sound will come any more. */
export type PcmState = 'sound' | 'silence' | 'ended'

export interface PcmSource {
  readonly rate: PcmRate
  /** Fills the whole frame. Called once per 20 ms. */
  read(frame: Int16Array, now: Instant): PcmState
  /**
   * The frame that was read last as a packet of this format, where the same is encoded for others, too; valid
   * until the next call.
   */
  encoded?(codec: CodecName): Uint8Array | undefined
  /** Frees what the source holds. No read follows. */
  close(): void
}
