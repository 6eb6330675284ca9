import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sine, toneShare } from '@rufwerk/rtp/testing'
import { loudnessOf, MUSIC_LUFS, SPEECH_LUFS } from '../../src/prepare/loudness.ts'
import { PROMPT_RATE, PROMPT_SECONDS_MAX, preparePrompt } from '../../src/prepare/prepare.ts'

const floats = (samples: Int16Array) => Float32Array.from(samples, (sample) => sample / 32_768)
const tone = (rate: number, hertz: number, seconds: number, amplitude = 10_000) =>
  floats(sine(rate, hertz, Math.round(rate * seconds), amplitude))

test('PRE-1 a full-scale sine of 997 Hz has -3.01 LUFS at every rate (EBU Tech 3341, BS.1770)', () => {
  for (const rate of [8_000, 16_000, 44_100, 48_000]) {
    const loudness = loudnessOf(tone(rate, 997, 3, 32_767), rate)
    assert.ok(Math.abs(loudness + 3.01) < 0.15, `${rate}: ${loudness.toFixed(2)}`)
  }
  assert.equal(loudnessOf(new Float32Array(16_000), 16_000), Number.NEGATIVE_INFINITY)
})

test('PRE-1 silence between words does not count', () => {
  const word = tone(16_000, 500, 2)
  const withGaps = new Float32Array(16_000 * 12)
  withGaps.set(word, 16_000)
  withGaps.set(word, 16_000 * 8)
  assert.ok(Math.abs(loudnessOf(withGaps, 16_000) - loudnessOf(word, 16_000)) < 1.5)
})

test('PRE-2 whatever comes in has one channel, 16 kHz and one loudness, and is not clipped', () => {
  for (const rate of [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
    for (const amplitude of [400, 30_000])
      for (const [use, wanted] of [
        ['speech', SPEECH_LUFS],
        ['music', MUSIC_LUFS],
      ] as const) {
        const left = tone(rate, 700, 1, amplitude)
        const prepared = preparePrompt({ rate, channels: [left, left] }, use)
        assert.ok(prepared.ok, `${rate} ${amplitude}: ${JSON.stringify(prepared)}`)
        const sound = prepared.value
        assert.ok(Math.abs(sound.length - PROMPT_RATE) < 0.02 * PROMPT_RATE)
        assert.ok(toneShare(sound.subarray(2_000, 14_000), PROMPT_RATE, 700) > 0.99)
        assert.ok(Math.abs(loudnessOf(floats(sound), PROMPT_RATE) - wanted) < 0.3)
      }
})

test('PRE-2 sound that is above the new band is gone and not folded down', () => {
  // Soft at its ends: a tone that is cut off has all frequencies there.
  const soft = tone(48_000, 11_000, 1).map((sample, at) => sample * Math.sin((Math.PI * at) / 48_000) ** 2)
  const prepared = preparePrompt({ rate: 48_000, channels: [soft] }, 'music')
  assert.deepEqual(prepared, { ok: false, error: 'silent' })
})

test('PRE-3 silence at both ends goes, but for a breath; music keeps it', () => {
  const padded = new Float32Array(16_000 * 3)
  padded.set(tone(16_000, 600, 1), 16_000)
  const speech = preparePrompt({ rate: 16_000, channels: [padded] }, 'speech')
  const music = preparePrompt({ rate: 16_000, channels: [padded] }, 'music')
  assert.ok(speech.ok && music.ok)
  assert.ok(Math.abs(speech.value.length - 16_000 * 1.12) < 200, `${speech.value.length}`)
  assert.equal(music.value.length, 48_000)
})

test('PRE-4 what cannot become a prompt has a reason', () => {
  const second = new Float32Array(16_000)
  const rows = [
    [{ rate: 16_000, channels: [second] }, 'silent'],
    [{ rate: 16_000, channels: [] }, 'too-short'],
    [{ rate: 16_000, channels: [tone(16_000, 500, 0.03)] }, 'too-short'],
    [{ rate: 8_000, channels: [new Float32Array(8_000 * (PROMPT_SECONDS_MAX + 1))] }, 'too-long'],
    [{ rate: 0, channels: [second] }, 'rate'],
    [{ rate: Number.NaN, channels: [second] }, 'rate'],
    [{ rate: 1e9, channels: [second] }, 'rate'],
    [{ rate: 16_000, channels: [second.map(() => Number.NaN)] }, 'broken'],
  ] as const
  for (const [sound, error] of rows) assert.deepEqual(preparePrompt(sound, 'speech'), { ok: false, error })
})

test('PRE-2 a constant under the sound is taken away, and loud peaks stop the gain', () => {
  const shifted = tone(16_000, 500, 1, 2_000).map((sample) => sample + 0.4)
  const clicking = tone(16_000, 500, 1, 100)
  clicking[8_000] = 0.9
  for (const channel of [shifted, clicking]) {
    const prepared = preparePrompt({ rate: 16_000, channels: [channel] }, 'music')
    assert.ok(prepared.ok)
    const peak = prepared.value.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    assert.ok(peak <= 32_767 * 0.71, `${peak}`)
  }
})
