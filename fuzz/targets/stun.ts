// STUN as datagrams on RTP ports and as keep-alives on SIP ports: read, and messages of ours written and
// read.
import assert from 'node:assert/strict'
import { isIntegral, isStun, parseStun, type StunContent, writeStun } from '@rufwerk/rtp/stun'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import type { Target } from '../target.ts'
import { bytesOf, packetsOf } from './corpus.ts'

const CLASSES = ['request', 'indication', 'success', 'error'] as const
const ADDRESSES = [
  '192.0.2.1',
  '255.255.255.255',
  '2001:db8::1',
  '::1',
  '::ffff:c000:201',
  '::',
  '1::',
] as const
const UNKNOWN_MAX = 32
const UNKNOWN_ATTRIBUTES = 0x000a
const HEADER_BYTES = 20
const FINGERPRINT_BYTES = 8
/** Attributes that are known, their neighbours, and some of TURN and ICE. */
const TYPES = [
  0x0001, 0x0006, 0x0008, 0x0009, 0x000a, 0x0014, 0x0015, 0x001c, 0x0020, 0x0024, 0x0025, 0x7fff, 0x8000,
  0x8022, 0x8028, 0x8029, 0x802a,
] as const
const SIZES = [0, 1, 3, 4, 5, 8, 19, 20, 21, 32, 763, 764] as const

function contentOf(random: SeededRandom): StunContent {
  const mapped = { address: pick(ADDRESSES, random), port: random.between(0, 65_535) }
  const error = { code: random.between(300, 699), reason: 'x'.repeat(random.between(0, 90)) }
  const unknown = Array.from({ length: random.between(0, 9) }, () => random.between(0, 65_535))
  return {
    class: pick(CLASSES, random),
    ...(random.next() < 0.5 ? { method: random.between(0, 255) } : {}),
    ...(random.next() < 0.3 ? { unknown } : {}),
    transactionId: random.bytes(12),
    ...(random.next() < 0.5 ? { mapped } : {}),
    ...(random.next() < 0.3 ? { username: `${'ü'.repeat(random.between(0, 40))}:b` } : {}),
    ...(random.next() < 0.3 ? { error } : {}),
    ...(random.next() < 0.5 ? { password: 'secret' } : {}),
    hasFingerprint: random.next() < 0.5,
  }
}

/** What we write is what we read, and a damaged bit is noticed where there is a proof. */
function assertRoundTrip(random: SeededRandom): void {
  const content = contentOf(random)
  const bytes = writeStun(content)
  const parsed = parseStun(bytes)
  assert(parsed.ok, `a message of ours is not read: ${parsed.ok ? '' : parsed.error}`)
  const { value } = parsed
  const { method = 1 } = content
  assert.deepEqual(
    [value.class, value.method, value.mapped, value.username, value.error, value.hasFingerprint],
    [content.class, method, content.mapped, content.username, content.error, content.hasFingerprint],
  )
  assert.deepEqual(value.unknown, content.unknown === undefined ? [] : [UNKNOWN_ATTRIBUTES])
  assert.deepEqual(Buffer.from(value.transactionId), Buffer.from(content.transactionId))
  assert.equal(isIntegral(bytes, value, 'secret'), content.password !== undefined)
  assert.equal(isIntegral(bytes, value, 'guess'), false)
  assertNoticed(bytes, content, random)
}

/** One bit of what is proved was changed on the way. */
function assertNoticed(bytes: Uint8Array, content: StunContent, random: SeededRandom): void {
  const isProved = content.password !== undefined
  if (!isProved && !content.hasFingerprint) return
  const changed = Uint8Array.from(bytes)
  const end = bytes.length - (content.hasFingerprint ? FINGERPRINT_BYTES : 0)
  const at = random.between(0, end - 1)
  changed[at] = (changed[at] as number) ^ (1 << random.between(0, 7))
  const read = parseStun(changed)
  if (!read.ok) return
  // The length of an attribute may hide the rest, but not so that it is believed.
  assert(!read.value.hasFingerprint, 'a changed bit, and the fingerprint fits')
  assert(!isIntegral(changed, read.value, 'secret'), 'a changed bit, and the message is proved')
}

/** Attributes of any type and length, in any order, with a header that fits. */
function attributes(random: SeededRandom): Uint8Array {
  const parts: Uint8Array[] = [writeStun({ class: pick(CLASSES, random), transactionId: random.bytes(12) })]
  for (let count = random.between(0, 40); count > 0; count -= random.between(1, 12)) {
    const size = pick(SIZES, random)
    const attribute = Buffer.alloc(4 + Math.ceil(size / 4) * 4)
    attribute.writeUInt16BE(pick(TYPES, random), 0)
    attribute.writeUInt16BE(size, 2)
    attribute.set(random.bytes(size), 4)
    if (random.next() < 0.5) attribute[5] = random.between(0, 3) // A family, or the class of an error.
    parts.push(attribute)
  }
  const whole = Buffer.concat(parts)
  whole.writeUInt16BE(Math.min(0xffff, whole.length - HEADER_BYTES), 2)
  return whole
}

export function stunTarget(): Target {
  return {
    name: 'stun',
    seeds: packetsOf(
      '000100002112a442000102030405060708090a0b',
      '0101000c2112a442000102030405060708090a0b00200008000112345678abcd',
    ),
    words: bytesOf(
      '\0\x01\0\0\x21\x12\xa4\x42',
      '\x80\x28\0\x04',
      '\0\x06\0\x04',
      '\0\x20\0\x08',
      '\xff\xff',
    ),
    bytesMax: 2_000,
    generate: (random) => (random.next() < 0.5 ? writeStun(contentOf(random)) : attributes(random)),
    check: (input, random) => {
      assertRoundTrip(random)
      const copy = Buffer.from(input)
      const parsed = parseStun(input)
      assert.deepEqual(Buffer.from(input), copy, 'the input was changed')
      if (!parsed.ok) return parsed.error
      const { value } = parsed
      assert(isStun(input))
      assert(value.unknown.length <= UNKNOWN_MAX && value.transactionId.length === 12)
      if (value.mapped !== undefined) assert(value.mapped.port >= 0 && value.mapped.port <= 65_535)
      isIntegral(input, value, 'secret')
      assert.deepEqual(Buffer.from(input), copy, 'the input was changed')
      const { mapped, username, error, software, integrityAt } = value
      return [value.class, mapped, username, error, software, integrityAt]
        .map((one) => one !== undefined)
        .join(' ')
    },
    work: (input) => {
      parseStun(input)
    },
  }
}
