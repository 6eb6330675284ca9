// Whether a frame holds speech, by its energy against a noise floor that follows the line.
// Deliberately simple: it decides when an utterance of the parrot ends; see mix/speech-gate.ts for the rest.

/** Below this loudness (root mean square, 0–32768) nothing counts as speech: about −46 dBm0. */
const LOUDNESS_MIN = 120
/** Speech is so much louder than the floor. */
const FLOOR_FACTOR = 3
/** The floor falls at once and rises slowly, per 20 ms frame. */
const FLOOR_RISE = 1.01
const FLOOR_MAX = 600
/** A single loud frame is a click. */
const FRAMES_TO_START = 2

/** The noise of a line, followed frame by frame. */
export class NoiseFloor {
  #floor = LOUDNESS_MIN / FLOOR_FACTOR

  /** One 20 ms frame of this loudness (root mean square); true when it stands out. */
  isBelow(loudness: number): boolean {
    const stands = loudness > Math.max(LOUDNESS_MIN, this.#floor * FLOOR_FACTOR)
    const floor = Math.min(FLOOR_MAX, this.#floor * FLOOR_RISE)
    this.#floor = Math.max(1, Math.min(loudness, floor))
    return stands
  }
}

export class VoiceActivity {
  readonly #floor = new NoiseFloor()
  #loudFrames = 0

  /** One 20 ms frame; true while somebody speaks. */
  hears(frame: Int16Array): boolean {
    this.#loudFrames = this.#floor.isBelow(rootMeanSquare(frame)) ? this.#loudFrames + 1 : 0
    return this.#loudFrames >= FRAMES_TO_START
  }
}

/** How loud a frame is, 0 to 32768. */
export function rootMeanSquare(frame: Int16Array): number {
  let energy = 0
  for (const sample of frame) energy += sample * sample
  return frame.length === 0 ? 0 : Math.sqrt(energy / frame.length)
}
