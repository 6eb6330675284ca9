// Chance from a seed: the same seed gives the same demonstration.

export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  pick<T>(items: readonly T[]): T
  /** Picks by weight. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T
  /** Log-normal: half of the values are below `median`; `sigma` 0.5 is narrow, 1 is wide. */
  logNormal(median: number, sigma: number): number
}

/** mulberry32: 32 bits of state, good enough to look plausible; never for secrets. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const item = <T>(items: readonly T[], at: number): T => {
    const found = items[at]
    if (found === undefined) throw new RangeError('nothing to pick from')
    return found
  }
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => item(items, Math.floor(next() * items.length)),
    weighted: (items) => {
      let rest = next() * items.reduce((sum, [, weight]) => sum + weight, 0)
      const at = items.findIndex(([, weight]) => {
        rest -= weight
        return rest < 0
      })
      return item(items, at < 0 ? items.length - 1 : at)[0]
    },
    logNormal: (median, sigma) => {
      // Box–Muller; 1 - next() is never 0.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return median * Math.exp(sigma * normal)
    },
  }
}
