import assert from 'node:assert/strict'
import test from 'node:test'
import type { DeviceId, SiteId } from '@rufwerk/core'
import { type DialPlan, dialsEmergency, type InsideCall, type Live } from '@rufwerk/routing'
import { emergencyCoverage } from '@rufwerk/routing/emergency'
import fc from 'fast-check'
import {
  ANNA,
  BERLIN,
  BERND,
  CONFIG,
  inside,
  MAIN,
  MUNICH,
  nodeOf,
  PLAN,
  planOf,
  rules,
  SOUTH,
  SPARE,
  TRUNK_MAIN,
  TRUNK_SOUTH,
  TRUNK_SPARE,
  withPlan,
} from './company.ts'

type Row = [rule: string, plan: Partial<DialPlan>, call: InsideCall, live: Partial<Live>, is: string]
const trunks = (states: Record<string, { isUp: boolean; calls: number }>): Partial<Live> => ({
  trunk: (id) => states[id] ?? { isUp: true, calls: 0 },
})
const south: Partial<InsideCall> = { callerSite: MUNICH }
const IN_BERLIN = 'main 112 as +4930231250, south 112 as 089445566'
const IN_MUNICH = 'south 112 as 089445566, main 112 as +49302312510'
const SITES_0 = PLAN.sites.map((site) => ({ ...site, outsidePrefix: '0' }))

