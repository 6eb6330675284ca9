// What a restart, and the limits of an answered call, do to calls.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegEvent, ServicePort } from '@rufwerk/calls'
import { CALL_TIME_MAX } from '@rufwerk/calls/limits'
import { type CallId, type DeviceId, type LegId, minutes, ms } from '@rufwerk/core'
import fc from 'fast-check'
import { Bench, CALL, CALLER, ended, endedByUs, TENANT } from './bench.ts'
import { COMPANY } from './company.ts'

/** Another run of the system that has only what the first one journaled. */
function afterRestart(first: Bench): { bench: Bench; isRestored: boolean } {
  const bench = new Bench()
  bench.pass(first.age())
  const isRestored = bench.exchange.restore({ tenant: TENANT, call: CALL, events: first.events })
  return { bench, isRestored }
}

test('CALL-25 an answered call goes on after a restart; an unanswered one does not', () => {
  const first = new Bench().call('100').leg('B1', { type: 'ringing' })
  assert.equal(afterRestart(first).isRestored, false)
  first.leg('B1', { type: 'answered' })
  const { bench, isRestored } = afterRestart(first)
  assert.equal(isRestored, true)
  assert.deepEqual(bench.take(), ['source A B1', 'source B1 A'])
  assert.deepEqual(
    bench.views.map(({ state, to, answeredAt }) => [state, to, answeredAt]),
    [['talking', 'anna', 3000]],
  )
  bench.leg('B1', ended)
  assert.deepEqual(bench.take(), ['end A 200 16'])
  const cdr = bench.leg('A', endedByUs).cdr()
  assert.deepEqual(
    [cdr.endedBy, cdr.startedAt, cdr.answeredAt, cdr.why.rule],
    ['callee', 1000, 3000, 'extension'],
  )
})

test('CALL-25 whatever an answered call went through, its next run knows it', () => {
  const event = fc.constantFrom<LegEvent>({ type: 'held' }, { type: 'resumed' }, { type: 'ringing' })
  const happenings = fc.array(fc.tuple(fc.constantFrom('A', 'B1', 'B2'), event), { maxLength: 12 })
  fc.assert(
    fc.property(fc.constantFrom('100', '*43', '101'), happenings, (number, steps) => {
      const first = new Bench()
      first.contacts.push({ device: 'anna-web' as DeviceId, binding: 'b2' })
      first.call(number).leg('B1', { type: 'answered' })
      for (const [leg, happening] of steps) first.leg(leg, happening)
      const { bench: second, isRestored } = afterRestart(first)
      assert.ok(isRestored)
      assert.deepEqual(second.views.at(-1), first.views.at(-1))
      first.take()
      second.take()
      for (const bench of [first, second]) bench.leg('A', { type: 'held' }).leg('A', ended)
      assert.deepEqual(second.take(), first.take())
      for (const bench of [first, second]) bench.leg('B1', endedByUs).leg('B2', endedByUs)
      assert.deepEqual(second.cdr(), first.cdr())
    }),
    { numRuns: 100 },
  )
})

test('CALL-25 who leaves a message goes on after a restart, until the box or the caller ends it', () => {
  const voicemail: ServicePort = { enter: () => true, happened: () => undefined }
  const first = new Bench(undefined, { config: COMPANY, voicemail }).call('300')
  const source = { type: 'prompt', names: ['greeting'], isLooped: false } as const
  first.exchange.wish(CALL, { type: 'answer', source })
  const { bench, isRestored } = afterRestart(first)
  assert.equal(isRestored, true)
  assert.deepEqual(bench.take(), ['source A silence'])
  const [view] = bench.views
  assert.deepEqual([view?.state, view?.why.rule, view?.answeredBy], ['talking', 'voicemail', undefined])
  bench.exchange.hangUp(CALL)
  assert.deepEqual(bench.take(), ['end A 480 16'])
  assert.deepEqual(bench.leg('A', endedByUs).cdr().answeredBy, { kind: 'system', name: 'voicemail' })
})

test('CALL-26 an answered call has a limit that a restart does not move', () => {
  const first = new Bench().call('100').leg('B1', { type: 'answered' })
  first.take()
  first.pass(minutes(60))
  const { bench } = afterRestart(first)
  bench.take()
  const left = minutes(CALL_TIME_MAX / 60_000 - 60)
  assert.deepEqual(bench.pass(ms(left - 1)).take(), [])
  assert.deepEqual(bench.pass(ms(1)).take(), ['end A 200 102', 'end B1 200 102'])
  assert.equal(bench.leg('A', endedByUs).leg('B1', endedByUs).cdr().endedBy, 'system')
})

test('CALL-27 a leg of which nothing is heard any more ends the call', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  bench.take()
  bench.leg('B1', { type: 'silent' })
  assert.deepEqual(bench.take(), ['end A 200 38', 'end B1 200 38'])
  const cdr = bench.leg('A', endedByUs).leg('B1', endedByUs).cdr()
  assert.deepEqual([cdr.endedBy, cdr.cause], ['network', 38])
  const ringing = new Bench().call('100')
  ringing.take()
  assert.deepEqual(ringing.leg('A', { type: 'silent' }).take(), [], 'nobody talks before the answer')
})

test('CALL-28 a system that is being stopped takes no new call and lets the others talk', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  bench.take()
  bench.exchange.drain()
  const more = { leg: 'L' as LegId, call: 'c' as CallId, caller: CALLER, dialled: '100' }
  assert.deepEqual(bench.exchange.onIncoming(more), { status: 503, cause: 42 })
  assert.deepEqual(bench.take(), [])
  assert.equal(bench.leg('A', ended).leg('B1', endedByUs).cdr().status, 200)
})

test('CALL-29 why a call ends is written with its end', () => {
  const bench = new Bench().call('100').leg('B1', { type: 'answered' })
  const types = () => bench.events.map(({ type }) => type)
  bench.leg('B1', { type: 'silent' })
  assert.deepEqual(types(), ['requested', 'routed', 'answered'])
  bench.leg('A', endedByUs).leg('B1', endedByUs)
  assert.deepEqual(types(), ['requested', 'routed', 'answered', 'silent', 'ended'])
  const refused = new Bench().call('nobody')
  assert.deepEqual(
    refused.events.map(({ type }) => type),
    ['requested', 'routed'],
    'that a call began is not put off',
  )
})
