import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegId, PersonId } from '@rufwerk/core'
import {
  type Decision,
  decide,
  decideOnDemand,
  NO_RECORDING,
  type RecordingRules,
  recordedLeg,
  type Talk,
  type TalkParty,
  troublesOf,
} from '@rufwerk/recordings'

const person = (name: string) => name as PersonId
const A = 'A' as LegId
const B = 'B' as LegId
const inside = (leg: LegId, name: string): TalkParty => ({ kind: 'inside', leg, person: person(name) })
const outside = (leg: LegId, trunk = 'main'): TalkParty => ({
  ...{ kind: 'outside', leg, trunk },
  number: '+4940123456',
})
const talk = (caller: TalkParty, callee: TalkParty, more: Partial<Talk> = {}): Talk => ({
  ...{ caller, callee, isEmergency: false },
  ...more,
})
const IN = talk(outside(A), inside(B, 'anna'))
const OUT = talk(inside(A, 'anna'), outside(B))
const THROUGH = talk(outside(A), outside(B, 'second'))
const HOUSE = talk(inside(A, 'anna'), inside(B, 'bernd'))

const QUALITY = { id: 'quality', name: 'Qualität', keepDays: 30 }
const PROOF = { id: 'proof', name: 'Auftrag', keepDays: 180 }
const RULES: RecordingRules = {
  isOn: true,
  purposes: [QUALITY, PROOF],
  rules: [
    { of: { queue: 'orders' }, calls: 'both', purpose: 'proof' },
    { of: { person: person('anna') }, calls: 'in', purpose: 'quality' },
    { of: { trunk: 'second' }, calls: 'both', purpose: 'quality' },
  ],
  onDemand: { people: [person('bernd'), person('anna')], purpose: 'proof' },
  objectors: [person('otto')],
  supervisors: [],
}

const said = (decision: Decision): string =>
  decision.isRecorded ? `${decision.purpose.id} asks ${decision.asked.join()}` : decision.why

const rows: readonly [string, Partial<RecordingRules>, Talk, string][] = [
  ['RCP-1 off by default', NO_RECORDING, IN, 'off'],
  ['RCP-1 switched off', { isOn: false }, IN, 'off'],
  ['RCP-2 a person, calls in', {}, IN, 'quality asks A'],
  ['RCP-2 a person, not calls out', {}, OUT, 'no-rule'],
  ['RCP-2 another person', {}, talk(outside(A), inside(B, 'bernd')), 'no-rule'],
  ['RCP-2 a queue comes first', {}, { ...IN, queue: 'orders' }, 'proof asks A'],
  ['RCP-2 another queue', {}, { ...IN, queue: 'sales' }, 'quality asks A'],
  ['RCP-2 a trunk, calls in', {}, talk(outside(A, 'second'), inside(B, 'bernd')), 'quality asks A'],
  ['RCP-2 a trunk, calls out', {}, talk(inside(A, 'bernd'), outside(B, 'second')), 'quality asks B'],
  ['RCP-2 no rules', { rules: [] }, IN, 'no-rule'],
  ['RCP-2 its purpose is gone', { purposes: [] }, IN, 'unknown-purpose'],
  ['RCP-3 inside the house', {}, HOUSE, 'no-rule'],
  ['RCP-3 inside the house through a queue', {}, { ...HOUSE, queue: 'orders' }, 'no-rule'],
  ['RCP-5 who has objected', {}, talk(outside(A, 'second'), inside(B, 'otto')), 'objected'],
  ['RCP-5 who has objected calls', {}, talk(inside(A, 'otto'), outside(B, 'second')), 'objected'],
  [
    'RCP-6 an emergency call',
    {},
    { ...talk(inside(A, 'bernd'), outside(B, 'second')), isEmergency: true },
    'emergency',
  ],
  ['RCP-7 two outside parties', {}, THROUGH, 'quality asks A,B'],
]
for (const [name, change, given, expected] of rows)
  test(name, () => assert.equal(said(decide({ ...RULES, ...change }, given)), expected))

const demanded: readonly [string, Partial<RecordingRules>, Talk, string, string][] = [
  ['RCP-1 on demand, switched off', { isOn: false }, OUT, 'anna', 'off'],
  ['RCP-4 who may', {}, OUT, 'anna', 'proof asks B'],
  ['RCP-4 who may not', {}, talk(inside(A, 'carla'), outside(B)), 'carla', 'not-allowed'],
  ['RCP-4 nobody may', { onDemand: undefined as never }, OUT, 'anna', 'not-allowed'],
  ['RCP-4 who does not talk in it', {}, OUT, 'bernd', 'not-allowed'],
  ['RCP-5 the other one has objected', {}, talk(inside(A, 'anna'), inside(B, 'otto')), 'anna', 'objected'],
  ['RCP-6 an emergency call', {}, { ...OUT, isEmergency: true }, 'anna', 'emergency'],
  ['RCP-7 inside the house the other one is asked', {}, HOUSE, 'anna', 'proof asks B'],
  ['RCP-7 inside the house the caller is asked', {}, HOUSE, 'bernd', 'proof asks A'],
]
for (const [name, change, given, by, expected] of demanded)
  test(`${name}: on demand`, () =>
    assert.equal(said(decideOnDemand({ ...RULES, ...change }, given, person(by))), expected))

test('RCP-8 the leg of an outside party is recorded', () => {
  assert.deepEqual([IN, OUT, THROUGH, HOUSE].map(recordedLeg), [A, B, B, A])
})

test('RCP-9 what does not fit together is told with its place', () => {
  const people = new Set([person('anna'), person('bernd')])
  const places = (rules: Partial<RecordingRules>) =>
    troublesOf({ ...RULES, objectors: [], ...rules }, people).map(({ place, what }) => `${place} ${what}`)
  assert.deepEqual(places({}), [])
  assert.deepEqual(places({ purposes: [QUALITY, QUALITY] }), [
    'purposes.1.id double-purpose',
    'rules.0.purpose unknown-purpose',
    'onDemand.purpose unknown-purpose',
  ])
  assert.deepEqual(places({ objectors: [person('nobody')] }), ['objectors.0 unknown-person'])
  const nobody = { person: person('x'), people: [person('y')], queues: [] }
  assert.deepEqual(places({ supervisors: [nobody] }), [
    'supervisors.0.person unknown-person',
    'supervisors.0.people.0 unknown-person',
  ])
  const rule = { of: { person: person('x') }, calls: 'in', purpose: 'quality' } as const
  assert.deepEqual(places({ rules: [rule] }), ['rules.0.of.person unknown-person'])
})
