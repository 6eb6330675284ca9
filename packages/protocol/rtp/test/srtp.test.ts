import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { writeRtpHeader as writeHeader } from '../src/index.ts'
import {
  REPLAY_WINDOW_PACKETS,
  SRTCP_INDEX_JUMP,
  SRTP_PACKET_BYTES_MAX,
  SRTP_ROOM_BYTES,
  SRTP_SOURCES_MAX,
  SRTP_SUITES,
  type SrtpKey,
  SrtpReceiver,
  SrtpSender,
  type SrtpSuite,
} from '../src/srtp/index.ts'
import { ReplayWindow } from '../src/srtp/replay-window.ts'

const SUITES = Object.keys(SRTP_SUITES) as SrtpSuite[]
const SSRC = 0xcafe0001

function keyOf(suite: SrtpSuite): SrtpKey {
  const { keyBytes, saltBytes } = SRTP_SUITES[suite]
  const key = Uint8Array.from({ length: keyBytes }, (_, i) => 201 - 3 * i)
  return { suite, key, salt: Uint8Array.from({ length: saltBytes }, (_, i) => 33 + 7 * i) }
}

const KEY = keyOf('AES_CM_128_HMAC_SHA1_80')

function voice(sequenceNumber: number, payload = Uint8Array.of(1, 2, 3, 4), ssrc = SSRC): Uint8Array {
  const packet = new Uint8Array(12 + payload.length)
  writeHeader(packet, false, 8, sequenceNumber & 0xffff, (160 * sequenceNumber) >>> 0, ssrc)
  packet.set(payload, 12)
  return packet
}

function report(ssrc = SSRC, body: readonly number[] = []): Uint8Array {
  const packet = new Uint8Array(8 + body.length)
  packet.set([0x80, 201, 0, 1 + body.length / 4, ssrc >>> 24, ssrc >>> 16, ssrc >>> 8, ssrc, ...body])
  return packet
}

/** A copy of `plain` as the sender would put it on the wire. */
function sealed(sender: SrtpSender, plain: Uint8Array, kind: 'rtp' | 'rtcp' = 'rtp'): Uint8Array {
  const packet = new Uint8Array(plain.length + SRTP_ROOM_BYTES)
  packet.set(plain)
  const length =
    kind === 'rtp' ? sender.protect(packet, plain.length) : sender.protectRtcp(packet, plain.length)
  assert.equal(typeof length, 'number', String(length))
  return packet.slice(0, length as number)
}

function open(receiver: SrtpReceiver, wire: Uint8Array, kind: 'rtp' | 'rtcp' = 'rtp'): Uint8Array | string {
  const packet = Uint8Array.from(wire)
  const length =
    kind === 'rtp' ? receiver.unprotect(packet, packet.length) : receiver.unprotectRtcp(packet, packet.length)
  return typeof length === 'number' ? packet.subarray(0, length) : length
}

test('RTP-X1 what was protected is read back, whatever header and payload', () => {
  const packet = fc.record({
    suite: fc.constantFrom(...SUITES),
    csrcs: fc.nat(15),
    extensionWords: fc.option(fc.nat(4), { nil: undefined }),
    payload: fc.uint8Array({ maxLength: 200 }),
    sequenceNumber: fc.nat(0xffff),
  })
  fc.assert(
    fc.property(packet, ({ suite, csrcs, extensionWords, payload, sequenceNumber }) => {
      const header = [...voice(sequenceNumber, Uint8Array.of())]
      header[0] = 0x80 | csrcs | (extensionWords === undefined ? 0 : 0x10)
      for (let i = 0; i < 4 * csrcs; i += 1) header.push(i)
      if (extensionWords !== undefined)
        header.push(0xbe, 0xde, 0, extensionWords, ...Array(4 * extensionWords).fill(9))
      const plain = Uint8Array.from([...header, ...payload])
      const sender = new SrtpSender(keyOf(suite))
      const receiver = new SrtpReceiver(keyOf(suite))
      const wire = sealed(sender, plain)
      assert.deepEqual(wire.subarray(0, header.length), plain.subarray(0, header.length))
      assert.equal(wire.length, plain.length + SRTP_SUITES[suite].rtpTagBytes)
      assert.deepEqual(open(receiver, wire), plain)
      const body = [...payload.subarray(0, payload.length & ~3)]
      const secured = sealed(sender, report(SSRC, body), 'rtcp')
      assert.equal(secured.length, 8 + body.length + 4 + SRTP_SUITES[suite].rtcpTagBytes)
      assert.deepEqual(open(receiver, secured, 'rtcp'), report(SSRC, body))
    }),
    { numRuns: 200 },
  )
})

