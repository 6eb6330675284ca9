// Hears keys in the sound of a peer that negotiated no telephone-event (ITU-T Q.23), packet by packet, beside
// whatever else becomes of the packets. Packets that come late are left out; a gap ends a key. Not in Opus:
// its tones are not pure enough, and what speaks Opus speaks telephone-event.
import type { Codec } from '@rufwerk/media-control'
import { type AudioDecoder, DtmfDetector, type DtmfPress, Resampler, type RtpHeader } from '@rufwerk/rtp'
import { openDecoder } from './codecs.ts'

const RATE = 8_000
/** What the detector takes at once. */
const PIECE_SAMPLES = 240
/** More packets than this between two are a gap. */
const STEP_MAX = 3

export class KeyEar {
  readonly #formats: readonly Codec[]
  readonly #onPress: (press: DtmfPress) => void
  readonly #onError: (error: unknown) => void
  readonly #detector = new DtmfDetector()
  #payloadType = -1
  #decoder: AudioDecoder | undefined
  #resampler: Resampler | undefined
  #sequence = -1

  constructor(
    formats: readonly Codec[],
    onPress: (press: DtmfPress) => void,
    onError: (error: unknown) => void,
  ) {
    this.#formats = formats
    this.#onPress = onPress
    this.#onError = onError
  }

  /** A packet of sound with a plain header. */
  hear(packet: Uint8Array, header: RtpHeader): void {
    const step = this.#sequence < 0 ? 1 : (header.sequenceNumber - this.#sequence) & 0xffff
    if (step === 0 || step > 0x7fff) return
    this.#sequence = header.sequenceNumber
    if (header.payloadType !== this.#payloadType) this.#use(header.payloadType)
    if (step > STEP_MAX) this.#tell(this.#detector.end())
    const decoder = this.#decoder
    if (decoder === undefined) return
    const sound = decoder.decode(packet.subarray(header.payloadStart, header.payloadEnd))
    const samples = this.#resampler === undefined ? sound : this.#resampler.resample(sound)
    for (let from = 0; from < samples.length; from += PIECE_SAMPLES)
      this.#tell(this.#detector.push(samples.subarray(from, from + PIECE_SAMPLES)))
  }

  close(): void {
    this.#decoder = undefined
  }

  #tell(press: DtmfPress | undefined): void {
    if (press !== undefined) this.#onPress(press)
  }

  #use(payloadType: number): void {
    this.close()
    this.#payloadType = payloadType
    const codec = this.#formats.find((format) => format.payloadType === payloadType)
    if (codec !== undefined && codec.name !== 'opus')
      this.#decoder = openDecoder(codec.name, RATE, this.#onError)
    const rate = this.#decoder?.sampleRate
    this.#resampler = rate === 16_000 ? new Resampler(16_000, RATE) : undefined
  }
}
