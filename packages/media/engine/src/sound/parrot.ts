// The phone that answers and repeats: plays a greeting, then records each utterance of the peer and plays
// it back when the peer has stopped speaking. What the peer says while it is talked to is not recorded.
import type { Instant } from '@rufwerk/core'
import { FRAME, UTTERANCE_MAX, UTTERANCE_SILENCE } from '../limits.ts'
import type { PcmRate } from '../stream/codecs.ts'
import type { PcmSource, PcmState } from '../stream/pcm.ts'
import { VoiceActivity } from './voice-activity.ts'

/** Kept from before the first loud frame, so that the first sound of a word is not cut off. */
const LEAD_MS = 200

type Mode = 'greeting' | 'listening' | 'recording' | 'repeating'

export class ParrotSource implements PcmSource {
  readonly rate: PcmRate
  readonly #ear: PcmSource
  readonly #greeting: PcmSource
  readonly #heard: Int16Array
  readonly #voice = new VoiceActivity()
  readonly #tape: Int16Array
  readonly #leadSamples: number
  #mode: Mode = 'greeting'
  #recorded = 0
  #played = 0
  #silenceMs = 0

  /** `ear` gives what the peer says; all three have the same rate. */
  constructor(ear: PcmSource, greeting: PcmSource) {
    this.rate = ear.rate
    this.#ear = ear
    this.#greeting = greeting
    this.#heard = new Int16Array((this.rate * FRAME) / 1000)
    this.#tape = new Int16Array((this.rate * UTTERANCE_MAX) / 1000)
    this.#leadSamples = (this.rate * LEAD_MS) / 1000
  }

  get mode(): Mode {
    return this.#mode
  }

  /** Silence is sent, too: the peer hears a line, not a hole. */
  read(frame: Int16Array, now: Instant): PcmState {
    this.#ear.read(this.#heard, now)
    frame.fill(0)
    if (this.#mode === 'greeting') {
      if (this.#greeting.read(frame, now) === 'ended') this.#listen()
    } else if (this.#mode === 'repeating') this.#repeat(frame)
    else this.#record()
    return 'sound'
  }

  close(): void {
    this.#ear.close()
    this.#greeting.close()
  }

  #listen(): void {
    this.#mode = 'listening'
    this.#recorded = 0
    this.#played = 0
    this.#silenceMs = 0
  }

  #record(): void {
    const isSpeech = this.#voice.hears(this.#heard)
    this.#keep()
    if (this.#mode === 'listening') {
      if (isSpeech) this.#mode = 'recording'
      else if (this.#recorded > this.#leadSamples) this.#forget(this.#recorded - this.#leadSamples)
      return
    }
    this.#silenceMs = isSpeech ? 0 : this.#silenceMs + FRAME
    const isFull = this.#recorded + this.#heard.length > this.#tape.length
    if (this.#silenceMs >= UTTERANCE_SILENCE || isFull) this.#mode = 'repeating'
  }

  #keep(): void {
    this.#tape.set(this.#heard, this.#recorded)
    this.#recorded += this.#heard.length
  }

  #forget(samples: number): void {
    this.#tape.copyWithin(0, samples, this.#recorded)
    this.#recorded -= samples
  }

  #repeat(frame: Int16Array): void {
    const end = Math.min(this.#recorded, this.#played + frame.length)
    frame.set(this.#tape.subarray(this.#played, end))
    this.#played = end
    if (end >= this.#recorded) this.#listen()
  }
}
