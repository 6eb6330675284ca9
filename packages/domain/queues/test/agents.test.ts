import assert from 'node:assert/strict'
import test from 'node:test'
import { ms, seconds } from '@rufwerk/core'
import { agentView, PAUSED_FOR_MISSES, type QueueId, type QueueInput, size } from '@rufwerk/queues'
import { agent, Bench, caller, Q, queue } from './bench.ts'

const OTHER = 'support' as QueueId
const a = agent('a')

test('QUE-AG1 an agent logs in and out, of one queue or of all', () => {
  const bench = new Bench([queue('a b'), queue('a b', { queue: OTHER })])
  bench.give({ type: 'logOut', agent: a, queue: Q })
  assert.deepEqual(bench.enter('x').ringing('x'), ['b'])
  assert.deepEqual(bench.enter('y', 0, OTHER).ringing('y'), ['a'])
  bench.give({ type: 'logOut', agent: a })
  assert.deepEqual(bench.take().slice(-1), ['cancel y a agentChanged'])
  bench.end('x').end('y').give({ type: 'logIn', agent: a })
  bench.give({ type: 'pause', agent: agent('b'), reason: 'lunch' })
  assert.deepEqual(bench.enter('z').ringing('z'), ['a'])
})

test('QUE-AG1 who logs out while talking finishes the conversation, and nothing comes after it', () => {
  const bench = new Bench([queue('a', { wrapUp: seconds(30), whenUnstaffed: 'wait' })])
  bench.enter('x').answer('x', 'a').give({ type: 'logOut', agent: a }).take()
  bench.enter('y').end('x')
  assert.deepEqual(bench.take(), ['hold y'])
  assert.equal(bench.set.agents.get(a)?.activity, 'out')
  assert.equal(bench.ended('x').outcome, 'completed')
})

test('QUE-AG2 a pause has a reason; who rings stops ringing, and the caller keeps the place', () => {
  const bench = new Bench([queue('a b')])
  bench.enter('x').take()
  bench.give({ type: 'pause', agent: a, reason: 'lunch' })
  assert.deepEqual(bench.take(), ['cancel x a agentChanged', 'ring x b'])
  assert.equal(agentView(bench.set, a, bench.now)?.pauseReason, 'lunch')
  bench.give({ type: 'pause', agent: a, reason: 'meeting' })
  const told = bench.events.filter((event) => event.type === 'agent' && event.activity === 'paused')
  assert.deepEqual(
    told.map((event) => 'reason' in event && event.reason),
    ['lunch', 'meeting'],
  )
  bench.give({ type: 'resume', agent: a }).enter('y')
  assert.deepEqual(bench.ringing('y'), ['a'])
  bench.give({ type: 'pause', agent: a, reason: 'x'.repeat(81) })
  assert.deepEqual(bench.errors, ['bad-value'])
})

test('QUE-AG3 wrap-up follows a conversation and ends by itself, or early', () => {
  const bench = new Bench([queue('a', { wrapUp: seconds(30) })])
  bench.enter('x').answer('x', 'a').end('x').enter('y').take()
  bench.pass(ms(29_999))
  assert.deepEqual(bench.take(), [])
  bench.pass(ms(1))
  assert.deepEqual(bench.take(), ['ring y a'])
  bench.answer('y', 'a').end('y').enter('z').take()
  bench.give({ type: 'ready', agent: a })
  assert.deepEqual(bench.take(), ['ring z a'])
})

test('QUE-AG3 wrap-up of one queue keeps an agent from all', () => {
  const bench = new Bench([
    queue('a', { wrapUp: seconds(10) }),
    queue('a', { queue: OTHER, wrapUp: seconds(5) }),
  ])
  bench.enter('x').answer('x', 'a').end('x').enter('y', 0, OTHER)
  assert.deepEqual(bench.ringing('y'), [])
  bench.pass(seconds(10))
  assert.deepEqual(bench.ringing('y'), ['a'])
})

