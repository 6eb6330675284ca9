import assert from 'node:assert/strict'
import test from 'node:test'
import type { DialPlan } from '@rufwerk/routing'
import { CHANGES_MAX, diffPlans } from '@rufwerk/routing/versions'
import fc from 'fast-check'
import { ANNA, BERND, CARLA, DAVID, GROUP, MAIN, PLAN, rules, SPARE, WEEK } from '../company.ts'

function told(before: Partial<DialPlan>, after: Partial<DialPlan>): string[] {
  const { changes, more } = diffPlans({ ...PLAN, ...before }, { ...PLAN, ...after })
  assert.equal(more, 0)
  return changes.map(({ path, what, before: was, after: is }) => {
    const value = (given: unknown) => (given === undefined ? '' : ` ${JSON.stringify(given)}`)
    return `${path} ${what}${value(was)}${value(is)}`
  })
}

const members = (...people: (typeof ANNA)[]) => [{ ...GROUP, members: people.map((person) => ({ person })) }]

type Row = [what: string, before: Partial<DialPlan>, after: Partial<DialPlan>, ...changes: string[]]
const rows: Row[] = [
  ['CFG-D1 the same', {}, structuredClone(PLAN)],
  [
    'CFG-D1 another time',
    { flows: [GROUP] },
    { flows: [{ ...GROUP, ringTime: GROUP.memberTime }] },
    'flows[all].ringTime changed 60000 15000',
  ],
  [
    'CFG-D1 another kind of target is one change',
    { flows: [GROUP] },
    { flows: [{ ...GROUP, nobody: { to: 'busy' } }] },
    'flows[all].nobody changed {"to":"voicemail","box":"shared"} {"to":"busy"}',
  ],
  [
    'CFG-D1 the same kind of target, elsewhere',
    { flows: [GROUP] },
    { flows: [{ ...GROUP, nobody: { to: 'voicemail', box: 'box-anna' } }] },
    'flows[all].nobody.box changed "shared" "box-anna"',
  ],
  [
    'CFG-D1 a field that was absent',
    { people: [rules(ANNA)] },
    { people: [rules(ANNA, { voicemail: 'box-anna' })] },
    'people[anna].voicemail added "box-anna"',
  ],
  ['CFG-D1 a field that is gone', { limits: { calls: 1 } }, {}, 'limits removed {"calls":1}'],
  [
    'CFG-D1 spans have no name and are told by place',
    { schedules: [{ id: 's', schedule: WEEK }] },
    { schedules: [{ id: 's', schedule: { ...WEEK, breaks: [] } }] },
    'schedules[s].schedule.breaks[0] removed {"days":["mon","tue","wed","thu","fri"],"from":"12:00","to":"13:00"}',
  ],
  [
    'CFG-D2 one comes and one goes',
    { flows: members(ANNA, BERND) },
    { flows: members(BERND, CARLA) },
    'flows[all].members[anna] removed {"person":"anna"}',
    'flows[all].members[carla] added {"person":"carla"}',
  ],
  [
    'CFG-D2 the last one is asked first: one move',
    { flows: members(ANNA, BERND, CARLA, DAVID) },
    { flows: members(DAVID, ANNA, BERND, CARLA) },
    'flows[all].members[david] moved 4 1',
  ],
  [
    'CFG-D2 moved and changed',
    {
      outbound: [
        { id: 'a', trunks: [MAIN] },
        { id: 'b', trunks: [MAIN] },
      ],
    },
    {
      outbound: [
        { id: 'b', trunks: [MAIN, SPARE] },
        { id: 'a', trunks: [MAIN] },
      ],
    },
    'outbound[b].trunks[spare] added "spare"',
    'outbound[b] moved 2 1',
  ],
  [
    'CFG-D2 a box and a queue with one id are two things',
    { services: [{ kind: 'voicemail', id: 'x' }] },
    {
      services: [
        { kind: 'queue', id: 'x' },
        { kind: 'voicemail', id: 'x' },
      ],
    },
    'services[queue:x] added {"kind":"queue","id":"x"}',
  ],
  [
    'CFG-D2 what has one name twice is told by place',
    {
      blocked: [
        { number: '+49', isPrefix: false },
        { number: '+49', isPrefix: true },
      ],
    },
    { blocked: [{ number: '+49', isPrefix: true }] },
    'blocked[0].isPrefix changed false true',
    'blocked[1] removed {"number":"+49","isPrefix":true}',
  ],
]
for (const [what, before, after, ...changes] of rows)
  test(what, () => assert.deepEqual(told(before, after), changes))

test('CFG-D2 of any new order as few entries are moved as will do', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const plan = (order: readonly string[]) => ({ ...PLAN, outbound: order.map((id) => ({ id, trunks: [] })) })
  fc.assert(
    fc.property(fc.shuffledSubarray(ids, { minLength: 7 }), (order) => {
      const { changes } = diffPlans(plan(ids), plan(order))
      assert.ok(changes.every(({ what }) => what === 'moved'))
      const moved = new Set(changes.map(({ path }) => path.slice('outbound['.length, -1)))
      const stayed = order.filter((id) => !moved.has(id))
      assert.deepEqual(stayed, stayed.toSorted())
      assert.equal(stayed.length, longestSorted(order))
    }),
    { numRuns: 200 },
  )
})

/** By trying all. */
function longestSorted(order: readonly string[]): number {
  let best = 0
  for (let mask = 0; mask < 2 ** order.length; mask += 1) {
    const chosen = order.filter((_, at) => mask & (1 << at))
    if (chosen.every((id, at) => at === 0 || (chosen[at - 1] ?? '') < id))
      best = Math.max(best, chosen.length)
  }
  return best
}

test('CFG-D3 what is too much is counted', () => {
  const blocked = Array.from({ length: CHANGES_MAX + 5 }, (_, at) => ({ number: `+${at}`, isPrefix: false }))
  const diff = diffPlans(PLAN, { ...PLAN, blocked })
  assert.deepEqual([diff.changes.length, diff.more], [CHANGES_MAX, 5])
})
