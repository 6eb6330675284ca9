// What a change of the configuration does to calls that go on: nothing.
import assert from 'node:assert/strict'
import test from 'node:test'
import { seconds } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type RoutingConfig } from '@rufwerk/routing'
import { Bench, ended, endedByUs } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

/** Nobody is there any more, and no flow. */
const EMPTY: RoutingConfig = {
  ...COMPANY,
  version: COMPANY.version + 1,
  dialPlan: EMPTY_DIAL_PLAN,
  byExtension: new Map(),
}

class Changing {
  config = COMPANY
  readonly live = EVERYBODY
}

test('CALL-57 a call that rings or talks goes on as it began, and a new one follows the change', () => {
  const given = new Changing()
  const ringing = new Bench({}, given).call('400')
  ringing.take()
  given.config = EMPTY
  ringing.pass(seconds(5))
  assert.deepEqual(ringing.take(), ['dial B2 carla'], 'The group of its beginning rings on.')
  ringing.leg('B2', { type: 'answered' })
  assert.ok(ringing.take().includes('answer A'))
  ringing.pass(seconds(600))
  assert.deepEqual(ringing.take(), [], 'Nothing happens to a call that talks.')
  ringing.leg('A', ended).leg('B2', endedByUs).leg('B1', endedByUs)
  assert.equal(ringing.cdr().status, 200)

  const next = new Bench({}, given).call('400')
  assert.equal(next.views.at(-1)?.why.rule, 'unknown-number')
})

test('CALL-57 a caller in a menu goes on in the menu that greeted', () => {
  const given = new Changing()
  const bench = new Bench({}, given).call('500')
  bench.take()
  bench.leg('A', { type: 'sourceEnded' })
  given.config = EMPTY
  bench.key('1').key('0').key('3').pass(seconds(4))
  assert.deepEqual(bench.take(), ['source A ringback', 'dial B1 carla'])
  const routed = bench.events.filter(({ type }) => type === 'routed').at(-1)
  assert.equal(routed?.detail?.config, COMPANY.version, 'The record says by which version.')
})
