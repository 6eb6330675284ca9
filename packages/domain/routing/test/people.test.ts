import assert from 'node:assert/strict'
import test from 'node:test'
import { type DeviceId, ms, type PersonId } from '@rufwerk/core'
import type { DialPlan, Live, PersonRules, RoutedCall, Target } from '@rufwerk/routing'
import {
  ANNA,
  BERND,
  CARLA,
  contact,
  GROUP,
  inside,
  nodeOf,
  outside,
  planOf,
  rules,
  told,
  withPlan,
} from './company.ts'

const FLOWS: Partial<DialPlan> = { flows: [GROUP] }
const busy = (...people: PersonId[]): Partial<Live> => ({ isBusy: (person) => people.includes(person) })

type Row = [rule: string, plan: Partial<DialPlan>, call: RoutedCall, live: Partial<Live>, is: string]
const to = {
  box: { to: 'voicemail', box: 'shared' },
  carla: { to: 'person', person: CARLA },
  mobile: { to: 'outside', number: '+4915123456789' },
} as const satisfies Record<string, Target>
const MOBILE = 'main +4915123456789 as +493023125100, spare 4915123456789 as 493099887766'
const anna = (more: Partial<PersonRules>): Partial<DialPlan> => ({
  people: [rules(ANNA, { number: '+493023125100', ...more }), rules(BERND)],
})
const state = (is: 'away' | 'doNotDisturb' | 'available'): Partial<Live> => ({
  stateOf: (person) => (person === ANNA ? is : 'available'),
})
const gone: Partial<Live> = { contactsOf: (person) => (person === ANNA ? [] : [contact(person)]) }
const fromInside = inside('100')
const fromOutside = outside('+493023125100')

const forwards: Row[] = [
  [
    'RT-FW1 available: at once',
    anna({ forwarding: { available: { inside: to.carla } } }),
    fromInside,
    {},
    'ring carla',
  ],
  [
    'RT-FW1 only for callers from inside',
    anna({ forwarding: { available: { inside: to.carla } } }),
    fromOutside,
    {},
    'ring anna',
  ],
  [
    'RT-FW1 only for callers from outside',
    anna({ forwarding: { available: { outside: to.mobile } } }),
    fromOutside,
    {},
    MOBILE,
  ],
  [
    'RT-FW1 away',
    anna({ forwarding: { away: { inside: to.box } } }),
    fromInside,
    state('away'),
    'voicemail shared away',
  ],
  ['RT-FW1 not away', anna({ forwarding: { away: { inside: to.box } } }), fromInside, {}, 'ring anna'],
  ['RT-FW1 away without a target rings', anna({}), fromInside, state('away'), 'ring anna'],
  [
    'RT-FW1 do not disturb',
    anna({ forwarding: { doNotDisturb: { inside: to.carla } } }),
    fromInside,
    state('doNotDisturb'),
    'ring carla',
  ],
  [
    'RT-FW1 do not disturb without a target is busy',
    anna({}),
    fromInside,
    state('doNotDisturb'),
    'do-not-disturb',
  ],
  [
    'RT-FW1 do not disturb with a box',
    anna({ voicemail: 'box-anna' }),
    fromInside,
    state('doNotDisturb'),
    'voicemail box-anna away',
  ],
  [
    'RT-FW1 busy, known before it rings',
    anna({ forwarding: { busy: { inside: to.carla } } }),
    fromInside,
    busy(ANNA),
    'ring carla',
  ],
  ['RT-FW1 busy without a target rings', anna({}), fromInside, busy(ANNA), 'ring anna'],
  [
    'RT-FW1 not registered',
    anna({ forwarding: { notRegistered: { outside: to.mobile } } }),
    fromOutside,
    gone,
    MOBILE,
  ],
  [
    'RT-FW1 not registered with a box',
    anna({ voicemail: 'box-anna' }),
    fromInside,
    gone,
    'voicemail box-anna noAnswer',
  ],
  ['RT-FW1 not registered at all', anna({}), fromInside, gone, 'not-registered'],
  ['RT-FW1 to busy', anna({ forwarding: { available: { inside: { to: 'busy' } } } }), fromInside, {}, 'busy'],
  [
    'RT-FW3 who calls himself reaches his other devices',
    { people: [rules(BERND, { forwarding: { available: { inside: to.box } } })] },
    inside('101', { callerDevice: 'other' as DeviceId }),
    {},
    'ring bernd',
  ],
  [
    'RT-FW4 the mobile rings, too',
    anna({ mobile: { number: '+4915123456789', rings: true, after: ms(3000) } }),
    fromInside,
    {},
    'together anna +4915123456789+3',
  ],
  [
    'RT-FW4 not when switched off',
    anna({ mobile: { number: '+4915123456789', rings: false, after: ms(0) } }),
    fromInside,
    {},
    'ring anna',
  ],
  [
    'RT-FW4 alone and at once when no phone is registered',
    anna({ mobile: { number: '+4915123456789', rings: true, after: ms(3000) } }),
    fromInside,
    gone,
    'together +4915123456789',
  ],
  [
    'RT-FW4 not abroad',
    anna({ mobile: { number: '+4315123456', rings: true, after: ms(0) } }),
    fromInside,
    {},
    'ring anna',
  ],
  [
    'RT-FW5 a forward to a group',
    { ...FLOWS, ...anna({ forwarding: { available: { inside: { to: 'flow', flow: GROUP.id } } } }) },
    fromInside,
    {},
    'together anna carla+5',
  ],
  [
    'RT-FW6 two who forward to each other',
    {
      people: [
        rules(ANNA, { forwarding: { available: { inside: to.carla } } }),
        rules(CARLA, { forwarding: { available: { inside: { to: 'person', person: ANNA } } } }),
      ],
    },
    fromInside,
    {},
    'flow-loop',
  ],
]
for (const [rule, plan, call, live, is] of forwards)
  test(rule, () => assert.equal(planOf(call, { config: withPlan(plan), live }), is))

