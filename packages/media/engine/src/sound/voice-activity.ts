// Whether a frame holds speech, by its energy against a noise floor that follows the line.
// Deliberately simple: it decides when an utterance ends, nothing is cut out of a conversation by it.

/** Below this loudness (root mean square, 0–32768) nothing counts as speech: about −46 dBm0. */
const LOUDNESS_MIN = 120
/** Speech is so much louder than the floor. */
const FLOOR_FACTOR = 3
/** The floor falls at once and rises slowly, per 20 ms frame. */
const FLOOR_RISE = 1.01
const FLOOR_MAX = 600
/** A single loud frame is a click. */
const FRAMES_TO_START = 2

export class VoiceActivity {
  #floor = LOUDNESS_MIN / FLOOR_FACTOR
  #loudFrames = 0

  /** One 20 ms frame; true while somebody speaks. */
  hears(frame: Int16Array): boolean {
    const loudness = rootMeanSquare(frame)
    const isLoud = loudness > Math.max(LOUDNESS_MIN, this.#floor * FLOOR_FACTOR)
    const floor = Math.min(FLOOR_MAX, this.#floor * FLOOR_RISE)
    this.#floor = Math.max(1, Math.min(loudness, floor))
    this.#loudFrames = isLoud ? this.#loudFrames + 1 : 0
    return this.#loudFrames >= FRAMES_TO_START
  }
}

function rootMeanSquare(frame: Int16Array): number {
  let energy = 0
  for (const sample of frame) energy += sample * sample
  return frame.length === 0 ? 0 : Math.sqrt(energy / frame.length)
}
