// Keeps a sum of voices inside 16 bits without clipping: what is too loud as a whole is turned down at once
// and up again slowly; what stands out before the gain has followed is bent, not cut.

/** Peaks up to here stay as they are. */
const CEILING = 28_000
const ROOM = 32_767 - CEILING
/** The gain comes back by so much per frame: 6 dB in 280 ms. */
const RELEASE = 1.05
/** Turning down takes this part of a frame, so that it does not click. */
const ATTACK_SHARE = 0.25

export class Limiter {
  #gain = 1

  /** Writes the limited `sum` to `out`; both have the same length. */
  limit(sum: Int32Array, out: Int16Array): void {
    let peak = 0
    for (const value of sum) {
      const size = value < 0 ? -value : value
      if (size > peak) peak = size
    }
    const target = peak > CEILING ? CEILING / peak : 1
    const from = this.#gain
    const to = target < from ? target : Math.min(target, from * RELEASE)
    this.#gain = to
    if (from === 1 && to === 1) {
      out.set(sum)
      return
    }
    const ramp = to < from ? sum.length * ATTACK_SHARE : sum.length
    for (let at = 0; at < sum.length; at += 1) {
      const gain = at < ramp ? from + ((to - from) * (at + 1)) / ramp : to
      out[at] = bend((sum[at] as number) * gain)
    }
  }
}

/** Unchanged up to CEILING, then ever flatter towards full scale. */
function bend(value: number): number {
  const size = Math.abs(value)
  if (size <= CEILING) return value
  return Math.sign(value) * (CEILING + ROOM * (1 - Math.exp((CEILING - size) / ROOM)))
}
