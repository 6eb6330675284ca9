// Plays recordings one after the other, once or for ever.
import type { PcmRate } from '../stream/codecs.ts'
import type { PcmSource, PcmState } from '../stream/pcm.ts'

export class RecordingSource implements PcmSource {
  readonly rate: PcmRate
  readonly #recordings: readonly Int16Array[]
  readonly #isLooped: boolean
  #index = 0
  #position = 0

  /** All recordings have this rate. */
  constructor(recordings: readonly Int16Array[], rate: PcmRate, isLooped: boolean) {
    this.#recordings = recordings
    this.rate = rate
    this.#isLooped = isLooped && recordings.some((recording) => recording.length > 0)
  }

  read(frame: Int16Array): PcmState {
    let filled = 0
    while (filled < frame.length) {
      const recording = this.#recordings[this.#index]
      if (!recording) {
        if (!this.#isLooped) break
        this.#index = 0
        continue
      }
      const piece = recording.subarray(this.#position, this.#position + frame.length - filled)
      frame.set(piece, filled)
      filled += piece.length
      this.#position += piece.length
      if (this.#position < recording.length) continue
      this.#position = 0
      this.#index += 1
    }
    if (filled === 0) {
      frame.fill(0)
      return 'ended'
    }
    frame.fill(0, filled)
    return 'sound'
  }

  close(): void {}
}
