import assert from 'node:assert/strict'
import test from 'node:test'
import type { DialPlan, HoursState, RoutedCall } from '@rufwerk/routing'
import {
  ANNA,
  BERND,
  CARLA,
  MAIN,
  outside,
  planOf,
  rules,
  SOUTH,
  SPARE,
  TRUNK_MAIN,
  TRUNK_SOUTH,
  withPlan,
} from './company.ts'

const RECEPTION = { to: 'person', person: CARLA } as const
const SALES = { to: 'queue', queue: 'sales' } as const
const called = (number: string, extensionDigits = 0) => ({ called: [{ number, extensionDigits }] })
type Row = [rule: string, plan: Partial<DialPlan>, call: RoutedCall, is: string, hours?: HoursState]

const rows: Row[] = [
  ['RT-IN1 a person’s own number', {}, outside('+493023125100'), 'ring anna'],
  ['RT-IN1 as the carrier writes it', {}, outside('030 23125100'), 'ring anna'],
  [
    'RT-IN1 digits without a plus',
    { trunks: [{ ...TRUNK_MAIN, format: 'digits' }] },
    outside('493023125100'),
    'ring anna',
  ],
  ['RT-IN1 with 0049', {}, outside('00493023125100'), 'ring anna'],
  ['RT-IN1 local', {}, outside('23125100'), 'ring anna'],
  ['RT-IN2 extension digits of a block', {}, outside('+493023125101'), 'ring bernd'],
  ['RT-IN2 a flow behind a block', {}, outside('+493023125500'), 'queue sales'],
  ['RT-IN2 an extension that is not there', {}, outside('+493023125199'), 'unknown-called-number'],
  ['RT-IN2 beyond the digits of the block', {}, outside('+4930231251001'), 'unknown-called-number'],
  ['RT-IN2 the number of another company', {}, outside('+493011111101'), 'unknown-called-number'],
  [
    'RT-IN2 otherwise',
    { trunks: [{ ...TRUNK_MAIN, otherwise: RECEPTION }] },
    outside('+493023125199'),
    'ring carla',
  ],
  ['RT-IN2 a plain extension on a carrier’s trunk', {}, outside('101'), 'unknown-called-number'],
  [
    'RT-IN2 a plain extension from another system',
    { trunks: [{ ...TRUNK_MAIN, dialsExtensions: true }] },
    outside('101'),
    'ring bernd',
  ],
  [
    'RT-IN2 emergency numbers lead nowhere from outside',
    { trunks: [{ ...TRUNK_MAIN, dialsExtensions: true }] },
    outside('112'),
    'unknown-called-number',
  ],
  [
    'RT-IN2 an unknown trunk',
    {},
    outside('+493023125100', '', 'gone' as typeof MAIN),
    'unknown-called-number',
  ],
  [
    'RT-IN3 by called number',
    { inbound: [{ id: 'a', ...called('+493023125100'), target: SALES }] },
    outside('+493023125100'),
    'queue sales',
  ],
  [
    'RT-IN3 by called block',
    { inbound: [{ id: 'a', ...called('+4930231251', 2), target: SALES }] },
    outside('+493023125199'),
    'queue sales',
  ],
  [
    'RT-IN3 by another number',
    { inbound: [{ id: 'a', ...called('+493023125'), target: SALES }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-IN3 by caller',
    { inbound: [{ id: 'a', callers: ['+4940'], target: SALES }] },
    outside('+493023125100'),
    'queue sales',
  ],
  [
    'RT-IN3 by another caller',
    { inbound: [{ id: 'a', callers: ['+4941'], target: SALES }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-IN3 by hidden caller',
    { inbound: [{ id: 'a', callers: ['anonymous'], target: SALES }] },
    outside('+493023125100', ''),
    'queue sales',
  ],
  [
    'RT-IN3 a hidden caller is nobody else',
    { inbound: [{ id: 'a', callers: ['+49', ''], target: SALES }] },
    outside('+493023125100', 'anonymous'),
    'ring anna',
  ],
  [
    'RT-IN3 by trunk',
    { inbound: [{ id: 'a', trunks: [SOUTH], target: SALES }] },
    outside('089445566', '', SOUTH),
    'queue sales',
  ],
  [
    'RT-IN3 by another trunk',
    { inbound: [{ id: 'a', trunks: [SPARE], target: SALES }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-IN3 by time',
    { inbound: [{ id: 'a', hours: { schedule: 's', states: ['closed', 'holiday'] }, target: SALES }] },
    outside('+493023125100'),
    'queue sales',
    'holiday',
  ],
  [
    'RT-IN3 by another time',
    { inbound: [{ id: 'a', hours: { schedule: 's', states: ['closed', 'holiday'] }, target: SALES }] },
    outside('+493023125100'),
    'ring anna',
    'break',
  ],
  [
    'RT-IN3 the first that fits',
    {
      inbound: [
        { id: 'a', trunks: [SOUTH], target: SALES },
        { id: 'b', target: RECEPTION },
        { id: 'c', target: SALES },
      ],
    },
    outside('+493023125100'),
    'ring carla',
  ],
  [
    'RT-IN3 everything of a rule must fit',
    { inbound: [{ id: 'a', trunks: [MAIN], callers: ['+4941'], target: SALES }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-BL1 a blocked number',
    { blocked: [{ number: '+4940123456', isPrefix: false }] },
    outside('+493023125100'),
    'blocked-caller',
  ],
  [
    'RT-BL1 as the carrier writes it',
    { blocked: [{ number: '+4940123456', isPrefix: false }] },
    outside('+493023125100', '040 123456'),
    'blocked-caller',
  ],
  [
    'RT-BL1 a blocked beginning',
    { blocked: [{ number: '+4940', isPrefix: true }] },
    outside('+493023125100'),
    'blocked-caller',
  ],
  [
    'RT-BL1 a number is no beginning',
    { blocked: [{ number: '+4940', isPrefix: false }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-BL1 an empty beginning blocks nobody',
    { blocked: [{ number: '', isPrefix: true }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-BL1 hidden callers',
    { blocked: [{ number: 'anonymous', isPrefix: false }] },
    outside('+493023125100', ''),
    'blocked-caller',
  ],
  [
    'RT-BL1 hidden callers only',
    { blocked: [{ number: 'anonymous', isPrefix: false }] },
    outside('+493023125100'),
    'ring anna',
  ],
  [
    'RT-BL1 before any rule',
    { blocked: [{ number: '+4940', isPrefix: true }], inbound: [{ id: 'a', target: SALES }] },
    outside('+493023125100'),
    'blocked-caller',
  ],
  // Forwards of outside calls
  [
    'RT-ID3 a forwarded call shows the own number',
    {
      people: [
        rules(BERND, { forwarding: { available: { outside: { to: 'outside', number: '+4915123456789' } } } }),
      ],
    },
    outside('+493023125101'),
    'main +4915123456789 as +49302312510, spare 4915123456789 as 493099887766',
  ],
  [
    'RT-ID3 or the first caller, where the carrier takes that',
    {
      trunks: [{ ...TRUNK_MAIN, showsFirstCaller: true }, TRUNK_SOUTH],
      people: [
        rules(BERND, { forwarding: { available: { outside: { to: 'outside', number: '+4915123456789' } } } }),
      ],
    },
    outside('+493023125101'),
    'main +4915123456789 as +4940123456',
  ],
  [
    'RT-ID3 never a premium number as first caller',
    {
      trunks: [{ ...TRUNK_MAIN, showsFirstCaller: true }],
      people: [
        rules(BERND, { forwarding: { available: { outside: { to: 'outside', number: '+4915123456789' } } } }),
      ],
    },
    outside('+493023125101', '+499001234567'),
    'main +4915123456789 as +49302312510',
  ],
  [
    'RT-ID3 never 110 as first caller',
    {
      trunks: [{ ...TRUNK_MAIN, showsFirstCaller: true }],
      people: [
        rules(BERND, { forwarding: { available: { outside: { to: 'outside', number: '+4915123456789' } } } }),
      ],
    },
    outside('+493023125101', '110'),
    'main +4915123456789 as +49302312510',
  ],
  [
    'RT-FR4 a forward abroad is judged again',
    {
      people: [
        rules(BERND, { forwarding: { available: { outside: { to: 'outside', number: '+4315123456' } } } }),
      ],
    },
    outside('+493023125101'),
    'international-denied',
  ],
  [
    'RT-FR4 a rule that leads abroad is judged, too',
    { inbound: [{ id: 'a', target: { to: 'outside', number: '+4315123456' } }] },
    outside('+493023125100'),
    'international-denied',
  ],
  [
    'RT-FR4 nobody is forwarded to an emergency number',
    { people: [rules(ANNA)], inbound: [{ id: 'a', target: { to: 'outside', number: '+49112' } }] },
    outside('+493023125100'),
    'points-to-nothing',
  ],
]
for (const [rule, plan, call, is, hours = 'open'] of rows)
  test(rule, () => {
    const live = { hoursOverride: () => hours }
    assert.equal(planOf(call, { config: withPlan(plan), live }), is)
  })

test('RT-FR4 the limits of who forwards count', () => {
  const forwarding = { available: { outside: { to: 'outside', number: '+4915123456789' } } } as const
  const config = withPlan({ people: [rules(BERND, { forwarding })] })
  const usageOf = (payer: string) => ({ calls: payer === BERND ? 200 : 0, minutes: 0, money: 0, callsNow: 0 })
  assert.equal(planOf(outside('+493023125101'), { config, live: { usageOf } }), 'limit-calls')
})
