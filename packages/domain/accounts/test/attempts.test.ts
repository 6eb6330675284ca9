import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wallTime } from '@rufwerk/core'
import { Attempts, network } from '../src/attempts.ts'
import { ATTEMPT_KEYS_MAX } from '../src/limits.ts'

const rows: [address: string, expected: string][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
]
for (const [address, expected] of rows) {
  test(`${address} counts as ${expected}`, () => assert.equal(network(address), expected))
}

test('what is counted is bounded and forgotten after the window', () => {
  const attempts = new Attempts()
  for (let at = 0; at < ATTEMPT_KEYS_MAX; at += 1) {
    attempts.begin(
      { account: `a${at}`, address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` },
      wallTime(at),
    )
  }
  assert.equal(attempts.size(), ATTEMPT_KEYS_MAX)
  attempts.begin({ account: 'late', address: '10.9.9.9' }, wallTime(10 * 3_600_000))
  assert.equal(attempts.size(), 2)
})

test('success takes back only the account’s failures', () => {
  const attempts = new Attempts()
  const now = wallTime(0)
  const from = (account: string) => ({ account, address: '192.0.2.7' })
  for (let at = 0; at < 49; at += 1) assert.equal(attempts.begin(from(`a${at}`), now), undefined)
  assert.equal(attempts.begin(from('own'), now), undefined)
  attempts.succeeded(from('own'))
  assert.equal(attempts.begin(from('b'), now), undefined)
  assert.ok(attempts.begin(from('c'), now), 'A valid account of one’s own does not reset the address.')
})
