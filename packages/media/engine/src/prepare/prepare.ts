// Makes a prompt of any sound: one channel, 16 kHz, the loudness of all others, no silence at its ends. Pure:
// no files, no decoding of formats.
import { fail, ok, type Result } from '@rufwerk/core'
import { PROMPT_BYTES_MAX } from '../limits.ts'
import { levelled, MUSIC_LUFS, SPEECH_LUFS } from './loudness.ts'
import { resampled } from './resample.ts'

export const PROMPT_RATE = 16_000
/** The longest prompt: what the engine keeps in memory of one. */
export const PROMPT_SECONDS_MAX = Math.floor(PROMPT_BYTES_MAX / 2 / PROMPT_RATE)
/** Shorter ones are a click, not a prompt. */
const SECONDS_MIN = 0.1
export const SOUND_RATE_MIN = 4_000
export const SOUND_RATE_MAX = 192_000

export interface RawSound {
  readonly rate: number
  /** One list of samples from −1 to 1 per channel, all of one length. */
  readonly channels: readonly Float32Array[]
}

export type PrepareError = 'silent' | 'too-short' | 'too-long' | 'rate' | 'broken'

/** Below this, against full scale, nothing is heard: about −46 dB. */
const QUIET = 0.005
/** What is left before the first and after the last sound: speech begins and ends softly. */
const EDGE_MS = 60
const FADE_MS = 5

/** `music` is not cut at its ends, so that a loop stays a loop, and is quieter. */
export function preparePrompt(sound: RawSound, use: 'speech' | 'music'): Result<Int16Array, PrepareError> {
  const { rate, channels } = sound
  if (!(rate >= SOUND_RATE_MIN && rate <= SOUND_RATE_MAX)) return fail('rate')
  const length = channels[0]?.length ?? 0
  if (length === 0) return fail('too-short')
  if (length > rate * PROMPT_SECONDS_MAX) return fail('too-long')
  const mixed = mixedDown(channels)
  // What a decoder made of a broken file may be no number at all.
  if (!mixed.every(Number.isFinite)) return fail('broken')
  const whole = resampled(withoutOffset(mixed), rate, PROMPT_RATE)
  const heard = use === 'music' ? whole : trimmed(whole)
  if (!heard.some((sample) => Math.abs(sample) > QUIET)) return fail('silent')
  if (heard.length < SECONDS_MIN * PROMPT_RATE) return fail('too-short')
  const level = levelled(heard, PROMPT_RATE, use === 'music' ? MUSIC_LUFS : SPEECH_LUFS)
  if (use === 'speech') fade(level)
  return ok(Int16Array.from(level, (sample) => Math.round(sample * 32_767)))
}

function mixedDown(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = channels
  if (others.length === 0) return first
  return first.map((sample, at) => {
    let sum = sample
    for (const other of others) sum += other[at] ?? 0
    return sum / channels.length
  })
}

/** Cheap sound cards add a constant, which is no sound and takes room from it. */
function withoutOffset(samples: Float32Array): Float32Array {
  let sum = 0
  for (const sample of samples) sum += sample
  const offset = sum / samples.length
  return samples.map((sample) => sample - offset)
}

function trimmed(samples: Float32Array): Float32Array {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  const isHeard = (sample: number): boolean => Math.abs(sample) > Math.min(QUIET, peak / 50)
  const from = samples.findIndex(isHeard)
  if (from < 0) return samples.subarray(0, 0)
  const edge = (EDGE_MS * PROMPT_RATE) / 1000
  return samples.slice(Math.max(0, from - edge), samples.findLastIndex(isHeard) + edge)
}

function fade(samples: Float32Array): void {
  const length = Math.min((FADE_MS * PROMPT_RATE) / 1000, samples.length >> 1)
  for (let at = 0; at < length; at += 1) {
    const end = samples.length - 1 - at
    samples[at] = ((samples[at] ?? 0) * at) / length
    samples[end] = ((samples[end] ?? 0) * at) / length
  }
}
