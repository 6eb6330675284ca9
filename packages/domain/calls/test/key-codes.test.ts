// Codes that are pressed or dialled during a call, for phones that cannot transfer by themselves.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegEvent } from '@rufwerk/calls'
import { type CallId, type DeviceId, type LegId, type PersonId, seconds } from '@rufwerk/core'
import { A, Bench, CALL, CALLER, ended, endedByUs, OUTSIDE } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const answered: LegEvent = { type: 'answered' }
const key = (digit: string): LegEvent => ({ type: 'dtmf', digit, durationMs: 100, isInBand: true })
const SECOND = { leg: 'A2' as LegId, call: 'call2' as CallId, caller: CALLER, dialled: '103' }
const THIRD = { leg: 'A3' as LegId, call: 'call3' as CallId, caller: CALLER, dialled: '*2' }

function press(bench: Bench, leg: string, keys: string): Bench {
  for (const one of keys) bench.leg(leg, key(one))
  return bench
}

/** Bernd (A) talks to Anna (B1). */
function talking(): Bench {
  const bench = new Bench({}, { config: COMPANY, live: EVERYBODY }).call('100').leg('B1', answered)
  bench.take()
  return bench
}

/** He has put Anna on hold and called Carla (B2) from A2. */
function twoCalls(): Bench {
  const bench = talking().leg('A', { type: 'held' })
  assert.equal(bench.exchange.onIncoming(SECOND), 'accepted')
  bench.take()
  return bench
}

const types = (bench: Bench, call: string) =>
  bench.events.filter((event) => event.call === call).map(({ type }) => type)

test('XFR-15 the code in the second call: the held party and the new one talk, two linked records', () => {
  const bench = twoCalls().leg('B2', answered)
  bench.take()
  press(bench, 'A2', '*')
  assert.deepEqual(bench.take(), ['dtmf B2 * true'])
  press(bench, 'A2', '2')
  const told = bench.take()
  assert.ok(told.includes('source B1 B2') && told.includes('source B2 B1'), told.join())
  assert.ok(told.includes('end A 200 16') && told.includes('end A2 200 16'), told.join())
  assert.ok(!told.some((line) => line.startsWith('dtmf')), 'the key that completes it is heard by nobody')
  for (const leg of ['A', 'A2']) bench.leg(leg, endedByUs)
  bench.leg('B1', ended).leg('B2', endedByUs)
  assert.deepEqual(
    bench.cdrs.map(({ call, transferredTo, transferredFrom }) => [call, transferredTo, transferredFrom]),
    [
      [CALL, 'call2', undefined],
      ['call2', undefined, CALL],
    ],
  )
  assert.equal(bench.exchange.size(), 0)
})

test('XFR-15 with one call alone the keys are the other side’s', () => {
  const bench = press(talking(), 'A', '*2')
  assert.deepEqual(bench.take(), ['dtmf B1 * true', 'dtmf B1 2 true'])
  bench.leg('A', ended).leg('B1', endedByUs)
  bench.cdr()
})

test('XFR-15 keys that are far apart are no code', () => {
  const bench = twoCalls().leg('B2', answered)
  press(bench, 'A2', '*').pass(seconds(5))
  bench.take()
  press(bench, 'A2', '2')
  assert.deepEqual(bench.take(), ['dtmf B2 2 true'])
})

test('XFR-15 who is called may press what he likes, and so may somebody outside', () => {
  const bench = new Bench({}, { config: COMPANY, live: EVERYBODY }).call('+49302312500', OUTSIDE)
  bench.take()
  const inside = twoCalls().leg('B2', answered)
  inside.take()
  // Carla has one call only.
  assert.deepEqual(press(inside, 'B2', '*2').take(), ['dtmf A2 * true', 'dtmf A2 2 true'])
})

test('XFR-15 dialled as a third call it joins the two before, and says so', () => {
  const bench = twoCalls().leg('B2', answered)
  bench.take()
  assert.equal(bench.exchange.onIncoming(THIRD), 'accepted')
  const told = bench.take()
  assert.ok(told.includes('source B1 B2') && told.includes('answer A3'), told.join())
  assert.deepEqual(types(bench, 'call3').includes('set'), true)
  for (const leg of ['A', 'A2']) bench.leg(leg, endedByUs)
  bench.leg('A3', { type: 'sourceEnded' }).leg('A3', endedByUs).leg('B1', ended).leg('B2', endedByUs)
  assert.equal(bench.exchange.size(), 0)
  assert.equal(bench.cdrs.length, 3)
})

test('XFR-15 dialled without two calls it is refused before an answer', () => {
  const bench = talking()
  assert.equal(bench.exchange.onIncoming(THIRD), 'accepted')
  assert.deepEqual(bench.take(), ['source A3 prompt', 'progress A3'])
  bench.leg('A3', { type: 'sourceEnded' })
  assert.deepEqual(bench.take(), ['end A3 403 21'])
})

