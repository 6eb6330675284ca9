// Which of the last packet indexes were seen (RFC 3711 §3.3.2).

/** How far behind the highest index a packet may come; RFC 3711 asks for at least 64. */
export const REPLAY_WINDOW_PACKETS = 128

const WORD_BITS = 32

export class ReplayWindow {
  #highest: number
  readonly #seen = new Uint32Array(REPLAY_WINDOW_PACKETS / WORD_BITS)

  /** `highest`: this index and all before it count as seen; −1 for none. */
  constructor(highest = -1) {
    this.#highest = highest
    if (highest >= 0) this.#seen.fill(0xffff_ffff)
  }

  /** −1 before the first. */
  get highest(): number {
    return this.#highest
  }

  /** Whether a packet of this index may still be taken: not seen before and not too old. */
  isFresh(index: number): boolean {
    if (index > this.#highest) return true
    if (this.#highest - index >= REPLAY_WINDOW_PACKETS) return false
    const place = index % REPLAY_WINDOW_PACKETS
    return (((this.#seen[place >>> 5] as number) >>> (place & 31)) & 1) === 0
  }

  /** Takes note of a fresh index. For a received packet: only after it proved authentic. */
  mark(index: number): void {
    if (index - this.#highest >= REPLAY_WINDOW_PACKETS) this.#seen.fill(0)
    else
      for (let between = this.#highest + 1; between < index; between += 1) {
        const place = between % REPLAY_WINDOW_PACKETS
        this.#seen[place >>> 5] = (this.#seen[place >>> 5] as number) & ~(1 << (place & 31))
      }
    const place = index % REPLAY_WINDOW_PACKETS
    this.#seen[place >>> 5] = (this.#seen[place >>> 5] as number) | (1 << (place & 31))
    this.#highest = Math.max(this.#highest, index)
  }
}