test('RT-FW2 each outcome of ringing goes its way', () => {
  const forwarding = { busy: { inside: to.carla }, noAnswer: { inside: to.mobile } } as const
  const node = nodeOf(fromInside, { config: withPlan(anna({ forwarding, voicemail: 'box-anna' })) })
  assert.ok(node.do === 'ring')
  assert.deepEqual(
    Object.entries(node.next).map(([outcome, next]) => `${outcome} ${told(next)}`),
    ['busy ring carla', `noAnswer ${MOBILE}`, 'declined ring carla', 'failed voicemail box-anna noAnswer'],
  )
})

test('RT-FW6 a chain of forwards ends', () => {
  const people = Array.from({ length: 9 }, (_, index) => `p${index}` as PersonId)
  const chain = people.map((person, index) =>
    rules(person, {
      forwarding: { available: { inside: { to: 'person', person: people[index + 1] ?? ANNA } } },
    }),
  )
  const byExtension = new Map(
    people.map((person, index) => [
      `2${index}`,
      { person, extension: `2${index}`, name: person, kind: 'person' as const },
    ]),
  )
  const config = { ...withPlan({ people: chain }), byExtension }
  assert.equal(planOf(inside('20'), { config }), 'forward-loop')
})

const codes: [rule: string, dialled: string, is: string][] = [
  ['RT-CD1 echo', '*43', 'echo'],
  ['RT-CD1 own box', '*97', 'unknown-number'],
  ['RT-CD1 a shared box', '*97300', 'voicemail shared listen'],
  ['RT-CD1 pick up in the group', '*8', 'pickUp group'],
  ['RT-CD1 pick up somebody', '**100', 'pickUp anna'],
  ['RT-CD1 pick up nobody', '**199', 'unknown-number'],
  ['RT-CD1 park', '*70', 'park lot'],
  ['RT-CD1 join the own calls', '*3', 'conference '],
  ['RT-CD1 park there', '*70701', 'park lot 701'],
  ['RT-CD1 hear an agent', '*54100', 'queue listen anna'],
  ['RT-CD1 whisper to an agent', '*55100', 'queue whisper anna'],
  ['RT-CD1 take part', '*56*100#', 'queue barge anna'],
  ['RT-CD1 hear nobody', '*54199', 'unknown-number'],
  ['RT-CD1 forward', '*21*102#', 'set forwardAll 102'],
  ['RT-CD1 forward to what?', '*21', 'unknown-number'],
  ['RT-CD1 forward off', '#21', 'set forwardOff'],
  ['RT-CD1 forward off, with #', '#21#', 'set forwardOff'],
  ['RT-CD1 do not disturb', '*25', 'set doNotDisturb'],
  ['RT-CD1 available', '#25', 'set available'],
  ['RT-CD1 into a queue', '*51500', 'set queueIn 500'],
  ['RT-CD1 out of all queues', '#51', 'set queueOut'],
  ['RT-CD1 no such code', '*999', 'unknown-number'],
]
for (const [rule, dialled, is] of codes) test(rule, () => assert.equal(planOf(inside(dialled)), is))

