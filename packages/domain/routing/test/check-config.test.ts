import assert from 'node:assert/strict'
import test from 'node:test'
import { ms, type PersonId, type SiteId, seconds } from '@rufwerk/core'
import { checkConfig, type DialPlan, type Flow, type RoutingConfig, type Target } from '@rufwerk/routing'
import {
  ANNA,
  BERLIN,
  BERND,
  CARLA,
  CONFIG,
  flowId,
  MAIN,
  MUNICH,
  PLAN,
  rules,
  SPARE,
  TRUNK_MAIN,
  WEEK,
  withPlan,
} from './company.ts'

const person = (id: PersonId): Target => ({ to: 'person', person: id })
const flow = (id: string): Target => ({ to: 'flow', flow: flowId(id) })
const hours = (id: string, open: Target, closed: Target = { to: 'hangUp' }): Flow => ({
  kind: 'hours',
  id: flowId(id),
  schedule: 's',
  open,
  closed,
})
const group = (id: string, nobody: Target): Extract<Flow, { kind: 'ringGroup' }> => ({
  kind: 'ringGroup',
  id: flowId(id),
  members: [{ person: ANNA }],
  order: 'together',
  skipsBusy: false,
  memberTime: seconds(9),
  ringTime: seconds(9),
  nobody,
})
const menu = (id: string, keyed: Target, silence: Target): Extract<Flow, { kind: 'receptionist' }> => ({
  kind: 'receptionist',
  id: flowId(id),
  prompt: 'welcome',
  keys: [{ key: '1', target: keyed }],
  dialsExtensions: false,
  keyTime: seconds(5),
  tries: 1,
  silence,
  wrongKey: { to: 'hangUp' },
})
const ends: Target = { to: 'hangUp' }
const nowhere: Target = { to: 'flow', flow: flowId('gone') }
const at = (forward: Target) => ({ forwarding: { noAnswer: { outside: forward } } })

