// SRTP and SRTCP on their way to us: a sender's packets arrive late, twice or never, and somebody on the way
// changes, cuts, repeats and invents others. What the sender did not make is never delivered, nothing is
// delivered twice, and the sender's next packet still goes through.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { SRTP_SUITES, type SrtpKey, SrtpReceiver, SrtpSender, type SrtpSuite } from '@rufwerk/rtp/srtp'
import type { SeededRandom } from '@rufwerk/testing'
import { mutate, pick } from '../mutate.ts'
import type { Target } from '../target.ts'
import { bytesOf, packetsOf } from './corpus.ts'
import {
  header,
  type Kind,
  type OpenReceiver,
  Passage,
  plainPacket,
  room,
  type Wire,
} from './srtp-passage.ts'

const BATCH = 120
const FORGED_MAX = 4
const SUITES = Object.keys(SRTP_SUITES) as SrtpSuite[]
const LIFETIME = 60
const SHOWN_KEY_BYTES = 6
const WORDS = bytesOf('\x80\x08', '\x80\xc9', '\x90', '\xff\xff', '\0\0\0\0', '\x80\0\0\0', '\0\x01')

function keyOf(suite: SrtpSuite, random: SeededRandom): SrtpKey {
  const { keyBytes, saltBytes } = SRTP_SUITES[suite]
  return { suite, key: random.bytes(keyBytes), salt: random.bytes(saltBytes) }
}

function passageOf(random: SeededRandom, open: OpenReceiver): Passage {
  const key = keyOf(pick(SUITES, random), random)
  const mki = random.next() < 0.2 ? random.bytes(pick([1, 2, 4, 128], random)) : undefined
  const lifetimePackets = random.next() < 0.1 ? LIFETIME : undefined
  // Often shortly before the sequence numbers wrap.
  const start = random.between(random.next() < 0.4 ? 0xffe0 : 0, 0xffff)
  return new Passage(key, start, {
    open,
    ...(mki === undefined ? {} : { mki }),
    ...(lifetimePackets === undefined ? {} : { lifetimePackets }),
  })
}

/** What the sender makes of an input, and how it arrives. */
function send(passage: Passage, input: Uint8Array, random: SeededRandom): string {
  const kind = random.next() < 0.8 ? 'rtp' : 'rtcp'
  const ssrc = random.next() < 0.8 ? 1 : random.between(2, 6)
  const step = pick([1, 1, 1, 1, 1, 2, 3, 127, 128, 129, 3_000, 30_000], random)
  const wire = kind === 'rtp' ? passage.rtp(ssrc, step, input) : passage.rtcp(ssrc, input)
  if (wire === undefined) return 'unsent'
  const fate = random.next()
  if (fate < 0.1) return 'lost'
  if (fate < 0.3) {
    passage.late.push(wire)
    return 'late'
  }
  return `${kind} ${passage.deliver(wire.bytes, kind)}`
}

/** Bytes that somebody on the way sends instead. */
const FORGERIES: Readonly<Record<string, (wire: Wire, other: Wire, random: SeededRandom) => Uint8Array>> = {
  replayed: ({ bytes }) => bytes,
  mutated: ({ bytes }, other, random) => mutate(bytes, random, { words: WORDS, corpus: [other.bytes] }),
  bit: ({ bytes }, _other, random) => {
    const copy = Uint8Array.from(bytes)
    const at = random.between(0, copy.length - 1)
    copy[at] = (copy[at] as number) ^ (1 << random.between(0, 7))
    return copy
  },
  cut: ({ bytes }, _other, random) => bytes.subarray(0, random.between(0, bytes.length)),
  longer: ({ bytes }, _other, random) =>
    Buffer.concat([bytes, random.bytes(pick([1, 2, 4, 10, 16, 700, 2_048], random))]),
  source: (wire, other, random) => {
    const copy = Buffer.from(wire.bytes)
    const ssrc = random.next() < 0.5 ? other.ssrc : Math.floor(random.next() * 2 ** 32)
    copy.writeUInt32BE(ssrc, wire.kind === 'rtp' ? 8 : 4)
    return copy
  },
  sequence: ({ bytes }, _other, random) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt16BE((copy.readUInt16BE(2) + random.between(-40_000, 40_000)) & 0xffff, 2)
    return copy
  },
  end: ({ bytes }, other, random) => {
    const size = Math.min(pick([4, 10, 14, 16, 20], random), bytes.length, other.bytes.length)
    return Buffer.concat([bytes.subarray(0, bytes.length - size), other.bytes.subarray(-size)])
  },
  plain: ({ plain }) => plain,
  tagless: ({ plain }, _other, random) => Buffer.concat([plain, new Uint8Array(random.between(1, 40))]),
}
const WAYS = Object.keys(FORGERIES)

