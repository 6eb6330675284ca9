// Callers who come in through a trunk.
import assert from 'node:assert/strict'
import test from 'node:test'
import { CALLS_PER_DEVICE_MAX, CALLS_PER_TRUNK_MAX, cdrAfterRestart } from '@rufwerk/calls'
import type { CallId, LegId } from '@rufwerk/core'
import { Bench, CALL, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'

test('CALL-30 somebody from outside reaches an extension; the record names trunk and number', () => {
  const bench = new Bench().call('+493023125100', OUTSIDE)
  assert.deepEqual(bench.take(), ['dial B1 b1'])
  bench.leg('B1', { type: 'answered' }).leg('A', ended).leg('B1', endedByUs)
  const cdr = bench.cdr()
  assert.deepEqual(cdr.from, { kind: 'outside', trunk: 'main', number: '+4940123456' })
  assert.deepEqual([cdr.dialled, cdr.to, cdr.why.rule], ['+493023125100', 'anna', 'extension'])
  assert.deepEqual(bench.views[0]?.from, cdr.from)
})

test('CALL-30 who hides the number is known by the trunk alone', () => {
  const { number: _, ...hidden } = OUTSIDE
  const cdr = new Bench().call('+493023125999', hidden).leg('A', ended).cdr()
  assert.deepEqual(cdr.from, { kind: 'outside', trunk: 'main' })
  assert.equal(cdr.why.rule, 'unknown-called-number')
})

test('CALL-31 a trunk has a limit of its own', () => {
  const bench = new Bench()
  const one = (at: number) => ({
    leg: `L${at}` as LegId,
    call: `c${at}` as CallId,
    caller: OUTSIDE,
    dialled: '1',
  })
  assert.ok(CALLS_PER_TRUNK_MAX > CALLS_PER_DEVICE_MAX)
  for (let at = 0; at < CALLS_PER_TRUNK_MAX; at += 1)
    assert.equal(bench.exchange.onIncoming(one(at)), 'accepted')
  assert.deepEqual(bench.exchange.onIncoming(one(CALLS_PER_TRUNK_MAX)), { status: 486, cause: 17 })
})

test('CALL-32 a restart knows callers of both kinds, also those stored without one', () => {
  const first = new Bench().call('+493023125100', OUTSIDE).leg('B1', { type: 'answered' })
  const second = new Bench()
  assert.equal(second.exchange.restore({ tenant: TENANT, call: CALL, events: first.events }), true)
  assert.deepEqual(second.views[0]?.from, first.views[0]?.from)
  const inside = new Bench().call('100')
  const cdr = cdrAfterRestart({ tenant: TENANT, call: CALL, events: inside.events })
  assert.equal(cdr?.from.kind, 'inside')
  assert.equal('kind' in (inside.events[0]?.detail ?? {}), false, 'as it was always stored')
})
