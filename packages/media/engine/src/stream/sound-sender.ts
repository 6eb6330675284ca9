// Turns one source of sound into packets of one negotiated format, one frame per tick.
// RTP time follows from when a frame was due, so that a gap in the sound is a gap in the timestamps.
import { after, type Instant, ms } from '@rufwerk/core'
import type { Codec } from '@rufwerk/media-control'
import { type AudioEncoder, Resampler } from '@rufwerk/rtp'
import { FRAME } from '../limits.ts'
import { closeCodec, openEncoder, packetMs } from './codecs.ts'
import type { OutboundStream } from './outbound.ts'
import type { PcmSource } from './pcm.ts'

export type Transmit = (packet: Uint8Array) => void

export class SoundSender {
  readonly codec: Codec
  readonly source: PcmSource
  readonly #stream: OutboundStream
  readonly #transmit: Transmit
  readonly #encoder: AudioEncoder
  readonly #resampler: Resampler | undefined
  readonly #frame: Int16Array
  /** Samples that wait until a packet is full; its start lies at `#pendingSince`. */
  readonly #pending: Int16Array
  readonly #packetSamples: number
  #pendingLength = 0
  #pendingSince: Instant | undefined
  #isSpurt = false

  constructor(
    codec: Codec,
    source: PcmSource,
    stream: OutboundStream,
    transmit: Transmit,
    onError: (error: unknown) => void,
  ) {
    this.codec = codec
    this.source = source
    this.#stream = stream
    this.#transmit = transmit
    this.#encoder = openEncoder(codec.name, source.rate, onError)
    const rate = this.#encoder.sampleRate as 8_000 | 16_000
    this.#resampler = rate === source.rate ? undefined : new Resampler(source.rate, rate)
    this.#frame = new Int16Array((source.rate * FRAME) / 1000)
    this.#packetSamples = (rate * packetMs(codec)) / 1000
    this.#pending = new Int16Array(this.#packetSamples + (rate * FRAME) / 1000)
  }

  /** Sends one frame. Returns true when the source has ended. `isMuted` keeps the time running only. */
  tick(due: Instant, now: Instant, isMuted: boolean): boolean {
    const state = this.source.read(this.#frame, now)
    if (state === 'sound' && !isMuted) this.#send(due)
    else {
      this.#pendingLength = 0
      this.#isSpurt = false
    }
    return state === 'ended'
  }

  close(): void {
    closeCodec(this.#encoder)
    this.source.close()
  }

  #send(due: Instant): void {
    if (this.#pendingLength === 0 && packetMs(this.codec) === FRAME) {
      const payload = this.source.encoded?.(this.codec.name)
      if (payload && payload.length > 0) {
        this.#write(payload, due)
        return
      }
    }
    const samples = this.#resampler ? this.#resampler.resample(this.#frame) : this.#frame
    if (this.#pendingLength === 0) this.#pendingSince = due
    this.#pending.set(samples, this.#pendingLength)
    this.#pendingLength += samples.length
    while (this.#pendingLength >= this.#packetSamples) this.#packet()
  }

  #write(payload: Uint8Array, since: Instant): void {
    const stream = this.#stream
    const packetTime = (stream.clockRate * packetMs(this.codec)) / 1000
    let timestamp = stream.timestampAt(since)
    // After relayed packets or digits the clocks may overlap a little: never go back.
    if (stream.packetsSent > 0 && ((timestamp - stream.lastTimestamp) | 0) < packetTime)
      timestamp = (stream.lastTimestamp + packetTime) >>> 0
    this.#transmit(stream.write(payload, this.codec.payloadType, timestamp, !this.#isSpurt, since))
    this.#isSpurt = true
  }

  #packet(): void {
    const since = this.#pendingSince as Instant
    const payload = this.#encoder.encode(this.#pending.subarray(0, this.#packetSamples))
    if (payload.length > 0) this.#write(payload, since)
    this.#pending.copyWithin(0, this.#packetSamples, this.#pendingLength)
    this.#pendingLength -= this.#packetSamples
    this.#pendingSince = after(since, ms(packetMs(this.codec)))
  }
}