test('QUE-AG4 an agent of several queues gets the first caller of all of them', () => {
  const bench = new Bench([queue('a'), queue('a', { queue: OTHER })])
  bench.enter('x').answer('x', 'a').pass(seconds(1))
  bench.enter('y', 0, OTHER).pass(seconds(1)).enter('z').pass(seconds(1))
  bench.enter('urgent', 5).take()
  const order: string[] = []
  for (const name of ['x', 'urgent', 'y']) {
    bench.end(name)
    order.push(...bench.take())
    const next = order.at(-1)?.split(' ')[1] ?? ''
    bench.answer(next, 'a').take()
  }
  assert.deepEqual(order, ['ring urgent a', 'ring y a', 'ring z a'])
})

test('QUE-AG5 who is in a conversation of another queue or in a direct call does not ring', () => {
  const bench = new Bench([queue('a'), queue('a', { queue: OTHER })])
  bench.enter('x').answer('x', 'a').enter('y', 0, OTHER)
  assert.deepEqual(bench.ringing('y'), [])
  bench.give({ type: 'busy', agent: a, isBusy: true }).end('x')
  assert.deepEqual(bench.ringing('y'), [])
  bench.give({ type: 'busy', agent: a, isBusy: false })
  assert.deepEqual(bench.ringing('y'), ['a'])
})

test('QUE-AG5 who takes another call while ringing stops ringing, and has missed nothing', () => {
  const bench = new Bench([queue('a b')])
  bench.enter('x').take()
  bench.give({ type: 'busy', agent: a, isBusy: true })
  assert.deepEqual(bench.take(), ['cancel x a agentChanged', 'ring x b'])
  assert.equal(bench.set.agents.get(a)?.missesInRow, 0)
})

test('QUE-AG6 who does not answer so many times in a row is paused', () => {
  const bench = new Bench([
    queue('a', { missesMax: 3, restTime: seconds(1), whenUnstaffed: 'wait', waitMax: seconds(600) }),
  ])
  bench.enter('x').pass(seconds(20)).decline('x', 'b')
  bench.pass(seconds(1)).decline('x', 'a')
  assert.equal(bench.set.agents.get(a)?.pause, undefined)
  bench.pass(seconds(21))
  assert.deepEqual(bench.set.agents.get(a)?.pause, { reason: PAUSED_FOR_MISSES, by: 'system' })
  bench.take()
  bench.pass(seconds(100))
  assert.deepEqual(bench.take(), [])
  bench.give({ type: 'resume', agent: a })
  assert.deepEqual(bench.take(), ['ring x a'])
})

const anew: [what: string, between: (bench: Bench) => unknown][] = [
  ['an answer', (bench) => bench.answer('x', 'a').end('x').enter('y')],
  ['logging in', (bench) => bench.give({ type: 'logIn', agent: a })],
  ['coming back from a pause', (bench) => pauseAndResume(bench)],
]
for (const [what, between] of anew) {
  test(`QUE-AG6 ${what} begins the count anew`, () => {
    const bench = new Bench([queue('a', { missesMax: 2, restTime: seconds(1) })])
    bench.enter('x').decline('x', 'a').pass(seconds(1))
    between(bench)
    bench.decline('x', 'a').decline('y', 'a')
    assert.deepEqual([bench.set.agents.get(a)?.missesInRow, bench.set.agents.get(a)?.pause], [1, undefined])
  })
}

function pauseAndResume(bench: Bench): void {
  bench.give({ type: 'pause', agent: a, reason: 'lunch' }).give({ type: 'resume', agent: a })
}

test('QUE-AG6 busy and failed phones are no misses, and 0 pauses nobody', () => {
  const bench = new Bench([queue('a', { missesMax: 1, restTime: seconds(1) })])
  bench.enter('x')
  for (const why of ['busy', 'failed'] as const)
    bench.give({ type: 'notAnswered', caller: caller('x'), agent: a, why }).pass(seconds(1))
  assert.deepEqual(bench.ringing('x'), ['a'])
  bench.give({ type: 'configure', config: queue('a', { missesMax: 0, restTime: seconds(1) }) })
  for (let times = 0; times < 30; times += 1) bench.decline('x', 'a').pass(seconds(1))
  assert.deepEqual(bench.ringing('x'), ['a'])
})

