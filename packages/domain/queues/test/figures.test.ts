import assert from 'node:assert/strict'
import test from 'node:test'
import { minutes, ms, seconds } from '@rufwerk/core'
import { abandonRate, agentView, averageWait, bucketStart, queueView, serviceLevel } from '@rufwerk/queues'
import { BUCKETS_MAX } from '../src/limits.ts'
import { agent, Bench, caller, type Q, queue } from './bench.ts'

const a = agent('a')

/** Two answered in time, one late, two abandoned, one of them soon, one sent elsewhere. */
function mixed(): Bench {
  const bench = new Bench([
    queue('a', { serviceTarget: seconds(20), shortAbandon: seconds(5), lengthMax: 1 }),
  ])
  bench.enter('1').pass(seconds(20)).end('1')
  bench.enter('2').pass(seconds(10)).answer('2', 'a').end('2')
  bench.enter('3').pass(seconds(20)).pass(seconds(5)).answer('3', 'a')
  bench.enter('4').enter('5').pass(seconds(4)).end('4').end('3')
  return bench.enter('6').answer('6', 'a').end('6')
}

test('QUE-FG1 each caller has one outcome, in the figures as in the events', () => {
  const bench = mixed()
  const { today } = bench.view()
  const { entered, answered, answeredInTime, abandoned, abandonedShort, full } = today
  assert.deepEqual(
    { entered, answered, answeredInTime, abandoned, abandonedShort, full },
    { entered: 6, answered: 3, answeredInTime: 2, abandoned: 2, abandonedShort: 1, full: 1 },
  )
  assert.deepEqual([today.answeredWaitMs, today.abandonedWaitMs], [35_000, 24_000])
  assert.deepEqual([today.longestWaitMs, today.talkMs], [25_000, 4_000])
})

test('QUE-FG2 service level: answered in time, of the answered and of the abandoned as configured', () => {
  const { today } = mixed().view()
  assert.equal(serviceLevel(today, 'never'), 2 / 3)
  assert.equal(serviceLevel(today, 'exceptShort'), 2 / 4)
  assert.equal(serviceLevel(today, 'always'), 2 / 5)
  assert.equal(mixed().view().serviceLevel, 2 / 4)
})

test('QUE-FG2 exactly the target is in time', () => {
  const bench = new Bench([queue('a', { serviceTarget: seconds(10) })])
  bench.enter('1').pass(seconds(10)).answer('1', 'a').end('1')
  assert.equal(bench.view().serviceLevel, 1)
})

test('QUE-FG3 average wait of the answered, abandon rate of all, and nothing to say about nobody', () => {
  const { today } = mixed().view()
  assert.deepEqual([averageWait(today), abandonRate(today)], [35_000 / 3, 2 / 6])
  const view = new Bench([queue('a')]).view()
  assert.deepEqual([view.averageWait, view.abandonRate, view.serviceLevel], [undefined, undefined, undefined])
  assert.equal(view.longestWait, 0)
})

test('QUE-FG4 the longest wait now', () => {
  const bench = new Bench([queue('', { whenUnstaffed: 'wait' })])
  bench.enter('x').pass(seconds(7)).enter('y', 9).pass(seconds(2))
  assert.equal(bench.view().longestWait, 9_000)
})

test('QUE-FG5 a caller whose agent was lost is answered once, and requeued', () => {
  const bench = new Bench([queue('a', { restTime: seconds(1) })])
  bench
    .enter('x')
    .answer('x', 'a')
    .pass(seconds(10))
    .give({ type: 'agentLost', caller: caller('x') })
  bench.pass(seconds(1)).answer('x', 'a').pass(seconds(5)).end('x')
  const { answered, abandoned, requeued, talkMs } = bench.view().today
  assert.deepEqual(
    { answered, abandoned, requeued, talkMs },
    { answered: 1, abandoned: 0, requeued: 1, talkMs: 15_000 },
  )
  assert.equal(bench.ended('x').outcome, 'completed')
})

