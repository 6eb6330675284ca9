// Whatever happens to whatever plan: one record, no leg left, nothing in the books.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LegEvent } from '@rufwerk/calls'
import { DIALS_MAX, RINGS_MAX } from '@rufwerk/calls/limits'
import { type CallId, type DeviceId, type LegId, type PersonId, seconds } from '@rufwerk/core'
import type { Flow, RoutingConfig } from '@rufwerk/routing'
import fc from 'fast-check'
import { Bench, CALLER, ended, OUTSIDE } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

/** A leg that was dialled is answerable for: it ended by itself, or was told to end. */
function openLegs(bench: Bench, over: ReadonlySet<string>): string[] {
  const dialled = bench.told.flatMap((told) => (told.startsWith('dial ') ? [told.split(' ')[1] ?? ''] : []))
  const told = new Set(bench.told.flatMap((one) => (one.startsWith('end ') ? [one.split(' ')[1]] : [])))
  return ['A', ...dialled].filter((leg) => !told.has(leg) && !over.has(leg))
}

type Happening =
  | { readonly leg: string; readonly event: LegEvent }
  | { readonly key: string }
  | { readonly pass: number }

const event = fc.constantFrom<LegEvent>(
  { type: 'ringing' },
  { type: 'early' },
  { type: 'answered' },
  { type: 'refused', status: 486 },
  { type: 'refused', status: 503 },
  { type: 'refused', status: 603 },
  { type: 'refused', status: 408 },
  { type: 'ended', by: 'peer' },
  { type: 'ended', by: 'network' },
  { type: 'held' },
  { type: 'resumed' },
  { type: 'sourceEnded' },
  { type: 'sourceFailed' },
  { type: 'silent' },
)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ leg: fc.constantFrom('A', 'B1', 'B2', 'B3', 'B4'), event }),
  fc.record({ key: fc.constantFrom('1', '2', '3', '4', '5', '9', '0', '*', '#') }),
  fc.record({ key: fc.constantFrom('1', '2', '3', '4', '9', '#') }),
  fc.record({ pass: fc.constantFrom(1, 4, 5, 10, 20, 30, 60) }),
)
const dialled = fc.constantFrom('100', '103', '104', '400', '401', '500', '501', '300', '01701234567', '112')

test('CALL-56 whatever happens, there is one CDR, no leg and nothing in the books', () => {
  fc.assert(
    fc.property(dialled, fc.boolean(), fc.array(happening, { maxLength: 30 }), (number, isOutside, all) => {
      const bench = new Bench({}, { config: COMPANY, live: EVERYBODY })
      if (isOutside) bench.call(`+493023125${number}`, OUTSIDE)
      else bench.call(number, CALLER)
      const over = new Set<string>()
      for (const one of all) {
        if ('pass' in one) bench.pass(seconds(one.pass))
        else if ('key' in one) bench.key(one.key)
        else {
          // A leg that is over, or was not dialled yet, reports nothing.
          if (over.has(one.leg)) continue
          if (one.leg !== 'A' && !bench.told.some((told) => told.startsWith(`dial ${one.leg} `))) continue
          if (one.event.type === 'ended' || one.event.type === 'refused') over.add(one.leg)
          bench.leg(one.leg, one.event)
        }
      }
      if (!over.has('A')) bench.leg('A', ended)
      over.add('A')
      for (let at = 0; at < 4; at += 1) bench.pass(seconds(50))
      const cdr = bench.cdr()
      assert.deepEqual(openLegs(bench, over), [])
      assert.equal(cdr.answeredBy !== undefined, cdr.answeredAt !== undefined)
      assert.equal(bench.events.filter(({ type }) => type === 'ended').length, 1)
    }),
    { numRuns: 200 },
  )
})

/** A group of 50 people with two phones each. */
const CROWD: RoutingConfig = {
  ...COMPANY,
  ...(COMPANY.dialPlan && {
    dialPlan: {
      ...COMPANY.dialPlan,
      flows: COMPANY.dialPlan.flows.map((flow): Flow => {
        if (flow.kind !== 'ringGroup' || flow.extension !== '400') return flow
        const members = Array.from({ length: 50 }, (_, at) => ({ person: `p${at}` as PersonId }))
        return { ...flow, members, nobody: { to: 'flow', flow: 'welcome' as typeof flow.id } }
      }),
    },
  }),
  byExtension: new Map(
    Array.from({ length: 50 }, (_, at) => {
      const person = `p${at}` as PersonId
      return [`${200 + at}`, { person, extension: `${200 + at}`, name: `P ${at}`, kind: 'person' }] as const
    }),
  ),
}

test('CALL-55 a crowd rings up to the limit of the node, and a call that dials on up to its own', () => {
  const contactsOf = (id: PersonId) =>
    [1, 2].map((at) => ({ device: `${id}-${at}` as DeviceId, binding: `${id}-${at}` }))
  const bench = new Bench({}, { config: CROWD, live: { contactsOf } }).call('400')
  const dials = () => bench.told.filter((told) => told.startsWith('dial ')).length
  assert.equal(dials(), RINGS_MAX)
  for (let at = 0; at < 10; at += 1) {
    bench.pass(seconds(30)).leg('A', { type: 'sourceEnded' })
    for (const key of '400#') bench.key(key)
  }
  assert.equal(dials(), DIALS_MAX)
  bench.leg('A', ended).pass(seconds(50)).cdr()
})

test('CALL-63 whoever picks up when: as many records as calls, and nothing in the books', () => {
  const picker = { ...CALLER, person: 'carla' as PersonId, device: 'carla-phone' as DeviceId }
  const pick = fc.record({ dialled: fc.constantFrom('**100', '*8', '**104', '700') })
  const each = fc.oneof(pick, happening, happening)
  fc.assert(
    fc.property(dialled, fc.array(each, { maxLength: 20 }), (number, all) => {
      const bench = new Bench({}, { config: COMPANY, live: EVERYBODY }).call(number)
      const legs = ['A']
      for (const one of all) {
        if ('pass' in one) bench.pass(seconds(one.pass))
        else if ('key' in one) bench.key(one.key)
        else if ('leg' in one) bench.leg(one.leg, one.event)
        else {
          const leg = `P${legs.length}` as LegId
          legs.push(leg)
          bench.exchange.onIncoming({
            leg,
            call: leg as string as CallId,
            caller: picker,
            dialled: one.dialled,
          })
        }
      }
      for (const leg of [...legs, 'B1', 'B2', 'B3', 'B4', 'B5']) bench.leg(leg, ended)
      for (let at = 0; at < 4; at += 1) bench.pass(seconds(50))
      const began = bench.events.filter(({ type }) => type === 'requested').length
      assert.equal(bench.cdrs.length, began)
      assert.equal(bench.exchange.size(), 0)
    }),
    { numRuns: 150 },
  )
})
