import assert from 'node:assert/strict'
import test from 'node:test'
import { minutes, ms, seconds } from '@rufwerk/core'
import { type QueueConfig, type QueueId, size } from '@rufwerk/queues'
import { agent, Bench, caller, Q, queue } from './bench.ts'

const OVERFLOW: QueueConfig['overflow'] = {
  full: { to: 'voicemail', person: agent('boss') },
  timeout: { to: 'number', number: '100' },
  unstaffed: { to: 'announcement', prompt: 'closed' },
  removed: { to: 'queue', queue: 'other' as QueueId },
}
const a = agent('a')

test('QUE-CA1 a caller hears music, waits, is connected and ends', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x').pass(seconds(3)).answer('x', 'a').pass(seconds(60)).end('x')
  assert.deepEqual(bench.take(), ['hold x', 'ring x a', 'connect x a'])
  const { outcome, waited, talked } = bench.ended('x')
  assert.deepEqual([outcome, waited, talked], ['completed', 3_000, 60_000])
  assert.deepEqual(
    bench.events.filter((event) => event.type !== 'agent').map((event) => event.type),
    ['entered', 'ringing', 'answered', 'ended'],
  )
  assert.deepEqual([size(bench.set).callers, size(bench.set).working], [0, 0])
})

test('QUE-CA2 the higher priority comes first, among equals who came first', () => {
  const bench = new Bench([queue('a')])
  bench.enter('busy').answer('busy', 'a')
  for (const [name, priority] of Object.entries({ one: 0, two: 5, three: 0, four: 9, five: 5 }))
    bench.enter(name, priority).pass(seconds(1))
  const order = bench.view().waiting.map((waiting) => waiting.caller)
  assert.deepEqual(order, ['four', 'two', 'five', 'one', 'three'])
  const positions = bench.events.flatMap((event) => (event.type === 'entered' ? [event.position] : []))
  assert.deepEqual(positions, [1, 1, 1, 3, 1, 3])
})

test('QUE-CA2 callers of a queue have its priority', () => {
  const second = 'second' as QueueId
  const urgent = { ...queue('a', { priority: 3 }), queue: second }
  const bench = new Bench([queue('a'), urgent])
  bench.enter('x').answer('x', 'a').enter('y')
  bench.give({ type: 'enter', caller: caller('z'), queue: second })
  bench.give({ type: 'ended', caller: caller('x') })
  assert.deepEqual([bench.ringing('z'), bench.ringing('y')], [['a'], []])
})

test('QUE-CA2 what was waited elsewhere counts for the order, and not for the maximum wait', () => {
  const bench = new Bench([queue('', { whenUnstaffed: 'wait', waitMax: seconds(60) })])
  bench.enter('x').pass(seconds(10))
  bench.give({ type: 'enter', caller: caller('y'), queue: Q, waited: seconds(30) }).pass(seconds(49))
  assert.deepEqual(
    bench.view().waiting.map((waiting) => waiting.caller),
    ['y', 'x'],
  )
  bench.take()
  bench.pass(seconds(1))
  assert.deepEqual(bench.take(), ['leave x timeout end'])
})

test('QUE-CA3 a full queue sends elsewhere', () => {
  const bench = new Bench([queue('a', { lengthMax: 1, overflow: OVERFLOW })])
  bench.enter('x').answer('x', 'a').enter('y').enter('z').take()
  assert.equal(bench.ended('z').outcome, 'full')
  assert.equal(bench.view().waiting.length, 1)
  assert.deepEqual(bench.enter('w').take(), ['leave w full voicemail'])
})

test('QUE-CA4 who has waited the maximum goes elsewhere', () => {
  const bench = new Bench([queue('', { whenUnstaffed: 'wait', waitMax: seconds(60), overflow: OVERFLOW })])
  bench.enter('x').pass(ms(59_999))
  assert.deepEqual(bench.take(), ['hold x'])
  bench.pass(ms(1))
  assert.deepEqual(bench.take(), ['leave x timeout number'])
  assert.equal(bench.ended('x').waited, 60_000)
})

