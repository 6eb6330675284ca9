import assert from 'node:assert/strict'
import { randomFillSync } from 'node:crypto'
import test from 'node:test'
import { createRandomPool } from '@rufwerk/core'

test('pieces of any size are of that size and never come twice', () => {
  const randomBytes = createRandomPool(randomFillSync)
  const seen = new Set<string>()
  for (let at = 0; at < 5000; at += 1) {
    const size = 16 + (at % 7)
    const piece = randomBytes(size)
    assert.equal(piece.length, size)
    seen.add(Buffer.from(piece).toString('hex'))
  }
  assert.equal(seen.size, 5000)
  assert.equal(randomBytes(20_000).length, 20_000)
  assert.equal(randomBytes(0).length, 0)
})

test('changing a piece does not change the next', () => {
  const randomBytes = createRandomPool(randomFillSync)
  randomBytes(16).fill(0)
  assert.ok(randomBytes(16).some((byte) => byte !== 0))
})
