// A call for help is taken at every limit; beside each, the ordinary call that is refused there.
import assert from 'node:assert/strict'
import test from 'node:test'
import { CALLS_MAX, CALLS_PER_DEVICE_MAX, type EndCause } from '@rufwerk/calls'
import type { CallId, DeviceId, LegId, PersonId, SiteId } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type Live, type TrunkId } from '@rufwerk/routing'
import { Bench, CALLER, ended, endedByUs } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const ORDINARY = '030 555123'
const open = (live: Partial<Live> = {}): Bench =>
  new Bench({}, { config: COMPANY, live: { ...EVERYBODY, ...live } })

let count = 0
function dials(bench: Bench, dialled: string, device = CALLER.device): 'accepted' | EndCause {
  count += 1
  const ids = { leg: `in${count}` as LegId, call: `c${count}` as CallId }
  return bench.exchange.onIncoming({ ...ids, caller: { ...CALLER, device }, dialled })
}
const status = (answer: 'accepted' | EndCause) => (answer === 'accepted' ? answer : answer.status)

type Row = [limit: string, reach: (bench: Bench) => void, refusal: number]
const rows: Row[] = [
  ['while the server drains', (bench) => bench.exchange.drain(), 503],
  [
    'while the store is overloaded',
    (bench) => {
      bench.isOverloaded = true
    },
    503,
  ],
  [
    'at the limit of calls of a device',
    (bench) => {
      for (let at = 0; at < CALLS_PER_DEVICE_MAX; at += 1) dials(bench, '*43')
    },
    486,
  ],
  [
    'at the limit of all calls',
    (bench) => {
      for (let at = 0; at < CALLS_MAX; at += 1) dials(bench, '*43', `phone${at}` as DeviceId)
    },
    503,
  ],
]
for (const [limit, reach, refusal] of rows)
  test(`CALL-EM1 ${limit}: 112 is called, an ordinary number is refused`, () => {
    const bench = open()
    reach(bench)
    bench.take()
    for (const dialled of ['112', '110', '0112', '+49112', '*31112']) {
      assert.equal(dials(bench, dialled), 'accepted', dialled)
      assert.match(bench.take().join(), /dial B\d+ main 11[02]/, dialled)
    }
    assert.equal(status(dials(bench, ORDINARY)), refusal)
    assert.equal(status(dials(bench, '100')), refusal)
  })

test('CALL-EM1 the limits of a person and a day, and a full trunk: 112 is called', () => {
  const used = { calls: 999, minutes: 999, money: 9e12, callsNow: 9 }
  const bench = open({ usageOf: () => used, trunk: () => ({ isUp: true, calls: 1 }) })
  dials(bench, '112')
  assert.match(bench.take().join(), /dial B\d+ main 112/)
  dials(bench, ORDINARY)
  assert.match(bench.take().join(), /^source in\d+ prompt,progress/)
})

test('CALL-EM1 somebody who is called from outside is no call for help', () => {
  const bench = open()
  bench.exchange.drain()
  const caller = { kind: 'outside', tenant: CALLER.tenant, trunk: 'main' as TrunkId } as const
  const call = { leg: 'o' as LegId, call: 'o' as CallId, caller, dialled: '112' }
  assert.equal(status(bench.exchange.onIncoming(call)), 503)
})

test('CALL-EM2 calls for help have a limit of their own', () => {
  const bench = open()
  for (let at = 0; at < CALLS_MAX; at += 1) dials(bench, '*43', `phone${at}` as DeviceId)
  let taken = 0
  while (taken < 2_000 && dials(bench, '112') === 'accepted') taken += 1
  assert.equal(taken, 1_000)
})

test('CALL-EM3 somebody is transferred to 112 at a limit; to another number not', () => {
  const bench = open().call('100').leg('B1', { type: 'answered' })
  bench.isOverloaded = true
  bench.take()
  bench.leg('A', { type: 'transfer', to: { dialled: ORDINARY } })
  assert.deepEqual(bench.take(), ['told A 503'])
  bench.leg('A', { type: 'transfer', to: { dialled: '112' } })
  assert.match(bench.take().join(), /dial B\d+ main 112/)
})

