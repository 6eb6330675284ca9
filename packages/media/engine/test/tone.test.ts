import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ToneName } from '@rufwerk/media-control'
import { loudness, toneShare } from '@rufwerk/rtp/testing'
import { type ToneCountry, ToneSource } from '../src/sound/tone.ts'

/** The first `ms` of a tone. */
function listen(tone: ToneName, country: ToneCountry, ms: number, rate: 8_000 | 16_000 = 8_000): Int16Array {
  const source = new ToneSource(tone, country, rate)
  const sound = new Int16Array((rate * ms) / 1000)
  for (let at = 0; at < sound.length; at += rate / 50)
    assert.equal(source.read(sound.subarray(at, at + rate / 50)), 'sound')
  return sound
}

test('TON-1 each tone has the frequencies and the cadence of its country', () => {
  const rows: [ToneCountry, ToneName, number[], on: number, off: number][] = [
    ['de', 'ringback', [425], 1_000, 4_000],
    ['de', 'busy', [425], 480, 480],
    ['de', 'congestion', [425], 240, 240],
    ['us', 'ringback', [440, 480], 2_000, 4_000],
    ['us', 'busy', [480, 620], 500, 500],
    ['us', 'congestion', [480, 620], 260, 240],
  ]
  for (const [country, tone, frequencies, on, off] of rows) {
    const sound = listen(tone, country, 2 * (on + off))
    for (const start of [0, on + off]) {
      const heard = sound.subarray(start * 8 + 80, (start + on) * 8 - 160)
      const share = frequencies.reduce((sum, frequency) => sum + toneShare(heard, 8_000, frequency), 0)
      assert.ok(share > 0.9, `${country} ${tone}: ${share}`)
      if (tone !== 'congestion' || country === 'de')
        assert.ok(
          loudness(sound.subarray((start + on) * 8, (start + on + off) * 8)) < 1,
          `${country} ${tone}`,
        )
    }
  }
})

test('TON-2 the hold sound is quieter than the tones, does not click, and never rests for a second', () => {
  const hold = listen('hold', 'de', 10_000, 16_000)
  assert.ok(loudness(hold) < loudness(listen('busy', 'de', 10_000, 16_000)) / 2)
  let step = 0
  for (let at = 1; at < hold.length; at++)
    step = Math.max(step, Math.abs((hold[at] as number) - (hold[at - 1] as number)))
  assert.ok(step < 400, `${step}`)
  for (let at = 0; at + 16_000 <= hold.length; at += 1_600)
    assert.ok(loudness(hold.subarray(at, at + 16_000)) > 50, `silent from ${at / 16} ms on`)
})

test('TON-3 a beep and the tones of entry and exit sound once, then end', () => {
  const rows = [
    ['beep', 200, [1_400]],
    ['entry', 280, [523.25, 783.99]],
    ['exit', 280, [523.25, 783.99]],
  ] as const
  for (const [tone, length, frequencies] of rows) {
    const source = new ToneSource(tone, 'de', 16_000)
    const sound = new Int16Array(16_000)
    let frames = 0
    while (source.read(sound.subarray(frames * 320, (frames + 1) * 320)) === 'sound') frames += 1
    assert.equal(frames, length / 20, tone)
    const heard = sound.subarray(0, length * 16)
    const share = frequencies.reduce((sum, frequency) => sum + toneShare(heard, 16_000, frequency), 0)
    assert.ok(share > (frequencies.length === 1 ? 0.9 : 0.45), `${tone}: ${share}`)
    assert.equal(source.read(sound), 'ended')
    assert.equal(loudness(sound), 0)
  }
})
