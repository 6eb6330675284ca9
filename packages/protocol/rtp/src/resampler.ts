// Changes of sampling rate between 8, 16 and 48 kHz: a polyphase FIR (windowed sinc, Kaiser) that keeps its
// history between calls. The pass band reaches 85 % of the lower rate's half, images and aliases from 115 %
// on are more than 40 dB down. Delay: 12 samples of the lower rate. Allocates only when the length of a piece
// changes.

export type SampleRate = 8_000 | 16_000 | 48_000

/** Per phase, a multiple of 4; the whole filter has so many times the ratio of the rates. */
const TAPS_PER_PHASE = 24
/** Shape of the Kaiser window: about 60 dB. */
const KAISER_BETA = 5.65

/** One prototype low-pass per ratio, shared: made at first use, at most three. */
const FILTERS = new Map<number, Float64Array>()

function lowPass(ratio: number): Float64Array {
  const known = FILTERS.get(ratio)
  if (known !== undefined) return known
  const length = TAPS_PER_PHASE * ratio
  const filter = new Float64Array(length)
  const middle = (length - 1) / 2
  for (let i = 0; i < length; i += 1) {
    const x = (i - middle) / ratio
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    filter[i] = sinc * kaiser((i - middle) / middle)
  }
  // Each phase passes a constant unchanged.
  for (let phase = 0; phase < ratio; phase += 1) {
    let sum = 0
    for (let i = phase; i < length; i += ratio) sum += filter[i] as number
    for (let i = phase; i < length; i += ratio) filter[i] = (filter[i] as number) / sum
  }
  FILTERS.set(ratio, filter)
  return filter
}

/** `x` from −1 to 1. */
function kaiser(x: number): number {
  return bessel0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel0(KAISER_BETA)
}

/** Modified Bessel function of the first kind and order 0, by its series. */
function bessel0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; k < 40; k += 1) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

export class Resampler {
  readonly from: SampleRate
  readonly to: SampleRate
  readonly #ratio: number
  /**
   * Coefficients in the order in which samples lie in memory: per phase when going up, whole when going down.
   */
  readonly #filter: Float64Array
  readonly #historyLength: number
  /** The last samples before this piece, then the piece. */
  #input: Float64Array
  #output = new Int16Array(0)
  /** Going down: how many input samples lie before the next one that gives an output. */
  #skip = 0

  constructor(from: SampleRate, to: SampleRate) {
    this.from = from
    this.to = to
    this.#ratio = Math.max(from, to) / Math.min(from, to)
    const length = TAPS_PER_PHASE * this.#ratio
    const prototype = lowPass(this.#ratio)
    this.#filter = new Float64Array(length)
    if (to >= from) {
      for (let phase = 0; phase < this.#ratio; phase += 1)
        for (let tap = 0; tap < TAPS_PER_PHASE; tap += 1)
          this.#filter[phase * TAPS_PER_PHASE + tap] = prototype[
            phase + (TAPS_PER_PHASE - 1 - tap) * this.#ratio
          ] as number
      this.#historyLength = TAPS_PER_PHASE - 1
    } else {
      for (let i = 0; i < length; i += 1) this.#filter[i] = (prototype[i] as number) / this.#ratio
      this.#historyLength = length - 1
    }
    this.#input = new Float64Array(this.#historyLength)
  }

  /** The next piece of the stream, of any length; the result is valid until the next call. */
  resample(samples: Int16Array): Int16Array {
    if (this.from === this.to) return samples
    const history = this.#historyLength
    if (this.#input.length !== history + samples.length) {
      const input = new Float64Array(history + samples.length)
      input.set(this.#input.subarray(0, history))
      this.#input = input
    }
    this.#input.set(samples, history)
    const output = this.to > this.from ? this.#up(samples.length) : this.#down(samples.length)
    this.#input.copyWithin(0, samples.length)
    return output
  }

  #up(count: number): Int16Array {
    const ratio = this.#ratio
    const input = this.#input
    const filter = this.#filter
    const output = this.#outputOf(count * ratio)
    let at = 0
    for (let i = 0; i < count; i += 1) {
      for (let phase = 0; phase < filter.length; phase += TAPS_PER_PHASE) {
        output[at] = round(convolve(input, i, filter, phase, TAPS_PER_PHASE))
        at += 1
      }
    }
    return output
  }

  #down(count: number): Int16Array {
    const ratio = this.#ratio
    const input = this.#input
    const filter = this.#filter
    const outputs = count > this.#skip ? Math.ceil((count - this.#skip) / ratio) : 0
    const output = this.#outputOf(outputs)
    for (let i = 0; i < outputs; i += 1)
      output[i] = round(convolve(input, this.#skip + i * ratio, filter, 0, filter.length))
    this.#skip += outputs * ratio - count
    return output
  }

  #outputOf(length: number): Int16Array {
    if (this.#output.length !== length) this.#output = new Int16Array(length)
    return this.#output
  }
}

/** Four sums side by side: one alone would wait for each addition. */
function convolve(
  input: Float64Array,
  from: number,
  filter: Float64Array,
  coefficient: number,
  taps: number,
): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  for (let k = 0; k < taps; k += 4) {
    const at = from + k
    const by = coefficient + k
    first += (input[at] as number) * (filter[by] as number)
    second += (input[at + 1] as number) * (filter[by + 1] as number)
    third += (input[at + 2] as number) * (filter[by + 2] as number)
    fourth += (input[at + 3] as number) * (filter[by + 3] as number)
  }
  return first + second + (third + fourth)
}

function round(value: number): number {
  const rounded = Math.round(value)
  if (rounded > 32_767) return 32_767
  return rounded < -32_768 ? -32_768 : rounded
}
