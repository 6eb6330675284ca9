import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, wallTime } from '@rufwerk/core'
import { parseRtcp, writeRtpHeader } from '@rufwerk/rtp'
import { Quality } from '../src/endpoint/quality.ts'
import { Reception } from '../src/endpoint/reception.ts'
import { OutboundStream } from '../src/stream/outbound.ts'

const PCMA = { name: 'PCMA', payloadType: 8, clockRate: 8_000, channels: 1, ptimeMs: 20 } as const
const ANYBODY = { accepts: () => true }

interface End {
  readonly stream: OutboundStream
  readonly reception: Reception
  readonly quality: Quality
}

function end(ssrc: number): End {
  const stream = new OutboundStream(ssrc, 1, 1)
  const reception = new Reception(() => {}, assert.ifError)
  reception.configure({ direction: 'sendrecv', send: PCMA, receive: [PCMA], receiveDtmf: [] })
  return { stream, reception, quality: new Quality(stream, reception, `end-${ssrc}`) }
}

/** One packet from one end to the other, or into the void. */
function send(from: End, to: End | undefined, now: number): void {
  const payload = new Uint8Array(160)
  const packet = from.stream.write(payload, 8, from.stream.timestampAt(instant(now)), false, instant(now))
  to?.reception.receive(packet, ANYBODY, instant(now))
}

test('QUA-1 loss, jitter and round trip are those of the line; the score falls with loss', () => {
  const [near, far] = [end(1), end(2)]
  for (let count = 0; count < 100; count++) send(near, count % 10 === 9 ? undefined : far, count * 20)
  far.quality.stats('PCMA', true)
  const sent = near.quality.report(instant(2_000), wallTime(1_000_000), false).slice()
  assert.ok(far.quality.receive(sent, instant(2_030), wallTime(1_000_030)))
  const answer = far.quality.report(instant(2_530), wallTime(1_000_530), false).slice()
  assert.ok(near.quality.receive(answer, instant(2_560), wallTime(1_000_560)))
  const heard = far.quality.stats('PCMA', false)
  assert.deepEqual([heard.packetsReceived, heard.lost, heard.isRelayed], [90, 9, false])
  const told = near.quality.stats('PCMA', true)
  assert.deepEqual([told.packetsSent, told.remoteLost], [100, 9])
  assert.ok(Math.abs((told.roundTripMs ?? 0) - 60) < 2, `${told.roundTripMs}`)
  const [bad, good] = [end(3), end(4)]
  for (let count = 0; count < 100; count++) send(bad, good, count * 20)
  assert.ok((heard.mos ?? 5) < (good.quality.stats('PCMA', true).mos ?? 0) - 0.5)
})

test('QUA-2 before the first second there is no score, and what nobody told is absent', () => {
  const [near, far] = [end(1), end(2)]
  for (let count = 0; count < 10; count++) send(near, far, count * 20)
  assert.deepEqual(Object.keys(far.quality.stats('PCMA', true)).sort(), [
    'codec',
    'isRelayed',
    'jitterMs',
    'lost',
    'packetsReceived',
    'packetsSent',
    'rubbish',
  ])
})

test('QUA-3 whoever sent is told in an SR, whoever did not in an RR; the last report says BYE', () => {
  const near = end(1)
  const types = (isLast: boolean) => {
    const parsed = parseRtcp(near.quality.report(instant(100), wallTime(5_000), isLast))
    assert.ok(parsed.ok)
    return parsed.value.map(({ type }) => type)
  }
  assert.deepEqual(types(false), ['rr', 'sdes'])
  send(near, undefined, 0)
  assert.deepEqual(types(false), ['sr', 'sdes'])
  assert.deepEqual(types(false), ['rr', 'sdes'])
  assert.deepEqual(types(true), ['rr', 'sdes', 'bye'])
})

test('QUA-4 what is no RTCP is told apart, a report about others changes nothing', () => {
  const near = end(1)
  const packet = new Uint8Array(40)
  writeRtpHeader(packet, false, 8, 1, 1, 1)
  assert.equal(near.quality.receive(packet, instant(0), wallTime(0)), false)
  const [other, third] = [end(8), end(9)]
  send(other, third, 0)
  assert.ok(
    near.quality.receive(third.quality.report(instant(5), wallTime(5), false), instant(5), wallTime(5)),
  )
  assert.equal(near.quality.stats('PCMA', true).remoteLost, undefined)
})

const OPUS = { name: 'opus', payloadType: 111, clockRate: 48_000, channels: 2, ptimeMs: 20 } as const
const BOTH = [
  { payloadType: 101, clockRate: 8_000 },
  { payloadType: 110, clockRate: 48_000 },
]

/**
 * What is known of a phone that speaks for a second, loses five packets, and speaks on; in between it presses
 * a key for 160 ms with the event format `eventType`, if any. Its packets come at even times.
 */
function afterAKey(eventType: number | undefined): { lost: number; jitterMs: number; received: number } {
  const presses: number[] = []
  const reception = new Reception(({ durationMs }) => presses.push(durationMs), assert.ifError)
  reception.configure({ direction: 'sendrecv', send: OPUS, receive: [OPUS], receiveDtmf: BOTH })
  const receive = (payloadType: number, slot: number, begunAt: number, payload: Uint8Array) => {
    const packet = new Uint8Array(12 + payload.length)
    writeRtpHeader(packet, false, payloadType, slot, begunAt * 960, 1)
    packet.set(payload, 12)
    reception.receive(packet, ANYBODY, instant(slot * 20))
  }
  const ticks = eventType === 101 ? 160 : 960
  for (let slot = 1; slot <= 100; slot++) {
    const isPressed = eventType !== undefined && slot > 60 && slot <= 68
    const duration = ticks * (slot - 60)
    if (slot > 50 && slot <= 55) continue
    if (!isPressed) receive(OPUS.payloadType, slot, slot, new Uint8Array(40))
    else
      receive(
        eventType,
        slot,
        60,
        Uint8Array.from([5, (slot === 68 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]),
      )
  }
  assert.deepEqual(presses, eventType === undefined ? [] : [160])
  const { lost, jitterMs, packetsReceived: received } = reception.statistics
  return { lost, jitterMs, received }
}

test('DTM-10 digits with another clock leave loss, jitter and score of the sound alone', () => {
  const keyless = afterAKey(undefined)
  assert.deepEqual(keyless, { lost: 5, jitterMs: 0, received: 95 })
  assert.deepEqual(afterAKey(101), keyless)
  assert.deepEqual(afterAKey(110), keyless)
})