test('CALL-EM3 who talks to 112 brings the party there at a limit; to another call not', () => {
  for (const [dialled, told] of [
    ['112', 'told A 200'],
    ['100', 'told A 503'],
  ] as const) {
    const bench = open().call('100').leg('B1', { type: 'answered' })
    const device = CALLER.device
    const second = { leg: 'A2' as LegId, call: 'second' as CallId }
    const caller = { ...CALLER, device }
    assert.equal(bench.exchange.onIncoming({ ...second, caller, dialled }), 'accepted')
    bench.leg('B2', { type: 'answered' })
    bench.isOverloaded = true
    bench.take()
    bench.leg('A', { type: 'transfer', to: { leg: second.leg } })
    assert.ok(bench.take().includes(told), dialled)
  }
})

test('CALL-EM6 a call for help says so to its leg, whoever is led there; no other call does', () => {
  const rows: [reach: (bench: Bench) => void, isForHelp: boolean][] = [
    [(bench) => bench.call('112'), true],
    [(bench) => bench.call(ORDINARY), false],
    [(bench) => transfers(bench, '112'), true],
    [(bench) => transfers(bench, '0110'), true],
    [(bench) => transfers(bench, ORDINARY), false],
  ]
  for (const [reach, isForHelp] of rows) {
    const bench = open()
    reach(bench)
    const dialled = bench.take().filter((one) => one.includes(' main '))
    assert.deepEqual(
      dialled.map((one) => one.endsWith('for help')),
      [isForHelp],
    )
  }
})

function transfers(bench: Bench, dialled: string): void {
  bench.call('100').leg('B1', { type: 'answered' })
  bench.leg('A', { type: 'transfer', to: { dialled } })
}

test('CALL-EM8 who was transferred to 112 is in a call for help, blindly or attended; nobody else is', () => {
  for (const isForHelp of [true, false]) {
    const dialled = isForHelp ? '112' : ORDINARY
    const blind = open()
    transfers(blind, dialled)
    assert.equal(blind.exchange.isInEmergency('B1' as LegId), isForHelp, 'it rings there')
    blind.leg('B2', { type: 'answered' })
    assert.equal(blind.exchange.isInEmergency('B1' as LegId), isForHelp)

    const attended = open().call('100').leg('B1', { type: 'answered' })
    const second = { leg: 'A2' as LegId, call: 'second' as CallId, caller: CALLER, dialled }
    attended.exchange.onIncoming(second)
    attended.leg('B2', { type: 'answered' })
    assert.equal(attended.exchange.isInEmergency('B1' as LegId), false)
    attended.leg('A', { type: 'transfer', to: { leg: second.leg } })
    assert.equal(attended.exchange.isInEmergency('B1' as LegId), isForHelp)
  }
})

test('CALL-EM3 so many transfers to 112 as calls for help are taken beyond the limit, and no more', () => {
  const bench = open().call('100').leg('B1', { type: 'answered' })
  const full = CALLS_MAX + 1_000
  for (let at = 1; at < full; at += 1) {
    const dialled = at < CALLS_MAX ? '*43' : '112'
    assert.equal(dials(bench, dialled, `phone${at}` as DeviceId), 'accepted')
  }
  bench.take()
  bench.leg('A', { type: 'transfer', to: { dialled: '112' } })
  assert.deepEqual(bench.take(), ['told A 503'])
})

for (const code of ['*3', '*2'])
  test(`CALL-EM7 ${code} of who talks to 112 passes the limits; of who talks to somebody else not`, () => {
    for (const dialled of ['112', ORDINARY]) {
      const bench = open().call(dialled).leg('B1', { type: 'answered' })
      bench.exchange.drain()
      const { exchange } = bench
      const isForHelp = dialled === '112'
      assert.equal(exchange.isEmergency({ caller: CALLER, dialled: code }), isForHelp)
      assert.equal(exchange.isEmergency({ caller: CALLER, dialled: '*43' }), false)
      const other = { ...CALLER, person: 'anna' as PersonId, device: 'anna-phone' as DeviceId }
      assert.equal(exchange.isEmergency({ caller: other, dialled: code }), false)
      assert.equal(status(dials(bench, code)), isForHelp ? 'accepted' : 503)
    }
  })