type Row = [rule: string, plan: Partial<DialPlan>, errors: string[]]
const rows: Row[] = [
  ['RT-CK1 what is right has no errors', {}, []],
  [
    'RT-CK2 two flows with one id',
    { flows: [hours('a', ends), hours('a', ends)] },
    ['flows[1] duplicate-id'],
  ],
  ['RT-CK2 two trunks with one id', { trunks: [...PLAN.trunks, TRUNK_MAIN] }, ['trunks[3] duplicate-id']],
  [
    'RT-CK2 two kinds of service may share one',
    { services: [...PLAN.services, { kind: 'queue', id: 'lot' }] },
    [],
  ],
  [
    'RT-CK3 an extension of a person',
    { speedDial: [{ extension: '100', number: '089445566' }] },
    ['speedDial[0].extension duplicate-extension'],
  ],
  [
    'RT-CK3 an extension of two flows',
    {
      flows: [
        { ...hours('a', ends), extension: '210' },
        { ...hours('b', ends), extension: '210' },
      ],
    },
    ['flows[1].extension duplicate-extension'],
  ],
  [
    'RT-CK3 a parking place that is an extension',
    { services: [...PLAN.services, { kind: 'parking', id: 'p', slots: ['101'] }] },
    ['services[5].slots[0] duplicate-extension'],
  ],
  [
    'RT-CK3 110 is no extension',
    { flows: [{ ...hours('a', ends), extension: '110' }] },
    ['flows[0].extension emergency-number'],
  ],
  [
    'RT-CK3 nor is 0112',
    { services: [...PLAN.services, { kind: 'queue', id: 'q', extension: '0112' }] },
    ['services[5].extension emergency-number'],
  ],
  [
    'RT-CK3 a word is no extension',
    { flows: [{ ...hours('a', ends), extension: 'office' }] },
    ['flows[0].extension not-an-extension'],
  ],
  [
    'RT-CK3 a key twice',
    {
      flows: [
        {
          ...menu('a', ends, ends),
          keys: [
            { key: '1', target: ends },
            { key: '1', target: ends },
          ],
        },
      ],
    },
    ['flows[0].keys[1] duplicate-key'],
  ],
  [
    'RT-CK3 a code twice',
    {
      codes: [
        { code: '*43', does: 'echo' },
        { code: '*43', does: 'away' },
      ],
    },
    ['codes[1].code duplicate-code'],
  ],
  [
    'RT-CK3 a code begins with a star',
    { codes: [{ code: '43', does: 'echo' }] },
    ['codes[0].code not-a-code'],
  ],
  [
    'RT-CK4 a rule to nothing',
    { inbound: [{ id: 'a', target: nowhere }] },
    ['inbound[0].target points-to-nothing'],
  ],
  [
    'RT-CK4 a key to nothing',
    { flows: [menu('a', nowhere, ends)] },
    ['flows[0].keys[0].target points-to-nothing'],
  ],
  [
    'RT-CK4 silence to nothing',
    { flows: [menu('a', ends, nowhere)] },
    ['flows[0].silence points-to-nothing'],
  ],
  [
    'RT-CK4 hours to nothing',
    { flows: [{ ...hours('a', ends), holiday: nowhere } as Flow] },
    ['flows[0].holiday points-to-nothing'],
  ],
  ['RT-CK4 a group to nothing', { flows: [group('a', nowhere)] }, ['flows[0].nobody points-to-nothing']],
  [
    'RT-CK4 a group of nobody',
    { flows: [{ ...group('a', ends), members: [{ person: 'x' as PersonId }] }] },
    ['flows[0].members[0] points-to-nothing'],
  ],
  [
    'RT-CK4 a trunk to nothing',
    { trunks: [{ ...TRUNK_MAIN, otherwise: nowhere }], outbound: [], sites: PLAN.sites.slice(0, 1) },
    ['trunks[0].otherwise points-to-nothing'],
  ],
  [
    'RT-CK4 a forward to nothing',
    { people: [rules(ANNA, at(nowhere))] },
    ['people[0].forwarding.noAnswer.outside points-to-nothing'],
  ],
  [
    'RT-CK4 a person that is not there',
    { people: [rules('x' as PersonId)] },
    ['people[0].person points-to-nothing'],
  ],
  [
    'RT-CK4 a site that is not there',
    { people: [rules(ANNA, { site: 'x' as SiteId })] },
    ['people[0].site points-to-nothing'],
  ],
  [
    'RT-CK4 a box that is not there',
    { people: [rules(ANNA, { voicemail: 'x' })] },
    ['people[0].voicemail points-to-nothing'],
  ],
  ['RT-CK4 a box of a person’s own', { people: [rules(ANNA, { voicemail: ANNA })] }, []],
  [
    'RT-CK4 each kind of service',
    {
      inbound: [
        { id: '1', target: { to: 'queue', queue: 'x' } },
        { id: '2', target: { to: 'conference', room: 'x' } },
        { id: '3', target: { to: 'parking', lot: 'x' } },
        { id: '4', target: { to: 'voicemail', box: 'x' } },
        { id: '5', target: { to: 'extension', extension: '999' } },
      ],
    },
    [0, 1, 2, 3, 4].map((index) => `inbound[${index}].target points-to-nothing`),
  ],
  [
    'RT-CK4 outbound over nothing',
    {
      outbound: [
        { id: 'a', trunks: [MAIN, 'x' as typeof MAIN], people: ['x' as PersonId], sites: ['x' as SiteId] },
      ],
    },
    [
      'outbound[0].trunks[1] points-to-nothing',
      'outbound[0].people[0] points-to-nothing',
      'outbound[0].sites[0] points-to-nothing',
    ],
  ],
  [
    'RT-CK4 a length that nothing has',
    { outbound: [{ id: 'a', trunks: [MAIN], digits: { min: 9, max: 3 } }] },
    ['outbound[0].digits nothing-fits'],
  ],
  [
    'RT-CK4 emergency over nothing',
    { sites: [{ site: BERLIN, country: 'de', emergencyTrunks: ['x' as typeof MAIN] }], people: [] },
    ['sites[0].emergencyTrunks[0] points-to-nothing'],
  ],
  [
    'RT-CK4 emergency over a trunk that is not for it',
    { sites: [{ site: BERLIN, country: 'de', emergencyTrunks: [SPARE] }] },
    ['sites[0].emergencyTrunks[0] not-for-emergency'],
  ],
  [
    'RT-CK4 hours of no schedule',
    {
      schedules: [],
      inbound: [{ id: 'a', hours: { schedule: 's', states: ['open'] }, target: ends }],
      flows: [hours('a', ends)],
    },
    ['inbound[0].hours.schedule points-to-nothing', 'flows[0].schedule points-to-nothing'],
  ],
  [
    'RT-CK8 what is wrong with a schedule',
    { schedules: [{ id: 's', schedule: { ...WEEK, timeZone: 'Berlin' } }] },
    ['schedules[0].schedule.timeZone wrong-schedule'],
  ],
  [
    'RT-CK5 a number that is none',
    { people: [rules(ANNA, { number: '030 23125100' })] },
    ['people[0].number not-a-number'],
  ],
  [
    'RT-CK5 a number of no trunk',
    { people: [rules(ANNA, { number: '+4915123456789' })] },
    ['people[0].number number-of-no-trunk'],
  ],
  [
    'RT-CK5 one number for two',
    { people: [rules(ANNA, { number: '+493023125100' }), rules(BERND, { number: '+493023125100' })] },
    ['people[1].number duplicate-number'],
  ],
  [
    'RT-CK5 a main number that may not be shown',
    { trunks: [{ ...TRUNK_MAIN, mainNumber: '+499001234567' }], outbound: [], sites: PLAN.sites.slice(0, 1) },
    ['trunks[0].mainNumber not-showable'],
  ],
  [
    'RT-CK5 a main number that is none',
    { trunks: [{ ...TRUNK_MAIN, mainNumber: '110' }], outbound: [], sites: PLAN.sites.slice(0, 1) },
    ['trunks[0].mainNumber not-a-number'],
  ],
  [
    'RT-CK5 a number of the trunk that may not be shown',
    {
      trunks: [
        {
          ...TRUNK_MAIN,
          numbers: [
            { number: '+4315123456', extensionDigits: 0 },
            { number: '0302312', extensionDigits: 3 },
          ],
        },
      ],
      outbound: [],
      sites: [{ site: BERLIN, country: 'de', emergencyTrunks: [MAIN] }],
      people: [],
    },
    ['trunks[0].numbers[0] not-showable', 'trunks[0].numbers[1] not-a-number'],
  ],
  [
    'RT-CK5 an emergency number of another trunk',
    {
      sites: [{ site: MUNICH, country: 'de', emergencyTrunks: [MAIN], emergencyNumber: '+4989445566' }],
      people: [],
    },
    ['sites[0].emergencyNumber number-of-no-trunk'],
  ],
  [
    'RT-CK5 a mobile that is none',
    { people: [rules(ANNA, { mobile: { number: '0151', rings: true, after: ms(0) } })] },
    ['people[0].mobile.number not-a-number'],
  ],
  [
    'RT-CK5 a member that is none',
    { flows: [{ ...group('a', ends), members: [{ outside: '0151' }] }] },
    ['flows[0].members[0] not-a-number'],
  ],
  [
    'RT-CK5 speed dialling of nothing',
    { speedDial: [{ extension: '801', number: '9' }] },
    ['speedDial[0].number not-a-number'],
  ],
  [
    'RT-CK5 a target that is none',
    { inbound: [{ id: 'a', target: { to: 'outside', number: '112' } }] },
    ['inbound[0].target not-a-number'],
  ],
  [
    'RT-CK6 times and tries',
    {
      flows: [
        { ...menu('a', ends, ends), keyTime: ms(0), tries: 0 },
        { ...group('b', ends), memberTime: ms(-1), ringTime: ms(Number.NaN) },
      ],
    },
    [
      'flows[0].keyTime not-positive',
      'flows[0].tries not-positive',
      'flows[1].memberTime not-positive',
      'flows[1].ringTime not-positive',
    ],
  ],
  ['RT-CK6 an empty group', { flows: [{ ...group('a', ends), members: [] }] }, ['flows[0].members empty']],
  ['RT-CK7 a flow to itself', { flows: [hours('a', flow('a'))] }, ['flows[0].open loop']],
  ['RT-CK7 two flows', { flows: [hours('a', flow('b')), group('b', flow('a'))] }, ['flows[1].nobody loop']],
  [
    'RT-CK7 by an extension',
    { flows: [{ ...hours('a', { to: 'extension', extension: '210' }), extension: '210' }] },
    ['flows[0].open loop'],
  ],
  [
    'RT-CK7 silence that leads back',
    { flows: [menu('a', ends, hoursTo('b')), hours('b', flow('a'))] },
    ['flows[1].open loop'],
  ],
  ['RT-CK7 a key may lead back', { flows: [menu('a', flow('b'), ends), menu('b', flow('a'), ends)] }, []],
  [
    'RT-CK7 over a person',
    { flows: [hours('a', person(ANNA))], people: [rules(ANNA, at(flow('a')))] },
    ['flows[0].open loop'],
  ],
  [
    'RT-CK7 people who forward to each other',
    {
      people: [
        rules(ANNA, at(person(BERND))),
        rules(BERND, at(person(CARLA))),
        rules(CARLA, at(person(ANNA))),
      ],
    },
    ['people[2].forwarding.noAnswer.outside loop'],
  ],
  [
    'RT-CK7 two ways to one place are no loop',
    { flows: [hours('a', flow('b'), flow('c')), hours('b', flow('c')), hours('c', ends)] },
    [],
  ],
]
function hoursTo(id: string): Target {
  return flow(id)
}
for (const [rule, plan, errors] of rows)
  test(rule, () =>
    assert.deepEqual(
      checkConfig(withPlan(plan)).map(({ path, code }) => `${path} ${code}`),
      errors,
    ),
  )

