import assert from 'node:assert/strict'
import test from 'node:test'
import { ms, type PersonId, seconds, wallTime } from '@rufwerk/core'
import {
  checkConfig,
  type DialPlan,
  type Flow,
  type HoursState,
  type Live,
  type PersonRules,
  type PlanNode,
  type RoutedCall,
  route,
  type Target,
} from '@rufwerk/routing'
import fc from 'fast-check'
import {
  ANNA,
  BERND,
  CARLA,
  DAVID,
  flowId,
  inside,
  LIVE,
  MAIN,
  outside,
  rules,
  sizeOf,
  withPlan,
} from './company.ts'

/** Two hundred nodes that branch, each with at most fourteen further ones, which have at most four ends. */
const NODES_MAX = 200 * 14 * 5 + 1
const FLOWS = 6
const PEOPLE = [ANNA, BERND, CARLA, DAVID, 'nobody' as PersonId]

const flowIds = fc.nat(FLOWS).map((id) => flowId(`f${id}`))
const people = fc.constantFrom(...PEOPLE)
const target: fc.Arbitrary<Target> = fc.oneof(
  { weight: 6, arbitrary: flowIds.map((flow): Target => ({ to: 'flow', flow })) },
  { weight: 3, arbitrary: people.map((person): Target => ({ to: 'person', person })) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Target>(
      { to: 'outside', number: '+4915123456789' },
      { to: 'outside', number: '+4315123456' },
      { to: 'outside', number: 'x' },
      { to: 'queue', queue: 'sales' },
      { to: 'voicemail', box: 'gone' },
      { to: 'extension', extension: '100' },
      { to: 'extension', extension: '400' },
      { to: 'hangUp' },
      { to: 'busy' },
    ),
  },
)
const KEYS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'] as const
const flow = (id: number): fc.Arbitrary<Flow> =>
  fc.oneof(
    fc
      .record({ open: target, closed: target })
      .map(
        ({ open, closed }): Flow => ({ kind: 'hours', id: flowId(`f${id}`), schedule: 's', open, closed }),
      ),
    fc
      .record({
        members: fc.array(
          fc.oneof(
            people.map((person) => ({ person })),
            fc.constant({ outside: '+4940123456' }),
          ),
          {
            maxLength: 4,
          },
        ),
        nobody: target,
        order: fc.constantFrom('together', 'inTurn', 'random', 'longestIdle'),
        skipsBusy: fc.boolean(),
      })
      .map(
        (group): Flow => ({
          kind: 'ringGroup',
          id: flowId(`f${id}`),
          extension: id === 0 ? '400' : undefined,
          memberTime: seconds(9),
          ringTime: seconds(20),
          ...group,
        }),
      ),
    fc
      .record({ targets: fc.array(target, { maxLength: 12 }), silence: target, wrongKey: target })
      .map(({ targets, ...menu }): Flow => {
        const keys = targets.map((to, index) => ({ key: KEYS[index] ?? '0', target: to }))
        const own = flowId(`f${id}`)
        const rest = { prompt: 'p', dialsExtensions: true, keyTime: seconds(5), tries: 2 }
        return { kind: 'receptionist', id: own, keys, ...menu, ...rest }
      }),
  )
const forward = fc.record({ inside: target, outside: target }, { requiredKeys: [] })
const person = (id: PersonId): fc.Arbitrary<PersonRules> =>
  fc
    .record(
      { available: forward, away: forward, busy: forward, noAnswer: forward, notRegistered: forward },
      { requiredKeys: [] },
    )
    .map((forwarding) =>
      rules(id, { forwarding, mobile: { number: '+4915123456789', rings: true, after: ms(5) } }),
    )

const plan: fc.Arbitrary<Partial<DialPlan>> = fc
  .record({
    flows: fc.tuple(...Array.from({ length: FLOWS }, (_, id) => flow(id))),
    people: fc.tuple(person(ANNA), person(BERND), person(CARLA)),
    inbound: target.map((to) => [{ id: 'all', target: to }]),
  })
  .map((made) => made)

const call: fc.Arbitrary<RoutedCall> = fc.oneof(
  fc
    .constantFrom('100', '101', '400', '112', '*43', '08912345678', '0043151234', '801')
    .map((dialled) => inside(dialled)),
  fc.string({ maxLength: 40 }).map((dialled) => inside(dialled)),
  fc.constantFrom('+493023125100', '+493023125400', '').map((called) => outside(called)),
  target.map((to): RoutedCall => {
    const first = { from: 'trunk', trunk: MAIN, called: '', at: wallTime(0), seed: 1 } as const
    return { from: 'plan', first, target: to, at: wallTime(5), seed: 4 }
  }),
)
const live = fc
  .record({
    busy: fc.boolean(),
    state: fc.constantFrom('available', 'away', 'doNotDisturb'),
    isUp: fc.boolean(),
    hours: fc.constantFrom<HoursState>('open', 'break', 'holiday', 'closed'),
  })
  .map(
    ({ busy, state, isUp, hours }): Live => ({
      ...LIVE,
      isBusy: (id) => busy && id === BERND,
      stateOf: (id) => (id === CARLA ? state : 'available'),
      trunk: () => ({ isUp, calls: 0 }),
      hoursOverride: () => hours,
    }),
  )

