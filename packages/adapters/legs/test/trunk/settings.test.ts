import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrunkSettings } from '../../src/trunk/index.ts'
import { CARRIER_PROFILES } from '../../src/trunk/profiles.ts'
import { planTrunk } from '../../src/trunk/settings.ts'
import { readSources } from '../../src/trunk/sources.ts'
import { customer } from './carrier.ts'

const PRODUCT = 'Rufwerk/test'

test('TRK-PRO1 each profile makes a trunk, and says where it is from and what is not known', () => {
  for (const { id, name, domain = 'carrier.example', manner, sources, unknown } of CARRIER_PROFILES) {
    const settings: TrunkSettings = { ...customer(), ...manner, name, domain }
    const plan = planTrunk(settings, PRODUCT)
    assert.ok(plan.ok, id)
    assert.equal(plan.value.registration === undefined, manner.kind === 'address', id)
    assert.ok(sources.length > 0 && unknown.length > 0, id)
  }
  const ids = CARRIER_PROFILES.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
})

test('TRK-REG8 what is wrong with settings is named', () => {
  const rows: [Partial<TrunkSettings>, string][] = [
    [{ domain: 'a b' }, 'domain'],
    [{ domain: '' }, 'domain'],
    [{ port: 0 }, 'domain'],
    [{ account: '' }, 'account'],
    [{ account: 'a@b' }, 'account'],
    [{ account: 'a\r\nX: y' }, 'account'],
    [{ contactUser: 'a>b' }, 'account'],
    [{ authUser: 'a\nb' }, 'authUser'],
    [{ outboundProxy: { host: 'x;y' } }, 'outboundProxy'],
    [{ outboundProxy: { host: 'x', port: 70_000 } }, 'outboundProxy'],
    [{ expiresS: 1 }, 'expiresS'],
    [{ sources: ['0.0.0.0/0'] }, 'sources'],
    [{ sources: ['carrier.example'] }, 'sources'],
    [{ called: [] }, 'called'],
  ]
  for (const [change, setting] of rows) {
    const plan = planTrunk(customer(change), PRODUCT)
    assert.equal(plan.ok ? 'ok' : plan.error, setting, JSON.stringify(change))
  }
  const { password: _, ...without } = customer()
  const plan = planTrunk(without, PRODUCT)
  assert.equal(plan.ok ? 'ok' : plan.error, 'password')
})

test('TRK-IN4 sources are addresses, networks, and addresses with a port', () => {
  const sources = readSources([
    '10.1.0.0/16',
    '10.2.0.1',
    '10.3.0.1:5070',
    '[2001:db8::1]:5060',
    '2001:db8:1::/48',
  ])
  assert.ok(sources.ok)
  const has = (address: string, port = 5060): boolean => sources.value.has({ address, port })
  const found = [
    has('10.1.200.3', 9),
    has('10.2.0.1', 9),
    has('10.3.0.1', 5070),
    has('2001:db8::1'),
    has('2001:db8:1::9', 7),
  ]
  assert.deepEqual(found, [true, true, true, true, true])
  assert.deepEqual([has('10.2.0.2'), has('10.3.0.1'), has('2001:db8::1', 7)], [false, false, false])
  assert.ok(sources.value.hasAddress('10.3.0.1'))
  assert.ok(!sources.value.hasAddress('10.4.0.1'))
})
