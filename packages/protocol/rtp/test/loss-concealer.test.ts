import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LossConcealer } from '../src/loss-concealer.ts'
import { loudness, sine, toneShare } from '../src/testing.ts'

/** A voice-like sound: a pitch with harmonics. */
function voice(rate: number, pitch: number, samples: number): Int16Array {
  const parts = [1, 2, 3, 5].map((harmonic) => sine(rate, pitch * harmonic, samples, 6000 / harmonic))
  return Int16Array.from({ length: samples }, (_, i) =>
    parts.reduce((sum, part) => sum + (part[i] as number), 0),
  )
}

/** Plays a sound in 20 ms frames and loses those listed. */
function lose(rate: number, sound: Int16Array, lost: readonly number[]): Int16Array {
  const concealer = new LossConcealer(rate)
  const frame = rate / 50
  const out = new Int16Array(sound.length)
  for (let index = 0; index * frame < sound.length; index += 1) {
    const at = index * frame
    if (lost.includes(index)) {
      out.set(concealer.conceal(frame), at)
      continue
    }
    const samples = sound.slice(at, at + frame)
    concealer.heard(samples)
    out.set(samples, at)
  }
  return out
}

function steepest(samples: Int16Array): number {
  let steepest = 0
  for (let i = 1; i < samples.length; i += 1)
    steepest = Math.max(steepest, Math.abs((samples[i] as number) - (samples[i - 1] as number)))
  return steepest
}

for (const rate of [8_000, 16_000]) {
  test(`RTP-L1 a lost frame sounds like the one before, without a step, at ${rate} Hz`, () => {
    for (const pitch of [90, 133, 187]) {
      const sound = voice(rate, pitch, rate)
      const out = lose(rate, sound, [20])
      const frame = rate / 50
      const filled = out.subarray(20 * frame, 21 * frame)
      const whole = sound.subarray(20 * frame, 21 * frame)
      assert.ok(loudness(filled) > 0.7 * loudness(whole), `${pitch} Hz`)
      assert.ok(steepest(out) < 1.3 * steepest(sound), `${pitch} Hz: ${steepest(out)} of ${steepest(sound)}`)
    }
    const tone = lose(rate, sine(rate, 400, rate), [10, 20, 30, 40])
    assert.ok(toneShare(tone, rate, 400) > 0.97)
    const silenced = sine(rate, 400, rate)
    for (const index of [10, 20, 30, 40]) silenced.fill(0, (index * rate) / 50, ((index + 1) * rate) / 50)
    assert.ok(toneShare(tone, rate, 400) > toneShare(silenced, rate, 400))
  })

  test(`RTP-L2 a long loss fades and is silent after 60 ms, at ${rate} Hz`, () => {
    const out = lose(rate, voice(rate, 120, rate), [20, 21, 22, 23, 24])
    const tenMs = (index: number) => loudness(out.subarray((index * rate) / 100, ((index + 1) * rate) / 100))
    const before = tenMs(39)
    const levels = [40, 41, 42, 43, 44, 45, 46, 47].map((index) => tenMs(index) / before)
    assert.ok((levels[0] as number) > 0.8)
    for (let i = 1; i < 6; i += 1)
      assert.ok((levels[i] as number) < (levels[i - 1] as number) + 0.1, levels.join())
    assert.ok((levels[5] as number) < 0.25, levels.join())
    assert.deepEqual(levels.slice(6), [0, 0])
    // The first frame afterwards begins softly and is itself again at its end.
    assert.ok(tenMs(50) < before)
    assert.ok(tenMs(51) > 0.9 * before)
  })
}

test('RTP-L2 before any sound there is only silence to repeat', () => {
  assert.deepEqual(new LossConcealer(8_000).conceal(80), new Int16Array(80))
})
