// The measure itself: tones, mixtures, silence and keypad tones made here, so that a wrong measure is not
// blamed on the product.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { heard, keypadKey, loudest, toneShare, windowsOf } from '../support/tone.ts'
import { readWav, type Sound, silence, sine, writeWav } from '../support/wav.ts'

function mix(a: Sound, b: Sound): Sound {
  return { rate: a.rate, samples: a.samples.map((sample, index) => (sample + (b.samples[index] ?? 0)) / 2) }
}

function join2(a: Sound, b: Sound): Sound {
  return { rate: a.rate, samples: Int16Array.from([...a.samples, ...b.samples]) }
}

test('a pure tone is heard all the time, and no other', () => {
  const windows = windowsOf(sine(600, 2))
  const { purity, ...counts } = heard(windows, 600)
  assert.deepEqual(counts, { share: 1, windows: 10, silent: 0 })
  assert.ok(purity > 0.999)
  assert.equal(heard(windows, 1000).share, 0)
  assert.ok(loudest(windows, 1000) < 0.001)
})

test('a tone that a codec shifted by 3 Hz is still heard', () => {
  assert.equal(heard(windowsOf(sine(603, 2, 8000)), 600).share, 1)
})

test('half a call of silence is half', () => {
  const windows = windowsOf(join2(sine(600, 1), silence(1)))
  const { purity, ...counts } = heard(windows, 600)
  assert.deepEqual(counts, { share: 0.5, windows: 10, silent: 5 })
  assert.ok(Math.abs(purity - 0.5) < 0.001)
})

test('a hole of 20 ms costs 50 ms of the time, one of 120 ms too much of two seconds', () => {
  const withHole = (milliseconds: number) => {
    const tone = sine(600, 2)
    tone.samples.fill(0, 9_600, 9_600 + milliseconds * 48)
    return heard(windowsOf(tone), 600).share
  }
  assert.equal(withHole(20), 0.975)
  assert.ok(withHole(120) < 0.95)
})

test('a second voice of the same strength is not overheard', () => {
  const both = mix(sine(600, 1), sine(1000, 1))
  assert.equal(heard(windowsOf(both), 600).share, 0)
  assert.ok(Math.abs(toneShare(both.samples, 48_000, 1000) - 0.5) < 0.01)
})

test('beginning and end can be left out', () => {
  assert.equal(windowsOf(sine(600, 2), 1000, 400).length, 3)
})

test('keys are told by their two tones', () => {
  const key = (low: number, high: number) => keypadKey(mix(sine(low, 0.2), sine(high, 0.2)))
  assert.equal(key(770, 1336), '5')
  assert.equal(key(941, 1477), '#')
  assert.equal(keypadKey(sine(770, 0.2)), undefined)
  assert.equal(keypadKey(silence(1)), undefined)
})

test('a WAV file comes back as it was written', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-wav-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const sound = sine(440, 0.1)
  writeWav(join(folder, 'a.wav'), sound)
  assert.deepEqual(readWav(join(folder, 'a.wav')), sound)
})
