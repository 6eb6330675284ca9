// What the server may reach becomes rules; what the DNS does not know is seen by who reads them.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Egress } from '@rufwerk/contract/egress'
import { firewallRules, readFirewallRules } from '../../rufwerk/egress.ts'

const VIEW: Egress = {
  isGuarded: true,
  allowed: [
    {
      ...{ why: 'trunk', host: 'carrier.example', protocol: 'tcp', ports: [5061], isFollowed: true },
      addresses: ['192.0.2.8'],
    },
    {
      ...{ why: 'mail', host: 'gone.example', protocol: 'tcp', ports: [25], isFollowed: false },
      addresses: [],
    },
    {
      ...{ why: 'stun', host: '192.0.2.3', protocol: 'udp', ports: [3478], isFollowed: false },
      addresses: [],
    },
  ],
  ownUdpPorts: ['5060'],
  refused: [],
  refusedTotal: 0,
}
const NAMES = {
  addressesOf: async (name: string) => (name === 'carrier.example' ? ['192.0.2.7'] : []),
  resolvers: ['192.0.2.53'],
}

test('the command is egress with --nftables, and nothing else', () => {
  assert.deepEqual(readFirewallRules(['egress', '--nftables']), { user: 'rufwerk' })
  assert.deepEqual(readFirewallRules(['egress', '--nftables', '--user', 'pbx']), { user: 'pbx' })
  assert.equal(readFirewallRules(['egress']), undefined)
  assert.equal(readFirewallRules(['people', '--nftables']), undefined)
})

test('addresses of the DNS, and what the server has learned; names that lead nowhere are told', async () => {
  const rules = (await firewallRules({ user: 'pbx' }, VIEW, NAMES)) ?? ''
  assert.match(rules, /^# no address known: gone\.example \(mail\)\n/)
  assert.match(rules, /ip daddr \{ 192\.0\.2\.7, 192\.0\.2\.8 \} tcp dport \{ 5061 \} accept/)
  assert.match(rules, /ip daddr \{ 192\.0\.2\.3 \} udp dport \{ 3478 \} accept/)
  assert.match(rules, /ip daddr \{ 192\.0\.2\.53 \} udp dport \{ 53 \} accept/)
  assert.match(rules, /meta skuid "pbx"/)
  assert.equal(await firewallRules({ user: 'no user' }, VIEW, NAMES), undefined)
})
