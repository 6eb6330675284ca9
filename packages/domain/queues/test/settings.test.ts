import assert from 'node:assert/strict'
import test from 'node:test'
import { ms, seconds } from '@rufwerk/core'
import { checkQueue, fullness, type QueueId, size, step } from '@rufwerk/queues'
import { AGENTS_MAX, CALLERS_MAX, QUEUES_MAX, RINGING_PER_CALLER_MAX } from '../src/limits.ts'
import { agent, Bench, caller, Q, queue } from './bench.ts'

const bad: [place: string, changes: object][] = [
  ['name', { name: '' }],
  ['name', { name: 'x'.repeat(81) }],
  ['queue', { queue: 7 }],
  ['strategy', { strategy: 'loudest' }],
  ['members', { members: Array.from({ length: 201 }, (_, at) => ({ agent: `a${at}`, level: 0 })) }],
  [
    'members.1.agent',
    {
      members: [
        { agent: 'a', level: 0 },
        { agent: 'a', level: 1 },
      ],
    },
  ],
  ['members.0.level', { members: [{ agent: 'a', level: 10 }] }],
  ['ringTime', { ringTime: ms(4_999) }],
  ['restTime', { restTime: ms(0) }],
  ['levelDelay', { levelDelay: ms(-1) }],
  ['wrapUp', { wrapUp: Number.NaN }],
  ['missesMax', { missesMax: 2.5 }],
  ['lengthMax', { lengthMax: 0 }],
  ['lengthMax', { lengthMax: 501 }],
  ['waitMax', { waitMax: Number.POSITIVE_INFINITY }],
  ['overflow.full.to', { overflow: { ...queue('').overflow, full: { to: 'moon' } } }],
  ['overflow.timeout', { overflow: { ...queue('').overflow, timeout: undefined } }],
  ['keys.0.key', { keys: [{ key: 'A', target: { to: 'end' } }] }],
  ['keys.1.key', { keys: [1, 2].map(() => ({ key: '1', target: { to: 'end' } })) }],
  ['announce.interval', { announce: { first: 0, interval: 9_999, position: true, wait: true } }],
  ['supervision.announcement', { supervision: { modes: ['listen'], supervisors: [], announcement: '' } }],
  ['supervision.modes.0', { supervision: { modes: ['spy'], supervisors: [], announcement: 'x' } }],
]
for (const [place, changes] of bad) {
  const given = JSON.stringify(changes).slice(0, 60)
  test(`QUE-LM1 settings with a wrong ${place} are refused with the place: ${given}`, () => {
    const checked = checkQueue({ ...queue('a'), ...changes })
    assert.ok(!checked.ok)
    assert.deepEqual([checked.error.code, checked.error.place], ['bad-config', place])
  })
}

test('QUE-LM1 what is no settings at all is refused, and what is given is not kept', () => {
  for (const value of [undefined, null, 7, 'queue', []]) assert.ok(!checkQueue(value).ok)
  const given = queue('a b')
  const checked = checkQueue({ ...given, unknown: 1 })
  assert.ok(checked.ok)
  assert.deepEqual(checked.value, given)
})

test('QUE-LM2 queues and agents have a limit', () => {
  const bench = new Bench()
  for (let at = 0; at < QUEUES_MAX; at += 1)
    bench.give({ type: 'configure', config: queue(`a${at}`, { queue: `q${at}` as QueueId }) })
  const more = queue('a', { queue: 'more' as QueueId })
  assert.equal(fullness(bench.set, more), 'too-many-queues')
  assert.equal(fullness(bench.set, queue('a', { queue: 'q0' as QueueId })), undefined)
  bench.give({ type: 'configure', config: more })
  assert.deepEqual([bench.errors.splice(0), size(bench.set).queues], [['too-many-queues'], QUEUES_MAX])
  for (let at = 0; at * 200 < AGENTS_MAX; at += 1) {
    const names = Array.from({ length: 200 }, (_, of) => `b${at}-${of}`).join(' ')
    bench.give({ type: 'configure', config: queue(names, { queue: `q${at}` as QueueId }) })
  }
  assert.ok(bench.errors.includes('too-many-agents'))
  assert.ok(size(bench.set).agents <= AGENTS_MAX)
})