test('RTP-X2 any change of a packet is noticed and counted, and what is good still passes', () => {
  for (const suite of SUITES) {
    const sender = new SrtpSender(keyOf(suite))
    const receiver = new SrtpReceiver(keyOf(suite))
    const wire = sealed(sender, voice(7))
    const secured = sealed(sender, report(SSRC, [1, 2, 3, 4]), 'rtcp')
    for (const [kind, packet] of [
      ['rtp', wire],
      ['rtcp', secured],
    ] as const) {
      for (let bit = 8; bit < 8 * packet.length; bit += 3) {
        const forged = Uint8Array.from(packet)
        forged[bit >> 3] = (forged[bit >> 3] as number) ^ (1 << (bit & 7))
        assert.equal(open(receiver, forged, kind), 'not-authentic', `${suite} ${kind} bit ${bit}`)
      }
    }
    assert.equal(receiver.size(), 0, 'a forged packet makes no entry')
    assert.ok(receiver.counts['not-authentic'] > 100)
    assert.deepEqual(open(receiver, wire), voice(7))
    assert.deepEqual(open(receiver, secured, 'rtcp'), report(SSRC, [1, 2, 3, 4]))
    assert.equal(receiver.counts.passed, 2)
  }
})

test('RTP-X3 any bytes of any length give a length or a name, never an exception', () => {
  const rubbish = fc.tuple(fc.constantFrom(...SUITES), fc.uint8Array({ maxLength: 90 }), fc.boolean())
  fc.assert(
    fc.property(rubbish, ([suite, bytes, isLikely]) => {
      const receiver = new SrtpReceiver(keyOf(suite))
      if (isLikely && bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] as number) & 0x1f)
      const verdicts = ['malformed', 'not-authentic']
      assert.ok(verdicts.includes(open(receiver, bytes) as string))
      assert.ok(verdicts.includes(open(receiver, bytes, 'rtcp') as string))
    }),
    { numRuns: 200 },
  )
  const sender = new SrtpSender(KEY)
  const receiver = new SrtpReceiver(KEY)
  const good = [sealed(sender, voice(1)), sealed(sender, report(), 'rtcp')] as const
  for (let length = 0; length < 40; length += 1) {
    for (const [kind, wire] of [
      ['rtp', good[0]],
      ['rtcp', good[1]],
    ] as const)
      if (length < wire.length) assert.equal(typeof open(receiver, wire.subarray(0, length), kind), 'string')
    const long = new Uint8Array(SRTP_PACKET_BYTES_MAX + 21 + length).fill(0x80)
    assert.equal(open(receiver, long), 'malformed')
    assert.equal(open(receiver, long, 'rtcp'), 'malformed')
  }
  assert.equal(receiver.unprotect(new Uint8Array(20).fill(0x80), 30), 'malformed')
})

test('RTP-X4 the window knows each of the last 128 indexes', () => {
  const steps = fc.array(fc.integer({ min: -200, max: 300 }), { minLength: 1, maxLength: 150 })
  fc.assert(
    fc.property(fc.constantFrom(0, 65_500, 2 ** 31 - 50, 2 ** 47), steps, (start, offsets) => {
      const window = new ReplayWindow()
      const seen = new Set<number>()
      let highest = start
      for (const offset of [0, ...offsets]) {
        const index = Math.max(0, highest + offset)
        const isFresh = window.isFresh(index)
        const isTooOld = seen.size > 0 && highest - index >= REPLAY_WINDOW_PACKETS
        assert.equal(isFresh, !seen.has(index) && !isTooOld, `${index} after ${highest}`)
        if (!isFresh) continue
        window.mark(index)
        seen.add(index)
        highest = Math.max(highest, index)
        assert.equal(window.highest, highest)
      }
    }),
    { numRuns: 200 },
  )
})

test('RTP-X5 a packet passes once: replayed RTP and RTCP are dropped', () => {
  for (const suite of SUITES) {
    const sender = new SrtpSender(keyOf(suite))
    const receiver = new SrtpReceiver(keyOf(suite))
    const packets = Array.from({ length: 200 }, (_, i) => sealed(sender, voice(65_450 + i)))
    const reports = Array.from({ length: 3 }, () => sealed(sender, report(), 'rtcp'))
    for (const packet of packets) assert.notEqual(typeof open(receiver, packet), 'string')
    for (const packet of reports) assert.notEqual(typeof open(receiver, packet, 'rtcp'), 'string')
    for (const packet of packets) assert.equal(open(receiver, packet), 'replayed')
    for (const packet of reports) assert.equal(open(receiver, packet, 'rtcp'), 'replayed')
    assert.equal(receiver.counts.replayed, 203)
  }
})

