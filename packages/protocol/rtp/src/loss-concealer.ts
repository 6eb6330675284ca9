// Fills the holes of lost packets for codecs that cannot do it themselves, by repeating the last pitch period
// (waveform substitution in the manner of ITU-T G.711 appendix I): one period for 10 ms, then two, then
// three, fading from 10 ms on and silent after 60 ms; the sound that follows is faded in. Deviates from G.711
// appendix I: no look-ahead of 3.75 ms; the step at the start is smoothed from our side.

const PITCH_HZ_MAX = 200
const PITCH_HZ_MIN = 66
const FADE_FROM_MS = 10
const FADE_UNTIL_MS = 60
/** The pitch is sought in so much of the end of what was heard. */
const CORRELATION_MS = 20
/** Crossfade into the sound after a loss: this much, and as much again per 10 ms of loss, up to 10 ms. */
const RETURN_MS = 4
const RETURN_MS_MAX = 10

export class LossConcealer {
  readonly #rate: number
  readonly #pitchMin: number
  readonly #pitchMax: number
  readonly #correlationLength: number
  /** The last sound, heard or made up, newest at the end. */
  readonly #history: Int16Array
  /** The last one, two and three pitch periods before the loss, each made to be played in a circle. */
  readonly #cycles: readonly Float64Array[]
  #periods = 1
  #position = 0
  #pitch = 0
  /** Samples made up since the last packet that was heard. */
  #concealed = 0
  #startStep = 0
  #isHistoryEmpty = true
  #out = new Int16Array(0)
  #blend = new Int16Array(0)

  /** `rate` in Hz, a multiple of 8000. */
  constructor(rate: number) {
    this.#rate = rate
    this.#pitchMin = Math.floor(rate / PITCH_HZ_MAX)
    this.#pitchMax = Math.ceil(rate / PITCH_HZ_MIN)
    this.#correlationLength = (CORRELATION_MS * rate) / 1000
    this.#history = new Int16Array(3 * this.#pitchMax + Math.ceil(this.#pitchMax / 4) + 1)
    this.#cycles = [1, 2, 3].map((periods) => new Float64Array(periods * this.#pitchMax))
  }

  /**
   * Sound that was decoded. After a loss its beginning is changed in place: the made-up sound fades into it.
   */
  heard(samples: Int16Array): void {
    if (this.#concealed > 0) {
      const fadeMs = Math.min(RETURN_MS_MAX, RETURN_MS * (1 + (this.#concealed * 100) / this.#rate))
      const length = Math.min(samples.length, Math.floor((fadeMs * this.#rate) / 1000))
      if (this.#blend.length < length) this.#blend = new Int16Array(length)
      this.#fill(this.#blend, length)
      for (let i = 0; i < length; i += 1) {
        const weight = (i + 1) / (length + 1)
        const madeUp = this.#blend[i] as number
        samples[i] = Math.round(madeUp + ((samples[i] as number) - madeUp) * weight)
      }
      this.#concealed = 0
    }
    this.#isHistoryEmpty = false
    this.#remember(samples)
  }

  /** The next piece of a loss; valid until the next call. */
  conceal(samples: number): Int16Array {
    if (this.#out.length !== samples) this.#out = new Int16Array(samples)
    if (this.#isHistoryEmpty) return this.#out.fill(0)
    this.#fill(this.#out, samples)
    this.#remember(this.#out)
    return this.#out
  }

  #fill(into: Int16Array, count: number): void {
    if (this.#concealed === 0) this.#begin()
    const tenMs = this.#rate / 100
    const fadeFrom = (FADE_FROM_MS * this.#rate) / 1000
    const fadeLength = ((FADE_UNTIL_MS - FADE_FROM_MS) * this.#rate) / 1000
    const quarter = this.#pitch >> 2
    let cycle = this.#cycles[this.#periods - 1] as Float64Array
    for (let i = 0; i < count; i += 1) {
      const age = this.#concealed
      if (age === tenMs || age === 2 * tenMs) {
        // More periods sound less like a buzz. They all end where the loss began, so the position carries
        // over.
        this.#periods += 1
        cycle = this.#cycles[this.#periods - 1] as Float64Array
        this.#position += this.#pitch * (this.#periods - 1)
        if (this.#position >= this.#pitch * this.#periods) this.#position -= this.#pitch * this.#periods
      }
      const smoothing = age < quarter ? this.#startStep * (1 - age / quarter) : 0
      const gain = age < fadeFrom ? 1 : Math.max(0, 1 - (age - fadeFrom) / fadeLength)
      const value = Math.round(((cycle[this.#position] as number) + smoothing) * gain)
      into[i] = Math.max(-32_768, Math.min(32_767, value))
      this.#position = this.#position + 1 < this.#pitch * this.#periods ? this.#position + 1 : 0
      this.#concealed = age + 1
    }
  }

  #begin(): void {
    const history = this.#history
    const end = history.length
    const pitch = this.#findPitch()
    const quarter = pitch >> 2
    for (let periods = 1; periods <= 3; periods += 1) {
      const cycle = this.#cycles[periods - 1] as Float64Array
      const length = periods * pitch
      for (let i = 0; i < length; i += 1) cycle[i] = history[end - length + i] as number
      // The last quarter period turns into the one before the first, so that the circle closes.
      for (let i = 0; i < quarter; i += 1) {
        const weight = (i + 1) / (quarter + 1)
        const at = length - quarter + i
        const before = history[end - length - quarter + i] as number
        cycle[at] = (cycle[at] as number) * (1 - weight) + before * weight
      }
    }
    this.#pitch = pitch
    this.#periods = 1
    this.#position = 0
    this.#startStep = (history[end - 1] as number) - (history[end - 1 - pitch] as number)
  }

  /** The lag at which the end of the history is most like itself: coarsely first, then to the sample. */
  #findPitch(): number {
    const coarse = (2 * this.#rate) / 8_000
    let best = this.#pitchMin
    let likeness = -1
    for (let lag = this.#pitchMin; lag <= this.#pitchMax; lag += coarse) {
      const found = this.#likeness(lag, coarse)
      if (found <= likeness) continue
      likeness = found
      best = lag
    }
    const from = Math.max(this.#pitchMin, best - coarse + 1)
    const until = Math.min(this.#pitchMax, best + coarse - 1)
    likeness = -1
    for (let lag = from; lag <= until; lag += 1) {
      const found = this.#likeness(lag, 1)
      if (found <= likeness) continue
      likeness = found
      best = lag
    }
    return best
  }

  /** Normalised correlation, 0 where it is negative. */
  #likeness(lag: number, step: number): number {
    const history = this.#history
    const end = history.length
    let product = 0
    let energy = 1
    for (let i = end - this.#correlationLength; i < end; i += step) {
      const earlier = history[i - lag] as number
      product += earlier * (history[i] as number)
      energy += earlier * earlier
    }
    return product <= 0 ? 0 : (product * product) / energy
  }

  #remember(samples: Int16Array): void {
    const history = this.#history
    if (samples.length >= history.length) {
      history.set(samples.subarray(samples.length - history.length))
      return
    }
    history.copyWithin(0, samples.length)
    history.set(samples, history.length - samples.length)
  }
}