const rows: Row[] = [
  ['RT-EM3 the trunk of the site', {}, inside('112'), {}, IN_BERLIN],
  ['RT-EM3 110 as well', {}, inside('110'), {}, 'main 110 as +4930231250, south 110 as 089445566'],
  ['RT-EM3 the site of the device, not of the person', {}, inside('112', south), {}, IN_MUNICH],
  [
    'RT-EM3 a site nobody knows takes any trunk',
    {},
    inside('112', { callerSite: 'gone' as SiteId }),
    {},
    'main 112 as +49302312510, south 112 as 089445566',
  ],
  ['RT-EM3 without a site of anybody, the first', { people: [] }, inside('112'), {}, IN_BERLIN],
  [
    'RT-EM10 where the device stands, not where its person belongs',
    {},
    inside('112'),
    { siteOf: () => MUNICH },
    IN_MUNICH,
  ],
  [
    'RT-EM10 a place that the plan does not know says nothing',
    {},
    inside('112'),
    { siteOf: () => 'attic' as SiteId },
    IN_BERLIN,
  ],
  [
    'RT-EM10 who says where, is believed first',
    {},
    inside('112', { callerSite: BERLIN }),
    { siteOf: () => MUNICH },
    IN_BERLIN,
  ],
  [
    'RT-EM4 as speed dialling without any trunk',
    { trunks: [], speedDial: [{ extension: '801', number: '112' }] },
    inside('801'),
    {},
    'emergency-without-trunk',
  ],
  ['RT-EM5 a code that hides the number does not hide it', {}, inside('*31112'), {}, IN_BERLIN],
  ['RT-EM4 no prefix is needed, any is taken', { sites: SITES_0 }, inside('112'), {}, IN_BERLIN],
  ['RT-EM4 behind the prefix', { sites: SITES_0 }, inside('0112'), {}, IN_BERLIN],
  ['RT-EM4 with the country', {}, inside('+49112'), {}, IN_BERLIN],
  [
    'RT-EM4 as speed dialling',
    { speedDial: [{ extension: '801', number: '112' }] },
    inside('801'),
    {},
    IN_BERLIN,
  ],
  [
    'RT-EM5 no outbound rule stops it',
    { outbound: [{ id: 'no', trunks: [] }] },
    inside('112'),
    {},
    IN_BERLIN,
  ],
  ['RT-EM5 no missing rule stops it', { outbound: [] }, inside('112'), {}, IN_BERLIN],
  ['RT-EM5 no code hides it', { codes: [{ code: '112', does: 'echo' }] }, inside('112'), {}, IN_BERLIN],
  [
    'RT-EM5 no flow hides it',
    { services: [{ kind: 'queue', id: 'q', extension: '112' }] },
    inside('112'),
    {},
    IN_BERLIN,
  ],
  [
    'RT-EM5 no speed dialling hides it',
    { speedDial: [{ extension: '112', number: '089445566' }] },
    inside('112'),
    {},
    IN_BERLIN,
  ],
  [
    'RT-EM5 no forwarding of the caller stops it',
    { people: [rules(BERND, { forwarding: { available: { inside: { to: 'hangUp' } } } })] },
    inside('112'),
    {},
    IN_BERLIN,
  ],
  [
    'RT-EM5 no limit stops it',
    { limits: { calls: 0, minutes: 0, money: 0, callsAtOnce: 0 } },
    inside('112'),
    { usageOf: () => ({ calls: 999, minutes: 999, money: 9e9, callsNow: 9 }) },
    IN_BERLIN,
  ],
  [
    'RT-EM5 the number is never hidden',
    { people: [rules(BERND, { isHidden: true })] },
    inside('112'),
    {},
    IN_BERLIN,
  ],
  [
    'RT-EM6 a full trunk is taken, and another call may end for it',
    {},
    inside('112'),
    trunks({ main: { isUp: true, calls: 10 } }),
    'main 112 as +4930231250 cuts, south 112 as 089445566',
  ],
  [
    'RT-EM6 a trunk that is down comes last',
    {},
    inside('112'),
    trunks({ main: { isUp: false, calls: 0 } }),
    'south 112 as 089445566, main 112 as +4930231250',
  ],
  [
    'RT-EM6 with everything down all are tried',
    {},
    inside('112'),
    trunks({ main: { isUp: false, calls: 0 }, south: { isUp: false, calls: 0 } }),
    IN_BERLIN,
  ],
  [
    'RT-EM6 a trunk that is not for emergency calls never',
    { trunks: [TRUNK_SPARE, TRUNK_SOUTH] },
    inside('112'),
    {},
    'south 112 as 089445566',
  ],
  [
    'RT-EM6 not even when the site names it',
    {
      trunks: [TRUNK_SPARE],
      sites: [{ ...PLAN.sites[0], site: BERLIN, country: 'de', emergencyTrunks: [SPARE] }],
    },
    inside('112'),
    {},
    'emergency-without-trunk',
  ],
  [
    'RT-EM6 a trunk of another country never',
    { trunks: [{ ...TRUNK_MAIN, country: 'us' }] },
    inside('112', south),
    {},
    'emergency-without-trunk',
  ],
  [
    'RT-EM7 the person’s own number, if the trunk has it',
    { trunks: [TRUNK_MAIN] },
    inside('112', { caller: ANNA }),
    {},
    'main 112 as +493023125100',
  ],
  [
    'RT-EM7 not on the trunk of another site',
    { trunks: [TRUNK_SOUTH] },
    inside('112', { caller: ANNA, ...south }),
    {},
    'south 112 as 089445566',
  ],
  [
    'RT-EM7 the main number where the site has none',
    { trunks: [TRUNK_MAIN] },
    inside('112', south),
    {},
    'main 112 as +49302312510',
  ],
  [
    'RT-EM1 without any trunk for it',
    { trunks: [TRUNK_SPARE] },
    inside('112'),
    {},
    'emergency-without-trunk',
  ],
]
for (const [rule, plan, call, live, is] of rows)
  test(rule, () => assert.equal(planOf(call, { config: withPlan(plan), live }), is))

test('RT-EM5 nobody is asked for limits, and it is not cut off', () => {
  const usageOf = () => assert.fail('an emergency call asks for no usage')
  const node = nodeOf(inside('112'), { live: { usageOf } })
  assert.ok(node.do === 'dialOut')
  assert.equal(node.call.timeMax, undefined)
  assert.equal(node.call.class, 'emergency')
  assert.equal(node.why.rule, 'emergency')
  assert.deepEqual(node.why.values, { number: '112', site: BERLIN, trunk: MAIN, caller: '+4930231250' })
})

