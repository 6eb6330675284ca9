import assert from 'node:assert/strict'
import test from 'node:test'
import { minutes, ms, seconds } from '@rufwerk/core'
import type { QueueId } from '@rufwerk/queues'
import { EXPECTED_WAIT_MAX } from '../src/limits.ts'
import { agent, Bench, queue } from './bench.ts'

const OTHER = 'support' as QueueId

test('QUE-EW1 nobody waits where somebody is free', () => {
  assert.equal(new Bench([queue('a')]).view().expectedWait, 0)
})

test('QUE-EW1 position, agents and the mean of conversations make the estimate', () => {
  const rows: [names: string, waiting: number, expected: number][] = [
    ['a', 0, 180_000],
    ['a', 1, 360_000],
    ['a b', 0, 90_000],
    ['a b', 3, 360_000],
  ]
  for (const [names, waiting, expected] of rows) {
    const bench = new Bench([queue(names)])
    for (const name of names.split(' ')) bench.enter(`t${name}`).answer(`t${name}`, name)
    for (let call = 0; call < waiting; call += 1) bench.enter(`w${call}`)
    assert.equal(bench.view().expectedWait, expected, `${names}, ${waiting} waiting`)
  }
})

test('QUE-EW1 whom an agent rings for is about to be served, and takes that agent from those behind', () => {
  const one = new Bench([queue('a')])
  one.enter('x')
  assert.equal(one.view().expectedWait, 180_000)
  const two = new Bench([queue('a b', { strategy: 'ringAll' })])
  two.enter('x')
  assert.equal(two.view().expectedWait, 0)
})

test('QUE-AN1 who is rung for is told a short wait', () => {
  const announce = { first: seconds(5), interval: seconds(60), position: true, wait: true }
  const bench = new Bench([queue('a', { announce })])
  bench.enter('x').take()
  assert.deepEqual(bench.pass(seconds(5)).take(), ['announce x 1 0'])
})

test('QUE-EW1 the mean follows the conversations, each by an eighth, with the wrap-up', () => {
  const bench = new Bench([queue('a', { wrapUp: seconds(20) })])
  bench.serve('x', seconds(100))
  assert.equal(bench.view().expectedWait, 180_000 + (120_000 - 180_000) / 8)
})

test('QUE-EW2 nobody there, nothing to be said', () => {
  const bench = new Bench([queue('a', { whenUnstaffed: 'wait' })])
  bench.give({ type: 'pause', agent: agent('a'), reason: '' })
  assert.equal(bench.view().expectedWait, undefined)
})

test('QUE-EW3 the estimate has an upper bound, and the mean has both', () => {
  const bench = new Bench([queue('a', { lengthMax: 100, waitMax: minutes(240) })])
  bench.serve('x', minutes(24 * 60))
  bench.enter('t').answer('t', 'a')
  assert.equal(bench.view().expectedWait, 180_000 + (3_600_000 - 180_000) / 8)
  for (let call = 0; call < 50; call += 1) bench.enter(`w${call}`)
  assert.equal(bench.view().expectedWait, EXPECTED_WAIT_MAX)
  const short = new Bench([queue('a')])
  for (let call = 0; call < 100; call += 1) short.serve(`s${call}`, ms(0))
  short.enter('t').answer('t', 'a')
  assert.equal(Math.round(short.view().expectedWait ?? 0), 5_000)
})

test('QUE-EW4 an agent of two queues with waiting callers counts half in each', () => {
  const bench = new Bench([queue('a'), queue('a', { queue: OTHER })])
  bench.enter('x').answer('x', 'a')
  assert.equal(bench.view().expectedWait, 180_000)
  bench.enter('y', 0, OTHER)
  assert.equal(bench.view().expectedWait, 360_000)
})