test('QUE-CA4 who is being rung for then may still be answered, but nobody else rings', () => {
  const settings = { waitMax: seconds(30), ringTime: seconds(20), restTime: seconds(5) }
  const answered = new Bench([queue('a b', settings)]).enter('x').pass(seconds(35))
  assert.deepEqual(answered.ringing('x'), ['b'])
  answered.answer('x', 'b')
  assert.equal(answered.view().talking, 1)
  const not = new Bench([queue('a b', settings)]).enter('x').pass(seconds(40))
  assert.deepEqual(not.take().slice(-2), ['cancel x b noAnswer', 'leave x timeout end'])
})

test('QUE-CA4 ring all rings nobody else for who has waited the maximum', () => {
  const bench = new Bench([queue('a b', { strategy: 'ringAll', waitMax: seconds(30), restTime: seconds(5) })])
  bench
    .give({ type: 'pause', agent: agent('b'), reason: '' })
    .enter('x')
    .pass(seconds(30))
  assert.deepEqual(bench.ringing('x'), ['a'])
  bench.give({ type: 'resume', agent: agent('b') })
  assert.deepEqual(bench.ringing('x'), ['a'])
})

test('QUE-CA5 without an agent: refuse, let go, or wait', () => {
  const rows = {
    wait: ['hold x'],
    refuse: ['leave x unstaffed announcement'],
    leave: ['leave x unstaffed announcement'],
  }
  for (const whenUnstaffed of ['wait', 'refuse', 'leave'] as const) {
    const bench = new Bench([queue('a', { whenUnstaffed, overflow: OVERFLOW })])
    bench.give({ type: 'logOut', agent: a }).take()
    assert.deepEqual(bench.enter('x').take(), rows[whenUnstaffed])
  }
})

test('QUE-CA5 the last agent goes: who waits leaves after a while, unless somebody comes back', () => {
  const bench = new Bench([queue('a', { unstaffedDelay: seconds(10), overflow: OVERFLOW })])
  bench.enter('x').answer('x', 'a').enter('y').take()
  bench.give({ type: 'reachable', agent: a, isReachable: false }).pass(seconds(9))
  bench.give({ type: 'reachable', agent: a, isReachable: true }).pass(seconds(60))
  assert.deepEqual(bench.take(), [])
  bench.give({ type: 'logOut', agent: a }).pass(seconds(10))
  assert.deepEqual(bench.take(), ['leave y unstaffed announcement'])
  assert.equal(bench.view().talking, 1)
})

test('QUE-CA5 who pauses is there; who was paused for calls not answered is not', () => {
  const bench = new Bench([queue('a', { unstaffedDelay: ms(0), missesMax: 1 })])
  bench.enter('x').give({ type: 'pause', agent: a, reason: 'coffee' }).pass(seconds(60))
  assert.equal(bench.view().waiting.length, 1)
  bench.give({ type: 'resume', agent: a }).decline('x', 'a')
  assert.equal(bench.ended('x').outcome, 'unstaffed')
})

test('QUE-CA6 a key takes a waiting caller elsewhere', () => {
  const keys = [{ key: '1', target: { to: 'number', number: '200' } }] as const
  const bench = new Bench([queue('a', { keys })])
  bench.enter('x').take()
  bench.give({ type: 'key', caller: caller('x'), key: '2' })
  assert.deepEqual(bench.take(), [])
  bench.give({ type: 'key', caller: caller('x'), key: '1' })
  assert.deepEqual(bench.take(), ['cancel x a callerLeft', 'leave x key number'])
  bench.enter('y').answer('y', 'a').take()
  bench.give({ type: 'key', caller: caller('y'), key: '1' })
  assert.deepEqual(bench.take(), [])
})

test('QUE-CA7 who hangs up while waiting has abandoned; who rings stops', () => {
  const bench = new Bench([queue('a b', { strategy: 'ringAll' })])
  bench.enter('x').pass(seconds(4)).take()
  bench.end('x')
  assert.deepEqual(bench.take(), ['cancel x a callerLeft', 'cancel x b callerLeft'])
  assert.deepEqual([bench.ended('x').outcome, size(bench.set).ringing], ['abandoned', 0])
  assert.deepEqual(bench.enter('y').ringing('y'), ['a', 'b'])
})

