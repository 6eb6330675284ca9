import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { newRtpHeader, parseRtpHeader, writeRtpHeader } from '@rufwerk/rtp'
import { EventCarrier } from '../src/stream/event-carrier.ts'
import { OutboundStream } from '../src/stream/outbound.ts'

const SLOW = { payloadType: 101, clockRate: 8_000 }
const FAST = { payloadType: 110, clockRate: 48_000 }

function event(sequence: number, timestamp: number, duration: number, isEnd = false): Uint8Array {
  const packet = new Uint8Array(16)
  writeRtpHeader(packet, false, 110, sequence, timestamp, 9)
  packet.set([5, (isEnd ? 0x80 : 0) | 13, duration >>> 8, duration & 0xff], 12)
  return packet
}

function carry(carrier: EventCarrier, stream: OutboundStream, packet: Uint8Array, now: number, back = false) {
  const header = newRtpHeader()
  assert.ok(parseRtpHeader(packet, header))
  const [from, to] = back ? [SLOW, FAST] : [FAST, SLOW]
  assert.ok(carrier.carry(packet, header, from, to, stream, instant(now)))
  assert.ok(parseRtpHeader(packet, header))
  const duration = ((packet[14] as number) << 8) | (packet[15] as number)
  return { ...header, duration, event: packet[12], flags: packet[13] }
}

test('DTM-1 digits keep event, volume and end mark; duration follows the clock; one time per press', () => {
  const stream = new OutboundStream(1, 500, 80_000)
  stream.write(new Uint8Array(160), 8, 80_000, false, instant(0))
  const carrier = new EventCarrier()
  const first = carry(carrier, stream, event(7, 1_000_000, 960), 20)
  const last = carry(carrier, stream, event(8, 1_000_000, 9_600, true), 200)
  assert.deepEqual([first.payloadType, first.event, first.flags, first.duration], [101, 5, 13, 160])
  assert.deepEqual([last.flags, last.duration], [0x80 | 13, 1_600])
  assert.deepEqual([first.timestamp, last.timestamp], [80_160, 80_160])
  assert.equal(last.sequenceNumber, first.sequenceNumber + 1)
  const next = carry(carrier, stream, event(9, 1_020_000, 960), 400)
  assert.equal(next.timestamp, 80_000 + 3_200)
})

test('DTM-2 a duration that does not fit the faster clock stays at the longest', () => {
  const stream = new OutboundStream(1, 500, 80_000)
  assert.equal(carry(new EventCarrier(), stream, event(7, 1, 20_000), 20, true).duration, 0xffff)
})

test('DTM-3 a packet too short for an event is not carried', () => {
  const packet = event(1, 1, 1).subarray(0, 14)
  const header = newRtpHeader()
  assert.ok(parseRtpHeader(packet, header))
  const stream = new OutboundStream(1, 1, 1)
  assert.equal(new EventCarrier().carry(packet, header, FAST, SLOW, stream, instant(0)), false)
})
