// Picking up what rings elsewhere, parking, and taking parked calls.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { InsideCaller } from '@rufwerk/calls'
import { PARK_TIME } from '@rufwerk/calls/limits'
import type { CallId, DeviceId, LegId, PersonId } from '@rufwerk/core'
import { Bench, CALL, CALLER, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const CARLA: InsideCaller = {
  ...CALLER,
  person: 'carla' as PersonId,
  device: 'carla-phone' as DeviceId,
  extension: '103',
  name: 'Carla',
}
const company = (): Bench => new Bench({}, { config: COMPANY, live: EVERYBODY })

/** Carla dials this with the leg C. */
function carla(bench: Bench, dialled: string, leg = 'C'): Bench {
  const incoming = { leg: leg as LegId, call: `call-of-${leg}` as CallId, caller: CARLA, dialled }
  assert.equal(bench.exchange.onIncoming(incoming), 'accepted')
  return bench
}

test('CALL-63 a call that rings elsewhere is picked up: one call, one record', () => {
  const bench = company().call('100').leg('B1', { type: 'ringing' })
  bench.take()
  carla(bench, '**100')
  assert.deepEqual(bench.take(), [
    'move C call',
    'end B1 487 26',
    'source A C',
    'source C A',
    'answer A',
    'answer C',
  ])
  const cdr = bench.leg('B1', endedByUs).leg('C', ended).leg('A', endedByUs).cdr()
  assert.deepEqual(cdr.answeredBy, { kind: 'person', person: 'carla', device: 'carla-phone' })
  assert.deepEqual([cdr.to, cdr.endedBy, cdr.dialled], ['anna', 'callee', '100'])
})

test('CALL-63 a call from outside that rings in a group of who picks up', () => {
  const bench = company().call('+493023125400', OUTSIDE)
  bench.take()
  carla(bench, '*8')
  assert.equal(bench.take().at(-1), 'answer C')
  bench.leg('A', ended).leg('B1', endedByUs).leg('C', endedByUs).cdr()
})

test('CALL-63 what does not ring, or is the own call, cannot be picked up', () => {
  const quiet = carla(company(), '**100')
  assert.deepEqual(quiet.take(), ['end C 480 16'])
  assert.equal(quiet.leg('C', endedByUs).cdr().why.rule, 'pick-up')
  const own = company().call('104')
  own.take()
  own.exchange.onIncoming({ leg: 'D' as LegId, call: 'd' as CallId, caller: CALLER, dialled: '**104' })
  assert.deepEqual(own.take(), ['end D 480 16'])
  const talked = company().call('100').leg('B1', { type: 'answered' })
  talked.take()
  assert.deepEqual(carla(talked, '**100').take(), ['end C 480 16'])
})

/** Bernd has called Anna, and parks her. */
function parked(dialled: string): Bench {
  const bench = company().call('100').leg('B1', { type: 'answered' })
  bench.leg('A', { type: 'transfer', to: { dialled } })
  bench.leg('A', endedByUs)
  return bench
}

test('CALL-64 who is transferred to a place waits there with the hold tone, until somebody dials it', () => {
  const bench = parked('701')
  assert.equal(
    bench
      .take()
      .filter((told) => told.startsWith('source B1'))
      .at(-1),
    'source B1 hold',
  )
  carla(bench, '701')
  assert.deepEqual(bench.take().slice(1), ['source B1 C', 'source C B1', 'answer C'])
  bench.leg('C', ended).leg('B1', endedByUs)
  assert.equal(bench.cdrs.length, 2, 'of the call and of what came after the transfer')
  const [first, second] = bench.cdrs
  assert.equal(second?.transferredFrom, first?.call)
  assert.deepEqual(second?.answeredBy, { kind: 'person', person: 'carla', device: 'carla-phone' })
  assert.equal(bench.exchange.size(), 0)
})

test('CALL-65 the lot finds a free place, and brings back who waits anywhere in it', () => {
  const bench = parked('700')
  assert.deepEqual(bench.events.findLast(({ type }) => type === 'parked')?.detail, {
    lot: 'lot',
    slot: '701',
  })
  bench.take()
  assert.deepEqual(carla(bench, '702').take(), ['end C 486 17'], 'nobody is there')
  bench.leg('C', endedByUs)
  carla(bench, '700', 'D')
  assert.equal(bench.take().at(-1), 'answer D')
})

test('CALL-65 a place that is taken goes back to who transfers', () => {
  const bench = parked('701')
  bench.take()
  const more = { leg: 'E' as LegId, call: 'e' as CallId, caller: CARLA, dialled: '104' }
  bench.exchange.onIncoming(more)
  const [dial] = bench.take().filter((told) => told.startsWith('dial'))
  const leg = dial?.split(' ')[1] ?? ''
  bench.leg(leg, { type: 'answered' }).take()
  bench.leg('E', { type: 'transfer', to: { dialled: '701' } })
  assert.ok(bench.take().includes(`source E ${leg}`), 'they talk again')
})

test('CALL-66 who is not taken calls who has parked them', () => {
  const bench = parked('701')
  bench.take()
  bench.pass(PARK_TIME)
  const dialled = bench.take().filter((told) => told.startsWith('dial'))
  assert.deepEqual(
    dialled.map((told) => told.split(' ')[2]),
    ['bernd'],
  )
  const leg = dialled[0]?.split(' ')[1] ?? ''
  bench.leg(leg, { type: 'answered' })
  assert.deepEqual(bench.take(), [`source B1 ${leg}`, `source ${leg} B1`])
})

test('CALL-66 a parked call is there after a restart, with its time anew', () => {
  const first = parked('701')
  const call = first.events.findLast(({ type }) => type === 'parked')?.call
  assert.ok(call !== undefined && call !== CALL)
  const second = company()
  second.pass(first.age())
  const events = first.events.filter((event) => event.call === call)
  assert.ok(second.exchange.restore({ tenant: TENANT, call, events }))
  assert.deepEqual(second.take(), ['source B1 hold'])
  carla(second, '701')
  assert.equal(second.take().at(-1), 'answer C')
  second.leg('C', ended).leg('B1', endedByUs).cdr()
})
