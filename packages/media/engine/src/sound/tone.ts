// Call progress tones, generated: Germany (ITU-T E.180 list: 425 Hz) and the United States. And a hold
// sound of our own: four soft notes and a rest, quiet enough to talk beside. The rest is short: somebody on
// hold who hears nothing for seconds hangs up.
import type { ToneName } from '@rufwerk/media-control'
import type { PcmRate } from '../stream/codecs.ts'
import type { PcmSource, PcmState } from '../stream/pcm.ts'

/** One piece of a cadence: these frequencies in Hz for so long, then the next; none means silence. */
interface Cadence {
  readonly frequencies: readonly number[]
  readonly lengthMs: number
}

export type ToneCountry = 'de' | 'us'

/** Peak of one frequency of a progress tone: about −16 dBm0 each. */
const TONE_PEAK = 3_600
const HOLD_PEAK = 750
/** Edges are faded so that they do not click. */
const FADE_MS = 5
const NOTE_MS = 700
const NOTE_FADE_MS = 120

function onOff(frequencies: readonly number[], onMs: number, offMs: number): Cadence[] {
  return [
    { frequencies, lengthMs: onMs },
    { frequencies: [], lengthMs: offMs },
  ]
}

/** Each with the octave below it. */
function notes(frequencies: readonly number[]): Cadence[] {
  return frequencies.map((note) => ({ frequencies: [note, note / 2], lengthMs: NOTE_MS }))
}

const HOLD: readonly Cadence[] = [
  ...notes([392, 493.88, 587.33, 493.88]),
  { frequencies: [], lengthMs: NOTE_MS },
  ...notes([329.63, 392, 493.88, 392]),
  { frequencies: [], lengthMs: NOTE_MS },
]

/** Those that sound once; long enough to be noticed in a conversation, too short to disturb it. */
const ONCE: Readonly<Record<'beep' | 'entry' | 'exit', readonly Cadence[]>> = {
  beep: [{ frequencies: [1_400], lengthMs: 200 }],
  entry: [
    { frequencies: [523.25], lengthMs: 120 },
    { frequencies: [783.99], lengthMs: 160 },
  ],
  exit: [
    { frequencies: [783.99], lengthMs: 120 },
    { frequencies: [523.25], lengthMs: 160 },
  ],
}
const ENDED: Cadence = { frequencies: [], lengthMs: 0 }

const CADENCES: Readonly<Record<ToneCountry, Readonly<Record<ToneName, readonly Cadence[]>>>> = {
  de: {
    ringback: onOff([425], 1_000, 4_000),
    busy: onOff([425], 480, 480),
    congestion: onOff([425], 240, 240),
    hold: HOLD,
    ...ONCE,
  },
  us: {
    ringback: onOff([440, 480], 2_000, 4_000),
    busy: onOff([480, 620], 500, 500),
    congestion: onOff([480, 620], 250, 250),
    hold: HOLD,
    ...ONCE,
  },
}

export class ToneSource implements PcmSource {
  readonly rate: PcmRate
  readonly #cadence: readonly Cadence[]
  readonly #isOnce: boolean
  readonly #peak: number
  readonly #fadeSamples: number
  #piece = 0
  #position = 0

  constructor(tone: ToneName, country: ToneCountry, rate: PcmRate) {
    this.rate = rate
    this.#cadence = CADENCES[country][tone]
    this.#isOnce = Object.hasOwn(ONCE, tone)
    this.#peak = tone === 'hold' ? HOLD_PEAK : TONE_PEAK
    this.#fadeSamples = ((tone === 'hold' ? NOTE_FADE_MS : FADE_MS) * rate) / 1000
  }

  /** Pauses are sent, too: a phone that hears nothing at all for seconds may think the call is dead. */
  read(frame: Int16Array): PcmState {
    if (this.#isOnce && this.#piece === this.#cadence.length) {
      frame.fill(0)
      return 'ended'
    }
    for (let index = 0; index < frame.length; index++) {
      const piece = this.#cadence[this.#piece] ?? ENDED
      const length = (piece.lengthMs * this.rate) / 1000
      frame[index] = this.#sample(piece, length)
      this.#position += 1
      if (this.#position < length || piece === ENDED) continue
      this.#position = 0
      this.#piece += 1
      if (!this.#isOnce) this.#piece %= this.#cadence.length
    }
    return 'sound'
  }

  close(): void {}

  #sample(piece: Cadence, length: number): number {
    let sum = 0
    for (const frequency of piece.frequencies)
      sum += Math.sin((2 * Math.PI * frequency * this.#position) / this.rate)
    const edge = Math.min(this.#position, length - this.#position)
    return sum * this.#peak * Math.min(1, edge / this.#fadeSamples)
  }
}
