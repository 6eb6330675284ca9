import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Resampler, type SampleRate } from '../src/index.ts'
import { loudness, sine, toneShare } from '../src/testing.ts'

const PAIRS: readonly [from: SampleRate, to: SampleRate][] = [
  [8_000, 16_000],
  [8_000, 48_000],
  [16_000, 48_000],
  [16_000, 8_000],
  [48_000, 8_000],
  [48_000, 16_000],
]

/** One second of a tone through a resampler in pieces of 20 ms, without its beginning. */
function through(from: SampleRate, to: SampleRate, frequency: number): Int16Array {
  const resampler = new Resampler(from, to)
  const tone = sine(from, frequency, from)
  const out: number[] = []
  for (let at = 0; at < from; at += from / 50)
    out.push(...resampler.resample(tone.subarray(at, at + from / 50)))
  assert.equal(out.length, to)
  return Int16Array.from(out.slice(to / 10))
}

const decibel = (ratio: number): number => 20 * Math.log10(ratio)

for (const [from, to] of PAIRS) {
  test(`RTP-F1 ${from} → ${to}: tones keep their level`, () => {
    const half = Math.min(from, to) / 2
    for (const frequency of [100, 0.25 * half, 0.5 * half, 0.85 * half]) {
      const out = through(from, to, frequency)
      const level = decibel(loudness(out) / (10_000 / Math.SQRT2))
      assert.ok(Math.abs(level) < 1, `${frequency} Hz: ${level} dB`)
      assert.ok(toneShare(out, to, frequency) > 0.999, `${frequency} Hz`)
    }
  })

  test(`RTP-F2 ${from} → ${to}: images and aliases are 40 dB down`, () => {
    const low = Math.min(from, to)
    if (to > from) {
      for (const frequency of [300, 0.3 * low, 0.425 * low]) {
        const out = through(from, to, frequency)
        for (let image = low - frequency; image < to / 2; image += low) {
          const share = decibel(Math.sqrt(toneShare(out, to, image)))
          assert.ok(share < -40, `${frequency} Hz at ${image} Hz: ${share} dB`)
        }
      }
      return
    }
    for (const frequency of [0.575 * low, 0.75 * low, from / 2 - 200]) {
      if (frequency >= from / 2) continue
      const level = decibel(loudness(through(from, to, frequency)) / (10_000 / Math.SQRT2) + 1e-9)
      assert.ok(level < -40, `${frequency} Hz: ${level} dB`)
    }
  })
}

test('RTP-F3 the pieces of a stream do not matter', () => {
  const pair = fc.constantFrom(...PAIRS)
  const cuts = fc.array(fc.nat(700), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(pair, cuts, ([from, to], lengths) => {
      const total = lengths.reduce((sum, length) => sum + length, 0)
      const input = sine(from, 700, total)
      const whole = Array.from(new Resampler(from, to).resample(input))
      const resampler = new Resampler(from, to)
      const pieces: number[] = []
      let at = 0
      for (const length of lengths) {
        pieces.push(...resampler.resample(input.subarray(at, at + length)))
        at += length
      }
      assert.deepEqual(pieces, whole)
    }),
    { numRuns: 60 },
  )
  const same = new Resampler(8_000, 8_000)
  const input = sine(8_000, 700, 160)
  assert.deepEqual(same.resample(input), input)
})
