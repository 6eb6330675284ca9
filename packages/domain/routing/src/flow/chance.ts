// Chance from a seed: the same seed gives the same order, in the running system and in the explanation later.

/**
 * A new list with the same members in an order that the seed decides; every order is as likely
 * (Fisher–Yates).
 */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const next = generator(seed)
  const list = [...items]
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1))
    const item = list[last] as Item
    list[last] = list[other] as Item
    list[other] = item
  }
  return list
}

/** Numbers from 0 to below 1 (Mulberry32: 32 bit of state are enough to order a group). */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
