import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wallTime } from '@rufwerk/core'
import fc from 'fast-check'
import {
  compactNtp,
  ntpTime,
  parseRtcp,
  type ReportBlock,
  type RtcpPacket,
  roundTripMs,
  writeReport,
} from '../src/index.ts'

const BLOCK: ReportBlock = {
  ssrc: 0xfedcba98,
  fractionLost: 25,
  cumulativeLost: -3,
  highestSequence: 0xffff0001,
  jitter: 77,
  lastSr: 0x80000001,
  delaySinceLastSr: 0xfffffff0,
}
const SENDER = {
  ntpTime: { seconds: 0xe0000001, fraction: 0x80000000 },
  rtpTime: 0xfffffffe,
  packetCount: 12,
  octetCount: 1920,
}

function read(bytes: Uint8Array): RtcpPacket[] {
  const result = parseRtcp(bytes)
  assert.ok(result.ok, result.ok ? '' : result.error)
  return result.value
}

test('RTP-R1 what was written is read back: SR, RR, SDES, BYE', () => {
  const buffer = new Uint8Array(256).fill(0xee)
  for (const cname of ['a', 'ab', 'abc', 'abcd', 'büro']) {
    const length = writeReport(buffer, { ssrc: 7, cname, sender: SENDER, reports: [BLOCK], isLast: true })
    assert.equal(length % 4, 0)
    assert.deepEqual(read(buffer.subarray(0, length)), [
      { type: 'sr', ssrc: 7, ...SENDER, reports: [BLOCK] },
      { type: 'sdes', chunks: [{ ssrc: 7, cname }] },
      { type: 'bye', ssrcs: [7] },
    ])
  }
  const length = writeReport(buffer, { ssrc: 0xffffffff, cname: 'x', reports: [] })
  assert.deepEqual(read(buffer.subarray(0, length)), [
    { type: 'rr', ssrc: 0xffffffff, reports: [] },
    { type: 'sdes', chunks: [{ ssrc: 0xffffffff, cname: 'x' }] },
  ])
  const bye = [0x81, 203, 0, 3, 0, 0, 0, 9, 4, 0x64, 0x6f, 0x6e, 0x65, 0, 0, 0]
  assert.deepEqual(read(Uint8Array.from(bye)), [{ type: 'bye', ssrcs: [9], reason: 'done' }])
})

test('RTP-R2 feedback and unknown types are skipped over', () => {
  const rr = [0x80, 201, 0, 1, 0, 0, 0, 5]
  const pli = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
  const xr = [0x80, 207, 0, 1, 0, 0, 0, 5]
  const unknown = [0x80, 210, 0, 0]
  const types = (bytes: number[]): string[] => read(Uint8Array.from(bytes)).map((part) => part.type)
  assert.deepEqual(types([...rr, ...pli, ...xr, ...unknown]), ['rr', 'feedback', 'other', 'other'])
  assert.deepEqual(types(pli), ['feedback'])
  assert.deepEqual(read(Uint8Array.from(pli))[0], {
    type: 'feedback',
    packetType: 206,
    format: 1,
    sender: 1,
    media: 2,
  })
  // Padding belongs to the last part only.
  assert.deepEqual(types([...rr, 0xa0, 201, 0, 2, 0, 0, 0, 5, 0, 0, 0, 4]), ['rr', 'rr'])
})

test('RTP-R3 a broken part fails the whole', () => {
  const rr = [0x80, 201, 0, 1, 0, 0, 0, 5]
  const rows: readonly [bytes: number[], error: string][] = [
    [[], 'too-short'],
    [[0x80, 201, 0], 'too-short'],
    [[0x40, 201, 0, 1, 0, 0, 0, 5], 'bad-version'],
    [[0x80, 192, 0, 1, 0, 0, 0, 5], 'bad-start'],
    [[0x80, 201, 0, 2, 0, 0, 0, 5], 'bad-length'],
    [[0x81, 201, 0, 1, 0, 0, 0, 5], 'bad-length'],
    [[...rr, 0x80], 'bad-length'],
    [[0xa0, 201, 0, 1, 0, 0, 0, 5, ...rr], 'bad-length'],
    [[0xa0, 201, 0, 1, 0, 0, 0, 0], 'bad-length'],
    [[0xa0, 201, 0, 1, 0, 0, 0, 9], 'bad-length'],
    [[...rr, 0x81, 202, 0, 2, 0, 0, 0, 5, 1, 9, 65, 0], 'bad-length'],
    [[...rr, 0x81, 202, 0, 1, 0, 0, 0, 5], 'bad-length'],
    [[...rr, 0x82, 203, 0, 1, 0, 0, 0, 5], 'bad-length'],
    [[...rr, 0x81, 206, 0, 1, 0, 0, 0, 5], 'bad-length'],
    [Array.from({ length: 65 }, () => rr).flat(), 'too-many'],
  ]
  for (const [bytes, error] of rows) {
    const result = parseRtcp(Uint8Array.from(bytes))
    assert.equal(result.ok ? 'read' : result.error, error)
  }
  const heads = fc.constantFrom(200, 201, 202, 203, 205, 206, 207)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 60 }), heads, fc.nat(14), (bytes, type, words) => {
      bytes.set([0x80 | ((bytes[0] as number) & 0x3f), type, 0, words])
      parseRtcp(bytes)
    }),
    { numRuns: 200 },
  )
})

test('RTP-R4 the round trip is the time that our report was away', () => {
  const sent = ntpTime(wallTime(1_700_000_000_000))
  const report = (delay: number, lastSr = compactNtp(sent)): ReportBlock => ({
    ...BLOCK,
    lastSr,
    delaySinceLastSr: Math.round(delay * 65.536),
  })
  const at = (ms: number) => ntpTime(wallTime(1_700_000_000_000 + ms))
  const rows: readonly [block: ReportBlock, received: number, expected: number | undefined][] = [
    [report(100), 150, 50],
    [report(0), 3, 3],
    [report(5000), 5000.4, 0],
    [report(0, 0), 100, undefined],
    [report(200), 100, undefined],
    [report(0), 90_000, undefined],
  ]
  for (const [block, received, expected] of rows) {
    const roundTrip = roundTripMs(block, at(received))
    if (expected === undefined) assert.equal(roundTrip, undefined)
    else assert.ok(Math.abs((roundTrip ?? -9) - expected) < 0.5, `${roundTrip} for ${expected}`)
  }
})

test('RTP-R5 NTP time counts from 1900', () => {
  assert.deepEqual(ntpTime(wallTime(0)), { seconds: 2_208_988_800, fraction: 0 })
  assert.deepEqual(ntpTime(wallTime(1_500)), { seconds: 2_208_988_801, fraction: 0x80000000 })
  assert.equal(compactNtp({ seconds: 0x12345678, fraction: 0x9abcdef0 }), 0x56789abc)
})
