// Whether a recording holds a known sound: the course of their loudness is compared at every possible start.
// What was spoken through codecs and jitter buffers keeps its syllables and pauses; other speech has others.
import { rms } from './tone.ts'
import type { Sound } from './wav.ts'

/** How finely the place is looked for. */
const STEP_MS = 10
/** Steps whose loudness is one value: syllables are longer. */
const STEPS = 10
/** A jitter buffer stretches and shortens: pieces of this length are compared on their own, … */
const PIECE_STEPS = 200
/** … each at most so far from its place behind the one before: what is stretched stays late. */
const DRIFT_STEPS_MAX = 25

/** Loudness, every 10 ms over the next 100 ms. */
export function loudness({ rate, samples }: Sound): number[] {
  const step = Math.round((rate * STEP_MS) / 1000)
  const size = step * STEPS
  const values: number[] = []
  for (let at = 0; at + size <= samples.length; at += step) values.push(rms(samples.subarray(at, at + size)))
  return values
}

export interface Likeness {
  /** Pearson's correlation at the best place, averaged over the pieces, −1 to 1. */
  readonly value: number
  /** Where in the recording the sound begins, in ms. */
  readonly atMs: number
}

/**
 * A recording may hold the sound twice: each piece counts where it is more alike, so that a hole in one of
 * the two does not hide what the other has.
 */
export function likeness(recording: Sound, known: Sound): Likeness {
  const heard = loudness(recording)
  const wanted = loudness(known)
  const first = startOf(heard, wanted)
  const again = startOf(heard, wanted, first.at)
  const pieces = piecesFrom(heard, wanted, first.at)
  const others = again.at === first.at ? pieces : piecesFrom(heard, wanted, again.at)
  const best = pieces.map((value, index) => Math.max(value, others[index] ?? -1))
  const sum = best.reduce((total, value) => total + value, 0)
  const value = best.length === 0 ? first.value : sum / best.length
  return { value, atMs: first.at * STEP_MS }
}

/** The best place; with `not` one that does not overlap the sound there, or that one when there is none. */
function startOf(heard: readonly number[], wanted: readonly number[], not?: number) {
  let best = { value: -1, at: not ?? 0 }
  for (let at = 0; at + wanted.length <= heard.length; at++) {
    if (not !== undefined && Math.abs(at - not) < wanted.length) continue
    const value = correlation(heard, at, wanted)
    if (value > best.value) best = { value, at }
  }
  return best
}

/** How alike each piece is, one behind the other. */
function piecesFrom(heard: readonly number[], wanted: readonly number[], start: number): number[] {
  const pieces: number[] = []
  let place = start
  for (let from = 0; from + PIECE_STEPS <= wanted.length; from += PIECE_STEPS) {
    const found = nearby(heard, place, wanted.slice(from, from + PIECE_STEPS))
    pieces.push(found.value)
    place = found.at + PIECE_STEPS
  }
  return pieces
}

function nearby(heard: readonly number[], place: number, piece: readonly number[]) {
  let best = { value: -1, at: place }
  for (let at = Math.max(0, place - DRIFT_STEPS_MAX); at <= place + DRIFT_STEPS_MAX; at++) {
    const value = correlation(heard, at, piece)
    if (value > best.value) best = { value, at }
  }
  return best
}

function correlation(heard: readonly number[], start: number, wanted: readonly number[]): number {
  let [count, sumA, sumB, both, powerA, powerB] = [0, 0, 0, 0, 0, 0]
  for (let index = 0; index < wanted.length; index += STEPS) {
    const [a, b] = [heard[start + index] ?? 0, wanted[index] ?? 0]
    count++
    sumA += a
    sumB += b
    both += a * b
    powerA += a * a
    powerB += b * b
  }
  const spread = (count * powerA - sumA ** 2) * (count * powerB - sumB ** 2)
  return spread <= 0 ? 0 : (count * both - sumA * sumB) / Math.sqrt(spread)
}
