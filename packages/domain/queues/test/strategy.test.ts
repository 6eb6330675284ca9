import assert from 'node:assert/strict'
import test from 'node:test'
import { ms, seconds } from '@rufwerk/core'
import { newQueueSet, type Strategy } from '@rufwerk/queues'
import { agent, Bench, queue } from './bench.ts'

/** Who gets five calls of ten seconds each, with a second between. */
function five(strategy: Strategy, names = 'a b c', talk = (_call: number) => seconds(10)): string {
  const bench = new Bench([queue(names, { strategy })])
  return [1, 2, 3, 4, 5].map((call) => bench.pass(seconds(1)).serve(`c${call}`, talk(call))).join('')
}

const rows: [rule: string, strategy: Strategy, expected: string][] = [
  ['QUE-ST2 longest idle: each in turn, as the last one is the least idle', 'longestIdle', 'abcab'],
  ['QUE-ST3 round robin: in the order of the members', 'roundRobin', 'abcab'],
  ['QUE-ST5 least talk time: equal times, so idle time decides', 'leastTalkTime', 'abcab'],
  ['QUE-ST6 fewest calls', 'fewestCalls', 'abcab'],
]
for (const [rule, strategy, expected] of rows) test(rule, () => assert.equal(five(strategy), expected))

test('QUE-ST1 ring all: everybody free rings, the first answer wins, the others are told', () => {
  const bench = new Bench([queue('a b c', { strategy: 'ringAll' })])
  bench.enter('x')
  assert.deepEqual(bench.take(), ['hold x', 'ring x a', 'ring x b', 'ring x c'])
  bench.answer('x', 'b')
  assert.deepEqual(bench.take(), [
    'connect x b',
    'cancel x a answeredElsewhere',
    'cancel x c answeredElsewhere',
  ])
})

test('QUE-ST1 ring all: who becomes free rings, too; the second caller comes after the first', () => {
  const bench = new Bench([queue('a b', { strategy: 'ringAll' })])
  bench.enter('x').answer('x', 'a').enter('y').enter('z')
  assert.deepEqual(bench.take().slice(-3), ['hold y', 'ring y b', 'hold z'])
  bench.end('x')
  assert.deepEqual(bench.take(), ['ring y a'])
  bench.answer('y', 'b')
  assert.deepEqual(bench.take(), ['connect y b', 'cancel y a answeredElsewhere', 'ring z a'])
})

test('QUE-ST1 ring all without a delay: the second line rings when the first is not to be had', () => {
  const bench = new Bench([queue('a b c/1 d/1', { strategy: 'ringAll' })])
  bench.enter('x')
  assert.deepEqual(bench.ringing('x'), ['a', 'b'])
  bench.answer('x', 'a').enter('y').answer('y', 'b').enter('z')
  assert.deepEqual(bench.ringing('z'), ['c', 'd'])
})

test('QUE-ST1 ring all without a delay: while the first line rings the second is not added', () => {
  const bench = new Bench([queue('a c/1', { strategy: 'ringAll' })])
  bench.enter('x').pass(seconds(1)).give({ type: 'timer' })
  assert.deepEqual(bench.ringing('x'), ['a'])
})

test('QUE-ST2 longest idle: the shortest conversation was the longest ago', () => {
  const bench = new Bench([queue('a b c')])
  bench.enter('x').enter('y').enter('z').answer('x', 'a').answer('y', 'b').answer('z', 'c')
  bench.pass(seconds(9)).end('y').pass(seconds(1)).end('z').pass(seconds(1)).end('x').pass(seconds(1))
  assert.deepEqual(
    ['1', '2', '3'].map((name) => bench.enter(name).ringing(name).join()),
    ['b', 'c', 'a'],
  )
})

test('QUE-ST2 longest idle: a phone that rang in vain makes nobody less idle', () => {
  const bench = new Bench([queue('a b', { restTime: seconds(1) })])
  bench.pass(seconds(5)).enter('x').pass(seconds(5)).end('x').pass(seconds(5)).enter('y')
  assert.deepEqual(bench.ringing('y'), ['a'])
})

test('QUE-ST3 round robin goes on where it stopped, also after who was last has left', () => {
  const bench = new Bench([queue('a b c d', { strategy: 'roundRobin' })])
  assert.equal(bench.serve('1', seconds(1)) + bench.serve('2', seconds(1)), 'ab')
  bench.give({ type: 'configure', config: queue('a c d', { strategy: 'roundRobin' }) })
  assert.equal(bench.serve('3', seconds(1)), 'c')
})