function nodesOf(node: PlanNode): PlanNode[] {
  const further = 'next' in node ? Object.values(node.next) : []
  const keys = node.do === 'menu' ? Object.values(node.keys) : []
  return [node, ...[...further, ...keys].flatMap(nodesOf)]
}

test('RT-TOT2 any configuration, broken or not, gives a bounded plan, the same one each time', () => {
  fc.assert(
    fc.property(plan, call, live, (made, routed, now) => {
      const config = withPlan(made)
      const first = route(config, now, routed)
      assert.ok(first.looked.length <= 1_000)
      assert.ok(sizeOf(first.node) <= NODES_MAX)
      assert.deepEqual(route({ ...config }, now, routed), first)
    }),
    { numRuns: 60 },
  )
})

/**
 * The same plan without what would be a loop: flows lead on to later ones, people forward to ends; keys lead
 * anywhere.
 */
function withoutLoops(made: Partial<DialPlan>): Partial<DialPlan> {
  const later = (own: number, to: Target): Target =>
    to.to === 'flow' && Number(to.flow.slice(1)) <= own ? { to: 'hangUp' } : onlyWhatIsThere(to)
  const tamedFlow = (one: Flow, own: number): Flow => {
    switch (one.kind) {
      case 'hours':
        return { ...one, open: later(own, one.open), closed: later(own, one.closed) }
      case 'ringGroup':
        return {
          ...one,
          members: [
            { person: ANNA },
            ...one.members.filter((member) => !('person' in member) || member.person !== PEOPLE[4]),
          ],
          nobody: later(own, one.nobody),
        }
      case 'receptionist': {
        const keys = one.keys.map(({ key, target: to }) => ({
          key,
          target: to.to === 'names' ? to : onlyWhatIsThere(to),
        }))
        return { ...one, keys, silence: later(own, one.silence), wrongKey: later(own, one.wrongKey) }
      }
    }
  }
  const flows = (made.flows ?? []).map((one, own) => tamedFlow(one, own))
  const end = (to: Target | undefined): Target | undefined =>
    to &&
    (to.to === 'flow' || to.to === 'person' || to.to === 'extension' ? { to: 'busy' } : onlyWhatIsThere(to))
  const tamed = (made.people ?? []).map((one) => ({
    ...one,
    forwarding: Object.fromEntries(
      Object.entries(one.forwarding).map(([when, to]) => [
        when,
        { inside: end(to.inside), outside: end(to.outside) },
      ]),
    ),
  }))
  return { flows, people: tamed, inbound: [] }
}

function onlyWhatIsThere(to: Target): Target {
  const isThere =
    !(to.to === 'person' && to.person === PEOPLE[4]) &&
    !(to.to === 'flow' && to.flow === `f${FLOWS}`) &&
    !(to.to === 'outside' && to.number === 'x') &&
    !(to.to === 'extension' && to.extension === '400') &&
    to.to !== 'voicemail'
  return isThere ? to : { to: 'hangUp' }
}

test('RT-TOT3 what the check lets through meets no loop and always points to something', () => {
  fc.assert(
    fc.property(plan, call, live, (made, routed, now) => {
      const tame = withoutLoops(made)
      const config = withPlan(tame)
      assert.deepEqual(checkConfig(config), [])
      // A call that goes on from a target that nobody configured is another matter.
      if (routed.from === 'plan') return
      const met = nodesOf(route(config, now, routed).node).map(({ why }) => why.rule)
      assert.ok(!met.includes('flow-loop') && !met.includes('points-to-nothing'), met.join(' '))
    }),
    { numRuns: 60 },
  )
})

test('RT-EM5 whatever the configuration is, 112 leaves by the trunk of the site', () => {
  fc.assert(
    fc.property(plan, live, fc.constantFrom('112', '110', '0112', '+49110'), (made, now, dialled) => {
      const { node } = route(withPlan(made), now, inside(dialled))
      assert.ok(node.do === 'dialOut')
      assert.equal(node.call.attempts[0]?.trunk, MAIN)
      assert.equal(node.call.attempts[0]?.isHidden, false)
    }),
    { numRuns: 60 },
  )
})

test('RT-TOT2 menus of menus are planned ahead only so far', () => {
  const flows = Array.from({ length: 12 }, (_, id): Flow => {
    const keys = KEYS.map((key, index) => ({
      key,
      target: { to: 'flow', flow: flowId(`m${index}`) } as const,
    }))
    const ends = { to: 'hangUp' } as const
    const rest = {
      prompt: 'p',
      dialsExtensions: true,
      keyTime: seconds(5),
      tries: 2,
      silence: ends,
      wrongKey: ends,
    }
    return { kind: 'receptionist', id: flowId(`m${id}`), extension: `90${id}`, keys, ...rest }
  })
  const config = withPlan({ flows })
  assert.deepEqual(checkConfig(config), [])
  const nodes = nodesOf(route(config, LIVE, inside('900')).node)
  assert.ok(nodes.length <= NODES_MAX, `${nodes.length} nodes`)
  assert.ok(nodes.some((node) => node.do === 'continue'))
  assert.ok(!nodes.some((node) => node.why.rule === 'plan-too-big'))
})