test('RT-CD2 the longest code that fits', () => {
  const config = withPlan({
    codes: [
      { code: '*9', does: 'queueIn' },
      { code: '*91', does: 'queueOut' },
    ],
  })
  assert.equal(planOf(inside('*9'), { config }), 'set queueIn')
  assert.equal(planOf(inside('*92'), { config }), 'set queueIn 2')
  assert.equal(planOf(inside('*915'), { config }), 'set queueOut 5')
})

test('RT-VM2 an own announcement is recorded by who has a box, under a number', () => {
  const live = { boxOf: (person: PersonId) => (person === ANNA ? person : undefined) }
  const own = (dialled: string) =>
    nodeOf(inside(dialled, { caller: ANNA, callerDevice: 'anna-phone' as DeviceId }), { live })
  const node = own('*5812')
  assert.ok(node.do === 'voicemail')
  assert.deepEqual([node.box, node.greeting, node.records], [ANNA, 'listen', 'recorded-12'])
  for (const dialled of ['*58', '*580', '*581000', '*5801', '*58**1']) {
    const refused = own(dialled)
    assert.equal(refused.why.rule, 'unknown-number', dialled)
  }
  assert.equal(nodeOf(inside('*5812'), { live }).why.rule, 'unknown-number')
})

test('RT-VM1 a box of their own takes calls that nobody answers, and opens with the code', () => {
  const live = { boxOf: (person: PersonId) => (person === ANNA ? person : undefined) }
  const config = withPlan(anna({}))
  assert.equal(planOf(fromInside, { config, live: { ...live, ...gone } }), 'voicemail anna noAnswer')
  const node = nodeOf(fromInside, { config, live })
  assert.ok(node.do === 'ring')
  const outcomes = Object.entries(node.next).map(([outcome, next]) => `${outcome} ${told(next)}`)
  assert.deepEqual(outcomes, [
    'busy voicemail anna busy',
    'noAnswer voicemail anna noAnswer',
    'declined voicemail anna busy',
    'failed voicemail anna noAnswer',
  ])
  const named = withPlan(anna({ voicemail: 'box-anna' }))
  assert.equal(
    planOf(fromInside, { config: named, live: { ...live, ...gone } }),
    'voicemail box-anna noAnswer',
  )
  const away = { forwarding: { available: { inside: { to: 'voicemail', box: ANNA as string } } } } as const
  assert.equal(planOf(fromInside, { config: withPlan(anna(away)), live }), 'voicemail anna away')
  const own = inside('*97', { caller: ANNA, callerDevice: 'anna-phone' as DeviceId })
  assert.equal(planOf(own, { config, live }), 'voicemail anna listen')
  assert.equal(planOf(inside('*97100'), { config, live }), 'voicemail anna listen')
})

test('RT-CD1 the own box of who calls', () => {
  const call = inside('*97', { caller: ANNA, callerDevice: 'anna-phone' as DeviceId })
  assert.equal(
    planOf(call, { config: withPlan(anna({ voicemail: 'box-anna' })) }),
    'voicemail box-anna listen',
  )
})

test('RT-EM5 a number that is to be hidden or shown is no way around an emergency call', () => {
  for (const dialled of ['*31112', '*31*110#', '#31112', '*310112', '*31+49112']) {
    const node = nodeOf(inside(dialled))
    assert.ok(node.do === 'dialOut', dialled)
    assert.equal(node.why.rule, 'emergency', dialled)
    assert.equal(node.call.attempts[0]?.isHidden, false, dialled)
  }
})
