import assert from 'node:assert/strict'
import test from 'node:test'
import { type PersonId, seconds, wallTime } from '@rufwerk/core'
import {
  type DialPlan,
  type Flow,
  findByName,
  type HoursState,
  type Live,
  type RoutedCall,
  route,
  type Target,
} from '@rufwerk/routing'
import {
  ANNA,
  BERND,
  CARLA,
  CONFIG,
  flowId,
  GROUP,
  inside,
  LIVE,
  nodeOf,
  outside,
  planOf,
  told,
  withPlan,
} from './company.ts'

const MENU = {
  kind: 'receptionist',
  id: flowId('menu'),
  extension: '200',
  prompt: 'welcome',
  keys: [
    { key: '1', target: { to: 'queue', queue: 'sales' } },
    { key: '2', target: { to: 'flow', flow: flowId('inner') } },
    { key: '3', target: { to: 'names' } },
    { key: '#', target: { to: 'person', person: ANNA } },
  ],
  dialsExtensions: true,
  keyTime: seconds(5),
  tries: 2,
  silence: { to: 'person', person: CARLA },
  wrongKey: { to: 'hangUp' },
} as const satisfies Flow
const INNER: Flow = {
  ...MENU,
  id: flowId('inner'),
  extension: undefined,
  keys: [
    { key: '1', target: { to: 'conference', room: 'monday' } },
    { key: '9', target: { to: 'flow', flow: flowId('menu') } },
  ],
}
const HOURS: Flow = {
  kind: 'hours',
  id: flowId('office'),
  extension: '210',
  schedule: 'week',
  open: { to: 'person', person: ANNA },
  closed: { to: 'voicemail', box: 'shared' },
  holiday: { to: 'announcement', prompt: 'holiday' },
}
const FLOWS: Partial<DialPlan> = { flows: [GROUP, MENU, INNER, HOURS] }
const busy = (...people: PersonId[]): Partial<Live> => ({ isBusy: (person) => people.includes(person) })
const idle = (since: Record<string, number>): Partial<Live> => ({
  idleSince: (person) => (since[person] === undefined ? undefined : wallTime(since[person])),
})
const group = (more: object): Partial<DialPlan> => ({ flows: [{ ...GROUP, ...more }] })

type Row = [rule: string, plan: Partial<DialPlan>, call: RoutedCall, live: Partial<Live>, is: string]
const rows: Row[] = [
  ['RT-GR1 all at once, who is registered', FLOWS, inside('400'), {}, 'together anna carla+5'],
  [
    'RT-GR1 the calling device does not ring',
    group({ members: [{ person: BERND }, { person: ANNA }] }),
    inside('400'),
    {},
    'together anna',
  ],
  ['RT-GR1 from outside by the block', FLOWS, outside('+493023125400'), {}, 'together anna carla+5'],
  ['RT-GR2 in turn', group({ order: 'inTurn' }), inside('400'), {}, 'inTurn anna carla'],
  [
    'RT-GR3 longest idle',
    group({ order: 'longestIdle' }),
    inside('400'),
    idle({ anna: 9, carla: 5 }),
    'inTurn carla anna',
  ],
  [
    'RT-GR3 who never talked is first',
    group({ order: 'longestIdle' }),
    inside('400'),
    idle({ anna: 9 }),
    'inTurn carla anna',
  ],
  [
    'RT-GR3 a mobile is last',
    group({ order: 'longestIdle', members: [{ outside: '+4915123456789' }, { person: ANNA }] }),
    inside('400'),
    {},
    'inTurn anna +4915123456789',
  ],
  ['RT-GR4 busy ones are skipped', FLOWS, inside('400'), busy(ANNA), 'together carla+5'],
  ['RT-GR4 or not', group({ skipsBusy: false }), inside('400'), busy(ANNA), 'together anna carla+5'],
  [
    'RT-GR4 do not disturb is honoured',
    FLOWS,
    inside('400'),
    { stateOf: (person) => (person === CARLA ? 'doNotDisturb' : 'available') },
    'together anna',
  ],
  ['RT-GR4 nobody left', FLOWS, inside('400'), busy(ANNA, CARLA), 'voicemail shared noAnswer'],
  [
    'RT-GR5 an outside member',
    group({ members: [{ outside: '+4915123456789' }] }),
    inside('400'),
    {},
    'together +4915123456789',
  ],
  [
    'RT-GR5 is judged like any call',
    group({ members: [{ outside: '+4315123456' }, { person: ANNA }] }),
    inside('400'),
    {},
    'together anna',
  ],
  ['RT-DR1 a receptionist', FLOWS, inside('200'), {}, 'menu menu'],
  [
    'RT-HR1 set by hand',
    FLOWS,
    inside('210'),
    { hoursOverride: () => 'holiday' as HoursState },
    'announcement',
  ],
  ['RT-SV1 a queue', {}, inside('500'), {}, 'queue sales'],
  ['RT-SV1 a conference', {}, inside('600'), {}, 'conference monday'],
  ['RT-SV1 a shared box', {}, inside('300'), {}, 'voicemail shared plain'],
  ['RT-SV1 parking', {}, inside('700'), {}, 'park lot'],
  ['RT-SV1 a parking place', {}, inside('702'), {}, 'park lot 702'],
]
for (const [rule, plan, call, live, is] of rows)
  test(rule, () => assert.equal(planOf(call, { config: withPlan(plan), live }), is))

