import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import fc from 'fast-check'
import {
  JitterBuffer,
  type JitterBufferOptions,
  newRtpHeader,
  parseRtpHeader,
  writeRtpHeader,
} from '../src/index.ts'

const header = newRtpHeader()

/** A packet of 20 ms at 8 kHz whose payload tells its number; `timestamp` may be of its own. */
function put(buffer: JitterBuffer, number: number, at: number, ssrc = 1, timestamp = number * 160): string {
  const packet = new Uint8Array(172)
  writeRtpHeader(packet, false, 8, number & 0xffff, timestamp >>> 0, ssrc)
  packet.fill(number & 0xff, 12)
  assert.ok(parseRtpHeader(packet, header))
  return buffer.put(packet, header, instant(at))
}

/** What comes out: the number in the payload, or the word. */
function take(buffer: JitterBuffer, at: number): number | 'lost' | 'empty' {
  const frame = buffer.take(instant(at))
  if (typeof frame === 'string') return frame
  assert.ok(frame.payload.every((byte) => byte === frame.payload[0]))
  return frame.payload[0] as number
}

/**
 * Sends `count` packets through a network and takes every 20 ms; `delay` in ms, undefined for a lost packet.
 */
function simulate(
  count: number,
  delay: (number: number) => number | undefined,
  options: Partial<JitterBufferOptions> = {},
): { buffer: JitterBuffer; out: (number | 'lost' | 'empty')[]; delays: number[] } {
  const buffer = new JitterBuffer({ clockRate: 8000, ...options })
  const arrivals: [at: number, number: number][] = []
  for (let number = 0; number < count; number += 1) {
    const late = delay(number)
    if (late !== undefined) arrivals.push([number * 20 + late, number])
  }
  arrivals.sort((left, right) => left[0] - right[0])
  const out: (number | 'lost' | 'empty')[] = []
  const delays: number[] = []
  for (let at = 7; at < count * 20 + 400; at += 20) {
    while (arrivals.length > 0 && (arrivals[0]?.[0] as number) <= at) {
      const [when, number] = arrivals.shift() as [number, number]
      put(buffer, number, when)
    }
    out.push(take(buffer, at))
    delays.push(buffer.delayMs)
  }
  return { buffer, out, delays }
}

const frames = (out: readonly (number | string)[]): number[] => out.filter((one) => typeof one === 'number')

test('RTP-J1 out of order comes out in order; late and duplicate packets are counted', () => {
  const buffer = new JitterBuffer({ clockRate: 8000, delayMinMs: 60 })
  assert.equal(put(buffer, 3, 0), 'queued')
  assert.equal(put(buffer, 2, 1), 'queued', 'overtaken before playing began')
  assert.equal(put(buffer, 5, 2), 'queued')
  assert.equal(put(buffer, 4, 3), 'queued')
  assert.equal(put(buffer, 4, 4), 'duplicate')
  assert.equal(buffer.size(), 4)
  const out = [20, 40, 60, 80].map((at) => take(buffer, at))
  assert.deepEqual(out, [2, 3, 4, 5])
  assert.equal(put(buffer, 1, 90), 'late')
  assert.deepEqual(buffer.counts, { late: 1, lost: 0, duplicate: 1, overflow: 0, reset: 0 })
  assert.equal(buffer.size(), 0)
})

test('RTP-J1 any order within the delay comes out complete, also over a wrap', () => {
  const swaps = fc.array(fc.nat(35), { minLength: 100, maxLength: 100 })
  fc.assert(
    fc.property(swaps, fc.constantFrom(0, 65_500), (delays, start) => {
      const buffer = new JitterBuffer({ clockRate: 8000, delayMinMs: 60 })
      const arrivals = delays.map((delay, index) => ({ at: index * 20 + delay, number: start + index }))
      arrivals.sort((left, right) => left.at - right.at)
      const out: (number | string)[] = []
      for (let at = 19; at < 2200; at += 20) {
        while ((arrivals[0]?.at ?? Number.POSITIVE_INFINITY) <= at) {
          const next = arrivals.shift()
          if (next !== undefined) put(buffer, next.number, next.at)
        }
        out.push(take(buffer, at))
      }
      const heard = frames(out)
      assert.deepEqual(
        heard,
        delays.map((_, index) => (start + index) & 0xff),
      )
      assert.equal(buffer.size(), 0)
    }),
    { numRuns: 100 },
  )
})

