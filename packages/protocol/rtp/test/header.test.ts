import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  classifyPacket,
  newRtpHeader,
  parseRtpHeader,
  patchRtpHeader,
  SequenceExtender,
  setMarker,
  writeRtpHeader,
} from '../src/index.ts'

const header = newRtpHeader()
const FIXED = [0x12, 0x34, 0x80, 0, 0, 1, 0xff, 0, 0, 2]

test('RTP-H1 the payload lies after CSRCs and extension and before the padding', () => {
  const rows: readonly [packet: number[], start: number, end: number][] = [
    [[0x80, 0x88, ...FIXED, 1, 2, 3], 12, 15],
    [[0x80, 0x08, ...FIXED], 12, 12],
    [[0x81, 0x08, ...FIXED, 9, 9, 9, 9, 1], 16, 17],
    [[0x90, 0x08, ...FIXED, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 5], 20, 21],
    [[0xa0, 0x08, ...FIXED, 5, 6, 0, 0, 3], 12, 14],
    [[0xb1, 0x08, ...FIXED, 9, 9, 9, 9, 0, 0, 0, 0, 1, 2, 2], 20, 21],
  ]
  for (const [bytes, start, end] of rows) {
    assert.ok(parseRtpHeader(Uint8Array.from(bytes), header))
    assert.deepEqual([header.payloadStart, header.payloadEnd], [start, end])
    assert.equal(header.payloadType, 8)
    assert.equal(header.marker, bytes[1] === 0x88)
    assert.equal(header.sequenceNumber, 0x1234)
    assert.equal(header.timestamp, 0x80000001)
    assert.equal(header.ssrc, 0xff000002)
  }
})

test('RTP-H2 broken packets are refused, and the payload never leaves the packet', () => {
  const refused: readonly number[][] = [
    [],
    [0x80, 8, ...FIXED.slice(1)],
    [0x40, 8, ...FIXED],
    [0x82, 8, ...FIXED, 1, 2, 3, 4],
    [0x90, 8, ...FIXED],
    [0x90, 8, ...FIXED, 0xbe, 0xde, 0, 2, 0, 0, 0, 0],
    [0xa0, 8, ...FIXED, 1, 1, 4],
    [0xa0, 8, ...FIXED, 1, 1, 0],
    [0x80, 200, ...FIXED],
  ]
  for (const bytes of refused) assert.equal(parseRtpHeader(Uint8Array.from(bytes), header), false)
  const bytes = fc.uint8Array({ maxLength: 80 })
  fc.assert(
    fc.property(bytes, (packet) => {
      if (packet.length > 0) packet[0] = 0x80 | ((packet[0] as number) & 0x3f)
      if (!parseRtpHeader(packet, header)) return
      assert.ok(header.payloadStart >= 12 && header.payloadStart <= header.payloadEnd)
      assert.ok(header.payloadEnd <= packet.length)
    }),
    { numRuns: 200 },
  )
})

const fields = fc.tuple(fc.boolean(), fc.nat(63), fc.nat(0xffff), fc.nat(0xffffffff), fc.nat(0xffffffff))

test('RTP-H3 written is read back; a patch leaves the rest alone', () => {
  fc.assert(
    fc.property(fields, fields, (first, second) => {
      const packet = new Uint8Array(20).fill(0xee)
      writeRtpHeader(packet, ...first)
      assert.ok(parseRtpHeader(packet, header))
      const read = () => [
        header.marker,
        header.payloadType,
        header.sequenceNumber,
        header.timestamp,
        header.ssrc,
      ]
      assert.deepEqual(read(), first)
      const [, ...patch] = second
      patchRtpHeader(packet, ...patch)
      assert.ok(parseRtpHeader(packet, header))
      assert.deepEqual(read(), [first[0], ...patch])
      assert.equal(packet[0], 0x80)
      assert.ok(packet.subarray(12).every((byte) => byte === 0xee))
      setMarker(packet, !first[0])
      assert.ok(parseRtpHeader(packet, header))
      assert.deepEqual(read(), [!first[0], ...patch])
    }),
    { numRuns: 200 },
  )
})

test('RTP-H4 RTP, RTCP and rubbish are told apart', () => {
  const rows: readonly [bytes: number[], kind: string][] = [
    [[0x80, 8, ...FIXED], 'rtp'],
    [[0x80, 0x88, ...FIXED], 'rtp'],
    [[0x80, 191, ...FIXED], 'rtp'],
    [[0x80, 200, 0, 1, 0, 0, 0, 1], 'rtcp'],
    [[0x80, 192, ...FIXED], 'rtcp'],
    [[0x80, 223, ...FIXED], 'rtcp'],
    [[0x80, 8, 0, 1, 0, 0, 0, 1], 'rubbish'],
    [[0x00, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0], 'rubbish'],
    [[], 'rubbish'],
  ]
  for (const [bytes, kind] of rows) assert.equal(classifyPacket(Uint8Array.from(bytes)), kind)
})

test('RTP-Q1 sequence numbers are extended over many wraps', () => {
  fc.assert(
    fc.property(
      fc.nat(0xffff),
      fc.array(fc.integer({ min: -50, max: 3000 }), { maxLength: 200 }),
      (start, steps) => {
        const sequence = new SequenceExtender()
        let truth = 0
        const firstSequence = sequence.extend(start)
        let highest = 0
        for (const step of steps) {
          truth = Math.max(0, highest + step)
          assert.equal(sequence.extend((start + truth) & 0xffff) - firstSequence, truth)
          highest = Math.max(highest, truth)
        }
        assert.equal(sequence.highest - firstSequence, highest)
      },
    ),
    { numRuns: 200 },
  )
  const back = new SequenceExtender()
  const first = back.extend(0)
  assert.equal(back.extend(0xffff), first - 1)
  assert.equal(back.extend(1), first + 1)
})
