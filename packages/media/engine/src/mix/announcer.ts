// What is played at one place on top of the voices: into a whole mix, or to one of its members.
import type { Instant } from '@rufwerk/core'
import type { AnnouncedSound } from '@rufwerk/media-control'
import type { PcmSource } from '../stream/pcm.ts'

const SILENCE: AnnouncedSound = { type: 'silence' }

export class Announcer {
  /** Tells an old request from a new one while prompts are read. */
  changes = 0
  /** What is playing. */
  sound: AnnouncedSound = SILENCE
  readonly #onEnded: () => void
  readonly #frame: Int16Array
  #source: PcmSource | undefined

  constructor(samples: number, onEnded: () => void) {
    this.#frame = new Int16Array(samples)
    this.#onEnded = onEnded
  }

  get isPlaying(): boolean {
    return this.#source !== undefined
  }

  /** Plays this from now on; nothing without a source. */
  play(sound: AnnouncedSound, source?: PcmSource): void {
    this.#source?.close()
    this.#source = source
    this.sound = source ? sound : SILENCE
  }

  /** Adds its next frame to `sum`. */
  addTo(sum: Int32Array, now: Instant): void {
    const source = this.#source
    if (!source) return
    const state = source.read(this.#frame, now)
    if (state === 'sound') add(sum, this.#frame)
    if (state !== 'ended') return
    this.play(SILENCE)
    this.#onEnded()
  }
}

export function add(sum: Int32Array, frame: Int16Array): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as number) + (frame[at] as number)
}

export function subtract(sum: Int32Array, frame: Int16Array): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as number) - (frame[at] as number)
}
