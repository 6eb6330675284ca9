// What people set for themselves: where every call of theirs goes, and who may set what.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type DeviceId, type PersonId, wallTime } from '@rufwerk/core'
import type { DialPlan, Live, PersonState, Target } from '@rufwerk/routing'
import { readOwnForward } from '@rufwerk/routing/own'
import {
  ANNA,
  BERND,
  CARLA,
  CONFIG,
  DAVID,
  GROUP,
  inside,
  LIVE,
  outside,
  PLAN,
  planOf,
  rules,
  withPlan,
} from './company.ts'

const to = (person: PersonId): Target => ({ to: 'person', person })
const forwards = (all: Readonly<Record<string, Target>>, state?: PersonState): Partial<Live> => ({
  forwardOf: (person) => all[person],
  ...(state && { stateOf: () => state }),
})
const MOBILE: Target = { to: 'outside', number: '+4915123456789' }
const ABROAD: Target = { to: 'outside', number: '+4315123456' }
const OUT = 'main +4915123456789 as +493023125100, spare 4915123456789 as 493099887766'

type Row = [
  rule: string,
  plan: Partial<DialPlan>,
  call: Parameters<typeof planOf>[0],
  live: Partial<Live>,
  is: string,
]
const rows: Row[] = [
  ['RT-FW7 to a colleague', {}, inside('100'), forwards({ [ANNA]: to(CARLA) }), 'ring carla'],
  [
    'RT-FW7 for callers from outside, too',
    {},
    outside('+493023125100'),
    forwards({ [ANNA]: to(CARLA) }),
    'ring carla',
  ],
  [
    'RT-FW7 outside, with the number and the money of who forwards',
    {},
    inside('100'),
    forwards({ [ANNA]: MOBILE }),
    OUT,
  ],
  [
    'RT-FW7 the toll rules are those of who forwards',
    {},
    inside('100'),
    forwards({ [ANNA]: ABROAD }),
    'international-denied',
  ],
  [
    'RT-FW7 the caller who may call there changes nothing of that',
    { people: [rules(ANNA), rules(BERND, { allowed: { countries: ['AT'], premium: [] } })] },
    inside('100'),
    forwards({ [ANNA]: ABROAD }),
    'international-denied',
  ],
  [
    'RT-FW7 to a group',
    { flows: [GROUP] },
    inside('100'),
    forwards({ [ANNA]: { to: 'extension', extension: '400' } }),
    'together anna carla+5',
  ],
  [
    'RT-FW7 to a queue',
    {},
    inside('100'),
    forwards({ [ANNA]: { to: 'extension', extension: '500' } }),
    'queue sales',
  ],
  [
    'RT-FW7 to somebody who is not there',
    {},
    inside('100'),
    forwards({ [ANNA]: to(DAVID) }),
    'not-registered',
  ],
  [
    'RT-FW7 do not disturb does not stop it',
    {},
    inside('100'),
    forwards({ [ANNA]: to(CARLA) }, 'available'),
    'ring carla',
  ],
  [
    'RT-FW7 before what the plan says',
    { people: [rules(ANNA, { forwarding: { available: { inside: { to: 'busy' } } } })] },
    inside('100'),
    forwards({ [ANNA]: to(CARLA) }),
    'ring carla',
  ],
  [
    'RT-FW7 two in a row',
    {},
    inside('100'),
    forwards({ [ANNA]: to(DAVID), [DAVID]: to(CARLA) }),
    'ring carla',
  ],
  [
    'RT-FW7 who has the calls reaches who gave them',
    {},
    inside('100'),
    forwards({ [ANNA]: to(BERND) }),
    'ring anna',
  ],
  [
    'RT-FW7 a colleague does not',
    {},
    inside('100', { caller: CARLA, callerDevice: 'carla-phone' as DeviceId }),
    forwards({ [ANNA]: to(BERND) }),
    'ring bernd',
  ],
  ['RT-FW7 of others it is no business', {}, inside('102'), forwards({ [ANNA]: to(BERND) }), 'ring carla'],
  [
    'RT-FW7 a circle that was closed behind the back of the check is announced',
    {},
    outside('+493023125100'),
    forwards({ [ANNA]: to(CARLA), [CARLA]: to(ANNA) }),
    'flow-loop',
  ],
  [
    'RT-FW1 do not disturb without a forward',
    {},
    inside('100'),
    { stateOf: () => 'doNotDisturb' },
    'do-not-disturb',
  ],
  [
    'RT-FW1 away goes to the box',
    {
      people: [
        rules(ANNA, {
          voicemail: 'box-anna',
          forwarding: { away: { inside: { to: 'voicemail', box: 'box-anna' } } },
        }),
      ],
    },
    inside('100'),
    { stateOf: () => 'away' },
    'voicemail box-anna away',
  ],
  ['RT-CD3 a code for calls that go on is unknown before', {}, inside('##100'), {}, 'unknown-number'],
  ['RT-CD3 joining is dialled as well', {}, inside('*2'), {}, 'set join'],
]
for (const [rule, plan, call, live, is] of rows)
  test(rule, () => assert.equal(planOf(call, { config: withPlan(plan), live }), is))