test('RTP-J2 lost when its turn comes, empty before the first and after the last', () => {
  const buffer = new JitterBuffer({ clockRate: 8000 })
  assert.equal(take(buffer, 0), 'empty')
  assert.equal(buffer.peek(), undefined)
  const { out, buffer: used } = simulate(20, (number) => (number === 10 || number === 11 ? undefined : 3))
  const first = out.indexOf(0)
  assert.deepEqual(out.slice(0, first), Array(first).fill('empty'))
  assert.ok(first >= 1 && first <= 3)
  assert.deepEqual(out.slice(first + 9, first + 13), [9, 'lost', 'lost', 12])
  // The end of the stream is concealed for 100 ms and then given up.
  assert.deepEqual(out.slice(first + 20, first + 27), [...Array(5).fill('lost'), 'empty', 'empty'])
  assert.equal(used.counts.lost, 2)
})

test('RTP-J2 the frame after a lost one can be seen, for its redundancy', () => {
  const buffer = new JitterBuffer({ clockRate: 8000 })
  for (const number of [1, 3, 4]) put(buffer, number, 0)
  assert.equal(take(buffer, 1), 1)
  assert.equal(buffer.peek(), undefined)
  assert.equal(take(buffer, 20), 'lost')
  assert.equal(buffer.peek()?.payload[0], 3)
  assert.equal(take(buffer, 40), 3)
})

test('RTP-J3 the delay follows the jitter, up and down, within its bounds', () => {
  const calm = simulate(500, () => 3)
  assert.equal(calm.buffer.targetMs, 40)
  assert.ok(Math.max(...calm.delays) <= 60, String(Math.max(...calm.delays)))
  assert.equal(calm.buffer.counts.lost, 0)
  // A pseudo-random network of up to 80 ms: after it has been learnt hardly anything is missing.
  const rough = simulate(1000, (number) => (number * 7919) % 83)
  assert.ok(rough.buffer.targetMs > 60 && rough.buffer.targetMs < 140, String(rough.buffer.targetMs))
  const later = rough.out.slice(100, 1000)
  assert.ok(
    later.filter((one) => one === 'lost').length < 9,
    String(later.filter((one) => one === 'lost').length),
  )
  // Rough for ten seconds, then calm: the reader that catches up when it may comes down again.
  const buffer = new JitterBuffer({ clockRate: 8000 })
  let queue: [number, number][] = []
  let highest = 0
  let lowest = 1000
  for (let number = 0; number < 4000; number += 1) {
    queue.push([number * 20 + (number < 500 ? (number * 7919) % 103 : 2), number])
    for (const [at, one] of queue) if (at <= number * 20 + 5) put(buffer, one, at)
    queue = queue.filter(([at]) => at > number * 20 + 5)
    buffer.take(instant(number * 20 + 5))
    if (buffer.isAhead) {
      buffer.take(instant(number * 20 + 5))
      buffer.caughtUp()
    }
    if (number < 500) highest = Math.max(highest, buffer.delayMs)
    else lowest = Math.min(lowest, buffer.delayMs)
  }
  assert.ok(highest >= 60, `rough: ${highest}`)
  assert.ok(lowest <= 40, `calm: ${lowest}`)
  const bounded = simulate(300, (number) => (number * 7919) % 400, { delayMaxMs: 100 })
  assert.ok(bounded.buffer.targetMs <= 100)
  assert.ok(Math.max(...bounded.delays) <= 120, String(Math.max(...bounded.delays)))
})

test('RTP-J4 a new source or two packets far off begin anew, one is dropped', () => {
  const buffer = new JitterBuffer({ clockRate: 8000 })
  for (let number = 0; number < 4; number += 1) put(buffer, number, number)
  assert.equal(take(buffer, 20), 0)
  assert.equal(put(buffer, 30_000, 21), 'overflow')
  assert.equal(put(buffer, 4, 22), 'queued')
  assert.equal(take(buffer, 40), 1)
  assert.equal(put(buffer, 40_000, 41), 'overflow')
  assert.equal(put(buffer, 40_001, 42), 'reset')
  assert.equal(put(buffer, 40_002, 43), 'queued')
  assert.equal(take(buffer, 60), 40_001 & 0xff)
  assert.equal(put(buffer, 7, 61, 2), 'reset')
  assert.equal(put(buffer, 8, 62, 2), 'queued')
  assert.equal(take(buffer, 80), 7)
  assert.deepEqual(buffer.counts, { late: 0, lost: 0, duplicate: 0, overflow: 2, reset: 2 })
})