test('RT-CK3 110 is no extension of a person', () => {
  const byExtension = new Map([
    ['110', { person: ANNA, extension: '110', name: 'Anna', kind: 'person' as const }],
  ])
  const config: RoutingConfig = { ...CONFIG, byExtension, dialPlan: { ...PLAN, people: [] } }
  assert.deepEqual(checkConfig(config), [
    { path: 'people(110)', code: 'emergency-number', values: { extension: '110' } },
  ])
})

test('RT-CK7 a loop is named as a circle', () => {
  const errors = checkConfig(
    withPlan({ flows: [hours('a', flow('b')), hours('b', flow('c')), hours('c', flow('b'))] }),
  )
  assert.deepEqual(errors, [
    { path: 'flows[2].open', code: 'loop', values: { circle: 'flow:b > flow:c > flow:b' } },
  ])
})

test('RT-CK7 a chain of ten thousand flows is followed', () => {
  const flows = Array.from({ length: 10_000 }, (_, index) => hours(`f${index}`, flow(`f${index + 1}`)))
  const errors = checkConfig(withPlan({ flows: [...flows, hours('f10000', flow('f0'))] }))
  assert.deepEqual(
    errors.map(({ path, code }) => `${path} ${code}`),
    ['flows[10000].open loop'],
  )
})

test('RT-CK1 a configuration without a dial plan is right', () => {
  assert.deepEqual(checkConfig({ ...CONFIG, dialPlan: undefined }), [])
})
