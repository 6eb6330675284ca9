import assert from 'node:assert/strict'
import test from 'node:test'
import {
  after,
  between,
  assert as hold,
  instant,
  isReliable,
  ms,
  randomId,
  seconds,
  unreachable,
} from '@rufwerk/core'

test('an id has 26 characters of an alphabet without look-alikes, five bits from each byte', () => {
  const id = randomId((size) => Uint8Array.from({ length: size }, (_, at) => at * 11))
  assert.match(id, /^[0-9a-hjkmnp-tv-z]{26}$/)
  assert.notEqual(
    id,
    randomId((size) => new Uint8Array(size).fill(31)),
  )
})

test('instants and lengths add up', () => {
  const start = instant(1000)
  assert.equal(after(start, seconds(2)), 3000)
  assert.equal(between(start, after(start, ms(5))), 5)
})

test('only UDP needs retransmissions', () => {
  assert.deepEqual(
    (['udp', 'tcp', 'tls', 'ws', 'wss'] as const).map((transport) => isReliable(transport)),
    [false, true, true, true, true],
  )
})

test('a statement that does not hold is thrown with its words', () => {
  assert.throws(() => hold(false, 'the sky is green'), {
    name: 'AssertionFailed',
    message: 'the sky is green',
  })
  assert.throws(() => unreachable('other' as never), /unreachable/)
})
