import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrunkId } from '../../src/trunk/index.ts'
import { CARRIER, Carrier, customer, neighbour, PASSWORD, registered, TrunkRig } from './carrier.ts'

const SECOND = { address: '10.9.0.2', port: 5060 }
const TARGETS = [
  { ...CARRIER, transport: 'udp' },
  { ...SECOND, transport: 'udp' },
] as const

test('TRK-REG1 a trunk registers with one challenge, and refreshes before its time is over', async () => {
  const { rig, carrier } = await registered()
  assert.equal(carrier.of('REGISTER').length, 2)
  const { headers, uri } = carrier.last('REGISTER')
  assert.equal(uri.user, undefined)
  assert.match(headers.get('authorization') ?? '', /username="account1"/)
  assert.match(headers.get('contact') ?? '', /<sip:account1@10\.0\.0\.1:5060>;expires=600/)
  assert.deepEqual(rig.state(), { trunk: 't1', name: 'Carrier', isUp: true, calls: 0 })
  await rig.settle(370_000)
  assert.ok(carrier.of('REGISTER').length >= 3)
  assert.equal(rig.state()?.isUp, true)
})

test('TRK-REG2 a carrier that answers 401 for ever is asked less and less; one alarm stands', async () => {
  const rig = new TrunkRig([customer()])
  const carrier = new Carrier(rig.network, CARRIER)
  carrier.answer = () => ({
    status: 401,
    headers: [['WWW-Authenticate', 'Digest realm="r", nonce="x", algorithm=MD5, qop="auth"']],
  })
  await rig.settle(1_000)
  assert.deepEqual(rig.state()?.problem, { why: 'wrong-password', status: 401 })
  assert.equal(rig.state()?.isUp, false)
  const atFirst = carrier.of('REGISTER').length
  assert.equal(atFirst, 2)
  await rig.settle(290_000)
  assert.equal(carrier.of('REGISTER').length, atFirst, 'nothing for five minutes')
  await rig.settle(6 * 3_600_000)
  assert.ok(carrier.of('REGISTER').length < 20)
  assert.equal(rig.logged.filter((line) => line.startsWith('trunk down')).length, 1)
})

test('TRK-REG3 a redirected REGISTER is not followed', async () => {
  const rig = new TrunkRig([customer()])
  const carrier = new Carrier(rig.network, CARRIER)
  const other = new Carrier(rig.network, SECOND)
  carrier.answer = () => ({ status: 302, headers: [['Contact', `<sip:${SECOND.address}>`]] })
  await rig.settle(60_000)
  assert.equal(other.requests.length, 0)
  assert.equal(rig.state()?.problem?.why, 'redirected')
})

test('TRK-REG4 a server that cannot be reached, or is busy, is passed over', async () => {
  for (const isSilent of [true, false]) {
    const rig = new TrunkRig([customer()], { 'carrier.example': TARGETS })
    const first = new Carrier(rig.network, CARRIER)
    first.answer = () => 503
    if (isSilent) rig.closed.add(CARRIER.address)
    const second = new Carrier(rig.network, SECOND)
    await rig.settle(1_000)
    assert.equal(rig.state()?.isUp, true)
    assert.ok(second.of('REGISTER').length >= 2)
  }
})

test('TRK-REG5 a connection that breaks is opened again, and the trunk registers anew', async () => {
  const zone = { 'carrier.example': [{ ...CARRIER, transport: 'tcp' } as const] }
  const rig = new TrunkRig([customer({ transport: 'tcp' })], zone)
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  assert.equal(rig.state()?.isUp, true)
  const before = carrier.of('REGISTER').length
  rig.cut(CARRIER.address)
  await rig.settle(5_000)
  assert.ok(carrier.of('REGISTER').length > before)
  assert.equal(rig.state()?.isUp, true)
})

test('TRK-REG6 TLS asks for the name that is set, whatever the server is called', async () => {
  const edge = { host: 'edge.example' }
  const settings = customer({ transport: 'tls', tlsName: 'service.example', outboundProxy: edge })
  const zone = { 'edge.example': [{ ...CARRIER, port: 5061, transport: 'tls' } as const] }
  const rig = new TrunkRig([settings], zone)
  const carrier = new Carrier(rig.network, { ...CARRIER, port: 5061 })
  await rig.settle()
  assert.deepEqual([...new Set(rig.tlsNames)], ['service.example'])
  const register = carrier.last('REGISTER')
  assert.equal(register.uri.host, 'carrier.example')
  assert.equal(register.headers.get('route'), '<sip:edge.example;transport=tls;lr>')
})