test('CALL-EM4 keys do not put the centre on hold', () => {
  const bench = open().call('112').leg('B1', { type: 'answered' })
  bench.take()
  for (const digit of '##100#') bench.leg('A', { type: 'dtmf', digit, durationMs: 100, isInBand: true })
  assert.deepEqual(
    bench.take(),
    [...'##100#'].map((digit) => `dtmf B1 ${digit} true`),
  )
  bench.leg('A', ended).leg('B1', endedByUs)
  bench.cdr()
})

test('CALL-EM5 the test code plays what would happen and calls nobody', () => {
  const prompts: unknown[] = []
  const bench = new Bench(
    { setSource: (_, source) => void prompts.push(source) },
    { config: COMPANY, live: EVERYBODY },
  )
  bench.call('*9112')
  assert.deepEqual(bench.take(), ['progress A'])
  const [heard] = prompts as { names: string[] }[]
  assert.deepEqual(new Set(heard?.names), new Set(['de-emergency-test']))
  bench.leg('A', { type: 'sourceEnded' }).leg('A', endedByUs)
  const { why } = bench.cdr()
  assert.deepEqual([why.rule, why.values.trunk, why.values.number], ['emergency-test', 'main', '112'])
  assert.equal(CALLER.person, 'bernd' as PersonId)
})

const PLACES = {
  ...COMPANY,
  dialPlan: {
    ...(COMPANY.dialPlan ?? EMPTY_DIAL_PLAN),
    sites: [
      { site: 'berlin' as SiteId, country: 'de', emergencyTrunks: [], networks: ['10.30.0.0/16'] },
      { site: 'munich' as SiteId, country: 'de', emergencyTrunks: [], networks: ['10.89.0.0/16'] },
    ],
  },
} as const
const placeOf = (bench: Bench): string => {
  const { rule, values } = bench.events.findLast(({ type }) => type === 'routed')?.why ?? assert.fail()
  return `${rule} ${values.site} ${values.network ?? values.place ?? '-'}`
}

test('CALL-EM9 the place of a call for help is the address that the network saw, and is recorded', () => {
  const from = (address?: string): string => {
    const bench = new Bench({}, { config: PLACES, live: EVERYBODY })
    const ids = { leg: 'in' as LegId, call: 'c' as CallId, caller: CALLER, dialled: '112' }
    bench.exchange.onIncoming({ ...ids, ...(address !== undefined && { address }) })
    return placeOf(bench)
  }
  assert.equal(from('10.89.0.7'), 'emergency munich 10.89.0.0/16')
  assert.equal(from('10.30.0.7'), 'emergency berlin 10.30.0.0/16')
  assert.equal(from('192.0.2.7'), 'emergency berlin elsewhere')
  assert.equal(from(), 'emergency berlin -')
})

test('CALL-EM9 who transfers to 112 is where help is needed, not who is led there', () => {
  const led = (transferor: string, party: string): string => {
    const addresses: Readonly<Record<string, string>> = { A: transferor, B1: party }
    const bench = new Bench({ addressOf: (leg) => addresses[leg] }, { config: PLACES, live: EVERYBODY })
    bench
      .call('100')
      .leg('B1', { type: 'answered' })
      .leg('A', { type: 'transfer', to: { dialled: '112' } })
    return placeOf(bench)
  }
  assert.equal(led('10.89.0.7', '10.30.0.7'), 'emergency munich 10.89.0.0/16')
  assert.equal(led('10.30.0.7', '10.89.0.7'), 'emergency berlin 10.30.0.0/16')
})