test('QUE-AG6 logging in ends a pause of the system, and not one of the agent', () => {
  const bench = new Bench([queue('a', { missesMax: 1, whenUnstaffed: 'wait' })])
  bench.enter('x').decline('x', 'a').give({ type: 'logIn', agent: a })
  assert.equal(bench.set.agents.get(a)?.pause, undefined)
  bench.give({ type: 'pause', agent: a, reason: 'lunch' }).give({ type: 'logIn', agent: a })
  assert.equal(bench.set.agents.get(a)?.pause?.reason, 'lunch')
})

test('QUE-AG7 an agent without a device does not ring', () => {
  const bench = new Bench([queue('a b')])
  bench.enter('x').take()
  bench.give({ type: 'reachable', agent: a, isReachable: false })
  assert.deepEqual(bench.take(), ['cancel x a agentChanged', 'ring x b'])
  assert.equal(bench.set.agents.get(a)?.activity, 'unreachable')
})

test('QUE-AG7 a device that disappears during a conversation does not end it', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x').answer('x', 'a').take()
  bench.give({ type: 'reachable', agent: a, isReachable: false })
  assert.deepEqual(bench.take(), [])
  assert.equal(bench.view().talking, 1)
  bench.end('x')
  assert.equal(bench.ended('x').outcome, 'completed')
})

test('QUE-AG8 after ringing in vain an agent is left alone for a while', () => {
  const bench = new Bench([queue('a', { restTime: seconds(10) })])
  bench.enter('x').decline('x', 'a').take()
  bench.pass(ms(9_999))
  assert.deepEqual(bench.take(), [])
  bench.pass(ms(1))
  assert.deepEqual(bench.take(), ['ring x a'])
})

test('QUE-AG9 two answer at once: one has the caller, the other is told', () => {
  const bench = new Bench([queue('a b', { strategy: 'ringAll' })])
  bench.enter('x').take()
  bench.answer('x', 'b').answer('x', 'a')
  assert.deepEqual(bench.take(), ['connect x b', 'cancel x a answeredElsewhere', 'tooLate x a'])
  assert.deepEqual([size(bench.set).working, bench.view().talking], [1, 1])
})

const late: [what: string, before: (bench: Bench) => unknown][] = [
  ['after the caller has gone', (bench) => bench.end('x')],
  ['after the ringing ended', (bench) => bench.pass(seconds(20))],
  ['after logging out', (bench) => bench.give({ type: 'logOut', agent: a })],
]
for (const [what, before] of late) {
  test(`QUE-AG9 an answer ${what} is told to be too late`, () => {
    const bench = new Bench([queue('a')])
    before(bench.enter('x'))
    bench.take()
    assert.deepEqual(bench.answer('x', 'a').take(), ['tooLate x a'])
  })
}

test('QUE-AG9 an answer of somebody unknown is too late, too', () => {
  assert.deepEqual(new Bench([queue('a')]).enter('x').answer('x', 'z').take().slice(-1), ['tooLate x z'])
})

test('QUE-AG9 what comes too late of a phone that does not ring changes nothing', () => {
  const bench = new Bench([queue('a b')]).enter('x')
  bench.take()
  bench.decline('x', 'b').decline('y', 'a').decline('x', 'z')
  assert.deepEqual(bench.take(), [])
})

const unknown: QueueInput[] = [
  ...(['logIn', 'logOut', 'resume', 'ready'] as const).map((type) => ({ type, agent: agent('z') })),
  { type: 'pause', agent: agent('z'), reason: '' },
  { type: 'busy', agent: agent('z'), isBusy: true },
  { type: 'reachable', agent: agent('z'), isReachable: true },
]
for (const input of unknown) {
  test(`QUE-AG10 ${input.type} of an unknown agent is refused`, () => {
    const bench = new Bench([queue('a')]).give(input)
    assert.deepEqual(bench.errors, ['unknown-agent'])
  })
}

test('QUE-AG10 logging in to a queue of others is refused', () => {
  const bench = new Bench([queue('a'), queue('b', { queue: OTHER })])
  bench.give({ type: 'logIn', agent: a, queue: OTHER })
  assert.deepEqual(bench.errors, ['not-a-member'])
})
