// Ring, ringback, call waiting and key tones, made with WebAudio: no sound files. A browser lets a page sound
// only after the person has touched it once; until then the ring is silent and the picture must do.
import { type Cadence, cadenceOf, dtmfFrequencies, type Sound, type ToneCountry } from '../state/sound.ts'

export interface ToneSettings {
  readonly country: ToneCountry
  readonly speaker: string | undefined
  readonly ringDevice: string | undefined
  /** 0–1. */
  readonly ringVolume: number
}

interface SinkContext extends AudioContext {
  setSinkId?: (id: string) => Promise<void>
}

const DIGIT_SECONDS = 0.12
const FADE_SECONDS = 0.012
/** A ring trembles, so that it is not taken for a tone on the line. */
const TREMOLO_HZ = 15

export class Tones {
  #settings: ToneSettings
  #context: SinkContext | undefined
  #sink = ''
  #stop: (() => void) | undefined

  constructor(settings: ToneSettings) {
    this.#settings = settings
    const wake = (): void => {
      const context = this.#ensureContext()
      if (context?.state === 'suspended') context.resume().catch(() => undefined)
    }
    addEventListener('pointerdown', wake, { capture: true, passive: true })
    addEventListener('keydown', wake, { capture: true, passive: true })
  }

  set(settings: ToneSettings): void {
    this.#settings = settings
  }

  play(sound: Sound): void {
    this.#stop?.()
    this.#stop = undefined
    if (sound === 'none') return
    const cadence = cadenceOf(sound, this.#settings.country)
    const context = this.#ensureContext()
    if (!context) return
    this.#route(context, cadence.where)
    context.resume().catch(() => undefined)
    this.#stop = loop(context, cadence, cadence.where === 'room' ? this.#settings.ringVolume : 1)
  }

  /** One ring, to try the device and the loudness. */
  tryRing(): void {
    this.play('ring')
    const stop = this.#stop
    setTimeout(() => {
      if (this.#stop !== stop) return
      stop?.()
      this.#stop = undefined
    }, 1500)
  }

  playDigit(digit: string): void {
    const frequencies = dtmfFrequencies(digit)
    const context = this.#ensureContext()
    if (!frequencies || !context || context.state !== 'running') return
    this.#route(context, 'ear')
    const gain = context.createGain()
    gain.connect(context.destination)
    const now = context.currentTime
    shape(gain.gain, now, DIGIT_SECONDS, 0.06)
    for (const frequency of frequencies) {
      const oscillator = context.createOscillator()
      oscillator.frequency.value = frequency
      oscillator.connect(gain)
      oscillator.start(now)
      oscillator.stop(now + DIGIT_SECONDS + FADE_SECONDS)
    }
  }

  #ensureContext(): SinkContext | undefined {
    if (!this.#context && 'AudioContext' in globalThis) this.#context = new AudioContext()
    return this.#context
  }

  #route(context: SinkContext, where: Cadence['where']): void {
    const sink = (where === 'room' ? this.#settings.ringDevice : this.#settings.speaker) ?? ''
    if (sink === this.#sink || !context.setSinkId) return
    this.#sink = sink
    // A device that is gone: the default sounds instead.
    context.setSinkId(sink).catch(() => {
      this.#sink = ''
    })
  }
}

/** Soft edges: a hard switch clicks. */
function shape(gain: AudioParam, at: number, lengthSeconds: number, volume: number): void {
  gain.setValueAtTime(0, at)
  gain.linearRampToValueAtTime(volume, at + FADE_SECONDS)
  gain.setValueAtTime(volume, at + lengthSeconds)
  gain.linearRampToValueAtTime(0, at + lengthSeconds + FADE_SECONDS)
}

function loop(context: AudioContext, cadence: Cadence, loudness: number): () => void {
  const gain = context.createGain()
  gain.gain.value = 0
  gain.connect(context.destination)
  const tremolo = context.createGain()
  tremolo.connect(gain)
  const oscillators = cadence.frequenciesHz.map((frequency) => {
    const oscillator = context.createOscillator()
    oscillator.frequency.value = frequency
    oscillator.connect(tremolo)
    oscillator.start()
    return oscillator
  })
  if (cadence.where === 'room') {
    const wave = context.createOscillator()
    const depth = context.createGain()
    wave.frequency.value = TREMOLO_HZ
    depth.gain.value = 0.35
    tremolo.gain.value = 0.65
    wave.connect(depth).connect(tremolo.gain)
    wave.start()
    oscillators.push(wave)
  }
  const cycleSeconds = cadence.secondsOnOff.reduce((sum, seconds) => sum + seconds, 0)
  const schedule = (): void => {
    let at = context.currentTime + 0.02
    cadence.secondsOnOff.forEach((seconds, index) => {
      if (index % 2 === 0) shape(gain.gain, at, seconds, cadence.volume * loudness)
      at += seconds
    })
  }
  schedule()
  const timer = setInterval(schedule, cycleSeconds * 1000)
  return () => {
    clearInterval(timer)
    for (const oscillator of oscillators) oscillator.stop()
    gain.disconnect()
  }
}
