// The table of who is told which address.
import assert from 'node:assert/strict'
import test from 'node:test'
import { advertisedAddress, localNetworks } from '../src/advertise.ts'

const OFFICE = '10.77.0.10'
const OFFICE6 = 'fd00:77::10'
const GLOBAL6 = '2001:db8:77::10'
const PUBLIC = ['203.0.113.1', '2001:db8:1::1']

interface Row {
  readonly who: string
  readonly local: string
  readonly remote: string
  readonly told: string | undefined
  readonly networks?: readonly string[]
  readonly publicAddresses?: readonly string[]
}

const ROWS: readonly Row[] = [
  { who: 'a phone in the office', local: OFFICE, remote: '10.77.0.20', told: undefined },
  { who: 'a phone in another private network', local: OFFICE, remote: '192.168.1.5', told: undefined },
  { who: 'a phone at home', local: OFFICE, remote: '198.51.100.7', told: '203.0.113.1' },
  { who: 'a phone at home, mapped', local: OFFICE, remote: '::ffff:198.51.100.7', told: '203.0.113.1' },
  {
    who: 'nobody knows our address',
    local: OFFICE,
    remote: '198.51.100.7',
    told: OFFICE,
    publicAddresses: [],
  },
  { who: 'this machine', local: '127.0.0.1', remote: '127.0.0.1', told: undefined },
  { who: 'this machine, IPv6', local: '::1', remote: '::1', told: undefined },
  { who: 'IPv6 at home, NAT here', local: OFFICE6, remote: '2001:db8:9::7', told: '2001:db8:1::1' },
  { who: 'IPv6 at home, no NAT here', local: GLOBAL6, remote: '2001:db8:9::7', told: GLOBAL6 },
  {
    who: 'only an IPv4 address is public',
    local: OFFICE6,
    remote: '2001:db8:9::7',
    told: OFFICE6,
    publicAddresses: ['203.0.113.1'],
  },
  {
    who: 'a server with a public address',
    local: '203.0.113.9',
    remote: '198.51.100.7',
    told: '203.0.113.9',
  },
  { who: 'carrier-grade NAT counts as near', local: OFFICE, remote: '100.64.3.4', told: undefined },
  {
    who: 'a private address that is none of ours',
    local: OFFICE,
    remote: '192.168.1.5',
    told: '203.0.113.1',
    networks: ['10.77.0.0/16'],
  },
  {
    who: 'public addresses that are ours',
    local: OFFICE,
    remote: '198.51.100.7',
    told: undefined,
    networks: ['198.51.100.0/24'],
  },
  {
    who: 'one address that is ours',
    local: OFFICE,
    remote: '198.51.100.7',
    told: undefined,
    networks: ['198.51.100.7'],
  },
  {
    who: 'IPv6 network that is ours',
    local: OFFICE6,
    remote: '2001:db8:9::7',
    told: undefined,
    networks: ['2001:db8:9::/48'],
  },
  {
    who: 'loopback is near whatever the networks',
    local: '127.0.0.1',
    remote: '127.0.0.1',
    told: undefined,
    networks: ['10.0.0.0/8'],
  },
]

for (const { who, local, remote, told, networks = [], publicAddresses = PUBLIC } of ROWS)
  test(`who is told what: ${who}`, () => {
    const isLocal = localNetworks(networks)
    assert.ok(isLocal.ok)
    assert.equal(advertisedAddress({ publicAddresses, isLocal: isLocal.value }, local, remote), told)
  })

test('a network that is none is named', () => {
  for (const network of ['office', '10.0.0.0/33', '10.0.0/8', '::1/129', '10.0.0.0/-1', '10.0.0.0/8/8', ''])
    assert.deepEqual(localNetworks([network]), { ok: false, error: network })
})
