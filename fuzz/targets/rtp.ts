// RTP headers, the jitter buffer behind them, telephone events and the decoders: packets in any order.
import assert from 'node:assert/strict'
import { instant } from '@rufwerk/core'
import {
  classifyPacket,
  DtmfReceiver,
  G711Decoder,
  G722Decoder,
  newRtpHeader,
  Playout,
  parseRtpHeader,
  patchRtpHeader,
  ReceiverStatistics,
  writeRtpHeader,
} from '@rufwerk/rtp'
import type { SeededRandom } from '@rufwerk/testing'
import type { Target } from '../target.ts'
import { bytesOf, packetsOf } from './corpus.ts'

const BATCH = 200

function packet(random: SeededRandom): Uint8Array {
  const hasExtension = random.next() < 0.1
  const csrcs = random.next() < 0.1 ? random.between(1, 15) : 0
  const size = random.between(0, 320)
  const bytes = Buffer.alloc(12 + 4 * csrcs + (hasExtension ? 8 : 0) + size)
  const sequence = random.next() < 0.8 ? 1_000 + random.between(0, 60) : random.between(0, 65_535)
  writeRtpHeader(
    bytes,
    random.next() < 0.1,
    random.between(0, 127),
    sequence,
    sequence * 160,
    random.between(1, 2),
  )
  bytes[0] = 0x80 | (hasExtension ? 0x10 : 0) | csrcs
  if (hasExtension) bytes.writeUInt16BE(1, 12 + 4 * csrcs + 2)
  return bytes
}

/** What hears packets in one batch. */
function ears() {
  const g711 = new G711Decoder('PCMA')
  const options = { clockRate: 8_000, frameMs: 20 } as ConstructorParameters<typeof Playout>[1]
  return {
    playout: new Playout(g711, options),
    statistics: new ReceiverStatistics(8_000),
    dtmf: new DtmfReceiver(8_000),
    g722: new G722Decoder(),
    sound: new Int16Array(160),
    now: 1_000,
  }
}

export function rtpTarget(): Target {
  const header = newRtpHeader()
  let ear = ears()
  return {
    name: 'rtp',
    seeds: packetsOf('800800010000000100000001d5d5d5d5', '90650001000000010000000100000000'),
    words: bytesOf('\x80', '\x90', '\xa0', '\x05\x0a\x00\xa0', '\x05\x8a\x03\x20'),
    bytesMax: 2_000,
    generate: packet,
    restEvery: BATCH,
    check: (input, random) => {
      const kind = classifyPacket(input)
      const isRtp = parseRtpHeader(input, header)
      if (isRtp) assert.equal(kind, 'rtp')
      if (!isRtp) return kind
      const { payloadStart, payloadEnd, ssrc, sequenceNumber, timestamp, payloadType } = header
      assert(payloadStart >= 12 && payloadStart <= payloadEnd && payloadEnd <= input.length)
      assert(
        payloadType <= 127 && sequenceNumber <= 0xffff && timestamp <= 0xffff_ffff && ssrc <= 0xffff_ffff,
      )
      const payload = input.subarray(payloadStart, payloadEnd)
      ear.now += random.between(0, 40)
      const now = instant(ear.now)
      ear.statistics.received(ssrc, sequenceNumber, timestamp, now)
      ear.playout.put(input, header, now)
      const sound = ear.playout.pull(ear.sound, now)
      const press = ear.dtmf.receive(payload, timestamp, now) ?? ear.dtmf.tick(now)
      if (press !== undefined) assert(press.durationMs >= 0 && press.durationMs <= 65_536)
      ear.g722.decode(payload)
      const copy = Uint8Array.from(input)
      patchRtpHeader(copy, 8, 7, 9, 11)
      const patched = newRtpHeader()
      assert(parseRtpHeader(copy, patched))
      assert.deepEqual(
        [patched.payloadType, patched.sequenceNumber, patched.timestamp, patched.ssrc, patched.payloadStart],
        [8, 7, 9, 11, payloadStart],
      )
      return `${sound} ${press === undefined ? '' : 'digit'} ${payload.length === 0 ? 'empty' : ''}`
    },
    rest: async () => {
      const counts = ear.playout.counts
      for (const [name, count] of Object.entries(counts))
        assert(Number.isFinite(count), `${name} is ${count}`)
      ear = ears()
    },
  }
}