test('QUE-ST3 round robin skips who is not free', () => {
  const bench = new Bench([queue('a b c', { strategy: 'roundRobin' })])
  bench.give({ type: 'pause', agent: agent('b'), reason: 'lunch' })
  assert.equal(
    bench.serve('1', seconds(1)) + bench.serve('2', seconds(1)) + bench.serve('3', seconds(1)),
    'aca',
  )
})

test('QUE-ST4 random: the same seed chooses the same, and everybody is chosen', () => {
  const chosen = (seed: number) => {
    const bench = new Bench([queue('a b c d', { strategy: 'random' })], newQueueSet(seed))
    return Array.from({ length: 200 }, (_, call) => bench.serve(`c${call}`, seconds(1))).join('')
  }
  assert.equal(chosen(7), chosen(7))
  assert.notEqual(chosen(7), chosen(8))
  for (const name of 'abcd') {
    const times = chosen(7).split(name).length - 1
    assert.ok(times > 30 && times < 70, `${name}: ${times} of 200`)
  }
})

test('QUE-ST5 least talk time: who talked long gets nothing for a while', () => {
  assert.equal(
    five('leastTalkTime', 'a b', (call) => seconds(call === 1 ? 60 : 10)),
    'abbbb',
  )
})

test('QUE-ST6 fewest calls: who came late gets what the others had', () => {
  const bench = new Bench([queue('a b', { strategy: 'fewestCalls' })])
  bench.give({ type: 'logOut', agent: agent('b') })
  const one = ['1', '2', '3'].map((name) => bench.serve(name, seconds(5))).join('')
  bench.give({ type: 'logIn', agent: agent('b') })
  const two = ['4', '5', '6'].map((name) => bench.serve(name, seconds(1))).join('')
  assert.deepEqual([one, two], ['aaa', 'bbb'])
})

test('QUE-ST5, QUE-ST6 calls and talk time are those of today', () => {
  const bench = new Bench([queue('a b', { strategy: 'leastTalkTime' })])
  bench.serve('1', seconds(100))
  bench.give({ type: 'newDay' })
  bench.serve('2', seconds(1))
  assert.deepEqual(bench.enter('3').ringing('3'), ['a'])
})

test('QUE-ST7 everybody is asked once before anybody is asked twice, whatever the strategy', () => {
  for (const strategy of ['longestIdle', 'roundRobin', 'random', 'leastTalkTime', 'fewestCalls'] as const) {
    const bench = new Bench([queue('a b c', { strategy, restTime: seconds(1), waitMax: seconds(600) })])
    bench.enter('x')
    const asked: string[] = []
    for (let turn = 0; turn < 6; turn += 1) {
      asked.push(bench.ringing('x').join())
      bench.pass(seconds(20))
    }
    assert.deepEqual(asked.slice(0, 3).sort(), ['a', 'b', 'c'], strategy)
    assert.deepEqual(asked.slice(3).sort(), ['a', 'b', 'c'], strategy)
  }
})

test('QUE-ST8 with a delay the second line is asked when it has passed', () => {
  const bench = new Bench([
    queue('a b/1', { levelDelay: seconds(30), ringTime: seconds(10), restTime: ms(2_000) }),
  ])
  bench.enter('x')
  bench.pass(seconds(11))
  assert.deepEqual(bench.ringing('x'), [])
  bench.pass(seconds(1))
  assert.deepEqual(bench.ringing('x'), ['a'])
  // What rings goes on ringing.
  bench.pass(seconds(18))
  assert.deepEqual(bench.ringing('x'), ['a'])
  bench.pass(seconds(4))
  assert.deepEqual(bench.ringing('x'), ['b'])
})

test('QUE-ST8 with a delay ring all adds the second line to the first', () => {
  const bench = new Bench([queue('a b/1', { strategy: 'ringAll', levelDelay: seconds(10) })])
  bench.enter('x').pass(seconds(10))
  assert.deepEqual(bench.ringing('x'), ['a', 'b'])
})

test('QUE-ST8 without a delay the second line is asked when nobody of the first is free', () => {
  const bench = new Bench([queue('b/1 a')])
  bench.enter('x').enter('y')
  assert.deepEqual([bench.ringing('x'), bench.ringing('y')], [['a'], ['b']])
})
