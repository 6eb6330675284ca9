import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import test from 'node:test'
import {
  ipBytes,
  LOOPBACK_NETWORKS,
  neighbourhood,
  PRIVATE_NETWORKS,
  plainHost,
} from '@rufwerk/core/ip-address'
import fc from 'fast-check'

test('addresses are told apart as loopback, private and public', () => {
  const rows: [string, string | undefined][] = [
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['126.255.255.255', 'public'],
    ['128.0.0.0', 'public'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::2', 'public'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::FFFF:7f00:1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['11.0.0.0', 'public'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['192.169.0.0', 'public'],
    ['169.254.1.1', 'private'],
    ['100.63.255.255', 'public'],
    ['100.64.0.1', 'private'],
    ['100.127.255.255', 'private'],
    ['100.128.0.0', 'public'],
    ['::ffff:10.0.0.1', 'private'],
    ['fbff::1', 'public'],
    ['fc00::', 'private'],
    ['FD00::1', 'private'],
    ['fe00::1', 'public'],
    ['fe80::1%eth0', 'private'],
    ['[febf::1]', 'private'],
    ['fec0::1', 'public'],
    ['8.8.8.8', 'public'],
    ['2001:db8::1', 'public'],
    ['not an address', undefined],
    ['localhost', undefined],
    ['127.1', undefined],
    ['010.0.0.1', undefined],
    ['10.0.0.1.example.com', undefined],
    ['', undefined],
  ]
  for (const [address, where] of rows) assert.equal(neighbourhood(address), where, address)
})

test('each network that is named holds its own first address', () => {
  const first = (network: string) => neighbourhood(network.split('/')[0] ?? '')
  for (const network of LOOPBACK_NETWORKS) assert.equal(first(network), 'loopback', network)
  for (const network of PRIVATE_NETWORKS) assert.equal(first(network), 'private', network)
})

test('an address is compared in one spelling', () => {
  assert.equal(plainHost('[2001:DB8::1]'), '2001:db8::1')
  assert.equal(plainHost('::ffff:10.0.0.1'), '10.0.0.1')
  assert.equal(plainHost('fe80::1%eth0'), 'fe80::1')
  assert.equal(plainHost('PBX.example.com'), 'pbx.example.com')
})

test('bytes of addresses', () => {
  const hex = (text: string) => Buffer.from(ipBytes(text) ?? []).toString('hex')
  assert.equal(hex('192.0.2.255'), 'c00002ff')
  assert.equal(hex('2001:db8::1'), '20010db8000000000000000000000001')
  assert.equal(hex('::'), '0'.repeat(32))
  assert.equal(hex('::ffff:192.0.2.1'), '00000000000000000000ffffc0000201')
  assert.equal(hex('1:2:3:4:5:6:7::'), '00010002000300040005000600070000')
})

test('what is an address is what Node takes for one', () => {
  const piece = fc.constantFrom(
    '0',
    '1',
    'ff',
    'FFFF',
    '00',
    '12345',
    'g',
    '',
    ':',
    '::',
    '.',
    '1.2.3.4',
    '256',
    '%a',
  )
  const made = fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join(''))
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), made)
  const separated = fc.array(fc.constantFrom('0', '1', 'ffff', '', '1.2.3.4'), { maxLength: 9 })
  const joined = separated.map((groups) => groups.join(':'))
  const bytesByVersion: Record<number, number | undefined> = { 4: 4, 6: 16 }
  fc.assert(
    fc.property(fc.oneof(address, joined), (text) => {
      assert.equal(ipBytes(text)?.length, bytesByVersion[isIP(text)], text)
    }),
    { numRuns: 2000 },
  )
})