test('QUE-FG6 pieces of 15 minutes, a day of them at most, and a new day begins today anew', () => {
  const bench = new Bench([queue('a')])
  for (let piece = 0; piece < BUCKETS_MAX + 10; piece += 1) {
    bench.serve(`c${piece}`, seconds(1)).length
    bench.pass(ms(minutes(15) - 1_000))
  }
  const { buckets, today } = bench.view()
  assert.equal(buckets.length, BUCKETS_MAX)
  assert.equal(today.entered, BUCKETS_MAX + 10)
  for (const [at, bucket] of buckets.entries()) {
    assert.equal(bucket.counts.answered, 1)
    const before = buckets[at - 1]
    if (before) assert.equal(bucketStart(bucket) - bucketStart(before), minutes(15))
  }
  bench.give({ type: 'newDay' })
  assert.deepEqual([bench.view().today.entered, bench.view().buckets.length], [0, BUCKETS_MAX])
})

test('QUE-FG6 a clock that is set back counts in the newest piece', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x')
  const { buckets } = bench.view()
  const env = { now: bench.now, at: bench.env.at }
  const earlier = { ...env, at: (env.at - minutes(60)) as typeof env.at }
  Object.defineProperty(bench, 'env', { value: earlier })
  bench.end('x')
  assert.equal(bench.view().buckets.length, buckets.length)
  assert.equal(bench.view().buckets[0]?.counts.abandoned, 1)
})

test('QUE-FG7 what an agent did today adds up to the time that passed', () => {
  const bench = new Bench([queue('a', { wrapUp: seconds(10) })])
  const start = bench.now
  bench.pass(seconds(5)).enter('x').pass(seconds(3)).answer('x', 'a').pass(seconds(60)).end('x')
  bench.pass(seconds(20)).give({ type: 'pause', agent: a, reason: 'lunch' }).pass(seconds(100))
  bench.give({ type: 'resume', agent: a }).give({ type: 'busy', agent: a, isBusy: true }).pass(seconds(7))
  const view = agentView(bench.set, a, bench.now)
  assert.ok(view)
  const { talking, ringing, busy, wrapUp, paused, idle } = view.spentMs
  assert.deepEqual(
    { talking, ringing, busy, wrapUp, paused, idle },
    { talking: 60_000, ringing: 3_000, busy: 7_000, wrapUp: 10_000, paused: 100_000, idle: 15_000 },
  )
  const sum = Object.values(view.spentMs).reduce((all, spent) => all + spent, 0)
  assert.deepEqual([sum, view.calls, view.missed], [bench.now - start, 1, 0])
  bench.give({ type: 'newDay' }).pass(seconds(4))
  const tomorrow = agentView(bench.set, a, bench.now)
  assert.deepEqual([tomorrow?.spentMs.busy, tomorrow?.spentMs.talking, tomorrow?.calls], [4_000, 0, 0])
})

test('QUE-FG8 every change of an agent and of a caller is told once, in order', () => {
  const bench = new Bench([queue('a', { wrapUp: seconds(1) })])
  bench.events.length = 0
  bench.enter('x').decline('x', 'a').pass(seconds(5)).answer('x', 'a').end('x').pass(seconds(1))
  const told = bench.events.map((event) => (event.type === 'agent' ? event.activity : event.type))
  const expected = ['entered', 'ringing', 'ringing', 'missed', 'idle', 'ringing', 'ringing']
  assert.deepEqual(told, [...expected, 'answered', 'talking', 'ended', 'wrapUp', 'idle'])
})

test('QUE-FG8 who becomes free and rings again at once was idle in between', () => {
  const bench = new Bench([queue('a')])
  bench.enter('x').answer('x', 'a').enter('y').pass(seconds(9))
  bench.events.length = 0
  bench.end('x')
  const told = bench.events.map((event) => (event.type === 'agent' ? `a ${event.activity}` : event.type))
  assert.deepEqual(told, ['ended', 'a idle', 'ringing', 'a ringing'])
  assert.equal(bench.set.agents.get(a)?.idleSince, bench.now)
})

test('QUE-FG8 a view counts the members of a queue by what they do', () => {
  const bench = new Bench([queue('a b c d')])
  bench.give({ type: 'logOut', agent: agent('d') }).give({ type: 'pause', agent: agent('c'), reason: '' })
  bench.enter('x').answer('x', 'a').enter('y')
  const { talking, ringing, paused, out, idle } = bench.view().agents
  assert.deepEqual([talking, ringing, paused, out, idle], [1, 1, 1, 1, 0])
  assert.deepEqual(bench.view().waiting[0]?.ringing, ['b'])
  assert.equal(queueView(bench.set, 'nowhere' as typeof Q, bench.now), undefined)
  assert.equal(agentView(bench.set, agent('z'), bench.now), undefined)
})
