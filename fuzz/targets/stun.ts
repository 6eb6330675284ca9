// STUN as datagrams on RTP ports and as keep-alives on SIP ports: read, and messages of ours written and
// read.
import assert from 'node:assert/strict'
import { isIntegral, isStun, parseStun, type StunContent, writeStun } from '@rufwerk/rtp/stun'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import type { Target } from '../target.ts'

const CLASSES = ['request', 'indication', 'success', 'error'] as const
const ADDRESSES = ['192.0.2.1', '255.255.255.255', '2001:db8::1', '::1', '::ffff:c000:201'] as const
const UNKNOWN_MAX = 32

function contentOf(random: SeededRandom): StunContent {
  const mapped = { address: pick(ADDRESSES, random), port: random.between(0, 65_535) }
  const error = { code: random.between(300, 699), reason: 'x'.repeat(random.between(0, 90)) }
  return {
    class: pick(CLASSES, random),
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
  assert.deepEqual(
    [value.class, value.mapped, value.username, value.error, value.hasFingerprint, value.unknown],
    [content.class, content.mapped, content.username, content.error, content.hasFingerprint, []],
  )
  assert.deepEqual(Buffer.from(value.transactionId), Buffer.from(content.transactionId))
  assert.equal(isIntegral(bytes, value, 'secret'), content.password !== undefined)
  assert.equal(isIntegral(bytes, value, 'guess'), false)
}

export function stunTarget(): Target {
  return {
    name: 'stun',
    seeds: [
      Buffer.from('000100002112a442000102030405060708090a0b', 'hex'),
      Buffer.from('0101000c2112a442000102030405060708090a0b00200008000112345678abcd', 'hex'),
    ],
    words: ['\0\x01\0\0\x21\x12\xa4\x42', '\x80\x28\0\x04', '\0\x06\0\x04', '\0\x20\0\x08', '\xff\xff'],
    bytesMax: 2_000,
    generate: (random) => writeStun(contentOf(random)),
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
