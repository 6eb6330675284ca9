// One of the two sub-bands of G.722: the adaptive predictor and the adaptive scale factor, which encoder and
// decoder share (ITU-T G.722 §3.6, block 4 and block 3). Names of the variables are those of the
// recommendation.
import { ILB } from './g722-tables.ts'

function saturate(value: number): number {
  if (value > 32_767) return 32_767
  return value < -32_768 ? -32_768 : value
}

export class G722Band {
  /** The prediction for the next sample: s = sp + sz. */
  s = 0
  /** The scale factor of the quantizer. */
  det: number
  #sz = 0
  /** Logarithm of the scale factor. */
  #nb = 0
  readonly #nbMax: number
  readonly #shift: number
  // Two poles: reconstructed signal, partial signal, coefficients.
  #r1 = 0
  #p1 = 0
  #p2 = 0
  #a1 = 0
  #a2 = 0
  // Six zeros: quantized differences, newest first, and their coefficients.
  readonly #d = new Int32Array(6)
  readonly #b = new Int32Array(6)

  constructor(band: 'low' | 'high') {
    const isLow = band === 'low'
    this.det = isLow ? 32 : 8
    this.#nbMax = isLow ? 18_432 : 22_528
    this.#shift = isLow ? 8 : 10
  }

  /** Blocks 3L and 3H: LOGSCL, SCALEL and their sisters. `weight` comes from WL or WH by the code. */
  scale(weight: number): void {
    const nb = ((this.#nb * 127) >> 7) + weight
    this.#nb = nb < 0 ? 0 : Math.min(nb, this.#nbMax)
    const mantissa = ILB[(this.#nb >> 6) & 31] as number
    const exponent = this.#shift - (this.#nb >> 11)
    this.det = (exponent < 0 ? mantissa << -exponent : mantissa >> exponent) << 2
  }

  /** Block 4: adapts the predictor to the quantized difference `d` and predicts the next sample. */
  adapt(d: number): void {
    const r0 = saturate(this.s + d) // RECONS
    const p0 = saturate(this.#sz + d) // PARREC
    this.#adaptPoles(p0)
    const sp = this.#predictFromPoles(r0)
    this.#sz = this.#adaptZeros(d)
    this.s = saturate(sp + this.#sz) // PREDIC
  }

  /** UPPOL2 and UPPOL1. */
  #adaptPoles(p0: number): void {
    const sign = p0 >> 15
    const isLikeLast = sign === this.#p1 >> 15
    let a2 = saturate(this.#a1 << 2)
    a2 = isLikeLast ? Math.min(-a2, 32_767) : a2
    a2 = (a2 >> 7) + (sign === this.#p2 >> 15 ? 128 : -128) + ((this.#a2 * 32_512) >> 15)
    if (a2 > 12_288) a2 = 12_288
    else if (a2 < -12_288) a2 = -12_288
    let a1 = saturate((isLikeLast ? 192 : -192) + ((this.#a1 * 32_640) >> 15))
    const limit = saturate(15_360 - a2)
    if (a1 > limit) a1 = limit
    else if (a1 < -limit) a1 = -limit
    this.#a1 = a1
    this.#a2 = a2
    this.#p2 = this.#p1
    this.#p1 = p0
  }

  /** DELAYA and FILTEP. */
  #predictFromPoles(r0: number): number {
    const first = (this.#a1 * saturate(r0 + r0)) >> 15
    const second = (this.#a2 * saturate(this.#r1 + this.#r1)) >> 15
    this.#r1 = r0
    return saturate(first + second)
  }

  /** UPZERO, DELAYA and FILTEZ. */
  #adaptZeros(d0: number): number {
    const d = this.#d
    const b = this.#b
    const step = d0 === 0 ? 0 : 128
    const sign = d0 >> 15
    let sum = 0
    // From the oldest on, each difference moves one place while its coefficient is adapted and used.
    for (let i = 5; i >= 0; i -= 1) {
      const old = d[i] as number
      const change = old >> 15 === sign ? step : -step
      const coefficient = saturate(change + (((b[i] as number) * 32_640) >> 15))
      b[i] = coefficient
      const delayed = i === 0 ? d0 : (d[i - 1] as number)
      d[i] = delayed
      sum += (coefficient * saturate(delayed + delayed)) >> 15
    }
    return saturate(sum)
  }
}
