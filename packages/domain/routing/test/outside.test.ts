import assert from 'node:assert/strict'
import test from 'node:test'
import { type DeviceId, seconds } from '@rufwerk/core'
import { type DialPlan, type Live, type RoutedCall, route, type Usage } from '@rufwerk/routing'
import {
  ANNA,
  BERND,
  CONFIG,
  inside,
  LIVE,
  MAIN,
  MUNICH,
  nodeOf,
  outside,
  PLAN,
  planOf,
  rules,
  SOUTH,
  SPARE,
  TRUNK_MAIN,
  TRUNK_SPARE,
  withPlan,
} from './company.ts'

const anna = (dialled: string, more = {}) =>
  inside(dialled, { caller: ANNA, callerDevice: 'anna-phone' as DeviceId, ...more })

type Row = [rule: string, plan: Partial<DialPlan>, call: RoutedCall, live: Partial<Live>, is: string]
const trunks = (states: Record<string, { isUp: boolean; calls: number }>): Partial<Live> => ({
  trunk: (id) => states[id] ?? { isUp: true, calls: 0 },
})
const used = (usage: Partial<Usage>, of: string = BERND): Partial<Live> => ({
  usageOf: (payer) => ({ calls: 0, minutes: 0, money: 0, callsNow: 0, ...(payer === of ? usage : {}) }),
})
const BOTH = 'main +498912345678 as +49302312510, spare 498912345678 as 493099887766'
const ALL = { id: 'all', trunks: [MAIN] }
const MAIN_ONLY = 'main +498912345678 as +49302312510'
const DIALLED = '089 12345678'