test('XFR-14 joined while the second call rings, the party is led there, and comes back', () => {
  const bench = twoCalls()
  assert.equal(bench.exchange.onIncoming(THIRD), 'accepted')
  const told = bench.take()
  assert.ok(told.includes('end B2 487 16') && told.includes('source B1 ringback'), told.join())
  const dialled = told.find((line) => line.startsWith('dial')) ?? ''
  assert.match(dialled, /^dial B\d+ carla$/)
  bench.leg('A3', { type: 'sourceEnded' }).leg('A3', endedByUs).leg('A2', endedByUs).leg('B2', endedByUs)
  bench.take()
  bench.leg(dialled.split(' ')[1] ?? '', { type: 'refused', status: 486 })
  // He still holds her.
  assert.deepEqual(bench.take().slice(0, 2), ['told A 486', 'source A B1'])
  bench.leg('A', ended).leg('B1', endedByUs)
  assert.equal(bench.exchange.size(), 0)
})

test('XFR-14 the twin: a call of somebody else that rings is not joined', () => {
  const bench = talking()
  const other = { leg: 'C1' as LegId, call: 'call9' as CallId, dialled: '103' }
  const caller = { ...CALLER, person: 'david' as PersonId, device: 'david-phone' as DeviceId }
  assert.equal(bench.exchange.onIncoming({ ...other, caller }), 'accepted')
  bench.take()
  assert.deepEqual(press(bench, 'A', '*2').take(), ['dtmf B1 * true', 'dtmf B1 2 true'])
})

test('XFR-16 code and number: the party waits with the hold tone and is led there', () => {
  const bench = press(talking(), 'A', '##')
  assert.deepEqual(bench.take(), ['dtmf B1 # true', 'source A B1', 'source B1 hold'])
  press(bench, 'A', '103')
  assert.deepEqual(bench.take(), [], 'the number is not heard')
  press(bench, 'A', '#')
  assert.deepEqual(bench.take(), ['source A silence', 'source B1 ringback', 'dial B3 carla'])
  bench.leg('B3', answered)
  const told = bench.take()
  assert.ok(told.includes('source B1 B3') && told.includes('end A 200 16'), told.join())
  bench.leg('A', endedByUs).leg('B3', ended).leg('B1', endedByUs)
  assert.equal(bench.exchange.size(), 0)
})

test('XFR-16 a pause says that the number is complete', () => {
  const bench = press(talking(), 'A', '##103')
  bench.take()
  bench.pass(seconds(4))
  assert.deepEqual(bench.take(), ['source A silence', 'source B1 ringback', 'dial B3 carla'])
})

test('XFR-16 nobody answers there: both talk again, and nobody is on hold any more', () => {
  const bench = press(talking(), 'A', '##103#')
  bench.take()
  bench.leg('B3', { type: 'refused', status: 486 })
  const told = bench.take()
  assert.deepEqual(told.slice(-2), ['source A B1', 'source B1 A'])
  press(bench, 'A', '5')
  assert.deepEqual(bench.take(), ['dtmf B1 5 true'], 'keys are the other side’s again')
  bench.leg('A', ended).leg('B1', endedByUs)
  assert.equal(bench.exchange.size(), 0)
})

test('XFR-16 without a number nothing happens; a number that is denied neither', () => {
  const bench = press(talking(), 'A', '###')
  assert.deepEqual(bench.take().slice(-2), ['source A B1', 'source B1 A'])
  press(bench, 'A', '##00431512345678#')
  const told = bench.take()
  assert.ok(told.includes('told A 403'), told.join())
  assert.ok(!told.some((line) => line.startsWith('dial')), told.join())
  assert.deepEqual(told.slice(-2), ['source A B1', 'source B1 A'])
})

test('XFR-16 who is outside transfers nobody by keys', () => {
  const bench = new Bench({}, { config: COMPANY, live: EVERYBODY }).call('100').leg('B1', answered)
  bench.leg('A', ended).leg('B1', endedByUs)
  bench.take()
  const call = { leg: 'C' as LegId, call: 'in' as CallId, caller: OUTSIDE, dialled: '+493023125501' }
  assert.equal(bench.exchange.onIncoming(call), 'accepted')
  bench.leg('C', key('1'))
  const dialled = bench.take().find((line) => line.startsWith('dial')) ?? ''
  const leg = dialled.split(' ')[1] ?? ''
  bench.leg(leg, answered)
  bench.take()
  press(bench, 'C', '##103#')
  assert.deepEqual(
    bench.take(),
    [...'##103#'].map((one) => `dtmf ${leg} ${one} true`),
  )
  press(bench, leg, '##103#')
  assert.ok(
    bench.take().some((line) => line.endsWith('carla')),
    'the one of the house does',
  )
})

test('XFR-16 whoever hangs up while a number is keyed in leaves nothing behind', () => {
  const bench = press(talking(), 'A', '##10')
  bench.leg('A', ended).leg('B1', endedByUs)
  bench.cdr()
  assert.equal(A, 'A')
})
