import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loudness, sine, toneShare } from '@rufwerk/rtp/testing'
import { parseWav, writeG722Wav } from '../src/sound/wav.ts'
import { writeWav } from './support/wav-file.ts'

const SAMPLES = Int16Array.from([0, 1, -1, 32_767, -32_768])

test('WAV-1 mono 16-bit files of 8 and 16 kHz are read, other chunks are skipped', () => {
  for (const rate of [8_000, 16_000]) {
    const parsed = parseWav(writeWav(SAMPLES, { rate, isListed: true }))
    assert.ok(parsed.ok)
    assert.equal(parsed.value.rate, rate)
    assert.deepEqual(parsed.value.samples, SAMPLES)
  }
})

test('WAV-4 G.722 is written and read: a quarter of the bytes, the same sound', () => {
  const sound = sine(16_000, 1_000, 16_001)
  const file = writeG722Wav(sound)
  assert.equal(file.length, 44 + 8_001)
  const parsed = parseWav(file)
  assert.ok(parsed.ok)
  assert.equal(parsed.value.rate, 16_000)
  assert.equal(parsed.value.samples.length, 16_002)
  assert.ok(toneShare(parsed.value.samples.subarray(1_000, 15_000), 16_000, 1_000) > 0.98)
  assert.ok(Math.abs(loudness(parsed.value.samples) / loudness(sound) - 1) < 0.05)
})

test('WAV-2 everything else is refused with a reason', () => {
  const rows: [Uint8Array, string][] = [
    [new Uint8Array(4), 'not-wav'],
    [new TextEncoder().encode('RIFF0000WAVXdata0000'), 'not-wav'],
    [writeWav(SAMPLES, { rate: 44_100 }), 'rate'],
    [writeWav(SAMPLES, { channels: 2 }), 'not-mono'],
    [writeWav(SAMPLES, { bits: 8 }), 'not-16-bit-pcm'],
    [writeWav(SAMPLES, { format: 6 }), 'not-16-bit-pcm'],
    [writeWav(new Int16Array(0), {}), 'empty'],
    [writeWav(SAMPLES, {}).subarray(0, 30), 'truncated'],
  ]
  for (const [bytes, why] of rows) assert.deepEqual(parseWav(bytes), { ok: false, error: why })
})

test('WAV-3 no cut or changed byte makes it throw', () => {
  const whole = writeWav(SAMPLES, { isListed: true })
  for (let length = 0; length < whole.length; length++) parseWav(whole.subarray(0, length))
  for (let at = 0; at < whole.length; at++)
    for (const value of [0, 0x7f, 0xff]) parseWav(Uint8Array.from(whole).fill(value, at, at + 1))
})