const rows: Row[] = [
  ['RT-OB1 national over the trunks in order', {}, inside(DIALLED), {}, BOTH],
  [
    'RT-OB1 speed dialling is dialling',
    {},
    inside('801'),
    {},
    'main +4989445566 as +49302312510, spare 4989445566 as 493099887766',
  ],
  [
    'RT-OB1 local by the area of the site',
    {},
    inside('555123'),
    {},
    'main +4930555123 as +49302312510, spare 4930555123 as 493099887766',
  ],
  [
    'RT-OB1 short codes',
    {},
    inside('116117'),
    {},
    'main 116117 as +49302312510, spare 116117 as 493099887766',
  ],
  ['RT-OB1 what cannot be read is said', {}, inside('+999 123456'), {}, 'number-unreadable'],
  ['RT-NF1 an extension that is not there stays unknown', {}, inside('199'), {}, 'unknown-number'],
  // Rules
  ['RT-OB2 no rule, no call', { outbound: [] }, inside(DIALLED), {}, 'no-outbound-rule'],
  [
    'RT-OB2 by prefix',
    { outbound: [{ id: 'n', prefixes: ['+4940'], trunks: [SPARE] }, ALL] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 by prefix that fits',
    { outbound: [{ id: 's', prefixes: ['+4989'], trunks: [SPARE] }, ALL] },
    inside(DIALLED),
    {},
    'spare 498912345678 as 493099887766',
  ],
  [
    'RT-OB2 by whole short code',
    { outbound: [{ id: 's', prefixes: ['115'], trunks: [MAIN] }] },
    inside('115'),
    {},
    'main 115 as +49302312510',
  ],
  [
    'RT-OB2 a short code is no prefix',
    { outbound: [{ id: 's', prefixes: ['11'], trunks: [MAIN] }] },
    inside('115'),
    {},
    'no-outbound-rule',
  ],
  [
    'RT-OB2 an empty prefix fits nothing',
    { outbound: [{ id: 's', prefixes: [''], trunks: [MAIN] }] },
    inside(DIALLED),
    {},
    'no-outbound-rule',
  ],
  [
    'RT-OB2 by length',
    { outbound: [{ id: 'l', digits: { min: 13, max: 15 }, trunks: [SPARE] }, ALL] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 by length that fits',
    { outbound: [{ id: 'l', digits: { min: 12, max: 12 }, trunks: [MAIN] }] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 by kind',
    { outbound: [{ id: 'm', classes: ['mobile'], trunks: [SPARE] }, ALL] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 by kind that fits',
    { outbound: [{ id: 'm', classes: ['mobile'], trunks: [SPARE] }, ALL] },
    inside('0151 23456789'),
    {},
    'spare 4915123456789 as 493099887766',
  ],
  [
    'RT-OB2 by person',
    { outbound: [{ id: 'p', people: [ANNA], trunks: [SPARE] }, ALL] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 by person that fits',
    { outbound: [{ id: 'p', people: [BERND], trunks: [MAIN] }] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 by site',
    { outbound: [{ id: 'p', sites: [MUNICH], trunks: [SPARE] }, ALL] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  [
    'RT-OB2 a rule without trunks denies',
    { outbound: [{ id: 'no', prefixes: ['+4989'], trunks: [] }, ALL] },
    inside(DIALLED),
    {},
    'outbound-denied',
  ],
  // Trunks
  [
    'RT-OB3 a trunk that is down is left out',
    {},
    inside(DIALLED),
    trunks({ main: { isUp: false, calls: 0 } }),
    'spare 498912345678 as 493099887766',
  ],
  [
    'RT-OB3 a full trunk is left out',
    {},
    inside(DIALLED),
    trunks({ main: { isUp: true, calls: 10 } }),
    'spare 498912345678 as 493099887766',
  ],
  ['RT-OB3 the last free call', {}, inside(DIALLED), trunks({ main: { isUp: true, calls: 9 } }), BOTH],
  [
    'RT-OB3 none left',
    {},
    inside(DIALLED),
    trunks({ main: { isUp: false, calls: 0 }, spare: { isUp: false, calls: 0 } }),
    'trunks-down',
  ],
  [
    'RT-OB3 a trunk that does not exist',
    { outbound: [{ id: 'x', trunks: ['gone' as typeof MAIN, MAIN] }] },
    inside(DIALLED),
    {},
    MAIN_ONLY,
  ],
  // Caller numbers
  [
    'RT-ID1 the own number, where it belongs to the trunk',
    {},
    anna(DIALLED),
    {},
    'main +498912345678 as +493023125100, spare 498912345678 as 493099887766',
  ],
  [
    'RT-ID1 a number of another trunk is not shown',
    { people: [rules(ANNA, { number: '+4915123456789' })] },
    anna(DIALLED),
    {},
    BOTH,
  ],
  [
    'RT-ID1 a premium number is never shown',
    { trunks: [{ ...TRUNK_MAIN, mainNumber: '+499001234567' }, TRUNK_SPARE] },
    inside(DIALLED),
    {},
    'main +498912345678 as undefined, spare 498912345678 as 493099887766',
  ],
  [
    'RT-ID1 110 is never shown',
    { trunks: [{ ...TRUNK_MAIN, mainNumber: '110' }] },
    inside(DIALLED),
    {},
    'main +498912345678 as undefined',
  ],
  [
    'RT-ID1 a foreign number is never shown',
    { trunks: [{ ...TRUNK_MAIN, mainNumber: '+4315123456' }] },
    inside(DIALLED),
    {},
    'main +498912345678 as undefined',
  ],
  [
    'RT-ID2 hidden by the person',
    { people: [rules(BERND, { isHidden: true })], outbound: [ALL] },
    inside(DIALLED),
    {},
    `${MAIN_ONLY} hidden`,
  ],
  ['RT-ID2 hidden for one call', { outbound: [ALL] }, inside(`*31${DIALLED}`), {}, `${MAIN_ONLY} hidden`],
  [
    'RT-ID2 hidden for one call, with stars',
    { outbound: [ALL] },
    inside(`*31*${DIALLED}#`),
    {},
    `${MAIN_ONLY} hidden`,
  ],
  [
    'RT-ID2 shown for one call',
    { people: [rules(BERND, { isHidden: true })], outbound: [ALL] },
    inside(`#31${DIALLED}`),
    {},
    MAIN_ONLY,
  ],
  // Fraud
  ['RT-FR1 abroad is denied', {}, inside('0043 1 5123456'), {}, 'international-denied'],
  ['RT-FR1 abroad by + is denied', {}, inside('+1 876 555 0123'), {}, 'international-denied'],
  [
    'RT-FR1 an allowed country',
    { allowed: { countries: ['AT'], premium: [] } },
    inside('0043 1 5123456'),
    {},
    'main +4315123456 as +49302312510, spare 4315123456 as 493099887766',
  ],
  [
    'RT-FR1 its premium numbers stay denied',
    { allowed: { countries: ['AT', 'GB'], premium: [] } },
    inside('+44 909 8790000'),
    {},
    'premium-denied',
  ],
  [
    'RT-FR1 an allowed country of one person',
    { people: [rules(BERND, { allowed: { countries: ['AT'], premium: [] } })] },
    inside('0043 1 5123456'),
    {},
    'main +4315123456 as +49302312510, spare 4315123456 as 493099887766',
  ],
  [
    'RT-FR1 not that of another',
    { people: [rules(ANNA, { allowed: { countries: ['AT'], premium: [] } })] },
    inside('0043 1 5123456'),
    {},
    'international-denied',
  ],
  ['RT-FR1 premium is denied', {}, inside('0900 1234567'), {}, 'premium-denied'],
  ['RT-FR1 votes are denied', {}, inside('0137 1234567'), {}, 'premium-denied'],
  ['RT-FR1 directory enquiries are denied', {}, inside('11833'), {}, 'premium-denied'],
  [
    'RT-FR1 directory enquiries allowed',
    { allowed: { countries: [], premium: ['11833'] } },
    inside('11833'),
    {},
    'main 11833 as +49302312510, spare 11833 as 493099887766',
  ],
  [
    'RT-FR1 an allowed premium prefix',
    { allowed: { countries: [], premium: ['+49900'] } },
    inside('0900 1234567'),
    {},
    'main +499001234567 as +49302312510, spare 499001234567 as 493099887766',
  ],
  [
    'RT-FR1 an empty premium prefix allows nothing',
    { allowed: { countries: [''], premium: ['', '+'] } },
    inside('0900 1234567'),
    {},
    'premium-denied',
  ],
  [
    'RT-FR1 satellites are denied',
    { allowed: { countries: [''], premium: [] } },
    inside('+881 612345678'),
    {},
    'premium-denied',
  ],
  [
    'RT-FR1 free and shared prices are not',
    { outbound: [ALL] },
    inside('0180 3123456'),
    {},
    'main +491803123456 as +49302312510',
  ],
  ['RT-FR1 also with a hidden number', {}, inside('*310043 1 5123456'), {}, 'international-denied'],
  ['RT-FR2 calls of the day', {}, inside(DIALLED), used({ calls: 200 }), 'limit-calls'],
  ['RT-FR2 the last call of the day', {}, inside(DIALLED), used({ calls: 199 }), BOTH],
  ['RT-FR2 minutes of the day', {}, inside(DIALLED), used({ minutes: 480 }), 'limit-minutes'],
  ['RT-FR2 money of the day', {}, inside(DIALLED), used({ money: 20_000_000 }), 'limit-money'],
  ['RT-FR2 calls at once', {}, inside(DIALLED), used({ callsNow: 4 }), 'limit-calls-at-once'],
  ['RT-FR2 of everybody', { limits: { calls: 3 } }, inside(DIALLED), used({ calls: 3 }), 'limit-calls'],
  [
    'RT-FR2 of one person',
    { limits: { calls: 3 }, people: [rules(BERND, { limits: { calls: 5 } })] },
    inside(DIALLED),
    used({ calls: 3 }),
    BOTH,
  ],
  ['RT-FR2 nobody else is stopped', {}, inside(DIALLED), used({ calls: 900 }, ANNA), BOTH],
  [
    'RT-FR2 of the company',
    { companyLimits: { money: 5_000_000 } },
    inside(DIALLED),
    used({ money: 5_000_000 }, 'company'),
    'limit-money',
  ],
  [
    'RT-FR2 the price of connecting counts',
    { rates: [{ prefix: '+49', perCall: 2_000_000, perMinute: 0 }], companyLimits: { money: 1_000_000 } },
    inside(DIALLED),
    {},
    'limit-money',
  ],
  [
    'RT-FR2 transfers are judged by who transfers',
    {},
    inside('0043 1 5123456', { isTransfer: true }),
    {},
    'international-denied',
  ],
  // What comes in never goes out by what was dialled
  [
    'RT-IN4 an outside number on a trunk leads nowhere',
    {},
    outside('+4315123456'),
    {},
    'unknown-called-number',
  ],
  ['RT-IN4 a code on a trunk leads nowhere', {}, outside('*310043 1 5123456'), {}, 'unknown-called-number'],
]
for (const [rule, plan, call, live, is] of rows)
  test(rule, () => assert.equal(planOf(call, { config: withPlan(plan), live }), is))

const timeRows: [rule: string, plan: Partial<DialPlan>, live: Partial<Live>, seconds: number | undefined][] =
  [
    ['RT-FR3 cut off when the minutes are used up', {}, used({ minutes: 470 }), 600],
    [
      'RT-FR3 cut off when the money is used up',
      { rates: [{ prefix: '+49', perCall: 0, perMinute: 1_000_000 }] },
      {},
      1200,
    ],
    [
      'RT-FR3 the longest prefix has the price',
      {
        rates: [
          { prefix: '+4989', perCall: 0, perMinute: 2_000_000 },
          { prefix: '+49', perCall: 0, perMinute: 1_000_000 },
        ],
      },
      {},
      600,
    ],
    ['RT-FR3 the company, where it has less', { companyLimits: { minutes: 5 } }, {}, 300],
  ]
for (const [rule, plan, live, limit] of timeRows)
  test(rule, () => {
    const node = nodeOf(inside(DIALLED), { config: withPlan(plan), live })
    assert.ok(node.do === 'dialOut')
    assert.equal(node.call.timeMax, limit === undefined ? undefined : seconds(limit))
    assert.equal(node.call.payer, BERND)
  })

test('RT-OB4 each outcome has its end, and how long it rings is the rule’s', () => {
  const node = nodeOf(inside(DIALLED), { config: withPlan({ outbound: [{ ...ALL, ringTime: seconds(9) }] }) })
  assert.ok(node.do === 'dialOut')
  assert.equal(node.timeout, 9000)
  const ends = Object.values(node.next).map((next) =>
    next.do === 'end' || next.do === 'announce' ? next.status : 0,
  )
  assert.deepEqual(ends, [486, 480, 603, 503])
})

test('RT-WHY1 every rule that was looked at is recorded with its outcome', () => {
  const config = withPlan({
    outbound: [
      { id: 'mobile', classes: ['mobile'], trunks: [SOUTH] },
      { id: 'all', trunks: [MAIN, SPARE] },
    ],
  })
  const plan = route(config, { ...LIVE, ...trunks({ main: { isUp: false, calls: 0 } }) }, inside(DIALLED))
  assert.deepEqual(
    plan.looked.map(({ rule, outcome }) => `${rule} ${outcome}`),
    [
      'allowed needs-no-permission',
      'outbound:mobile another-class',
      'outbound:all fits',
      'limits:bernd left',
      'trunk:main down',
      'trunk:spare tried',
    ],
  )
  assert.equal(plan.looked[3]?.values.minutes, '480.0')
})

test('RT-WHY1 the reason of a limit names what was used and what is allowed', () => {
  const node = nodeOf(inside(DIALLED), { live: used({ calls: 200 }) })
  assert.deepEqual(node.why.values, { payer: BERND, used: '200', limit: '200' })
})

test('RT-OB1 without any trunk nothing changes for a company', () => {
  const config = { ...CONFIG, dialPlan: { ...PLAN, trunks: [] } }
  assert.equal(planOf(inside(DIALLED), { config }), 'no-trunk')
})
