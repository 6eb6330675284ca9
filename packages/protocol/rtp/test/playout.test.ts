import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import {
  type AudioDecoder,
  type AudioEncoder,
  G711Decoder,
  G711Encoder,
  G722Decoder,
  G722Encoder,
  newRtpHeader,
  Playout,
  parseRtpHeader,
  writeRtpHeader,
} from '../src/index.ts'
import { sine, toneShare } from '../src/testing.ts'

interface Line {
  readonly encoder: AudioEncoder
  readonly decoder: AudioDecoder
  readonly packetMs: number
  readonly seconds: number
  /** Delay of a packet in ms; undefined: lost. */
  readonly delay: (number: number) => number | undefined
}

/** Sends a tone of 400 Hz in packets of any length and pulls 20 ms every 20 ms. */
function listen(line: Line): { heard: Int16Array; playout: Playout; outcomes: string[] } {
  const { encoder, decoder, packetMs } = line
  const rate = encoder.sampleRate
  const tone = sine(rate, 400, rate * line.seconds, 8000)
  const playout = new Playout(decoder, { clockRate: 8000 })
  const header = newRtpHeader()
  const length = (rate * packetMs) / 1000
  const packets: { at: number; bytes: Uint8Array }[] = []
  for (let number = 0; (number + 1) * length <= tone.length; number += 1) {
    const payload = encoder.encode(tone.subarray(number * length, (number + 1) * length))
    const bytes = new Uint8Array(12 + payload.length)
    writeRtpHeader(bytes, false, 8, number & 0xffff, number * packetMs * 8, 1)
    bytes.set(payload, 12)
    const delay = line.delay(number)
    if (delay !== undefined) packets.push({ at: (number + 1) * packetMs + delay, bytes })
  }
  packets.sort((left, right) => left.at - right.at)
  const heard: number[] = []
  const outcomes: string[] = []
  const out = new Int16Array(rate / 50)
  for (let now = 3; now < line.seconds * 1000; now += 20) {
    while ((packets[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const packet = packets.shift()
      if (packet === undefined || !parseRtpHeader(packet.bytes, header)) break
      playout.put(packet.bytes, header, instant(packet.at))
    }
    outcomes.push(playout.pull(out, instant(now)))
    heard.push(...out)
  }
  return { heard: Int16Array.from(heard), playout, outcomes }
}

for (const packetMs of [10, 20, 30, 40, 60]) {
  test(`RTP-P1 even sound from packets of ${packetMs} ms`, () => {
    const lines = [
      { encoder: new G711Encoder('PCMA'), decoder: new G711Decoder('PCMA') },
      { encoder: new G722Encoder(), decoder: new G722Decoder() },
    ]
    for (const { encoder, decoder } of lines) {
      const { heard, playout, outcomes } = listen({ encoder, decoder, packetMs, seconds: 3, delay: () => 2 })
      const rate = encoder.sampleRate
      assert.ok(
        toneShare(heard.subarray(rate), rate, 400) > 0.99,
        String(toneShare(heard.subarray(rate), rate, 400)),
      )
      assert.ok(outcomes.slice(25).every((outcome) => outcome === 'sound'))
      assert.ok(playout.delayMs <= 40 + 2 * packetMs, String(playout.delayMs))
    }
  })
}

test('RTP-P1 losses and jitter are concealed', () => {
  const delay = (number: number) => (number % 20 === 7 ? undefined : (number * 7919) % 30)
  const { heard, playout, outcomes } = listen({
    encoder: new G711Encoder('PCMU'),
    decoder: new G711Decoder('PCMU'),
    packetMs: 20,
    seconds: 10,
    delay,
  })
  assert.ok(
    toneShare(heard.subarray(8000), 8000, 400) > 0.95,
    String(toneShare(heard.subarray(8000), 8000, 400)),
  )
  assert.equal(outcomes.slice(50).filter((outcome) => outcome === 'silence').length, 0)
  assert.ok(Math.abs(playout.counts.lost - 25) <= 3, String(playout.counts.lost))
  assert.ok(playout.counts.concealedSamples >= 22 * 160)
})

test('RTP-P2 the redundancy in the next packet is used before concealment', () => {
  const asked: string[] = []
  const decoder: AudioDecoder = {
    sampleRate: 8000,
    decode: (payload) => {
      asked.push(`decode ${payload[0]}`)
      return new Int16Array(160).fill(payload[0] as number)
    },
    conceal: (samples) => {
      asked.push('conceal')
      return new Int16Array(samples)
    },
    recover: (payload, samples) => {
      asked.push(`recover from ${payload[0]}`)
      return new Int16Array(samples).fill((payload[0] as number) - 1)
    },
  }
  const playout = new Playout(decoder, { clockRate: 8000 })
  const header = newRtpHeader()
  for (const number of [1, 2, 4, 7]) {
    const packet = new Uint8Array(14).fill(number)
    writeRtpHeader(packet, false, 8, number, number * 160, 1)
    assert.ok(parseRtpHeader(packet, header))
    playout.put(packet, header, instant(0))
  }
  const out = new Int16Array(160)
  const outcomes = Array.from({ length: 7 }, (_, turn) => playout.pull(out, instant(turn * 20)))
  assert.deepEqual(asked, [
    'decode 1',
    'decode 2',
    'recover from 4',
    'decode 4',
    'conceal',
    'recover from 7',
    'decode 7',
  ])
  assert.deepEqual(outcomes, ['sound', 'sound', 'sound', 'sound', 'concealed', 'sound', 'sound'])
})

test('RTP-P3 time is caught up without a click', () => {
  // One second in which everything comes 120 ms late, then a calm network.
  const delay = (number: number) => (number > 50 && number < 100 ? 120 : 2)
  const { heard, playout } = listen({
    encoder: new G711Encoder('PCMA'),
    decoder: new G711Decoder('PCMA'),
    packetMs: 20,
    seconds: 20,
    delay,
  })
  assert.ok(playout.delayMs <= 60, String(playout.delayMs))
  let steepest = 0
  for (let i = 8000 * 3; i < heard.length; i += 1)
    steepest = Math.max(steepest, Math.abs((heard[i] as number) - (heard[i - 1] as number)))
  // 400 Hz at 8000 rises by 2513 per sample at most.
  assert.ok(steepest < 2900, String(steepest))
})
