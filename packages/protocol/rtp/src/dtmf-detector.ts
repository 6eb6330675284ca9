// Keys heard in the sound itself (ITU-T Q.23, Q.24), for peers without telephone-event. 8 kHz; windows of
// 20 ms each 10 ms, so that any tone of 40 ms fills three of them. Hot path: nothing is allocated except a
// press.
import type { DtmfPress } from './telephone-event.ts'

const RATE = 8_000
const LOW = [697, 770, 852, 941] as const
const HIGH = [1209, 1336, 1477, 1633] as const
/** Row by row, as on the key pad. */
const KEYS = '123A456B789C*0#D'

const HOP_SAMPLES = 80
const HOP_MS = 10
const WINDOW_SAMPLES = 2 * HOP_SAMPLES
/** The frame given to `push` may be this long. */
export const DETECTOR_SAMPLES_MAX = 3 * HOP_SAMPLES

/** Q.24 asks for 1.5 % to be taken and 3.5 % to be refused; in between lies the limit. */
const OFFSET_MAX = 0.025
/** Where the neighbours lie between which the top of a tone is found, in Hz. */
const NEIGHBOUR_HZ = 30
/** High group against low group, in dB. Q.24: at least −8 (AT&T) to +5 (NTT); lines add a little. */
const TWIST_DB_MIN = -10
const TWIST_DB_MAX = 7
/** A tone of −36 dBm0, as the amplitude of a sine; full scale is +3.14 dBm0. */
const AMPLITUDE_MIN = 32_768 * 10 ** (-(36 + 3.14) / 20)
/** How much of a window must be the two tones. Speech has overtones and noise beside them. */
const SHARE_MIN = 0.82
/** The same by the nominal frequencies alone, which lose up to 1.5 dB to an offset. */
const NOMINAL_SHARE_MIN = 0.5
/** Windows of one press are about as loud as each other; one that a tone fills by half is 6 dB below. */
const LEVEL_STEP = 10 ** (-4 / 20)
const HITS_TO_BEGIN = 3
/** A gap of 10 ms spoils two windows, one of 40 ms at least three (Q.24). */
const MISSES_TO_END = 3

const WINDOW = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW_SAMPLES),
)
const WINDOW_SUM = WINDOW.reduce((sum, weight) => sum + weight, 0)
const WINDOW_SQUARES = WINDOW.reduce((sum, weight) => sum + weight * weight, 0)

export class DtmfDetector {
  /** The last two hops, weighted when a window is looked at. */
  readonly #samples = new Float64Array(WINDOW_SAMPLES)
  readonly #weighted = new Float64Array(WINDOW_SAMPLES)
  #filled = HOP_SAMPLES
  /** The key of the current run of windows, as a place in KEYS; −1 for none. */
  #key = -1
  #hits = 0
  #misses = 0
  #loudest = 0
  #amplitude = 0
  /** The power that #strongest found. */
  #best = 0
  #pressed = -1
  #durationMs = 0

  /** The key that is down now; told 30–50 ms after it began. For who wants to mute the tone. */
  get current(): string | undefined {
    return this.#pressed < 0 ? undefined : KEYS[this.#pressed]
  }

