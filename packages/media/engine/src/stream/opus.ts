// Opus (RFC 6716, RFC 7587) by libopus as WebAssembly, behind the ports of the rtp package. Mono, for
// speech. The library creates its states asynchronously, but within microtasks once it is loaded: until
// then a decoder answers with nothing and an encoder with an empty payload, which the callers skip.
import type { AudioDecoder, AudioEncoder } from '@rufwerk/rtp'
import {
  Application,
  createDecoder,
  createEncoder,
  loadLibopus,
  type OpusDecoderHandle,
  type OpusEncoderHandle,
  Signal,
} from 'libopus-wasm'

export type OpusRate = 8_000 | 16_000

/** Bits per second: wideband speech with redundancy for lost packets. */
export const OPUS_BITRATE = 24_000
/**
 * 0–10. From 2 on the quantiser searches several states: 1.6 times the cost at 8 kHz and twice at 16 kHz
 * (60 and 84 against 93 and 173 µs per 20 ms frame), for little at this bit rate.
 */
export const OPUS_COMPLEXITY = 1
/** What the encoder shall expect; above 0 it adds in-band FEC (RFC 6716 §2.1.7). */
export const OPUS_EXPECTED_LOSS_PERCENT = 10
const PACKET_BYTES_MAX = 1_275 // RFC 6716 §3.2.1: one frame.
const NOTHING = new Int16Array(0)
const EMPTY = new Uint8Array(0)

/** Loads the library; until it has resolved, Opus endpoints are silent. */
export async function loadOpus(): Promise<string> {
  return (await loadLibopus()).version
}

export class OpusVoiceDecoder implements AudioDecoder {
  readonly sampleRate: OpusRate
  #decoder: OpusDecoderHandle | undefined
  #isClosed = false

  constructor(sampleRate: OpusRate, onError: (error: unknown) => void) {
    this.sampleRate = sampleRate
    createDecoder({ sampleRate, channels: 1 }).then((decoder) => {
      if (this.#isClosed) decoder.free()
      else this.#decoder = decoder
    }, onError)
  }

  decode(payload: Uint8Array): Int16Array {
    if (!this.#decoder || payload.length === 0) return NOTHING
    try {
      return this.#decoder.decode(payload)
    } catch {
      return NOTHING // A corrupt packet is a lost one (RFC 6716 §3.4).
    }
  }

  conceal(samples: number): Int16Array {
    const length = this.#concealable(samples)
    if (!this.#decoder || length === 0) return new Int16Array(samples)
    return this.#decoder.decodePacketLoss(length).subarray(0, samples)
  }

  recover(payload: Uint8Array, samples: number): Int16Array {
    if (!this.#decoder || payload.length === 0 || this.#concealable(samples) !== samples)
      return this.conceal(samples)
    try {
      return this.#decoder.decode(payload, { decodeFec: true, frameSize: samples })
    } catch {
      return this.conceal(samples)
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#decoder?.free()
    this.#decoder = undefined
  }

  /** libopus conceals multiples of 2.5 ms up to 120 ms: the next length that it can do. */
  #concealable(samples: number): number {
    const unit = this.sampleRate / 400
    return Math.min(48, Math.ceil(samples / unit)) * unit
  }
}

export class OpusVoiceEncoder implements AudioEncoder {
  readonly sampleRate: OpusRate
  #encoder: OpusEncoderHandle | undefined
  #isClosed = false

  constructor(sampleRate: OpusRate, onError: (error: unknown) => void) {
    this.sampleRate = sampleRate
    createEncoder({
      sampleRate,
      channels: 1,
      frameSize: sampleRate / 50,
      application: Application.Voip,
      signal: Signal.Voice,
      bitrate: OPUS_BITRATE,
      complexity: OPUS_COMPLEXITY,
      fec: true,
      packetLossPercent: OPUS_EXPECTED_LOSS_PERCENT,
      dtx: false,
    }).then((encoder) => {
      if (this.#isClosed) encoder.free()
      else this.#encoder = encoder
    }, onError)
  }

  encode(samples: Int16Array): Uint8Array {
    if (!this.#encoder) return EMPTY
    return this.#encoder.encode(samples, { frameSize: samples.length, maxPacketBytes: PACKET_BYTES_MAX })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#encoder?.free()
    this.#encoder = undefined
  }
}