const read = (dialled: string, plan: Partial<DialPlan> = {}, live: Partial<Live> = {}, person = ANNA) => {
  const asked = { person, dialled, at: wallTime(0) }
  const result = readOwnForward(withPlan({ flows: [GROUP], ...plan }), { ...LIVE, ...live }, asked)
  return result.ok ? result.value : result.error
}

const readings: [rule: string, dialled: string, plan: Partial<DialPlan>, live: Partial<Live>, is: unknown][] =
  [
    ['RT-FW8 a colleague', '102', {}, {}, to(CARLA)],
    ['RT-FW8 a group', '400', {}, {}, { to: 'extension', extension: '400' }],
    ['RT-FW8 a queue', '500', {}, {}, { to: 'extension', extension: '500' }],
    ['RT-FW8 a number as it is dialled', '0151 23456789', {}, {}, MOBILE],
    ['RT-FW8 a number of the own town', '555123', {}, {}, { to: 'outside', number: '+4930555123' }],
    ['RT-FW8 speed dialling', '801', {}, {}, { to: 'outside', number: '+4989445566' }],
    ['RT-FW8 abroad', '0043 1 5123456', {}, {}, 'not-permitted'],
    [
      'RT-FW8 abroad where one may',
      '0043 1 5123456',
      { allowed: { countries: ['AT'], premium: [] } },
      {},
      ABROAD,
    ],
    ['RT-FW8 premium', '0900 1234567', {}, {}, 'not-permitted'],
    [
      'RT-FW8 what a rule denies',
      '0151 23456789',
      { outbound: [{ id: 'no', trunks: [] }] },
      {},
      'not-permitted',
    ],
    ['RT-FW8 what no rule lets out', '0151 23456789', { outbound: [] }, {}, 'not-permitted'],
    ['RT-FW8 outside without a trunk', '0151 23456789', { trunks: [] }, {}, 'not-permitted'],
    [
      'RT-FW8 a day whose limit is reached',
      '0151 23456789',
      {},
      { usageOf: () => ({ calls: 999, minutes: 999, money: 9e9, callsNow: 9 }) },
      MOBILE,
    ],
    [
      'RT-FW8 while the trunks are down',
      '0151 23456789',
      {},
      { trunk: () => ({ isUp: false, calls: 0 }) },
      MOBILE,
    ],
    ['RT-FW8 112', '112', {}, {}, 'emergency'],
    ['RT-FW8 110 behind a 0', '0110', {}, {}, 'emergency'],
    [
      'RT-FW8 112 as speed dialling',
      '802',
      { speedDial: [{ extension: '802', number: '112' }] },
      {},
      'emergency',
    ],
    ['RT-FW8 112 behind a code', '*31112', {}, {}, 'emergency'],
    ['RT-FW8 a code', '*43', {}, {}, 'unknown'],
    ['RT-FW8 nobody', '199', {}, {}, 'unknown'],
    ['RT-FW8 nothing', '', {}, {}, 'unknown'],
    ['RT-FW8 a short code, which has no number', '115', {}, {}, 'unknown'],
    ['RT-FW8 oneself', '100', {}, {}, 'loop'],
    ['RT-FW8 somebody who has forwarded here', '102', {}, forwards({ [CARLA]: to(ANNA) }), 'loop'],
    ['RT-FW8 a circle of three', '102', {}, forwards({ [CARLA]: to(DAVID), [DAVID]: to(ANNA) }), 'loop'],
    [
      'RT-FW8 somebody whom the plan forwards here when busy',
      '102',
      { people: [rules(CARLA, { forwarding: { busy: { outside: to(ANNA) } } })] },
      {},
      'loop',
    ],
    ['RT-FW8 a group whose nobody is here', '400', { flows: [{ ...GROUP, nobody: to(ANNA) }] }, {}, 'loop'],
  ]
for (const [rule, dialled, plan, live, is] of readings)
  test(rule, () => assert.deepEqual(read(dialled, plan, live), is))

test('RT-FW8 without a dial plan there are colleagues', () => {
  const asked = { person: ANNA, dialled: '102', at: wallTime(0) }
  const result = readOwnForward({ ...CONFIG, dialPlan: undefined }, LIVE, asked)
  assert.deepEqual(result.ok && result.value, to(CARLA))
  assert.equal(PLAN.people.length, 4)
})
