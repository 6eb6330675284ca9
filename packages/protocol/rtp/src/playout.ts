// Packets in, even sound out: jitter buffer, decoder, loss concealment, FEC and catching up in one pull. One
// playout per codec; its owner makes a new one when the payload type changes to another codec.
import type { Instant } from '@rufwerk/core'
import type { RtpHeader } from './header.ts'
import { JitterBuffer, type JitterBufferCounts, type JitterBufferOptions } from './jitter-buffer.ts'
import type { AudioDecoder } from './ports.ts'

export interface PlayoutCounts extends JitterBufferCounts {
  /** Samples that concealment made up. */
  readonly concealedSamples: number
}

/** Decoded sound waiting to be pulled: one packet of the longest kind and what was left of the one before. */
const WAITING_SECONDS_MAX = 0.25

export class Playout {
  readonly #decoder: AudioDecoder
  readonly #buffer: JitterBuffer
  readonly #clockRate: number
  readonly #waiting: Int16Array
  #waitingCount = 0
  #concealedSamples = 0

  constructor(decoder: AudioDecoder, options: JitterBufferOptions) {
    this.#decoder = decoder
    this.#clockRate = options.clockRate
    this.#buffer = new JitterBuffer(options)
    this.#waiting = new Int16Array(decoder.sampleRate * WAITING_SECONDS_MAX)
  }

  put(packet: Uint8Array, header: RtpHeader, now: Instant): void {
    this.#buffer.put(packet, header, now)
  }

  /** A packet of the same stream without sound, such as an event: it leaves no hole. */
  putSilent(header: RtpHeader, now: Instant): void {
    this.#buffer.putSilent(header, now)
  }

  /** Fills `into` at the decoder's rate, whatever the peer's packet length; silence when nothing is there. */
  pull(into: Int16Array, now: Instant): 'sound' | 'concealed' | 'silence' {
    let outcome: 'sound' | 'concealed' | 'silence' = 'sound'
    let filled = 0
    while (filled < into.length) {
      if (this.#waitingCount === 0) {
        const next = this.#decodeNext(now)
        if (next === 'silence') {
          into.fill(0, filled)
          return filled === 0 ? 'silence' : outcome
        }
        if (next === 'concealed') outcome = 'concealed'
      }
      const count = Math.min(this.#waitingCount, into.length - filled)
      for (let i = 0; i < count; i += 1) into[filled + i] = this.#waiting[i] as number
      this.#waiting.copyWithin(0, count, this.#waitingCount)
      this.#waitingCount -= count
      filled += count
    }
    return outcome
  }

  get counts(): PlayoutCounts {
    return { ...this.#buffer.counts, concealedSamples: this.#concealedSamples }
  }

  /** What the playout adds to the delay at present, in ms. */
  get delayMs(): number {
    return this.#buffer.delayMs + (this.#waitingCount * 1000) / this.#decoder.sampleRate
  }

  #decodeNext(now: Instant): 'sound' | 'concealed' | 'silence' {
    const next = this.#buffer.take(now)
    if (next === 'empty') return 'silence'
    if (next === 'lost') return this.#replaceLost()
    const samples = this.#decoder.decode(next.payload)
    if (samples.length === 0) return this.#replaceLost()
    this.#keep(samples)
    if (this.#buffer.isAhead) this.#catchUp(now)
    return 'sound'
  }

  #replaceLost(): 'sound' | 'concealed' {
    const samples = Math.round((this.#buffer.frameTime * this.#decoder.sampleRate) / this.#clockRate)
    const following = this.#decoder.recover === undefined ? undefined : this.#buffer.peek()
    if (following !== undefined && this.#decoder.recover !== undefined) {
      const recovered = this.#decoder.recover(following.payload, samples)
      if (recovered.length > 0) {
        this.#keep(recovered)
        return 'sound'
      }
    }
    this.#keep(this.#decoder.conceal(samples))
    this.#concealedSamples += samples
    return 'concealed'
  }

  /** Two frames become one: the first fades into the second, so that the delay shrinks without a click. */
  #catchUp(now: Instant): void {
    const first = this.#waitingCount
    const next = this.#buffer.take(now)
    this.#buffer.caughtUp()
    if (typeof next === 'string') return
    const samples = this.#decoder.decode(next.payload)
    const count = Math.min(first, samples.length)
    for (let i = 0; i < count; i += 1) {
      const weight = (i + 1) / (count + 1)
      const old = this.#waiting[i] as number
      this.#waiting[i] = Math.round(old + ((samples[i] as number) - old) * weight)
    }
    this.#waitingCount = count
    this.#keep(samples.subarray(count))
  }

  #keep(samples: Int16Array): void {
    const count = Math.min(samples.length, this.#waiting.length - this.#waitingCount)
    for (let i = 0; i < count; i += 1) this.#waiting[this.#waitingCount + i] = samples[i] as number
    this.#waitingCount += count
  }
}