test('RT-EM3 911 at a site in the United States', () => {
  const site = { site: MUNICH, country: 'us', outsidePrefix: '9', emergencyTrunks: [SOUTH] } as const
  const trunk = { ...TRUNK_SOUTH, country: 'us', mainNumber: '+12125550123', format: 'plus' } as const
  const config = withPlan({ sites: [site], trunks: [trunk], people: [] })
  for (const dialled of ['911', '9911', '+1911', '112'])
    assert.match(planOf(inside(dialled), { config }), /^south (911|112) as \+12125550123$/, dialled)
})

test('RT-EM8 the test says what would happen and calls nobody', () => {
  const node = nodeOf(inside('*9112', { callerDevice: 'x' as DeviceId, ...south }))
  assert.ok(node.do === 'announce')
  assert.deepEqual(node.why, {
    rule: 'emergency-test',
    values: { number: '112', site: MUNICH, trunk: SOUTH, caller: '089445566' },
  })
  assert.deepEqual(new Set(node.prompts), new Set(['de-emergency-test']))
  const uncovered = nodeOf(inside('*9112'), { config: withPlan({ trunks: [TRUNK_SPARE] }) })
  assert.ok(uncovered.do === 'announce')
  assert.deepEqual(new Set(uncovered.prompts), new Set(['de-emergency-test-failed']))
})

test('RT-EM9 is every site covered?', () => {
  const told = (plan: Partial<DialPlan>) =>
    emergencyCoverage(withPlan(plan)).map(
      ({ site, isCovered, trunk = '-', caller = '-', problems }) =>
        `${site} ${isCovered} ${trunk} ${caller} ${problems.join(' ')}`,
    )
  assert.deepEqual(told({}), [
    'berlin true main +4930231250 one-trunk-only',
    'munich true south +4989445566 one-trunk-only',
  ])
  assert.deepEqual(told({ trunks: [TRUNK_MAIN] }), [
    'berlin true main +4930231250 one-trunk-only',
    'munich false main +49302312510 only-trunks-of-another-site',
  ])
  assert.deepEqual(told({ trunks: [TRUNK_SPARE] }), [
    'berlin false - - no-trunk',
    'munich false - - no-trunk',
  ])
  assert.deepEqual(told({ trunks: [{ ...TRUNK_SOUTH, mainNumber: '110' }] }), [
    'berlin false south - only-trunks-of-another-site no-number',
    'munich false south - one-trunk-only no-number',
  ])
  const twice = PLAN.sites.map((site) => ({ ...site, emergencyTrunks: [MAIN, SOUTH] }))
  assert.deepEqual(told({ sites: twice }), [
    'berlin true main +4930231250 ',
    'munich true main +49302312510 ',
  ])
  assert.deepEqual(emergencyCoverage({ ...CONFIG, dialPlan: undefined }), [])
})

test('RT-EM11 the short answer is that of the plan, whatever is dialled', () => {
  const tails = fc.constantFrom('112', '110', '911', '1120', '11', '100', '0', '')
  const heads = fc.constantFrom(
    '',
    '0',
    '00',
    '+49',
    '0049',
    '*31',
    '#31',
    '*43',
    '**',
    '9',
    '+1',
    '+43',
    '8',
  )
  const plans = fc.constantFrom<Partial<DialPlan>>(
    {},
    { sites: SITES_0 },
    { trunks: [] },
    { speedDial: [{ extension: '801', number: '0110' }] },
  )
  fc.assert(
    fc.property(heads, fc.oneof(tails, fc.string({ maxLength: 6 })), plans, (head, tail, plan) => {
      for (const dialled of [`${head}${tail}`, '801']) {
        const call = inside(dialled)
        const config = withPlan(plan)
        const { rule } = nodeOf(call, { config }).why
        const isPlanned = rule === 'emergency' || rule === 'emergency-without-trunk'
        assert.equal(dialsEmergency(config, { contactsOf: () => [] }, call), isPlanned, dialled)
      }
    }),
    { numRuns: 300 },
  )
})
