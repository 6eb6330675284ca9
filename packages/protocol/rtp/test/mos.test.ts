import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimateMos } from '../src/index.ts'
import { sine, toneShare } from '../src/testing.ts'

test('RTP-M1 MOS has the values of the E-model and falls with loss and delay', () => {
  const mos = (delayMs: number, lossRatio: number, codec: 'PCMA' | 'opus' | 'G722' = 'PCMA') =>
    estimateMos({ codec, delayMs, lossRatio })
  assert.ok(Math.abs(mos(0, 0) - 4.41) < 0.01, 'R = 93.2')
  assert.ok(mos(150, 0) > 4.3)
  assert.ok(mos(400, 0) < 3.7)
  assert.ok(Math.abs(mos(20, 0.05) - 4.0) < 0.25, String(mos(20, 0.05)))
  assert.ok(mos(20, 0.2) < 2.7)
  assert.equal(mos(3000, 1), 1)
  for (let loss = 0.01; loss <= 1; loss += 0.01) assert.ok(mos(20, loss) <= mos(20, loss - 0.01))
  for (let delay = 10; delay < 1000; delay += 10) assert.ok(mos(delay, 0) <= mos(delay - 10, 0))
  assert.ok(mos(20, 0.1, 'opus') > mos(20, 0.1, 'G722'))
})

test('RTP-T1 toneShare is 1 for the tone, half for two tones, almost 0 for another', () => {
  const tone = sine(8000, 600, 8000)
  assert.ok(toneShare(tone, 8000, 600) > 0.999)
  assert.ok(toneShare(tone, 8000, 1000) < 0.001)
  const other = sine(8000, 1000, 8000)
  const both = tone.map((value, index) => value + (other[index] as number))
  assert.ok(Math.abs(toneShare(both, 8000, 600) - 0.5) < 0.01)
  assert.equal(toneShare(new Int16Array(100), 8000, 600), 0)
})
