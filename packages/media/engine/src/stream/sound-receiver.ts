// A peer's packets as even sound: jitter buffer, decoder and concealment (all in rtp's Playout), for
// whichever of the negotiated formats the peer uses at the moment.
import type { Instant } from '@rufwerk/core'
import type { Codec } from '@rufwerk/media-control'
import { type AudioDecoder, Playout, Resampler, type RtpHeader } from '@rufwerk/rtp'
import { closeCodec, openDecoder, type PcmRate } from './codecs.ts'
import type { PcmSource, PcmState } from './pcm.ts'

export class SoundReceiver implements PcmSource {
  readonly rate: PcmRate
  readonly #formats: readonly Codec[]
  readonly #onError: (error: unknown) => void
  #payloadType = -1
  #decoder: AudioDecoder | undefined
  #playout: Playout | undefined
  #resampler: Resampler | undefined
  #piece = new Int16Array(0)

  constructor(formats: readonly Codec[], rate: PcmRate, onError: (error: unknown) => void) {
    this.#formats = formats
    this.rate = rate
    this.#onError = onError
  }

  put(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    if (header.payloadType !== this.#payloadType && !this.#use(header.payloadType)) return
    this.#playout?.put(packet, header, now)
  }

  read(frame: Int16Array, now: Instant): PcmState {
    if (!this.#playout) return 'silence'
    if (!this.#resampler) return this.#playout.pull(frame, now) === 'silence' ? 'silence' : 'sound'
    const length = (frame.length * this.#resampler.from) / this.#resampler.to
    if (this.#piece.length !== length) this.#piece = new Int16Array(length)
    const state = this.#playout.pull(this.#piece, now)
    frame.set(this.#resampler.resample(this.#piece).subarray(0, frame.length))
    return state === 'silence' ? 'silence' : 'sound'
  }

  /** What waiting for late packets adds to the delay, in ms. */
  get delayMs(): number {
    return this.#playout?.delayMs ?? 0
  }

  close(): void {
    closeCodec(this.#decoder)
    this.#decoder = undefined
    this.#playout = undefined
  }

  /** The peer may change between the negotiated formats at any time (RFC 3264 §8.3.2). */
  #use(payloadType: number): boolean {
    const codec = this.#formats.find((format) => format.payloadType === payloadType)
    if (!codec) return false
    this.close()
    this.#payloadType = payloadType
    this.#decoder = openDecoder(codec.name, this.rate, this.#onError)
    this.#playout = new Playout(this.#decoder, { clockRate: codec.clockRate })
    const from = this.#decoder.sampleRate as PcmRate
    this.#resampler = from === this.rate ? undefined : new Resampler(from, this.rate)
    return true
  }
}
