// Checks with a tie-breaker of zero get another one, and only those that were made with our password.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { crc32 } from 'node:zlib'
import { isIntegral, parseStun } from '@rufwerk/rtp/stun'
import { withTieBreaker } from '../src/endpoint/relay-door.ts'

const PASSWORD = 'a-password-of-22-chars'
const CONTROLLING = 0x802a

/** A check as Chromium sends it: user name, role, MESSAGE-INTEGRITY, FINGERPRINT. */
function check(tieBreaker: bigint, password = PASSWORD, role = CONTROLLING): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt16BE(1, 0)
  header.writeUInt32BE(0x2112a442, 4)
  const attribute = (type: number, value: Buffer): Buffer => {
    const head = Buffer.alloc(4)
    head.writeUInt16BE(type, 0)
    head.writeUInt16BE(value.length, 2)
    return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)])
  }
  const tie = Buffer.alloc(8)
  tie.writeBigUInt64BE(tieBreaker)
  let bytes = Buffer.concat([header, attribute(6, Buffer.from('ours:their')), attribute(role, tie)])
  bytes.writeUInt16BE(bytes.length - 20 + 24, 2)
  bytes = Buffer.concat([bytes, attribute(8, createHmac('sha1', password).update(bytes).digest())])
  bytes.writeUInt16BE(bytes.length - 20 + 8, 2)
  const print = Buffer.alloc(4)
  print.writeUInt32BE((crc32(bytes) ^ 0x5354554e) >>> 0)
  return Buffer.concat([bytes, attribute(0x8028, print)])
}

const passwordOf = (ufrag: string): string | undefined => (ufrag === 'ours' ? PASSWORD : undefined)

for (const [name, role] of [
  ['controlling', CONTROLLING],
  ['controlled', 0x8029],
] as const)
  test(`WRT-11 a ${name} tie-breaker of zero becomes another one, and the check stays valid`, () => {
    const changed = withTieBreaker(check(0n, PASSWORD, role), passwordOf)
    assert.notDeepEqual(changed, check(0n, PASSWORD, role))
    const parsed = parseStun(changed) // It checks the fingerprint.
    assert.ok(parsed.ok)
    assert.ok(isIntegral(changed, parsed.value, PASSWORD))
    assert.deepEqual(changed, check(1n, PASSWORD, role))
  })

test('WRT-11 everything else passes as it is', () => {
  const rows = {
    'another tie-breaker': check(7n),
    'another password': check(0n, 'not-the-password-of-22'),
    rtp: Buffer.from([0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5, 5, 5, 5, 5, 5, 5, 5, 5]),
    'half a check': check(0n).subarray(0, 40),
    empty: Buffer.alloc(0),
  }
  for (const [name, bytes] of Object.entries(rows))
    assert.deepEqual(withTieBreaker(Buffer.from(bytes), passwordOf), bytes, name)
  assert.deepEqual(
    withTieBreaker(check(0n), () => undefined),
    check(0n),
  )
})
