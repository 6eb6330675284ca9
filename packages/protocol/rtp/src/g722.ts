// G.722 at 64 kbit/s (ITU-T G.722, mode 1): 16 kHz in and out, one byte per two samples. Its RTP clock says
// 8000 (RFC 3551 §4.5.2). Two sub-bands of ADPCM behind a quadrature mirror filter. Hot path: arrays are
// reused.
import { assert } from '@rufwerk/core'
import { G722Band } from './g722-band.ts'
import { IHN, IHP, ILN, ILP, Q2, Q6, QM2, QM4, QM6, QMF, WH_BY_CODE, WL_BY_CODE } from './g722-tables.ts'
import { LossConcealer } from './loss-concealer.ts'
import type { AudioDecoder, AudioEncoder } from './ports.ts'

const SAMPLE_RATE = 16_000
/** Samples of the past that the filter needs beside a pair of new ones. */
const QMF_HISTORY = 22
const OUTCOMES_MAX = 30

export class G722Decoder implements AudioDecoder {
  readonly sampleRate = SAMPLE_RATE
  readonly #low = new G722Band('low')
  readonly #high = new G722Band('high')
  readonly #concealer = new LossConcealer(SAMPLE_RATE)
  /** Sums and differences of the bands: the history, then this packet. */
  #filter = new Int32Array(QMF_HISTORY)
  #samples = new Int16Array(0)

  decode(payload: Uint8Array): Int16Array {
    const count = payload.length * 2
    if (this.#samples.length !== count) {
      this.#samples = new Int16Array(count)
      this.#filter = resized(this.#filter, count)
    }
    const filter = this.#filter
    const samples = this.#samples
    for (let i = 0; i < payload.length; i += 1) this.#decodePair(payload[i] as number, QMF_HISTORY + 2 * i)
    for (let i = 0; i < count; i += 2) {
      let even = 0
      let odd = 0
      for (let k = 0; k < 12; k += 1) {
        even += (filter[i + 2 * k] as number) * (QMF[k] as number)
        odd += (filter[i + 2 * k + 1] as number) * (QMF[11 - k] as number)
      }
      samples[i] = clip(odd >> 11)
      samples[i + 1] = clip(even >> 11)
    }
    filter.copyWithin(0, count)
    this.#concealer.heard(samples)
    return samples
  }

  #decodePair(code: number, at: number): void {
    const low = this.#low
    const high = this.#high
    const lowCode = code & 0x3f
    const highCode = code >> 6
    // Blocks 5L and 6L use all six bits; block 2L and the predictor only four of them.
    const rLow = limit15(low.s + ((low.det * (QM6[lowCode] as number)) >> 15))
    const truncated = lowCode >> 2
    const dLow = (low.det * (QM4[truncated] as number)) >> 15
    low.scale(WL_BY_CODE[truncated] as number)
    low.adapt(dLow)
    const dHigh = (high.det * (QM2[highCode] as number)) >> 15
    const rHigh = limit15(high.s + dHigh)
    high.scale(WH_BY_CODE[highCode] as number)
    high.adapt(dHigh)
    this.#filter[at] = rLow + rHigh
    this.#filter[at + 1] = rLow - rHigh
  }

  conceal(samples: number): Int16Array {
    return this.#concealer.conceal(samples)
  }
}

export class G722Encoder implements AudioEncoder {
  readonly sampleRate = SAMPLE_RATE
  readonly #low = new G722Band('low')
  readonly #high = new G722Band('high')
  /** Samples: the history, then this packet. */
  #filter = new Int32Array(QMF_HISTORY)
  #payload = new Uint8Array(0)

  /** An even number of samples. */
  encode(samples: Int16Array): Uint8Array {
    const count = samples.length
    assert(count % 2 === 0, 'G.722 encodes pairs of samples')
    if (this.#payload.length !== count / 2) {
      this.#payload = new Uint8Array(count / 2)
      this.#filter = resized(this.#filter, count)
    }
    const filter = this.#filter
    for (let i = 0; i < count; i += 1) filter[QMF_HISTORY + i] = samples[i] as number
    for (let i = 0; i < count; i += 2) {
      let even = 0
      let odd = 0
      for (let k = 0; k < 12; k += 1) {
        odd += (filter[i + 2 * k] as number) * (QMF[k] as number)
        even += (filter[i + 2 * k + 1] as number) * (QMF[11 - k] as number)
      }
      this.#payload[i >> 1] = this.#encodePair((even + odd) >> 14, (even - odd) >> 14)
    }
    filter.copyWithin(0, count)
    return this.#payload
  }

  #encodePair(xLow: number, xHigh: number): number {
    const low = this.#low
    const high = this.#high
    const eLow = clip(xLow - low.s)
    const lowCode = quantizeLow(eLow, low.det)
    const truncated = lowCode >> 2
    const dLow = (low.det * (QM4[truncated] as number)) >> 15
    low.scale(WL_BY_CODE[truncated] as number)
    low.adapt(dLow)
    const eHigh = clip(xHigh - high.s)
    const magnitude = eHigh >= 0 ? eHigh : ~eHigh
    const outcome = magnitude >= (Q2 * high.det) >> 12 ? 2 : 1
    const highCode = (eHigh < 0 ? IHN[outcome] : IHP[outcome]) as number
    const dHigh = (high.det * (QM2[highCode] as number)) >> 15
    high.scale(WH_BY_CODE[highCode] as number)
    high.adapt(dHigh)
    return (highCode << 6) | lowCode
  }
}

/** Block 1L: which of the 30 intervals on its side the difference lies in, by halving. */
function quantizeLow(difference: number, det: number): number {
  const magnitude = difference >= 0 ? difference : ~difference
  let below = 1
  let above = OUTCOMES_MAX
  while (below < above) {
    const middle = (below + above) >> 1
    if (magnitude < ((Q6[middle] as number) * det) >> 12) above = middle
    else below = middle + 1
  }
  return (difference < 0 ? ILN[below] : ILP[below]) as number
}

/** The same history at the start of an array for packets of another length. */
function resized(filter: Int32Array, count: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(QMF_HISTORY + count)
  longer.set(filter.subarray(0, QMF_HISTORY))
  return longer
}

function clip(value: number): number {
  if (value > 32_767) return 32_767
  return value < -32_768 ? -32_768 : value
}

/** Block 6: the reconstructed signal has 15 bits. */
function limit15(value: number): number {
  if (value > 16_383) return 16_383
  return value < -16_384 ? -16_384 : value
}
