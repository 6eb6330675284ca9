// Where URIs lead, as rows: RFC 3263 §4.1 and §4.2, the weights of RFC 2782, both versions of IP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type DnsAnswers,
  fixedTransport,
  hostsOf,
  orderSrv,
  type SrvRecord,
  selectTargets,
  servicesOf,
  type TargetPolicy,
  type Wanted,
} from '../src/dns/select.ts'

const POLICY: TargetPolicy = { transports: ['udp', 'tcp', 'tls'], families: [6, 4] }
const NOTHING: DnsAnswers = { naptr: [], srv: new Map(), addresses: new Map() }
const HALF = () => 0.5

function srv(priority: number, weight: number, port: number, name: string): SrvRecord {
  return { priority, weight, port, name }
}

function naptr(order: number, preference: number, service: string, replacement: string) {
  return { order, preference, flags: 's', service, regexp: '', replacement }
}

function select(wanted: Wanted, answers: Partial<DnsAnswers> = {}, policy = POLICY): string[] {
  return selectTargets(wanted, { ...NOTHING, ...answers }, policy, HALF).map(
    ({ transport, address, port }) => `${transport} ${address} ${port}`,
  )
}

test('addresses, ports and transport parameters ask nothing that the URI says already', () => {
  const addresses = new Map([['h.example', ['192.0.2.1']]])
  const rows: [wanted: Wanted, srvNames: string[], targets: string[]][] = [
    [{ host: '192.0.2.9', isSecure: false }, [], ['udp 192.0.2.9 5060']],
    [{ host: '2001:db8::9', isSecure: true }, [], ['tls 2001:db8::9 5061']],
    [{ host: '192.0.2.9', transport: 'tcp', isSecure: false }, [], ['tcp 192.0.2.9 5060']],
    [{ host: '192.0.2.9', transport: 'tcp', isSecure: true }, [], ['tls 192.0.2.9 5061']],
    [{ host: '192.0.2.9', port: 5070, isSecure: false }, [], ['udp 192.0.2.9 5070']],
    [{ host: 'h.example', port: 5070, isSecure: false }, [], ['udp 192.0.2.1 5070']],
    [{ host: 'H.example', port: 5070, transport: 'tls', isSecure: false }, [], ['tls 192.0.2.1 5070']],
    [
      { host: 'h.example', transport: 'tcp', isSecure: false },
      ['_sip._tcp.h.example'],
      ['tcp 192.0.2.1 5060'],
    ],
    [
      { host: 'h.example', transport: 'tls', isSecure: false },
      ['_sips._tcp.h.example'],
      ['tls 192.0.2.1 5061'],
    ],
  ]
  for (const [wanted, names, targets] of rows) {
    const services = servicesOf(wanted, [], POLICY)
    assert.deepEqual(
      services.map(({ name }) => name),
      names,
    )
    assert.notEqual(fixedTransport(wanted), undefined)
    assert.deepEqual(select(wanted, { addresses }), targets)
  }
})

test('NAPTR decides transport and order; SIPS wants nothing but TLS', () => {
  const records = [
    naptr(20, 10, 'SIP+D2T', '_sip._tcp.h.example.'),
    naptr(10, 20, 'SIP+D2U', '_sip._udp.h.example'),
    naptr(10, 10, 'sips+D2T', '_sips._tcp.other.example'),
    naptr(5, 5, 'SIP+D2S', '_sip._sctp.h.example'),
    { ...naptr(1, 1, 'SIP+D2U', ''), flags: 'u', regexp: '!.*!sip:x!' },
  ]
  const names = (isSecure: boolean, policy = POLICY) =>
    servicesOf({ host: 'h.example', isSecure }, records, policy).map(({ name }) => name)
  assert.deepEqual(names(false), ['_sips._tcp.other.example', '_sip._udp.h.example', '_sip._tcp.h.example'])
  assert.deepEqual(names(true), ['_sips._tcp.other.example'])
  assert.deepEqual(names(false, { ...POLICY, transports: ['tcp'] }), ['_sip._tcp.h.example'])
})

