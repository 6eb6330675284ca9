// One member of a mix: what it says, gated and ready to be added, and what it hears.
import type { EndpointId, Instant } from '@rufwerk/core'
import type { AudioSource } from '@rufwerk/media-control'
import type { PcmSource } from '../stream/pcm.ts'
import type { Announcer } from './announcer.ts'
import { Limiter } from './limiter.ts'
import { SpeechGate } from './speech-gate.ts'

export type Membership = Extract<AudioSource, { type: 'mix' }>

export class MixMember {
  readonly endpoint: EndpointId
  /** What it says in this frame; zeros unless `isHeard`. */
  readonly said: Int16Array
  /** What it hears in this frame, unless it hears the same as all who listen. */
  readonly heard: Int16Array
  readonly limiter = new Limiter()
  readonly announcer: Announcer
  /** What it says is in this frame. */
  isHeard = false
  /** It speaks, and is not muted. */
  isSpeaking = false
  /** It hears the same as all who only listen. */
  isListener = true
  /** For so many frames without a break. */
  listenedFrames = 0
  readonly #ear: PcmSource
  readonly #gate = new SpeechGate()
  #gain = 0
  #isMuted = false
  /** Undefined: all. */
  #heardBy: ReadonlySet<EndpointId> | undefined

  /** `ear` gives what the peer says, `samples` a frame. */
  constructor(endpoint: EndpointId, ear: PcmSource, samples: number, announcer: Announcer) {
    this.endpoint = endpoint
    this.#ear = ear
    this.announcer = announcer
    this.said = new Int16Array(samples)
    this.heard = new Int16Array(samples)
  }

  set membership({ isMuted, heardBy }: Membership) {
    this.#isMuted = isMuted
    this.#heardBy = heardBy && new Set(heardBy)
  }

  /** All others hear it when it speaks. */
  get isPublic(): boolean {
    return this.#heardBy === undefined
  }

  /** Root mean square, smoothed over syllables. */
  get loudness(): number {
    return this.#gate.loudness
  }

  isHeardBy(endpoint: EndpointId): boolean {
    return endpoint !== this.endpoint && (this.#heardBy?.has(endpoint) ?? true)
  }

  /** Takes the next frame of the peer. Muted ones are read, too: nothing old comes later. */
  listen(now: Instant): void {
    const isSound = this.#ear.read(this.said, now) === 'sound'
    if (!isSound || this.#isMuted) this.#gate.rest()
    this.isSpeaking = isSound && !this.#isMuted && this.#gate.hears(this.said)
  }

  /** Fades what it says in or out over a frame, or leaves it out. */
  speak(isChosen: boolean): void {
    const from = this.#gain
    const to = isChosen ? 1 : 0
    this.#gain = to
    this.isHeard = from + to > 0
    const { said } = this
    if (!this.isHeard) said.fill(0)
    if (from === to) return
    const step = (to - from) / said.length
    for (let at = 0; at < said.length; at += 1) said[at] = (said[at] as number) * (from + step * (at + 1))
  }

  close(): void {
    this.announcer.play({ type: 'silence' })
    this.#ear.close()
  }
}
