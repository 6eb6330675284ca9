// What all hear who only listen, encoded once per format and frame: encoding is most of what a member costs.
import type { CodecName } from '@rufwerk/media-control'
import { type AudioEncoder, Resampler } from '@rufwerk/rtp'
import { closeCodec, openEncoder, type PcmRate } from '../stream/codecs.ts'

export class CommonEncoder {
  readonly #encoder: AudioEncoder
  readonly #resampler: Resampler | undefined
  #frame = -1
  #payload: Uint8Array = new Uint8Array(0)

  /** For sound of this rate. */
  constructor(codec: CodecName, rate: PcmRate, onError: (error: unknown) => void) {
    this.#encoder = openEncoder(codec, rate, onError)
    const to = this.#encoder.sampleRate as PcmRate
    this.#resampler = to === rate ? undefined : new Resampler(rate, to)
  }

  /** When it was last asked, as the number of a frame. */
  get frame(): number {
    return this.#frame
  }

  /** `sound` is that of the frame with this number; the same number again costs nothing. */
  encode(sound: Int16Array, frame: number): Uint8Array {
    if (frame === this.#frame) return this.#payload
    this.#frame = frame
    this.#payload = this.#encoder.encode(this.#resampler?.resample(sound) ?? sound)
    return this.#payload
  }

  close(): void {
    closeCodec(this.#encoder)
  }
}