function forge(passage: Passage, input: Uint8Array, random: SeededRandom): string {
  const isTakenForOther = random.next() < 0.1
  const wire = passage.any(random)
  const other = passage.any(random)
  if (wire === undefined || other === undefined || random.next() < 0.1)
    return `raw ${passage.deliver(input, random.next() < 0.5 ? 'rtp' : 'rtcp')}`
  const way = pick(WAYS, random)
  const bytes = FORGERIES[way]?.(wire, other, random) ?? input
  const kind: Kind = (wire.kind === 'rtp') === isTakenForOther ? 'rtcp' : 'rtp'
  return `${way} ${passage.deliver(bytes, kind)}`
}

/** Somebody who has no key or another one, somebody who has the same one, and the two ends started again. */
function disturb(passage: Passage, input: Uint8Array, random: SeededRandom): string {
  const kind = random.next()
  if (kind < 0.4) {
    const stranger = new SrtpSender(keyOf(passage.suite, random))
    const { packet, length } = room(plainPacket(input, header(random.between(0, 0xffff), 1)))
    const end = stranger.protect(packet, length)
    return typeof end === 'number' ? `stranger ${passage.deliver(packet.subarray(0, end), 'rtp')}` : end
  }
  if (kind < 0.6) return `more ${passage.addSources(random.between(1, 40))}`
  if (kind < 0.8) return passage.restartReceiver()
  return passage.restartSender()
}

/** Whatever is given to a sender: a name, or a packet that its receiver reads back. */
function assertAnyPlain(input: Uint8Array, random: SeededRandom): string {
  const key = keyOf(pick(SUITES, random), random)
  const kind = random.next() < 0.5 ? 'rtp' : 'rtcp'
  const { packet, length } = room(input)
  const sender = new SrtpSender(key)
  const end = kind === 'rtp' ? sender.protect(packet, length) : sender.protectRtcp(packet, length)
  if (typeof end !== 'number') {
    assert.deepEqual([end, sender.size()], ['malformed', 0])
    return end
  }
  const receiver = new SrtpReceiver(key)
  const back = kind === 'rtp' ? receiver.unprotect(packet, end) : receiver.unprotectRtcp(packet, end)
  // What is longest in the clear is too long when protected, and may be dropped by the other side.
  if (back === 'malformed' && end > 2_048) return 'long'
  assert.equal(back, length, 'what was protected is not read back')
  assert.equal(Buffer.compare(packet.subarray(0, length), input), 0, 'another packet is read back')
  return `any ${kind}`
}

/** Neither what a context shows of itself nor what it complains about holds a key. */
function assertSecret(passage: Passage): void {
  const { key } = passage
  const shown = [passage.receiver, passage.sender].map(
    (one) =>
      inspect(one, { depth: 8, showHidden: true, maxArrayLength: 64 }) + JSON.stringify(one.snapshot()),
  )
  for (const wrong of [key.key.subarray(1), Buffer.concat([key.key, key.salt])])
    try {
      new SrtpReceiver({ ...key, key: wrong })
      assert.fail('a key of another length is taken')
    } catch (error) {
      shown.push(inspect(error))
    }
  const text = shown.join('\n').replaceAll(/\s/g, '')
  for (const secret of [key.key, key.salt]) {
    const start = Buffer.from(secret.subarray(0, SHOWN_KEY_BYTES))
    for (const form of [start.toString('hex'), start.toString('base64').slice(0, 8), [...start].join(',')])
      assert(!text.includes(form), 'a key is shown')
  }
}

/** `open` makes the receiver that is looked at. */
export function srtpTarget(open: OpenReceiver = (...args) => new SrtpReceiver(...args)): Target {
  let passage: Passage | undefined
  return {
    name: 'srtp',
    seeds: [
      ...packetsOf(
        '8008000100000001000000010102030405060708',
        '9165000100000001000000010000000abede0001aabbccdd0a0b0c0d',
        '80c9000100000001',
        '80c80006000000010000000000000000000000000000000000000000',
      ),
      new Uint8Array(2_040).fill(0x80),
    ],
    words: WORDS,
    bytesMax: 2_100,
    restEvery: BATCH,
    check: (input, random) => {
      passage ??= passageOf(random, open)
      const said = [random.next() < 0.6 ? send(passage, input, random) : '']
      for (let count = random.between(0, FORGED_MAX); count > 0; count -= 1)
        said.push(forge(passage, input, random))
      if (random.next() < 0.05) said.push(disturb(passage, input, random))
      if (random.next() < 0.3) said.push(`late ${passage.deliverLate(random)}`)
      if (random.next() < 0.1) said.push(assertAnyPlain(input, random))
      passage.assertGoesOn()
      return `${passage.suite} ${pick(said, random)}`
    },
    rest: async () => {
      const last = passage
      passage = undefined
      if (last === undefined) return
      while (last.late.length > 0) last.deliverLate(undefined)
      last.assertGoesOn()
      assertSecret(last)
    },
  }
}
