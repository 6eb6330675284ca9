// Token buckets: so many at once, then one per refill; bounded, and empty again after a while.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, ms } from '@rufwerk/core'
import { RateLimiter } from '../src/security/rate-limit.ts'

const limit = { attemptsMax: 3, refill: ms(10_000), keysMax: 4 }

test('three at once, then one per ten seconds', () => {
  const limiter = new RateLimiter(limit)
  const waits = [0, 0, 0, 0, 5_000, 10_000, 10_000].map((at) => limiter.take('a', instant(at)))
  assert.deepEqual(waits, [0, 0, 0, 10, 5, 0, 10])
})

test('asking while limited does not lengthen the wait', () => {
  const limiter = new RateLimiter(limit)
  for (let at = 0; at < 9_900; at += 100) limiter.take('a', instant(at))
  assert.equal(limiter.take('a', instant(10_000)), 0)
})

test('a success gives its attempt back and leaves nothing behind', () => {
  const limiter = new RateLimiter(limit)
  for (let attempt = 0; attempt < 50; attempt += 1) {
    assert.equal(limiter.take('office', instant(0)), 0)
    limiter.giveBack('office', instant(0))
  }
  assert.equal(limiter.size(), 0)
})

test('the map is bounded: the key unseen for longest is forgotten', () => {
  const limiter = new RateLimiter(limit)
  for (const key of ['a', 'b', 'c', 'd']) limiter.take(key, instant(0))
  limiter.take('a', instant(1))
  limiter.take('e', instant(2))
  assert.equal(limiter.size(), 4)
  assert.equal(limiter.take('a', instant(3)), 0)
  assert.ok(limiter.take('a', instant(3)) > 0, 'a kept its count')
})

test('a sweep forgets the keys that have all their attempts again', () => {
  const limiter = new RateLimiter(limit)
  limiter.take('a', instant(0))
  limiter.take('b', instant(0))
  limiter.take('b', instant(0))
  limiter.sweep(instant(10_000))
  assert.equal(limiter.size(), 1)
  limiter.sweep(instant(20_000))
  assert.equal(limiter.size(), 0)
})