test('RTP-X6 the rollover counter follows many wraps with loss and disorder', () => {
  const steps = fc.array(fc.integer({ min: -100, max: 30_000 }), { minLength: 20, maxLength: 60 })
  fc.assert(
    fc.property(fc.nat(0x7fff), steps, (start, offsets) => {
      const sender = new SrtpSender(KEY)
      const receiver = new SrtpReceiver(KEY)
      let highest = start
      const sent = new Set<number>()
      for (const offset of [0, ...offsets]) {
        const index = highest + offset
        if (index < 0 || sent.has(index)) continue
        sent.add(index)
        highest = Math.max(highest, index)
        const plain = voice(index)
        assert.deepEqual(open(receiver, sealed(sender, plain)), plain)
      }
      assert.equal(receiver.snapshot().sources[0]?.index, highest)
    }),
    { numRuns: 100 },
  )
})

test('RTP-X7 forged packets move neither the rollover counter nor the window', () => {
  const sender = new SrtpSender(KEY)
  const receiver = new SrtpReceiver(KEY)
  open(receiver, sealed(sender, voice(40_000)))
  for (let sequenceNumber = 0; sequenceNumber < 0x10000; sequenceNumber += 64)
    assert.match(String(open(receiver, voice(sequenceNumber, new Uint8Array(20)))), /not-authentic|replayed/)
  assert.deepEqual(open(receiver, sealed(sender, voice(40_001))), voice(40_001))
  assert.equal(receiver.snapshot().sources[0]?.index, 40_001)
})

test('RTP-X8 a stream whose first packets were lost just before a wrap is understood', () => {
  for (const suite of SUITES) {
    const sender = new SrtpSender(keyOf(suite))
    const receiver = new SrtpReceiver(keyOf(suite))
    for (const lost of [65_534, 65_535]) sealed(sender, voice(lost))
    for (const next of [65_536, 65_537])
      assert.deepEqual(open(receiver, sealed(sender, voice(next))), voice(next))
  }
  // The same when a report of the source came before its first packet.
  const early = new SrtpSender(KEY)
  const told = new SrtpReceiver(KEY)
  assert.deepEqual(open(told, sealed(early, report(), 'rtcp'), 'rtcp'), report())
  sealed(early, voice(65_535))
  for (const next of [65_536, 65_537]) assert.deepEqual(open(told, sealed(early, voice(next))), voice(next))
  // A packet from before the first one is dropped, not taken for one of 2^32 rollovers later.
  const sender = new SrtpSender(KEY)
  const receiver = new SrtpReceiver(KEY)
  assert.notEqual(typeof open(receiver, sealed(sender, voice(3))), 'string')
  assert.equal(open(receiver, sealed(new SrtpSender(KEY), voice(65_535))), 'replayed')
})

test('RTP-X9 limits: sources and the lifetime of the key; what is known goes on', () => {
  const sender = new SrtpSender(KEY)
  const receiver = new SrtpReceiver(KEY)
  for (let ssrc = 0; ssrc < SRTP_SOURCES_MAX; ssrc += 1)
    assert.notEqual(typeof open(receiver, sealed(sender, voice(1, undefined, ssrc))), 'string')
  assert.equal(receiver.size(), SRTP_SOURCES_MAX)
  const more = voice(1, new Uint8Array(30), 4711)
  assert.equal(sender.protect(more, 20), 'too-many-sources')
  assert.equal(sender.protectRtcp(report(4711, Array(24).fill(0)), 8), 'too-many-sources')
  const wire = sealed(new SrtpSender(KEY), voice(1, undefined, 4711))
  assert.equal(open(receiver, wire), 'too-many-sources')
  assert.notEqual(typeof open(receiver, sealed(sender, voice(2, undefined, 5))), 'string')
  const short = { lifetimePackets: 2 }
  const tired = new SrtpSender(KEY, short)
  const careful = new SrtpReceiver(KEY, short)
  for (const n of [1, 2]) assert.notEqual(typeof open(careful, sealed(tired, voice(n))), 'string')
  assert.equal(tired.protect(voice(3, new Uint8Array(30)), 20), 'key-expired')
  assert.equal(open(careful, sealed(new SrtpSender(KEY), voice(3))), 'key-expired')
  const sources = [{ ssrc: SSRC, index: -1, rtcpIndex: 0x7fff_ffff }]
  const last = new SrtpSender(KEY, { snapshot: { packets: 0, sources } })
  assert.equal(last.protectRtcp(report(SSRC, Array(24).fill(0)), 8), 'key-expired')
})