const hours: [state: HoursState, is: string][] = [
  ['open', 'ring anna'],
  ['break', 'voicemail shared plain'],
  ['holiday', 'announcement'],
  ['closed', 'voicemail shared plain'],
]
for (const [state, is] of hours)
  test(`RT-HR1 ${state}`, () => {
    const live = { hoursOverride: () => state }
    assert.equal(planOf(inside('210'), { config: withPlan(FLOWS), live }), is)
  })

const times: [at: string, is: string, why: string][] = [
  ['2026-11-23T09:00+01:00', 'ring anna', 'open week'],
  ['2026-11-23T07:59:59+01:00', 'voicemail shared plain', 'closed week'],
  ['2026-11-23T12:30+01:00', 'voicemail shared plain', 'break week'],
  ['2026-11-23T13:00+01:00', 'ring anna', 'open week'],
  ['2026-11-23T17:00+01:00', 'voicemail shared plain', 'closed week'],
  ['2026-11-22T10:00+01:00', 'voicemail shared plain', 'closed week'],
  ['2026-12-25T10:00+01:00', 'announcement', 'holiday holiday'],
  ['2026-03-08T10:00+01:00', 'announcement', 'holiday holiday'],
  ['2026-03-30T08:00+02:00', 'ring anna', 'open week'],
  ['2026-07-03T10:59+02:00', 'ring anna', 'open exception'],
  ['2026-07-03T11:00+02:00', 'voicemail shared plain', 'closed exception'],
]
for (const [at, is, why] of times)
  test(`RT-HR1 at ${at}`, () => {
    const call = inside('210', { at: wallTime(Date.parse(at)) })
    const plan = route(withPlan(FLOWS), LIVE, call)
    assert.equal(told(plan.node), is)
    const looked = plan.looked.find(({ rule }) => rule === 'schedule:week')
    assert.equal(`${looked?.outcome} ${looked?.values.by}`, why)
  })

test('RT-HR1 the record names the holiday and until when', () => {
  const call = inside('210', { at: wallTime(Date.parse('2026-05-14T10:00+02:00')) })
  const looked = route(withPlan(FLOWS), LIVE, call).looked.find(({ rule }) => rule === 'schedule:week')
  assert.equal(looked?.values.name, 'Christi Himmelfahrt')
  assert.equal(looked?.values.until, '2026-05-14T22:00:00.000Z')
})

test('RT-HR1 a schedule that is not there is announced', () => {
  assert.equal(planOf(inside('210'), { config: withPlan({ ...FLOWS, schedules: [] }) }), 'points-to-nothing')
})

test('RT-GR2 in turn each member has its time, together what is left', () => {
  const node = nodeOf(inside('400'), { config: withPlan(FLOWS) })
  assert.ok(node.do === 'ringMany')
  assert.deepEqual(
    node.members.map(({ ringTime }) => ringTime),
    [60_000, 55_000],
  )
  const inTurn = nodeOf(inside('400'), { config: withPlan(group({ order: 'inTurn' })) })
  assert.ok(inTurn.do === 'ringMany')
  assert.deepEqual(
    inTurn.members.map(({ ringTime }) => ringTime),
    [15_000, 15_000],
  )
  assert.equal(told(inTurn.next.noAnswer), 'voicemail shared noAnswer')
})

