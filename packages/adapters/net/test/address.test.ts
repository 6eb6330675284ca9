import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { isOutside, sourceOf } from '../src/address.ts'
import { NET_LIMITS, writeSocketAddress } from '../src/index.ts'
import { SourceRates } from '../src/rate.ts'

test('what is no neighbour is outside, and what cannot be told from its text', () => {
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fe80::1%eth0'])
    assert.equal(isOutside(address), false, address)
  for (const address of ['8.8.8.8', '2001:db8::1', 'not an address', ''])
    assert.equal(isOutside(address), true, address)
})

test('an IPv6 address is written with brackets before a port', () => {
  assert.equal(writeSocketAddress({ address: '::1', port: 5060 }), '[::1]:5060')
  assert.equal(writeSocketAddress({ address: '10.0.0.1', port: 5060 }), '10.0.0.1:5060')
})

test('a source over its rate is refused until the next second, loopback never', () => {
  const rates = new SourceRates({ ...NET_LIMITS, publicMessagesPerSecondMax: 3 })
  const answers = [0, 1, 2, 3, 999, 1000].map((now) => rates.admit('8.8.8.8', instant(now), true))
  assert.deepEqual(answers, ['admitted', 'admitted', 'admitted', 'over-rate', 'over-rate', 'admitted'])
  for (let count = 0; count < 50_000; count += 1) {
    assert.equal(rates.admit('127.0.0.1', instant(1001), false), 'admitted')
  }
  assert.equal(rates.admit('8.8.8.8', instant(1001), false), 'public')
})

test('the memory of sources is bounded; a flood of forged sources finds no room', () => {
  const rates = new SourceRates({ ...NET_LIMITS, rateSourcesMax: 10 })
  for (let count = 0; count < 100; count += 1) rates.admit(`8.8.8.${count}`, instant(0), true)
  assert.equal(rates.size(), 10)
  assert.equal(rates.admit('9.9.9.9', instant(500), true), 'over-rate')
  assert.equal(rates.admit('9.9.9.9', instant(1500), true), 'admitted')
})

test('an IPv6 source is its /64, an IPv4 source its address', () => {
  assert.equal(sourceOf('2001:db8:1:2::1'), sourceOf('2001:db8:1:2:ffff::9'))
  assert.notEqual(sourceOf('2001:db8:1:2::1'), sourceOf('2001:db8:1:3::1'))
  assert.equal(sourceOf('192.0.2.1'), '192.0.2.1')
  assert.notEqual(sourceOf('fd00::1'), sourceOf('fd00::2')) // Our own network: each device for itself.
  const rates = new SourceRates({ ...NET_LIMITS, publicMessagesPerSecondMax: 1 })
  assert.equal(rates.admit('2001:db8::1', instant(0), true), 'admitted')
  assert.equal(rates.admit('2001:db8::2', instant(0), true), 'over-rate')
})
