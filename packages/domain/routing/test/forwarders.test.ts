// Who is named to a carrier as having forwarded a call, and how often a call may be forwarded.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DeviceId } from '@rufwerk/core'
import type { DialPlan, Forwarder, Live, PlanNode, RoutedCall, Trunk } from '@rufwerk/routing'
import {
  ANNA,
  BERND,
  CARLA,
  inside,
  nodeOf,
  outside,
  rules,
  TRUNK_MAIN,
  TRUNK_SOUTH,
  withPlan,
} from './company.ts'

const MOBILE = '+4915123456789'
const OUT = { to: 'outside', number: MOBILE } as const
const TO_BERND = { to: 'person', person: BERND } as const
const always = { available: { outside: OUT, inside: OUT } }
const own = { number: '+493023125101' }

function attemptsOf(node: PlanNode) {
  if (node.do === 'dialOut') return node.call.attempts
  if (node.do !== 'ringMany') return []
  return node.members.flatMap(({ ring }) => (ring.to === 'outside' ? ring.call.attempts : []))
}

function named(node: PlanNode): string {
  return attemptsOf(node)
    .map(({ trunk, forwarders = [] }) => {
      const all = forwarders.map(
        ({ number, reason, isHidden }) => `${number} ${reason}${isHidden ? ' hidden' : ''}`,
      )
      return `${trunk}: ${all.join(', ') || 'nobody'}`
    })
    .join('; ')
}

const led = (forwarders: readonly Forwarder[]): RoutedCall =>
  ({ ...outside('+493023125101'), forwarders }) as RoutedCall
const before = (number: string): Forwarder => ({ number, reason: 'no-answer', isHidden: false })
const SHOWS: Trunk = { ...TRUNK_MAIN, showsFirstCaller: true }
const busy: Partial<Live> = { isBusy: () => true }
const colleague = inside('101', { caller: CARLA, callerDevice: 'carla-phone' as DeviceId })

type Row = [rule: string, plan: Partial<DialPlan>, call: RoutedCall, is: string, live?: Partial<Live>]

const rows: Row[] = [
  [
    'RT-ID4 what is dialled was forwarded by nobody',
    {},
    inside('089 12345678'),
    'main: nobody; spare: nobody',
  ],
  [
    'RT-ID4 by the number of who forwards, where it is of the trunk',
    { people: [rules(BERND, { ...own, forwarding: always })] },
    outside('+493023125101'),
    'main: +493023125101 unconditional; spare: 493099887766 unconditional',
  ],
  [
    'RT-ID4 a call of a colleague as well',
    { trunks: [TRUNK_MAIN], people: [rules(BERND, { ...own, forwarding: always })] },
    colleague,
    'main: +493023125101 unconditional',
  ],
  [
    'RT-ID4 who has no number is the main number',
    { trunks: [TRUNK_MAIN], people: [rules(BERND, { forwarding: { busy: { outside: OUT } } })] },
    outside('+493023125101'),
    'main: +49302312510 user-busy',
    busy,
  ],
  [
    'RT-ID4 whoever hides is named to the carrier alone',
    { trunks: [TRUNK_MAIN], people: [rules(BERND, { ...own, isHidden: true, forwarding: always })] },
    outside('+493023125101'),
    'main: +493023125101 unconditional hidden',
  ],
  [
    'RT-ID4 the last first',
    {
      trunks: [TRUNK_MAIN],
      people: [
        rules(ANNA, { number: '+493023125100', forwarding: { available: { outside: TO_BERND } } }),
        rules(BERND, { ...own, forwarding: { busy: { outside: OUT } } }),
      ],
    },
    outside('+493023125100'),
    'main: +493023125101 user-busy, +493023125100 unconditional',
    busy,
  ],
  [
    'RT-ID4 a mobile that rings beside the desk phone is a forward, too',
    {
      trunks: [TRUNK_MAIN],
      people: [rules(BERND, { ...own, mobile: { number: MOBILE, rings: true, after: 0 } as never })],
    },
    outside('+493023125101'),
    'main: +493023125101 unconditional',
  ],
  [
    'RT-ID4 a flow is the company, by the number that was called',
    {
      trunks: [TRUNK_MAIN],
      inbound: [{ id: 'all', target: OUT }],
    },
    outside('+493023125177'),
    'main: +493023125177 unconditional',
  ],
  [
    'RT-ID4 of another trunk the number is not shown',
    {
      trunks: [TRUNK_MAIN, TRUNK_SOUTH],
      outbound: [{ id: 'all', trunks: [TRUNK_SOUTH.id] }],
      inbound: [{ id: 'all', target: OUT }],
    },
    outside('+493023125177'),
    'south: 089445566 unconditional',
  ],
  [
    'RT-ID4 nobody from before, where the first caller is not shown',
    { trunks: [TRUNK_MAIN], people: [rules(BERND, { ...own, forwarding: always })] },
    led([before('+4940111222')]),
    'main: +493023125101 unconditional',
  ],
  [
    'RT-ID4 those from before, where it is',
    { trunks: [SHOWS], people: [rules(BERND, { ...own, forwarding: always })] },
    led([before('+4940111222'), before('not a number')]),
    'main: +493023125101 unconditional, +4940111222 no-answer',
  ],
]

for (const [rule, plan, call, is, live = {}] of rows)
  test(rule, () => assert.equal(named(nodeOf(call, { config: withPlan(plan), live })), is))

test('RT-ID5 a call that was forwarded five times elsewhere is not forwarded again', () => {
  const config = withPlan({ people: [rules(BERND, { ...own, forwarding: always })] })
  const many = (count: number) => led(Array.from({ length: count }, () => before('+4940111222')))
  assert.equal(nodeOf(many(4), { config }).do, 'dialOut')
  assert.equal(nodeOf(many(5), { config }).why.rule, 'forward-loop')
})

test('RT-FW9 what a forward leads to names who forwarded and in which state, and nothing else does', () => {
  const shown = (node: PlanNode) => node.forwarders?.map(({ person, when }) => `${person} ${when}`).join(', ')
  const call = inside('100', { caller: CARLA, callerDevice: 'carla-phone' as DeviceId })
  const toBernd = { inside: TO_BERND, outside: TO_BERND }
  const chain = [rules(ANNA, { forwarding: { available: toBernd } }), rules(BERND, { forwarding: always })]
  assert.equal(
    shown(nodeOf(call, { config: withPlan({ people: chain }) })),
    `${BERND} available, ${ANNA} available`,
  )
  assert.equal(shown(nodeOf(call, { config: withPlan({ people: [] }) })), undefined)
  const later = nodeOf(call, {
    config: withPlan({ people: [rules(ANNA, { forwarding: { noAnswer: toBernd } })] }),
  })
  assert.equal(shown(later), undefined)
  assert.ok(later.do === 'ring')
  assert.equal(shown(later.next.noAnswer), `${ANNA} noAnswer`)
  assert.equal(shown(later.next.busy), undefined)
})