test('without NAPTR every transport we speak is asked for, in our order', () => {
  const wanted = { host: 'h.example', isSecure: false }
  const names = (policy: TargetPolicy) => servicesOf(wanted, [], policy).map(({ name }) => name)
  assert.deepEqual(names(POLICY), ['_sip._udp.h.example', '_sip._tcp.h.example', '_sips._tcp.h.example'])
  assert.deepEqual(names({ ...POLICY, transports: ['tls', 'tcp'] }), [
    '_sips._tcp.h.example',
    '_sip._tcp.h.example',
  ])
  const found = new Map([
    ['_sip._tcp.h.example', [srv(1, 0, 5080, 'a.example')]],
    ['_sips._tcp.h.example', [srv(1, 0, 5081, 'b.example.')]],
  ])
  const addresses = new Map([
    ['a.example', ['192.0.2.1']],
    ['b.example', ['192.0.2.2']],
    ['h.example', ['192.0.2.3']],
  ])
  assert.deepEqual(select(wanted, { srv: found, addresses }), ['tcp 192.0.2.1 5080', 'tls 192.0.2.2 5081'])
  assert.deepEqual(hostsOf(wanted, servicesOf(wanted, [], POLICY), { ...NOTHING, srv: found }), [
    'a.example',
    'b.example',
  ])
  assert.deepEqual(select(wanted, { addresses }), ['udp 192.0.2.3 5060'])
  assert.deepEqual(select({ ...wanted, isSecure: true }, { addresses }), ['tls 192.0.2.3 5061'])
})

test('both versions of IP take turns, and those we do not have are left out', () => {
  const wanted = { host: 'h.example', port: 5060, isSecure: false }
  const addresses = new Map([['h.example', ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1']]])
  assert.deepEqual(select(wanted, { addresses }), [
    'udp 2001:db8::1 5060',
    'udp 192.0.2.1 5060',
    'udp 192.0.2.2 5060',
    'udp 192.0.2.3 5060',
  ])
  assert.equal(select(wanted, { addresses }, { ...POLICY, families: [4] }).length, 3)
  assert.deepEqual(select(wanted, { addresses }, { ...POLICY, families: [6] }), ['udp 2001:db8::1 5060'])
  assert.deepEqual(
    select({ ...wanted, transport: 'tls' }, { addresses }, { ...POLICY, transports: ['udp'] }),
    [],
  )
})

test('a service that is decidedly not there is not sought elsewhere', () => {
  const wanted: Wanted = { host: 'h.example', transport: 'udp', isSecure: false }
  const found = new Map([['_sip._udp.h.example', [srv(0, 0, 0, '.')]]])
  const addresses = new Map([['h.example', ['192.0.2.3']]])
  assert.deepEqual(select(wanted, { srv: found, addresses }), [])
})

test('SRV weights share the load as RFC 2782 says', () => {
  const records = [srv(2, 1, 1, 'last'), srv(1, 75, 1, 'heavy'), srv(1, 25, 1, 'light'), srv(1, 0, 1, 'idle')]
  const firsts = new Map<string, number>()
  for (let step = 0; step < 1_000; step += 1) {
    const name = orderSrv(records, () => step / 1_000)[0]?.name ?? ''
    firsts.set(name, (firsts.get(name) ?? 0) + 1)
  }
  assert.ok(Math.abs((firsts.get('heavy') ?? 0) - 745) < 10)
  assert.ok(Math.abs((firsts.get('light') ?? 0) - 245) < 10)
  assert.ok((firsts.get('idle') ?? 0) > 0)
  assert.equal(firsts.get('last'), undefined)
})

test('property: ordering SRV records loses none and keeps priorities', () => {
  const record = fc.record({
    priority: fc.nat(3),
    weight: fc.nat(65_535),
    port: fc.integer({ min: 1, max: 65_535 }),
    name: fc.constantFrom('a', 'b', 'c'),
  })
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 12 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (list, r) => {
        const ordered = orderSrv(list, () => r)
        assert.equal(ordered.length, list.length)
        assert.deepEqual(new Set(ordered), new Set(list))
        for (const [index, one] of ordered.entries())
          assert.ok(index === 0 || (ordered[index - 1]?.priority ?? 0) <= one.priority)
      },
    ),
  )
})
