// Wraparound is solved once, at the door: inside, sequence numbers only grow.
import { assert } from '@rufwerk/core'

/** Maps 16-bit RTP sequence numbers to ones that never wrap (RFC 3550 A.1). */
export class SequenceExtender {
  #highest = -1

  /** Extended number of the highest packet so far; −1 before the first. */
  get highest(): number {
    return this.#highest
  }

  extend(sequenceNumber: number): number {
    assert(
      Number.isInteger(sequenceNumber) && sequenceNumber >= 0 && sequenceNumber <= 0xffff,
      'RTP sequence number is 16 bit',
    )
    if (this.#highest < 0) {
      this.#highest = sequenceNumber + 0x10000 // Leaves room for one step back.
      return this.#highest
    }
    const distance = ((sequenceNumber - this.#highest) << 16) >> 16 // Signed 16 bit: the nearest cycle wins.
    if (distance > 0) this.#highest += distance
    return distance > 0 ? this.#highest : this.#highest + distance
  }

  reset(): void {
    this.#highest = -1
  }
}
