// Whether a member of a mix says something, so that the noise of those who listen is not added up. Opens with
// the first loud frame and stays open over the pauses between words.
import { NoiseFloor, rootMeanSquare } from '../sound/voice-activity.ts'

/** Frames that it stays open after the last loud one: 400 ms. */
const HANG_FRAMES = 20
/** How fast the loudness follows, per frame: a syllable counts, not one frame. */
const SMOOTHING = 0.2

export class SpeechGate {
  /** Root mean square, smoothed: 0 to 32768. */
  loudness = 0
  readonly #floor = new NoiseFloor()
  #hang = 0

  /** One 20 ms frame; true while it is open. */
  hears(frame: Int16Array): boolean {
    const loudness = rootMeanSquare(frame)
    const stands = this.#floor.isBelow(loudness)
    this.loudness += (loudness - this.loudness) * SMOOTHING
    this.#hang = stands ? HANG_FRAMES : Math.max(0, this.#hang - 1)
    return this.#hang > 0
  }

  /** Nothing came, or it is not to be heard. */
  rest(): void {
    this.loudness *= 1 - SMOOTHING
    this.#hang = 0
  }
}