test('QUE-CA8 an agent is lost: the caller waits again, before all others', () => {
  const bench = new Bench([queue('a b', { restTime: seconds(5) })])
  bench.enter('x').answer('x', 'a').enter('y').answer('y', 'b').enter('z', 9).take()
  bench.give({ type: 'agentLost', caller: caller('x') })
  assert.deepEqual(bench.take(), ['hold x'])
  assert.deepEqual(
    bench.view().waiting.map((waiting) => waiting.caller),
    ['x', 'z'],
  )
  bench.end('y')
  assert.deepEqual(bench.ringing('x'), ['b'])
  bench.pass(seconds(5))
  assert.deepEqual(bench.ringing('z'), ['a'])
  bench.end('x')
  assert.equal(bench.ended('x').outcome, 'abandoned')
})

test('QUE-CA8 a caller who waits or is unknown cannot lose an agent', () => {
  const bench = new Bench([queue('a')]).enter('x')
  bench.take()
  for (const name of ['x', 'nobody']) bench.give({ type: 'agentLost', caller: caller(name) })
  assert.deepEqual(bench.take(), [])
})

test('QUE-CA9 who has waited for hours in other queues comes in all the same', () => {
  const bench = new Bench([queue('a')])
  bench.give({ type: 'enter', caller: caller('x'), queue: Q, waited: minutes(10_000) })
  assert.deepEqual([bench.errors, bench.ringing('x')], [[], ['a']])
})

test('QUE-CA9 who is not here cannot end, and who is here cannot come again', () => {
  const bench = new Bench([queue('a')]).enter('x')
  bench.take()
  bench
    .end('nobody')
    .enter('x')
    .enter('y', 0, 'nowhere' as QueueId)
    .enter('y', 1.5)
    .enter('y', 10)
  bench.give({ type: 'enter', caller: caller('y'), queue: Q, waited: ms(-1) })
  const expected = ['already-here', 'unknown-queue', 'bad-value', 'bad-value', 'bad-value']
  assert.deepEqual([bench.errors, bench.take()], [expected, []])
})

test('QUE-AN1 position and wait are told in intervals, by the place in the line', () => {
  const announce = { first: seconds(20), interval: seconds(60), position: true, wait: true }
  const bench = new Bench([queue('a', { announce, wrapUp: ms(0) })])
  bench.enter('busy').answer('busy', 'a').enter('x').enter('y').take()
  bench.pass(seconds(20))
  assert.deepEqual(bench.take(), ['announce x 1 180000', 'announce y 2 360000'])
  bench.pass(seconds(59)).end('x')
  assert.deepEqual(bench.take(), [])
  bench.pass(seconds(1))
  assert.deepEqual(bench.take(), ['announce y 1 180000'])
})

test('QUE-AN1 what is not wanted or not known is not told', () => {
  const announce = { first: ms(0), interval: seconds(60), position: false, wait: true }
  const bench = new Bench([queue('a', { announce, whenUnstaffed: 'wait' })])
  bench.give({ type: 'pause', agent: a, reason: '' }).enter('x')
  assert.deepEqual(bench.take(), ['hold x'])
  bench.give({ type: 'configure', config: queue('a', { announce: { ...announce, position: true } }) })
  bench.pass(seconds(60))
  assert.deepEqual(bench.take(), ['announce x 1 -'])
})

test('QUE-AN2 an answer connects at once, whatever is announced, and nothing is announced after it', () => {
  const announce = { first: seconds(5), interval: seconds(10), position: true, wait: false }
  const bench = new Bench([queue('a', { announce })])
  bench.enter('x').pass(seconds(5)).answer('x', 'a')
  assert.deepEqual(bench.take().slice(-2), ['announce x 1 -', 'connect x a'])
  bench.pass(seconds(100))
  assert.deepEqual(bench.take(), [])
})

test('QUE-AN3 a wait beyond the target of the queue is told once', () => {
  const bench = new Bench([queue('', { whenUnstaffed: 'wait', serviceTarget: seconds(20) })])
  bench.enter('x').pass(seconds(20))
  const late = () => bench.events.filter((event) => event.type === 'late').length
  assert.equal(late(), 0)
  bench.pass(seconds(60))
  assert.equal(late(), 1)
})
