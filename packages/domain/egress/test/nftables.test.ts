// The rules of the operating system say the same as the list, and nothing that is no address gets into them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type FirewallWish, writeNftables } from '../src/index.ts'

const WISH: FirewallWish = {
  user: 'rufwerk',
  reachable: [
    { protocol: 'tcp', addresses: ['192.0.2.7', '2001:db8::7'], ports: [5061], why: 'trunk carrier.example' },
    { protocol: 'tcp', addresses: [], ports: [25], why: 'nowhere' },
  ],
  ownUdpPorts: ['5060', '16000-17999'],
  resolvers: ['192.0.2.53'],
}

test('EGR-30: what is allowed, the DNS, answers and calls; the rest is refused', () => {
  const text = writeNftables(WISH) ?? ''
  const rules = text.split('\n').map((line) => line.trim())
  for (const rule of [
    'meta skuid "rufwerk" jump rufwerk',
    'ct state established,related accept',
    'udp sport { 5060, 16000-17999 } accept comment "calls"',
    'ip daddr { 192.0.2.53 } udp dport { 53 } accept comment "dns"',
    'ip daddr { 192.0.2.7 } tcp dport { 5061 } accept comment "trunk carrier.example"',
    'ip6 daddr { 2001:db8::7 } tcp dport { 5061 } accept comment "trunk carrier.example"',
    'counter reject',
  ])
    assert.ok(rules.includes(rule), `${rule}\n${text}`)
  assert.equal(rules.filter((rule) => rule.includes('accept')).length, 7)
  assert.equal(rules.indexOf('counter reject'), rules.length - 4, 'after all that is accepted')
})

test('EGR-31: nothing but addresses, ports and a user', () => {
  assert.equal(writeNftables({ ...WISH, user: 'root" accept; #' }), undefined)
  const why = 'x" accept } } table'
  const evil = ['1.2.3.4; flush ruleset', '0.0.0.0/0', 'any', '192.0.2.9 }']
  const text = writeNftables({
    ...WISH,
    reachable: [{ protocol: 'tcp', addresses: [...evil, '192.0.2.9'], ports: [1], why }],
    ownUdpPorts: ['1-65535 } accept #'],
  })
  assert.match(text ?? '', /ip daddr \{ 192\.0\.2\.9 \} tcp dport \{ 1 \} accept comment "x accept {3}table"/)
  assert.doesNotMatch(text ?? '', /flush|0\.0\.0\.0|any|#/)
})
