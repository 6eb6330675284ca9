import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant } from '@rufwerk/core'
import { newRtpHeader, parseRtpHeader, type RtpHeader, writeRtpHeader } from '@rufwerk/rtp'
import fc from 'fast-check'
import { OutboundStream } from '../src/stream/outbound.ts'

const SSRC = 0xabcdef01

function packet(sequence: number, timestamp: number, ssrc = 5, payloadType = 8): Uint8Array {
  const bytes = new Uint8Array(172)
  writeRtpHeader(bytes, false, payloadType, sequence, timestamp, ssrc)
  return bytes
}

function read(bytes: Uint8Array): RtpHeader {
  const header = newRtpHeader()
  assert.ok(parseRtpHeader(bytes, header))
  return header
}

function relay(stream: OutboundStream, source: number, bytes: Uint8Array, now: Instant): RtpHeader {
  const { sequenceNumber, timestamp, ssrc } = read(bytes)
  stream.rewrite(bytes, source, 0, sequenceNumber, timestamp, ssrc, now)
  return read(bytes)
}

test('OUT-1 a relayed packet carries our SSRC and payload type, and the payload is untouched', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  const bytes = packet(7, 1_000)
  bytes.fill(0x55, 12)
  const header = relay(stream, 1, bytes, instant(0))
  assert.deepEqual([header.ssrc, header.payloadType, header.marker], [SSRC, 0, true])
  assert.ok(bytes.subarray(12).every((value) => value === 0x55))
  assert.deepEqual([stream.packetsSent, stream.octetsSent], [1, 160])
})

test('OUT-2 steps of sequence and time are those of the source, also around the wrap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.array(fc.integer({ min: -20, max: 40 }), { minLength: 1, maxLength: 50 }),
      (firstSequence, firstTime, steps) => {
        const stream = new OutboundStream(SSRC, 65_530, 0xffffff00)
        const first = relay(stream, 1, packet(firstSequence, firstTime), instant(0))
        let position = 0
        for (const step of steps) {
          position += step
          const sequence = (firstSequence + position) & 0xffff
          const time = (firstTime + position * 160) >>> 0
          const header = relay(stream, 1, packet(sequence, time), instant(position * 20))
          assert.equal(header.sequenceNumber, (first.sequenceNumber + position) & 0xffff)
          assert.equal(header.timestamp, (first.timestamp + position * 160) >>> 0)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('OUT-3 when the source changes, the sequence goes on by one, time by what passed, with a marker', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  relay(stream, 1, packet(10, 1_000), instant(0))
  const before = relay(stream, 1, packet(11, 1_160), instant(20))
  const after = relay(stream, 2, packet(60_000, 77_777, 9), instant(120))
  assert.equal(after.sequenceNumber, before.sequenceNumber + 1)
  assert.equal(after.timestamp, before.timestamp + 800)
  assert.ok(after.marker && !before.marker)
  const next = relay(stream, 2, packet(60_001, 77_937, 9), instant(140))
  assert.deepEqual([next.marker, next.timestamp], [false, after.timestamp + 160])
})

test('OUT-4 another SSRC of the same source is a new source, and time moves by one packet at least', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  const before = relay(stream, 1, packet(10, 1_000, 5), instant(0))
  const after = relay(stream, 1, packet(9_000, 4_000_000, 6), instant(1))
  assert.deepEqual(
    [after.sequenceNumber, after.timestamp, after.marker],
    [before.sequenceNumber + 1, before.timestamp + 160, true],
  )
})

test('OUT-5 a late packet of the source does not turn the stream back', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  relay(stream, 1, packet(10, 1_000), instant(0))
  const newest = relay(stream, 1, packet(12, 1_320), instant(40))
  relay(stream, 1, packet(11, 1_160), instant(41))
  stream.sourceChanged()
  const after = relay(stream, 1, packet(13, 1_480), instant(60))
  assert.equal(after.sequenceNumber, newest.sequenceNumber + 1)
})

test('OUT-6 sound of our own continues a relayed stream, and the other way round', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  const relayed = relay(stream, 1, packet(10, 1_000), instant(0))
  const own = read(stream.write(new Uint8Array(160), 8, stream.timestampAt(instant(60)), false, instant(60)))
  assert.deepEqual(
    [own.sequenceNumber, own.timestamp, own.marker],
    [relayed.sequenceNumber + 1, relayed.timestamp + 480, true],
  )
  const again = relay(stream, 1, packet(14, 1_640), instant(80))
  assert.deepEqual(
    [again.sequenceNumber, again.timestamp, again.marker],
    [own.sequenceNumber + 1, own.timestamp + 160, true],
  )
})

test('OUT-7 another clock continues the time', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  const before = relay(stream, 1, packet(10, 1_000), instant(0))
  stream.changeClock(48_000, instant(100))
  assert.equal(stream.lastTimestamp, before.timestamp + 800)
  assert.equal(stream.timestampAt(instant(120)), before.timestamp + 800 + 960)
})

test('OUT-8 packets of a digit take sequence numbers but leave the time of the sound alone', () => {
  const stream = new OutboundStream(SSRC, 100, 5_000)
  const sound = relay(stream, 1, packet(10, 1_000), instant(0))
  const event = read(stream.writeEvent(new Uint8Array(4), 101, 9_000, true, instant(20)))
  assert.deepEqual(
    [event.sequenceNumber, event.payloadType, event.timestamp, event.marker],
    [sound.sequenceNumber + 1, 101, 9_000, true],
  )
  assert.equal(stream.timestampAt(instant(20)), sound.timestamp + 160)
})