test('RTP-J5 when nobody takes, the oldest go, and memory stays bounded', () => {
  const buffer = new JitterBuffer({ clockRate: 8000, framesMax: 16 })
  for (let number = 0; number < 500; number += 1) put(buffer, number, number * 20)
  assert.equal(buffer.size(), 16)
  assert.equal(buffer.counts.overflow, 484)
  const first = take(buffer, 10_000)
  assert.ok(typeof first === 'number' && first >= (484 & 0xff))
  const long = new Uint8Array(1600)
  writeRtpHeader(long, false, 8, 500, 0, 1)
  assert.ok(parseRtpHeader(long, header))
  assert.equal(buffer.put(long, header, instant(10_001)), 'overflow')
})

test('RTP-J5 whatever comes and whenever it is taken, the buffer stays within its bounds', () => {
  const step = fc.tuple(
    fc.constantFrom(0, 1, 2),
    fc.integer({ min: -80, max: 80 }),
    fc.nat(1 << 20),
    fc.nat(60),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const buffer = new JitterBuffer({ clockRate: 8000, framesMax: 16 })
      let at = 0
      let number = 30_000
      let ssrc = 1
      let last = -1
      for (const [kind, jump, timestamp, passed] of steps) {
        at += passed
        if (kind === 0) {
          number = (number + (jump === 80 ? 20_000 : jump)) & 0xffff
          if (jump === -80) ssrc += 1
          const kept = put(buffer, number, at, ssrc, timestamp)
          if (kept === 'reset') last = -1
        } else {
          const frame = buffer.take(instant(at))
          if (typeof frame === 'string') continue
          assert.ok(frame.sequence > last, 'frames only go forward')
          last = frame.sequence
        }
        assert.ok(buffer.size() >= 0 && buffer.size() <= 16)
        assert.ok(buffer.targetMs >= 40 && buffer.targetMs <= 240)
      }
    }),
    { numRuns: 200 },
  )
})

test('RTP-J5 what was played before a pause is not played again', () => {
  const buffer = new JitterBuffer({ clockRate: 8000, framesMax: 16 })
  put(buffer, 30_000, 0, 1, 15_913)
  put(buffer, 29_999, 11, 1, 0)
  assert.equal(take(buffer, 11), 29_999 & 0xff)
  assert.equal(take(buffer, 11), 'empty', 'the time jumps: a pause')
  assert.equal(put(buffer, 29_999, 11, 1, 0), 'late')
  assert.equal(take(buffer, 60), 30_000 & 0xff)
})

test('RTP-J6 a pause in speech is not a loss', () => {
  const buffer = new JitterBuffer({ clockRate: 8000 })
  const out: (number | string)[] = []
  for (let turn = 0; turn < 60; turn += 1) {
    const at = turn * 20
    if (turn < 10) put(buffer, turn, at)
    else if (turn >= 40 && turn < 50) put(buffer, turn - 30, at, 1, turn * 160)
    out.push(take(buffer, at + 1))
  }
  assert.deepEqual(
    frames(out),
    Array.from({ length: 20 }, (_, index) => index),
  )
  assert.equal(buffer.counts.lost, 0)
  const again = out.indexOf(10)
  assert.ok(again >= 41, 'gathers anew')
})

test('RTP-J7 packets without sound leave no hole', () => {
  const buffer = new JitterBuffer({ clockRate: 8000 })
  for (const number of [0, 1, 2, 3, 4, 5]) {
    if (number === 2 || number === 3) {
      const packet = new Uint8Array(16)
      writeRtpHeader(packet, false, 101, number, 320, 1)
      assert.ok(parseRtpHeader(packet, header))
      buffer.putSilent(header, instant(number * 20))
    } else put(buffer, number, number * 20)
  }
  const out = [100, 120, 140, 160, 180, 200].map((at) => take(buffer, at))
  assert.deepEqual(out, [0, 1, 'empty', 'empty', 4, 5])
  assert.equal(buffer.counts.lost, 0)
})
