// What outside calls have used of the day, and that routing hears of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Cdr } from '@rufwerk/calls'
import { minutes, type PersonId, seconds } from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import { Bench, CALL, ended, endedByUs, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const BERND = 'bernd' as PersonId
const RATES = [{ prefix: '+49', perCall: 50_000, perMinute: 100_000 }]
const PRICED: RoutingConfig = {
  ...COMPANY,
  ...(COMPANY.dialPlan && { dialPlan: { ...COMPANY.dialPlan, rates: RATES } }),
}
const used = (bench: Bench, payer: PersonId | 'company' = BERND) => bench.exchange.usageOf(TENANT, payer)
const company = (config = PRICED): Bench => new Bench({}, { config, live: EVERYBODY })

test('CALL-61 a call to the outside counts from its answer, for the person and the company', () => {
  const bench = company().call('01701234567')
  assert.deepEqual(used(bench), { calls: 1, minutes: 0, money: 50_000, callsNow: 1 }, 'while it rings')
  bench.leg('B1', { type: 'answered' }).pass(minutes(3))
  assert.deepEqual(used(bench), { calls: 1, minutes: 3, money: 350_000, callsNow: 1 })
  bench.leg('A', ended).leg('B1', endedByUs)
  assert.deepEqual(bench.cdr().spent, { number: '+491701234567', payer: 'bernd', since: 2000 })
  const after = used(bench)
  assert.deepEqual([after.calls, after.callsNow, Math.round(after.minutes * 60)], [1, 0, 181])
  assert.deepEqual(used(bench, 'company'), after)
  assert.equal(used(bench, 'anna' as PersonId).calls, 0)
})

test('CALL-61 what nobody answered, and calls inside, cost nothing', () => {
  for (const dialled of ['01701234567', '100']) {
    const bench = company().call(dialled).leg('A', ended).leg('B1', endedByUs)
    assert.deepEqual(used(bench, 'company'), { calls: 0, minutes: 0, money: 0, callsNow: 0 })
  }
})

test('CALL-61 the next day begins anew, and records of the run before are remembered', () => {
  const bench = company().call('01701234567').leg('B1', { type: 'answered' }).pass(minutes(10))
  const cdr: Cdr = bench.leg('A', ended).leg('B1', endedByUs).cdr()
  const second = company()
  second.pass(minutes(60))
  second.exchange.remember(cdr)
  assert.equal(Math.floor(used(second).minutes), 10)
  second.exchange.remember({ ...cdr, spent: undefined })
  assert.equal(used(second).calls, 1)
  second.pass(minutes(24 * 60))
  assert.equal(used(second).calls, 0)
  second.exchange.remember(cdr)
  assert.equal(used(second).calls, 0, 'a record of yesterday')
})

test('CALL-62 a limit that is reached refuses, and what is left is the longest time of the next call', () => {
  const dialPlan = COMPANY.dialPlan && { ...COMPANY.dialPlan, limits: { minutes: 5 } }
  const config = { ...COMPANY, ...(dialPlan && { dialPlan }) }
  const bench = company(config)
  bench.live = { ...EVERYBODY, usageOf: (payer) => bench.exchange.usageOf(TENANT, payer) }
  bench.call('01701234567').leg('B1', { type: 'answered' }).pass(minutes(3))
  bench.leg('A', ended).leg('B1', endedByUs)
  bench.take()
  bench.call('01701234567').leg('B2', { type: 'answered' })
  bench.take()
  bench.pass(minutes(2))
  assert.deepEqual(bench.take(), ['end A 200 102', 'end B2 200 102'])
  bench.leg('A', endedByUs).leg('B2', endedByUs).call('01701234567')
  assert.deepEqual(bench.take(), ['source A prompt', 'progress A'])
  bench.pass(seconds(30)).leg('A', endedByUs)
  assert.deepEqual(
    bench.cdrs.map(({ why }) => why.rule),
    ['outside', 'outside', 'limit-minutes'],
  )
})

test('CALL-62 a call of before a restart counts on', () => {
  const first = company().call('01701234567').leg('B1', { type: 'answered' })
  const second = company()
  second.pass(first.age())
  second.pass(minutes(4))
  assert.ok(second.exchange.restore({ tenant: TENANT, call: CALL, events: first.events }))
  assert.deepEqual(used(second), { calls: 1, minutes: 4, money: 450_000, callsNow: 1 })
})