test('RTP-X10 a restored context goes on: same rollover, nothing of old is taken, no index twice', () => {
  for (const suite of SUITES) {
    const sender = new SrtpSender(keyOf(suite))
    const receiver = new SrtpReceiver(keyOf(suite))
    const old: Uint8Array[] = []
    for (let index = 65_000; index < 200_000; index += 5_000) old.push(sealed(sender, voice(index)))
    const oldReport = sealed(sender, report(), 'rtcp')
    for (const packet of old) assert.notEqual(typeof open(receiver, packet), 'string')
    open(receiver, oldReport, 'rtcp')
    const restore = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
    const nextSender = new SrtpSender(keyOf(suite), { snapshot: restore(sender.snapshot()) })
    const nextReceiver = new SrtpReceiver(keyOf(suite), { snapshot: restore(receiver.snapshot()) })
    for (const packet of old) assert.match(String(open(nextReceiver, packet)), /replayed|not-authentic/)
    assert.equal(open(nextReceiver, oldReport, 'rtcp'), 'replayed')
    const repeated = new Uint8Array(40)
    repeated.set(voice(195_000))
    assert.equal(nextSender.protect(repeated, 16), 'replayed')
    assert.deepEqual(open(nextReceiver, sealed(nextSender, voice(200_000))), voice(200_000))
    assert.deepEqual(open(nextReceiver, sealed(nextSender, report(), 'rtcp'), 'rtcp'), report())
    assert.equal(nextSender.snapshot().sources[0]?.rtcpIndex, SRTCP_INDEX_JUMP + 1)
    assert.equal(nextSender.snapshot().packets, old.length + 1)
  }
})

test('RTP-X11 a sender takes each sequence number once, also out of order', () => {
  const sender = new SrtpSender(keyOf('AEAD_AES_128_GCM'))
  const verdict = (sequenceNumber: number): string => {
    const packet = new Uint8Array(60)
    packet.set(voice(sequenceNumber))
    return typeof sender.protect(packet, 16)
  }
  const verdicts = [10, 12, 11, 11, 12, 300, 10].map(verdict)
  assert.deepEqual(verdicts, ['number', 'number', 'number', 'string', 'string', 'number', 'string'])
  assert.throws(() => sender.protect(voice(400), 16), /room/)
})

test('RTP-X12 a master key identifier of the peer is taken off, another one is refused', () => {
  for (const suite of SUITES) {
    const mki = Uint8Array.of(0, 1)
    const sender = new SrtpSender(keyOf(suite))
    const { rtpTagBytes, rtcpTagBytes, isAead } = SRTP_SUITES[suite]
    const insert = (wire: Uint8Array, tagBytes: number, id: Uint8Array): Uint8Array => {
      const at = isAead ? wire.length : wire.length - tagBytes
      return Uint8Array.from([...wire.subarray(0, at), ...id, ...wire.subarray(at)])
    }
    const receiver = new SrtpReceiver(keyOf(suite), { mki })
    const first = sealed(sender, voice(1))
    const secured = sealed(sender, report(), 'rtcp')
    assert.deepEqual(open(receiver, insert(first, rtpTagBytes, mki)), voice(1))
    assert.deepEqual(open(receiver, insert(secured, rtcpTagBytes, mki), 'rtcp'), report())
    const second = sealed(sender, voice(2))
    assert.equal(open(receiver, insert(second, rtpTagBytes, Uint8Array.of(0, 2))), 'malformed')
    assert.equal(open(receiver, second), 'malformed')
    assert.equal(open(receiver, secured, 'rtcp'), 'malformed')
  }
})

test('RTP-X13 no key can be seen in what a context shows of itself', () => {
  for (const suite of SUITES) {
    const key = keyOf(suite)
    const sender = new SrtpSender(key)
    const receiver = new SrtpReceiver(key)
    open(receiver, sealed(sender, voice(1)))
    for (const context of [sender, receiver]) {
      const shown = [
        inspect(context, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null }),
        JSON.stringify(context),
        JSON.stringify(context.snapshot()),
      ].join('\n')
      for (const secret of [key.key, key.salt]) {
        const words = [...secret.subarray(0, 6)]
        assert.ok(!shown.replaceAll(/[\s\n]/g, '').includes(words.join(',')), 'decimal')
        const raw = Buffer.from(secret)
        assert.ok(!shown.includes(raw.toString('hex').slice(0, 8)), 'hex')
        assert.ok(!shown.includes(raw.toString('base64').slice(0, 8)), 'base64')
      }
    }
  }
})

test('RTP-X14 a flood of garbage is dropped and counted, and the stream goes on', () => {
  const sender = new SrtpSender(KEY)
  const receiver = new SrtpReceiver(KEY)
  const garbage = fc.sample(fc.uint8Array({ minLength: 12, maxLength: 60 }), { numRuns: 1000, seed: 7 })
  let heard = 0
  for (const [index, bytes] of garbage.entries()) {
    bytes.set([0x80, 8])
    assert.equal(typeof open(receiver, bytes), 'string')
    if (index % 10 === 0 && typeof open(receiver, sealed(sender, voice(index / 10))) !== 'string') heard += 1
  }
  const { passed, malformed, 'not-authentic': forged, replayed } = receiver.counts
  assert.deepEqual([heard, passed, malformed + forged + replayed, receiver.size()], [100, 100, 1000, 1])
})
