// Who forwarded a call: in its record, over a restart, and to the phones that ring for it.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Cdr, ForwardedCall, OutsideCaller } from '@rufwerk/calls'
import type { PersonId } from '@rufwerk/core'
import type { Forwarder, PersonRules, RoutingConfig } from '@rufwerk/routing'
import { Bench, CALL, CALLER, ended, endedByUs, OUTSIDE, TENANT } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

const to = (person: string) => ({ to: 'person', person: person as PersonId }) as const
const always = (person: string) => ({ inside: to(person), outside: to(person) })
const rules = (person: string, forwarding: PersonRules['forwarding']): PersonRules =>
  ({ person: person as PersonId, forwarding }) as PersonRules

/** Anna forwards to Carla while she is available, Carla forwards to David when nobody answers. */
const CHAIN = [rules('anna', { available: always('carla') }), rules('carla', { noAnswer: always('david') })]
const plan = COMPANY.dialPlan
assert.ok(plan)
const config: RoutingConfig = { ...COMPANY, dialPlan: { ...plan, people: CHAIN } }

function scene(given: RoutingConfig = config) {
  const forwarded: (ForwardedCall | undefined)[] = []
  const bench = new Bench(
    { dial: (order) => void forwarded.push(order.forwarded) },
    { config: given, live: EVERYBODY },
  )
  return { bench, forwarded }
}

const shown = (cdr: Cdr) =>
  cdr.forwardings?.map(({ by, why }) => `${by.kind === 'person' ? by.person : by.number} ${why}`)

test('CALL-FWD1 a record names who forwarded and why, in that order; one of a plain call nobody', () => {
  const { bench } = scene()
  bench.call('100').leg('B1', { type: 'refused', status: 408 }).leg('B2', { type: 'answered' })
  const cdr = bench.leg('A', ended).leg('B2', endedByUs).cdr()
  assert.deepEqual(shown(cdr), ['anna available', 'carla noAnswer'])
  const plain = scene().bench.call('104').leg('A', ended).leg('B1', endedByUs).cdr()
  assert.equal('forwardings' in plain, false)
})

test('CALL-FWD2 the phone where it rings is told, the last first, and shows who calls for whom', () => {
  const { bench, forwarded } = scene()
  bench.call('100').leg('B1', { type: 'refused', status: 408 })
  const anna = { number: '100', name: 'Anna Berg', reason: 'unconditional' }
  const carla = { number: '103', name: 'Carla de Boer', reason: 'no-answer' }
  const display = 'Bernd für Anna Berg'
  assert.deepEqual(forwarded, [
    { forwarders: [anna], display },
    { forwarders: [carla, anna], display },
  ])
  const english = scene({ ...config, language: 'en' })
  english.bench.call('100')
  assert.equal(english.forwarded[0]?.display, 'Bernd for Anna Berg')
  const plain = scene()
  plain.bench.call('104')
  assert.deepEqual(plain.forwarded, [undefined])
})

const before: readonly Forwarder[] = [
  { number: '+4930777', reason: 'user-busy', isHidden: true },
  { number: '+4930888', reason: 'no-answer', isHidden: false },
]
/** As a trunk of nobody's number would: it rings somebody whoever is called. */
const inbound: RoutingConfig = {
  ...config,
  dialPlan: { ...plan, people: CHAIN, inbound: [{ id: 'all', target: to('anna') }] } as never,
}

test('CALL-FWD3 whoever hides is told to nobody: not in the record, its events, or to a phone', () => {
  for (const { number, ...rest } of [OUTSIDE, { ...OUTSIDE, name: 'Kurt' }] as OutsideCaller[]) {
    for (const caller of [{ ...rest, ...(number && { number }) }, rest] as OutsideCaller[]) {
      const { bench, forwarded } = scene(inbound)
      bench.call('+49302312100', { ...caller, forwarders: before })
      const cdr = bench.leg('A', ended).leg('B1', endedByUs).cdr()
      assert.deepEqual(shown(cdr), ['+4930888 noAnswer', 'undefined busy', 'anna available'])
      const [told] = forwarded
      assert.deepEqual(
        told?.forwarders.map((one) => one.number),
        ['100', '+4930888'],
      )
      const isHidden = caller.number === undefined
      const who = caller.name ?? caller.number
      assert.equal(told?.display, isHidden ? undefined : `${who} für +4930888`)
      assert.doesNotMatch(JSON.stringify([cdr, bench.events, forwarded]), /4930777/)
    }
  }
})

test('CALL-FWD4 a restart forgets none of them', () => {
  const { bench } = scene(inbound)
  const caller = { ...OUTSIDE, forwarders: before }
  bench
    .call('+49302312100', caller)
    .leg('B1', { type: 'refused', status: 408 })
    .leg('B2', { type: 'answered' })
  const second = new Bench({}, { config: inbound, live: EVERYBODY })
  assert.ok(second.exchange.restore({ tenant: TENANT, call: CALL, events: bench.events }))
  for (const run of [bench, second]) run.leg('A', ended).leg('B2', endedByUs)
  assert.deepEqual(second.cdr().forwardings, bench.cdr().forwardings)
  assert.equal(second.cdr().forwardings?.length, 4)
  assert.equal(CALLER.tenant, TENANT)
})
