import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { sourceOf } from '../src/address.ts'
import { NET_LIMITS, neighbourhood, writeSocketAddress } from '../src/index.ts'
import { SourceRates } from '../src/rate.ts'

test('addresses are told apart as loopback, private and public', () => {
  const rows: [string, string][] = [
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['169.254.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd00::1', 'private'],
    ['fe80::1%eth0', 'private'],
    ['8.8.8.8', 'public'],
    ['2001:db8::1', 'public'],
    ['not an address', 'public'],
    ['', 'public'],
  ]
  for (const [address, where] of rows) assert.equal(neighbourhood(address), where, address)
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