  /** Sound of 8 kHz, at most 30 ms. Returns a press when it has ended, or undefined. */
  push(samples: Int16Array): DtmfPress | undefined {
    let press: DtmfPress | undefined
    const count = Math.min(samples.length, DETECTOR_SAMPLES_MAX)
    for (let i = 0; i < count; i += 1) {
      this.#samples[this.#filled++] = samples[i] as number
      if (this.#filled < WINDOW_SAMPLES) continue
      press = this.#step(this.#look()) ?? press
      this.#samples.copyWithin(0, HOP_SAMPLES)
      this.#filled = HOP_SAMPLES
    }
    return press
  }

  /** The stream ends or is interrupted: a key that is still down is told. */
  end(): DtmfPress | undefined {
    const press = this.#release()
    this.#key = -1
    this.#hits = 0
    this.#samples.fill(0)
    this.#filled = HOP_SAMPLES
    return press
  }

  /** One window further: `key` is what it shows, −1 for no key. */
  #step(key: number): DtmfPress | undefined {
    if (this.#pressed >= 0) {
      this.#durationMs += HOP_MS
      const isSame = key === this.#pressed && this.#amplitude >= this.#loudest * LEVEL_STEP
      this.#misses = isSame ? 0 : this.#misses + 1
      if (isSame) this.#loudest = Math.max(this.#loudest, this.#amplitude)
      if (this.#misses < MISSES_TO_END) return undefined
    }
    const press = this.#release()
    this.#count(key)
    return press
  }

  #count(key: number): void {
    const isSteady =
      key === this.#key &&
      this.#amplitude >= this.#loudest * LEVEL_STEP &&
      this.#loudest >= this.#amplitude * LEVEL_STEP
    this.#hits = key < 0 ? 0 : isSteady ? this.#hits + 1 : 1
    this.#loudest = isSteady ? Math.max(this.#loudest, this.#amplitude) : this.#amplitude
    this.#key = key
    if (this.#hits < HITS_TO_BEGIN) return
    this.#pressed = key
    this.#misses = 0
    this.#durationMs = (HITS_TO_BEGIN + 1) * HOP_MS
  }

  #release(): DtmfPress | undefined {
    const digit = this.current
    if (digit === undefined) return undefined
    this.#pressed = -1
    this.#hits = 0
    this.#key = -1
    return { digit, durationMs: Math.max(HOP_MS, this.#durationMs - this.#misses * HOP_MS) }
  }

  /** Which key the window shows, or −1; leaves its loudness in #amplitude. */
  #look(): number {
    let energy = 0
    for (let i = 0; i < WINDOW_SAMPLES; i += 1) {
      const value = (this.#samples[i] as number) * (WINDOW[i] as number)
      this.#weighted[i] = value
      energy += value * value
    }
    // Not even one tone of the least level: most windows of a call end here.
    if (energy < (AMPLITUDE_MIN * AMPLITUDE_MIN * WINDOW_SQUARES) / 2) return -1
    const low = this.#strongest(LOW)
    const lowPower = this.#best
    const high = this.#strongest(HIGH)
    const nominal = ((lowPower + this.#best) * 2 * WINDOW_SQUARES) / WINDOW_SUM ** 2
    if (nominal < NOMINAL_SHARE_MIN * energy) return -1
    const lowAmplitude = this.#tone(LOW[low] as number, lowPower)
    const highAmplitude = this.#tone(HIGH[high] as number, this.#best)
    if (lowAmplitude < AMPLITUDE_MIN || highAmplitude < AMPLITUDE_MIN) return -1
    const twist = 20 * Math.log10(highAmplitude / lowAmplitude)
    if (twist < TWIST_DB_MIN || twist > TWIST_DB_MAX) return -1
    const share = ((lowAmplitude ** 2 + highAmplitude ** 2) * WINDOW_SQUARES) / 2 / energy
    if (share < SHARE_MIN) return -1
    this.#amplitude = Math.hypot(lowAmplitude, highAmplitude)
    return 4 * low + high
  }

  #strongest(group: readonly number[]): number {
    let place = 0
    this.#best = -1
    for (let i = 0; i < group.length; i += 1) {
      const power = this.#power(group[i] as number)
      if (power <= this.#best) continue
      this.#best = power
      place = i
    }
    return place
  }

  /**
   * Amplitude of the tone near `frequency`, where the window has the power `middle`; 0 when its true
   * frequency is too far off: then a place twice the limit away is nearer to it. The logarithm of this
   * window's main lobe is close to a parabola around its top.
   */
  #tone(frequency: number, middle: number): number {
    const apart = 2 * OFFSET_MAX * frequency
    if (this.#power(frequency - apart) > middle || this.#power(frequency + apart) > middle) return 0
    const center = Math.log(middle + 1)
    const left = Math.log(this.#power(frequency - NEIGHBOUR_HZ) + 1)
    const right = Math.log(this.#power(frequency + NEIGHBOUR_HZ) + 1)
    const bend = left - 2 * center + right
    if (bend >= 0) return 0
    const top = center - (left - right) ** 2 / (8 * bend)
    return (2 * Math.sqrt(Math.exp(top))) / WINDOW_SUM
  }

  /** The squared magnitude of the window at one frequency (Goertzel). */
  #power(frequency: number): number {
    const turn = 2 * Math.cos((2 * Math.PI * frequency) / RATE)
    let last = 0
    let before = 0
    for (let i = 0; i < WINDOW_SAMPLES; i += 1) {
      const next = (this.#weighted[i] as number) + turn * last - before
      before = last
      last = next
    }
    return last * last + before * before - turn * last * before
  }
}
