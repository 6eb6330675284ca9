import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTotals } from '../src/platform/received-totals.ts'
import { estimateMos, QUALITY_SAMPLES_MAX, sampleQuality, wordOf } from '../src/state/quality.ts'

test('a clean line is excellent, a lossy one is poor', () => {
  assert.ok(estimateMos(0, 2, 20, 'opus') > 4.3)
  assert.ok(estimateMos(0.2, 40, 300, 'PCMA') < 2.6)
  assert.equal(wordOf(4.3), 'excellent')
  assert.equal(wordOf(3.9), 'good')
  assert.equal(wordOf(3.3), 'fair')
  assert.equal(wordOf(2), 'poor')
})

test('opus forgives loss that G.711 does not', () => {
  assert.ok(estimateMos(0.05, 5, 40, 'opus') > estimateMos(0.05, 5, 40, 'PCMU'))
})

test('the estimate stays between 1 and 4.5 and never grows with loss', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 0, max: 5_000 }),
      (a, b, jitter, roundTrip) => {
        const [low, high] = [
          estimateMos(Math.max(a, b), jitter, roundTrip),
          estimateMos(Math.min(a, b), jitter, roundTrip),
        ]
        assert.ok(low >= 1 && high <= 4.5 && low <= high + 1e-9)
      },
    ),
  )
})

test('loss is that of the last sample, not of the whole call', () => {
  const quality = sampleQuality(
    { packets: 1_000, lost: 100, jitterMs: 1 },
    { packets: 1_100, lost: 100, jitterMs: 1 },
    [],
  )
  assert.equal(quality.loss, 0)
})

test('counters of a new stream start again', () => {
  const quality = sampleQuality(
    { packets: 1_000, lost: 0, jitterMs: 1 },
    { packets: 90, lost: 10, jitterMs: 1 },
    [],
  )
  assert.equal(quality.loss, 0.1)
})

test('the line keeps a bounded number of samples', () => {
  const quality = sampleQuality(undefined, { packets: 1, lost: 0, jitterMs: 0 }, new Array(500).fill(4))
  assert.equal(quality.history.length, QUALITY_SAMPLES_MAX)
})

test('statistics of a browser are read, negative loss and missing parts included', () => {
  assert.equal(readTotals([]), undefined)
  assert.deepEqual(
    readTotals([
      {
        id: '1',
        type: 'inbound-rtp',
        kind: 'audio',
        packetsReceived: 50,
        packetsLost: -2,
        jitter: 0.004,
        codecId: '2',
      },
      { id: '2', type: 'codec', mimeType: 'audio/opus' },
      { id: '3', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.02 },
    ]),
    { packets: 50, lost: 0, jitterMs: 4, roundTripMs: 20, codec: 'opus' },
  )
})
