// RTCP compound packets: read, and reports of ours written and read again.
import assert from 'node:assert/strict'
import { parseRtcp, type ReportBlock, writeReport } from '@rufwerk/rtp'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import type { Target } from '../target.ts'
import { bytesOf, packetsOf } from './corpus.ts'

const PARTS_MAX = 64
const U32 = 2 ** 32 - 1

function block(random: SeededRandom): ReportBlock {
  return {
    ssrc: random.between(0, U32),
    fractionLost: random.between(0, 255),
    cumulativeLost: random.between(-0x80_0000, 0x7f_ffff),
    highestSequence: random.between(0, U32),
    jitter: random.between(0, U32),
    lastSr: random.between(0, U32),
    delaySinceLastSr: random.between(0, U32),
  }
}

function reportOf(random: SeededRandom) {
  const sender = {
    ntpTime: { seconds: random.between(0, U32), fraction: random.between(0, U32) },
    rtpTime: random.between(0, U32),
    packetCount: random.between(0, U32),
    octetCount: random.between(0, U32),
  }
  return {
    ssrc: random.between(0, U32),
    cname: 'x'.repeat(random.between(0, 255)),
    ...(random.next() < 0.5 ? { sender } : {}),
    reports: Array.from({ length: pick([0, 1, 2, 31], random) }, () => block(random)),
    isLast: random.next() < 0.3,
  }
}

function report(random: SeededRandom): Uint8Array {
  const into = new Uint8Array(2_000)
  return into.subarray(0, writeReport(into, reportOf(random)))
}

function assertReport(random: SeededRandom): void {
  const told = reportOf(random)
  const into = new Uint8Array(2_000)
  const parsed = parseRtcp(into.subarray(0, writeReport(into, told)))
  assert(parsed.ok, 'a report of ours is not read')
  const [first, second, third] = parsed.value
  assert(first?.type === (told.sender === undefined ? 'rr' : 'sr'))
  assert.deepEqual([first.ssrc, first.reports], [told.ssrc, told.reports])
  assert(second?.type === 'sdes' && second.chunks[0]?.cname === told.cname)
  assert.equal(third?.type, told.isLast ? 'bye' : undefined)
}

export function rtcpTarget(): Target {
  return {
    name: 'rtcp',
    seeds: packetsOf(
      '80c9000100000001',
      '81ca0003000000010103616263000000',
      '81cb000300000001046162636400',
      '81ce00020000000100000002',
    ),
    words: bytesOf(
      '\x80\xc8',
      '\x80\xc9',
      '\x81\xca',
      '\x81\xcb',
      '\x8f\xcd',
      '\x81\xce',
      '\xa0',
      '\0\0\0\0',
    ),
    bytesMax: 2_000,
    generate: report,
    check: (input, random) => {
      assertReport(random)
      const parsed = parseRtcp(input)
      if (!parsed.ok) return parsed.error
      assert(parsed.value.length > 0 && parsed.value.length <= PARTS_MAX)
      for (const part of parsed.value) {
        if (part.type !== 'sr' && part.type !== 'rr') continue
        assert(part.reports.length <= 31)
        for (const { cumulativeLost, fractionLost } of part.reports)
          assert(cumulativeLost >= -0x80_0000 && cumulativeLost <= 0x7f_ffff && fractionLost <= 255)
      }
      return parsed.value
        .map((part) => part.type)
        .slice(0, 4)
        .join(' ')
    },
    work: (input) => {
      parseRtcp(input)
    },
  }
}
