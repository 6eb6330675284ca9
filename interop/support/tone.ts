// How much of a sound is a given tone: share of power at a frequency, window by window, and the dual tones of
// keypads. Goertzel's filter; no dependencies.
import type { Sound } from './wav.ts'

const WINDOW_MS = 200
/** How long the parts of a window are in which a tone or a key is looked for. */
const SLICE_MS = 50
/** A window quieter than this (root mean square) counts as silence. */
const SILENCE_RMS = 50
/**
 * Share of the power of 50 ms that the tone has where it counts as heard. A hole of 17 ms, or a second voice
 * of half the strength, takes it below; the noise of a codec does not: Opus as we set it for speech leaves
 * 0.9 of a tone between its steps, Chromium's play-out buffer down to 0.7 where it shortens.
 */
const HEARD_SHARE = 2 / 3
/** Codecs shift a tone by a little: the strongest of these offsets counts. */
const OFFSETS_HZ = [-6, -3, 0, 3, 6]

/** Share of the power of these samples at the frequency, 0 to 1. */
export function toneShare(samples: ArrayLike<number>, rate: number, hertz: number): number {
  let total = 0
  for (let index = 0; index < samples.length; index++) total += (samples[index] ?? 0) ** 2
  if (total === 0) return 0
  const powers = OFFSETS_HZ.map((offset) => goertzel(samples, rate, hertz + offset))
  return Math.min(1, (2 * Math.max(...powers)) / (samples.length * total))
}

function goertzel(samples: ArrayLike<number>, rate: number, hertz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate)
  let previous = 0
  let beforePrevious = 0
  for (let index = 0; index < samples.length; index++) {
    const current = (samples[index] ?? 0) + factor * previous - beforePrevious
    beforePrevious = previous
    previous = current
  }
  return previous ** 2 + beforePrevious ** 2 - factor * previous * beforePrevious
}

export interface Heard {
  /** Share of the time in which the tone was heard, in steps of 50 ms, 0 to 1. */
  readonly share: number
  readonly windows: number
  /** Windows with nothing in them. */
  readonly silent: number
  /** The tone's share of the power of a whole window, the mean of all: noise that stays lowers it. */
  readonly purity: number
}

export interface Window {
  readonly rate: number
  readonly samples: ArrayLike<number>
}

/** Cuts a sound into windows of 200 ms, without `skipMs` at the beginning and `dropMs` at the end. */
export function windowsOf(sound: Sound, skipMs = 0, dropMs = 0): Window[] {
  const size = Math.round((sound.rate * WINDOW_MS) / 1000)
  const from = Math.round((sound.rate * skipMs) / 1000)
  const to = sound.samples.length - Math.round((sound.rate * dropMs) / 1000)
  const windows: Window[] = []
  for (let at = from; at + size <= to; at += size)
    windows.push({ rate: sound.rate, samples: sound.samples.subarray(at, at + size) })
  return windows
}

export function heard(windows: readonly Window[], hertz: number): Heard {
  const silent = windows.filter(({ samples }) => rms(samples) < SILENCE_RMS).length
  const slices = windows.flatMap(slicesOf)
  const isHeard = ({ samples, rate }: Window) =>
    rms(samples) >= SILENCE_RMS && toneShare(samples, rate, hertz) >= HEARD_SHARE
  const share = slices.length === 0 ? 0 : slices.filter(isHeard).length / slices.length
  const shares = windows.map(({ samples, rate }) => toneShare(samples, rate, hertz))
  const purity = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, windows.length)
  return { share, windows: windows.length, silent, purity }
}

/** A window in parts of 50 ms: whatever disturbs 20 ms of a sound costs no more of the time than that. */
function slicesOf({ samples, rate }: Window): Window[] {
  const all = Array.from(samples)
  const size = Math.round((rate * SLICE_MS) / 1000)
  const slices: Window[] = []
  for (let at = 0; at + size <= all.length; at += size)
    slices.push({ rate, samples: all.slice(at, at + size) })
  return slices
}

/** The greatest share of power that the tone has in any window that is not silent. */
export function loudest(windows: readonly Window[], hertz: number): number {
  const loud = windows.filter(({ samples }) => rms(samples) >= SILENCE_RMS)
  return Math.max(0, ...loud.map(({ samples, rate }) => toneShare(samples, rate, hertz)))
}

export function rms(samples: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < samples.length; index++) total += (samples[index] ?? 0) ** 2
  return Math.sqrt(total / Math.max(1, samples.length))
}

const ROWS_HZ = [697, 770, 852, 941]
const COLUMNS_HZ = [1209, 1336, 1477, 1633]
const KEYS = ['123A', '456B', '789C', '*0#D']

/** The key whose two tones make up most of the samples (ITU-T Q.23), if any. */
export function keypadKey({ samples, rate }: Window): string | undefined {
  if (rms(samples) < SILENCE_RMS) return undefined
  const strongest = (list: readonly number[]) =>
    list
      .map((hertz, index) => ({ index, share: toneShare(samples, rate, hertz) }))
      .reduce((a, b) => (b.share > a.share ? b : a))
  const row = strongest(ROWS_HZ)
  const column = strongest(COLUMNS_HZ)
  const isPair = row.share > 0.2 && column.share > 0.2 && row.share + column.share > 0.7
  return isPair ? KEYS[row.index]?.[column.index] : undefined
}

/** Overlapping windows: only what is new in each, at the end, is looked at. */
const NEW_MS = 100

/** The keys heard in windows that were taken every 100 ms; a key lasts until there is none. */
export function keysIn(windows: readonly Window[]): string {
  let keys = ''
  let current: string | undefined
  for (const { samples, rate } of windows) {
    const size = Math.round((rate * SLICE_MS) / 1000)
    const all = Array.from(samples)
    for (let at = all.length - Math.round((rate * NEW_MS) / 1000); at + size <= all.length; at += size) {
      const key = keypadKey({ rate, samples: all.slice(at, at + size) })
      if (key !== undefined && key !== current) keys += key
      current = key
    }
  }
  return keys
}