test('RT-GR6 random order follows the seed, and every member gets to be first', () => {
  const config = withPlan(group({ order: 'random', members: [{ person: ANNA }, { person: CARLA }] }))
  const at = (seed: number) => planOf(inside('400', { seed }), { config })
  assert.equal(at(7), at(7))
  const firsts = Array.from({ length: 200 }, (_, seed) => at(seed))
  const annas = firsts.filter((plan) => plan === 'inTurn anna carla').length
  assert.ok(annas > 70 && annas < 130, `${annas} of 200`)
})

test('RT-DR1, RT-DR2 a menu is a node with what is behind each key, nested', () => {
  const node = nodeOf(outside('+493023125200'), { config: withPlan(FLOWS) })
  assert.ok(node.do === 'menu')
  assert.deepEqual(
    Object.entries(node.keys).map(([key, next]) => `${key} ${told(next)}`),
    ['1 queue sales', '2 menu inner', '3 names', '# ring anna'],
  )
  assert.deepEqual([told(node.next.silence), told(node.next.wrongKey)], ['ring carla', 'hang-up'])
  assert.deepEqual(
    [node.prompts, node.tries, node.keyTime, node.dialsExtensions],
    [['de-welcome'], 2, 5000, true],
  )
  const inner = node.keys['2']
  assert.ok(inner?.do === 'menu')
  assert.deepEqual(
    [told(inner.keys['1'] ?? node), told(inner.keys['9'] ?? node)],
    ['conference monday', 'continue flow:menu'],
  )
})

test('RT-DR3 going back asks again, from where the call was', () => {
  const config = withPlan(FLOWS)
  const first = outside('+493023125200')
  assert.ok(first.from === 'trunk')
  const on = (target: Target) => ({ from: 'plan', first, target, at: wallTime(9), seed: 2 }) as const
  assert.equal(planOf(on({ to: 'flow', flow: flowId('menu') }), { config }), 'menu menu')
})

test('RT-DR4 what a caller keys in is an extension and nothing else', () => {
  const first = outside('+493023125200')
  assert.ok(first.from === 'trunk')
  const keyed: [string, string][] = [
    ['100', 'ring anna'],
    ['500', 'queue sales'],
    ['112', 'unknown-number'],
    ['004315123456', 'unknown-number'],
    ['08912345678', 'unknown-number'],
    ['801', 'unknown-number'],
    ['*21100', 'unknown-number'],
    ['', 'unknown-number'],
  ]
  for (const [extension, is] of keyed) {
    const target: Target = { to: 'extension', extension }
    const call: RoutedCall = { from: 'plan', first, target, at: wallTime(9), seed: 2 }
    assert.equal(planOf(call), is, extension)
  }
})

test('RT-DR5 by name: letters on keys, first or last, umlauts as people write them', () => {
  const found = (keyed: string) => findByName(CONFIG, keyed).map(({ extension }) => extension)
  const names: [keyed: string, extensions: string[]][] = [
    ['26', ['100', '102']], // An(na), Ca(rla)
    ['6835', ['100']], // Muel(ler)
    ['47677', ['101']], // Gross
    ['23', ['101']], // Be(rnd)
    ['2637', ['102']], // Boer, behind "de"
    ['33', ['102']], // de
    ['787', ['103']], // Str(auss)
    ['2', []],
    ['', []],
    ['99999', []],
  ]
  for (const [keyed, extensions] of names) assert.deepEqual(found(keyed), extensions, keyed)
})

test('RT-WHY2 the record says on which branch a rule was looked at', () => {
  const plan = route(withPlan(FLOWS), LIVE, inside('200'))
  const branches = plan.looked.map(({ branch, rule }) => `${branch} ${rule}`)
  assert.ok(branches.includes(' receptionist:menu'))
  assert.ok(branches.includes('2 receptionist:inner'))
  assert.ok(branches.includes('2/1 conference:monday'))
  assert.ok(branches.includes('silence person:carla'))
})