test('QUE-LM2 callers have a limit, beyond which every queue is full', () => {
  const ids = [0, 1, 2, 3, 4].map((at) => `q${at}` as QueueId)
  const settings = { lengthMax: 500, whenUnstaffed: 'wait' } as const
  const bench = new Bench(ids.map((id) => queue('', { ...settings, queue: id })))
  // Without the checks of the bench, which looks at everybody after each step.
  for (let call = 0; call < CALLERS_MAX; call += 1) {
    const id = ids[Math.floor(call / 500)] as QueueId
    step(bench.set, { type: 'enter', caller: caller(`c${call}`), queue: id }, bench.env)
  }
  bench.enter('more', 0, ids[4])
  assert.deepEqual([bench.take(), size(bench.set).callers], [['leave more full end'], CALLERS_MAX])
})

test('QUE-LM3 at most so many agents ring for one caller', () => {
  const names = Array.from({ length: RINGING_PER_CALLER_MAX + 5 }, (_, at) => `a${at}`).join(' ')
  const bench = new Bench([queue(names, { strategy: 'ringAll' })]).enter('x')
  assert.equal(bench.ringing('x').length, RINGING_PER_CALLER_MAX)
  assert.equal(bench.enter('y').ringing('y').length, 5)
})

test('QUE-LM4 a change cuts no conversation; who is no member any more stops ringing', () => {
  const bench = new Bench([queue('a b')])
  bench.enter('x').answer('x', 'a').enter('y').take()
  bench.give({ type: 'configure', config: queue('c') })
  assert.deepEqual(bench.take(), ['cancel y b agentChanged'])
  assert.deepEqual([bench.view().talking, size(bench.set).agents], [1, 2])
  bench.arrive('c')
  assert.deepEqual(bench.take(), ['ring y c'])
  bench.end('x')
  assert.deepEqual([bench.ended('x').outcome, size(bench.set).agents], ['completed', 1])
})

test('QUE-LM4 a queue that is removed lets its callers go, and ends with its last conversation', () => {
  const removed = { to: 'number', number: '100' } as const
  const bench = new Bench([queue('a b', { overflow: { ...queue('').overflow, removed } })])
  bench.enter('x').answer('x', 'a').enter('y').take()
  bench.give({ type: 'remove', queue: Q })
  assert.deepEqual(bench.take(), ['cancel y b callerLeft', 'leave y removed number'])
  bench.enter('z').give({ type: 'remove', queue: Q })
  assert.deepEqual(bench.errors, ['unknown-queue', 'unknown-queue'])
  assert.equal(size(bench.set).queues, 1)
  bench.end('x')
  assert.deepEqual(size(bench.set), { queues: 0, agents: 0, callers: 0, waiting: 0, ringing: 0, working: 0 })
})

test('QUE-LM4 an agent lost in a removed queue lets the caller go; a queue may come back', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x').answer('x', 'a').give({ type: 'remove', queue: Q }).take()
  bench.give({ type: 'agentLost', caller: caller('x') })
  assert.deepEqual(bench.take(), ['leave x removed end'])
  bench.give({ type: 'configure', config: queue('a') }).arrive('a')
  assert.deepEqual(bench.enter('y').take(), ['hold y', 'ring y a'])
})

test('QUE-LM4 a removed queue that comes back while somebody talks goes on', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x').answer('x', 'a').give({ type: 'remove', queue: Q })
  bench
    .give({ type: 'configure', config: queue('a') })
    .arrive('a')
    .take()
  assert.deepEqual(bench.enter('y').take(), ['hold y'])
  bench.end('x')
  assert.deepEqual(bench.take(), ['ring y a'])
})

test('QUE-LM4 wrap-up of a queue ends for who is no member any more', () => {
  const bench = new Bench([queue('a b', { wrapUp: seconds(60) })])
  bench.enter('x').answer('x', 'a').end('x')
  assert.equal(size(bench.set).working, 1)
  bench.give({ type: 'configure', config: queue('b') })
  assert.deepEqual([size(bench.set).working, size(bench.set).agents], [0, 1])
})

test('QUE-LM5 a level, a wait and an announcement that change hold at once', () => {
  const announce = { first: ms(0), interval: seconds(10), position: true, wait: false }
  const bench = new Bench([queue('a b/1', { levelDelay: seconds(100), announce })])
  bench.give({ type: 'pause', agent: agent('a'), reason: '' }).enter('x')
  assert.deepEqual(bench.take(), ['hold x', 'announce x 1 -'])
  bench.give({ type: 'configure', config: queue('a b') }).pass(seconds(30))
  assert.deepEqual(bench.take().slice(0, 1), ['ring x b'])
  bench.give({ type: 'configure', config: queue('a b', { waitMax: seconds(20) }) }).pass(seconds(60))
  assert.equal(bench.ended('x').outcome, 'timeout')
})