test('TRK-REG7 a changed trunk takes its binding away; an unchanged one goes on', async () => {
  const same = customer({ id: 'same' as TrunkId, account: 'same' })
  const rig = new TrunkRig([customer(), same])
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  const before = carrier.of('REGISTER').length
  rig.set([customer({ account: 'account2' }), same])
  await rig.settle()
  const asked = carrier.of('REGISTER').slice(before)
  const users = asked.map(({ headers }) => `${headers.to.uri.user} ${headers.expires}`)
  assert.ok(users.includes('account1 0'), users.join())
  assert.ok(users.includes('account2 600'), users.join())
  assert.ok(!users.some((text) => text.startsWith('same')))
  rig.set([])
  await rig.settle()
  assert.deepEqual(rig.userAgent.trunkStates(), [])
  assert.equal(rig.userAgent.sizes().trunks, 0)
})

test('TRK-REG8 settings that cannot be used are a trunk that is down, and no other is', async () => {
  const rig = new TrunkRig([customer({ id: 'bad' as TrunkId, domain: 'no domain' }), customer()])
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  const [bad, good] = rig.userAgent.trunkStates()
  assert.deepEqual(bad?.problem, { why: 'settings' })
  assert.equal(bad?.isUp, false)
  assert.equal(good?.isUp, true)
  assert.ok(carrier.requests.length > 0)
})

test('TRK-REG9 over UDP the way through a NAT is kept open between registrations', async () => {
  const { rig, carrier } = await registered()
  await rig.settle(120_000)
  assert.ok(carrier.strays >= 4, String(carrier.strays))
})

test('TRK-REG10 the password cannot be read: in no log, no message and nothing that is told', async () => {
  const { rig, carrier } = await registered()
  rig.dial()
  await rig.settle()
  rig.set([customer({ account: 'wrong user name' })])
  carrier.answer = () => 403
  rig.set([customer()])
  await rig.settle(10_000)
  const said = [
    ...rig.logged,
    JSON.stringify(rig.settings),
    JSON.stringify(rig.userAgent.trunkStates()),
    ...carrier.requests.map(({ headers }) => headers.all('authorization').join()),
    ...[...rig.store.legs.values()].map(({ state }) => state),
  ]
  assert.equal(said.filter((text) => text.includes(PASSWORD)).length, 0)
})

test('TRK-REG11 the address that the carrier saw goes into Contact where that is set', async () => {
  const rig = new TrunkRig([customer({ isAddressLearned: true })])
  const carrier = new Carrier(rig.network, CARRIER)
  carrier.seen = 'received=203.0.113.9;rport=40001'
  await rig.settle(2_000)
  assert.match(carrier.last('REGISTER').headers.all('contact').join(), /sip:account1@203\.0\.113\.9:40001/)
  assert.equal(rig.state()?.isUp, true)
})

test('TRK-REG12 a changed public address is told with the next refresh', async () => {
  const { rig, carrier } = await registered()
  rig.advertised = '203.0.113.7'
  await rig.settle(370_000)
  const [contact = '', former = ''] = carrier.last('REGISTER').headers.all('contact')
  assert.match(contact, /sip:account1@203\.0\.113\.7:5060>;expires=600/)
  assert.match(former, /sip:account1@10\.0\.0\.1:5060>;expires=0/)
  assert.equal(rig.state()?.isUp, true)
})

test('TRK-WATCH1 a trunk by address is watched: down after misses in a row, and up again', async () => {
  const rig = new TrunkRig([neighbour()])
  const carrier = new Carrier(rig.network, CARRIER)
  await rig.settle()
  assert.equal(rig.state()?.isUp, true)
  const asked = carrier.last('OPTIONS')
  assert.equal(asked.headers.to.uri.host, 'carrier.example')
  carrier.answer = () => undefined
  await rig.settle(300_000)
  assert.equal(rig.state()?.isUp, false)
  assert.deepEqual(rig.state()?.problem, { why: 'no-answer' })
  carrier.answer = () => 405
  await rig.settle(120_000)
  assert.equal(rig.state()?.isUp, true)
  assert.equal(rig.state()?.problem, undefined)
})
