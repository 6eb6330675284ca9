// Where may be connected to follows from the configuration and from what the DNS says, and from nothing else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type Configuration, EGRESS_LIMITS, Gate, targetsOf } from '../src/index.ts'

function gateOf(configuration: Partial<Configuration>): Gate {
  const gate = new Gate()
  gate.set(targetsOf({ trunks: [], servers: [], urls: [], ...configuration }))
  return gate
}

test('EGR-1: without a configuration nothing is allowed', () => {
  const gate = gateOf({})
  assert.equal(gate.mayReach('tcp', '127.0.0.1', 80), false)
  assert.equal(gate.mayAsk('example.org'), false)
  assert.equal(gate.mayAsk(''), false)
  gate.learn('example.org', { addresses: ['192.0.2.1'] })
  assert.equal(gate.isKnown('192.0.2.1'), false)
})

test('EGR-2: a trunk by address allows its port and transport alone', () => {
  const gate = gateOf({ trunks: [{ host: '192.0.2.7', port: 5070, transport: 'tls' }] })
  assert.ok(gate.mayReach('tcp', '192.0.2.7', 5070))
  assert.ok(gate.mayReach('tcp', '::ffff:192.0.2.7', 5070), 'the same in another spelling')
  assert.equal(gate.mayReach('tcp', '192.0.2.7', 5061), false)
  assert.equal(gate.mayReach('udp', '192.0.2.7', 5070), false)
  assert.equal(gate.mayReach('tcp', '192.0.2.8', 5070), false)
})

test('EGR-2: NAPTR and SRV lead to its servers; a trunk with a port follows none', () => {
  const follow = (gate: Gate): boolean => {
    gate.learn('carrier.example', { names: ['_sips._tcp.carrier.example'] })
    gate.learn('_sips._tcp.carrier.example', { services: [{ name: 'SBC7.other.example.', port: 5099 }] })
    gate.learn('sbc7.other.example', { addresses: ['192.0.2.7', '2001:db8::7'] })
    return gate.mayReach('tcp', '2001:DB8:0::7', 5099) || gate.mayReach('tcp', '192.0.2.7', 5099)
  }
  assert.ok(follow(gateOf({ trunks: [{ host: 'Carrier.example.', transport: 'tls' }] })))
  assert.equal(follow(gateOf({ trunks: [{ host: 'carrier.example', port: 5061, transport: 'tls' }] })), false)
  const gate = gateOf({ trunks: [{ host: 'carrier.example' }] })
  assert.ok(gate.mayAsk('_sip._udp.carrier.example'))
  assert.equal(gate.mayAsk('stolen-words.carrier.example'), false)
  assert.equal(gate.mayAsk('_stolen.carrier.example'), false)
})

test('EGR-3: mail, tokens, certificates, STUN and advisories at their ports', () => {
  const gate = gateOf({
    servers: [
      { host: '192.0.2.25', port: 587, protocol: 'tcp', why: 'mail' },
      { host: '192.0.2.34', port: 3478, protocol: 'udp', why: 'stun' },
    ],
    urls: [
      { url: 'https://192.0.2.1/token', why: 'mail-tokens' },
      { url: 'https://[2001:db8::1]:14000/dir', why: 'certificates' },
      { url: 'file:///etc/passwd', why: 'advisories' },
      { url: 'no address', why: 'advisories' },
    ],
  })
  assert.ok(gate.mayReach('tcp', '192.0.2.25', 587))
  assert.ok(gate.mayReach('udp', '192.0.2.34', 3478))
  assert.ok(gate.mayReach('tcp', '192.0.2.1', 443))
  assert.ok(gate.mayReach('tcp', '2001:db8::1', 14000))
  assert.equal(gate.mayReach('tcp', '192.0.2.34', 3478), false)
  assert.equal(gate.targets().length, 4)
})

test('EGR-4: a name has the addresses that the DNS gave for it', () => {
  const gate = gateOf({ urls: [{ url: 'https://issuer.example/a.json', why: 'advisories' }] })
  assert.equal(gate.mayReach('tcp', '192.0.2.9', 443), false)
  gate.learn('other.example', { addresses: ['192.0.2.9'] })
  assert.equal(gate.mayReach('tcp', '192.0.2.9', 443), false)
  gate.learn('issuer.example', { addresses: ['192.0.2.9'] })
  assert.ok(gate.mayReach('tcp', '192.0.2.9', 443))
  assert.equal(gate.mayReach('tcp', '192.0.2.9', 80), false)
})

test('EGR-5: loopback is allowed by those who say so, never by the DNS', () => {
  const named = gateOf({ servers: [{ host: 'mail.example', port: 25, protocol: 'tcp', why: 'mail' }] })
  named.learn('mail.example', { addresses: ['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.9.9.9'] })
  for (const address of ['127.0.0.1', '::1', '127.9.9.9'])
    assert.equal(named.mayReach('tcp', address, 25), false)
  const local = gateOf({ servers: [{ host: 'localhost', port: 25, protocol: 'tcp', why: 'mail' }] })
  for (const address of ['127.0.0.1', '::1']) assert.ok(local.mayReach('tcp', address, 25))
  assert.equal(local.mayReach('tcp', '127.0.0.1', 26), false)
})

test('EGR-6: what leaves the configuration is refused; what stays is still known', () => {
  const trunk = { host: 'carrier.example', transport: 'tls' as const }
  const url = { url: 'https://issuer.example/', why: 'advisories' as const }
  const gate = gateOf({ trunks: [trunk], urls: [url] })
  gate.learn('carrier.example', { addresses: ['192.0.2.7'] })
  gate.learn('issuer.example', { addresses: ['192.0.2.7', '192.0.2.8'] })
  gate.set(targetsOf({ trunks: [trunk], servers: [], urls: [] }))
  assert.ok(gate.mayReach('tcp', '192.0.2.7', 5061))
  assert.equal(gate.mayReach('tcp', '192.0.2.7', 443), false)
  assert.equal(gate.isKnown('192.0.2.8'), false)
  gate.set([])
  assert.equal(gate.isKnown('192.0.2.7'), false)
  assert.equal(gate.size(), 0)
})

test('EGR-7: what is remembered is limited, the oldest goes first', () => {
  const gate = gateOf({ trunks: [{ host: 'carrier.example' }] })
  for (let n = 0; n <= EGRESS_LIMITS.ADDRESSES_MAX; n++)
    gate.learn('carrier.example', { addresses: [`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`] })
  for (let n = 0; n <= EGRESS_LIMITS.NAMES_MAX; n++)
    gate.learn('carrier.example', { services: [{ name: `s${n}.example`, port: 5060 }] })
  assert.equal(gate.size(), EGRESS_LIMITS.ADDRESSES_MAX + EGRESS_LIMITS.NAMES_MAX)
  assert.equal(gate.isKnown('10.0.0.0'), false)
  assert.ok(gate.isKnown('10.0.0.1'))
  const many = Array.from({ length: EGRESS_LIMITS.TARGETS_MAX + 5 }, (_, n) => ({
    host: `t${n}.example`,
    port: 1,
  }))
  const targets = targetsOf({ trunks: many, servers: [], urls: [] })
  assert.equal(targets.length, EGRESS_LIMITS.TARGETS_MAX)
})
