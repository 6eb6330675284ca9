// Stand-ins that make tests quick and repeatable. Never for a running system.

/** Argon2id at its smallest: under a millisecond. */
export const CHEAP_HASH_COST = { memoryKib: 8, passes: 1 } as const

/** "Random" bytes that are the same in every run, and different with every call (xorshift32). */
export function countingRandomBytes(seed = 1): (size: number) => Uint8Array {
  let state = seed | 0 || 1
  return (size) => {
    const bytes = new Uint8Array(size)
    for (let at = 0; at < size; at += 1) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      bytes[at] = state & 0xff
    }
    return bytes
  }
}
