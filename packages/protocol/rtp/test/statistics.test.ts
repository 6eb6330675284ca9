import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { ReceiverStatistics } from '../src/index.ts'

/** Feeds packets of 20 ms at 8 kHz; `at` may change sequence number and arrival. */
function feed(
  statistics: ReceiverStatistics,
  sequences: readonly number[],
  arrival: (index: number) => number = (index) => index * 20,
  ssrc = 1,
): void {
  sequences.forEach((sequence, index) => {
    statistics.received(ssrc, sequence & 0xffff, (sequence * 160) >>> 0, instant(arrival(index)))
  })
}

function span(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}

test('RTP-S1 expected, received and lost, over a wrap, with reordering and duplicates', () => {
  const rows: readonly [sequences: number[], expected: number, lost: number][] = [
    [span(100, 10), 10, 0],
    [span(0xfffb, 10), 10, 0],
    [[1, 2, 5, 6], 6, 2],
    [[1, 3, 2, 4], 4, 0],
    [[1, 2, 2, 2, 4], 4, 0],
    [[], 0, 0],
  ]
  for (const [sequences, expected, lost] of rows) {
    const statistics = new ReceiverStatistics(8000)
    feed(statistics, sequences)
    assert.deepEqual([statistics.expected, statistics.lost], [expected, lost], sequences.join())
    assert.equal(statistics.packetsReceived, sequences.length)
  }
})

test('RTP-S2 jitter is that of RFC 3550 A.8', () => {
  const steady = new ReceiverStatistics(8000)
  feed(steady, span(1, 100))
  assert.equal(steady.jitter, 0)
  // Every second packet 8 ms late: each step is 8 ms, so the estimate comes to 8 ms.
  const shaky = new ReceiverStatistics(8000)
  feed(shaky, span(1, 400), (index) => index * 20 + (index % 2) * 8)
  assert.ok(Math.abs(shaky.jitterMs - 8) < 0.1, String(shaky.jitterMs))
  assert.ok(Math.abs(shaky.jitter - 64) < 1)
  // The packets of one telephone event share a timestamp.
  const events = new ReceiverStatistics(8000)
  span(1, 10).forEach((sequence) => {
    events.received(1, sequence, 800, instant(sequence * 20))
  })
  assert.equal(events.jitter, 0)
})

test('RTP-S3 a report covers the interval since the last one', () => {
  const statistics = new ReceiverStatistics(8000)
  assert.equal(statistics.takeReport(instant(0)), undefined)
  feed(
    statistics,
    span(0xfff0, 20).filter((_, index) => index % 4 !== 1),
  )
  const first = statistics.takeReport(instant(1000))
  assert.equal(first?.fractionLost, 64)
  assert.equal(first?.cumulativeLost, 5)
  assert.equal(first?.highestSequence, 0x10003)
  assert.equal(first?.lastSr, 0)
  feed(statistics, span(0x10004, 20))
  statistics.senderReport(
    {
      type: 'sr',
      ssrc: 1,
      ntpTime: { seconds: 0x11112222, fraction: 0x33334444 },
      rtpTime: 0,
      packetCount: 0,
      octetCount: 0,
      reports: [],
    },
    instant(2000),
  )
  const second = statistics.takeReport(instant(2500))
  assert.equal(second?.fractionLost, 0)
  assert.equal(second?.cumulativeLost, 5)
  assert.equal(second?.lastSr, 0x22223333)
  assert.equal(second?.delaySinceLastSr, 32_768)
})

test('RTP-S4 one odd packet changes nothing, two restart, a new source does at once', () => {
  const statistics = new ReceiverStatistics(8000)
  feed(statistics, span(100, 10))
  feed(statistics, [40_000])
  feed(statistics, span(110, 10))
  assert.deepEqual([statistics.expected, statistics.packetsReceived], [20, 20])
  feed(statistics, span(50_000, 11))
  assert.deepEqual([statistics.expected, statistics.packetsReceived], [30, 30])
  feed(statistics, span(7, 10), undefined, 2)
  assert.deepEqual([statistics.expected, statistics.lost], [40, 0])
  assert.equal(statistics.takeReport(instant(0))?.ssrc, 2)
})
