import assert from 'node:assert/strict'
import test from 'node:test'
import { minutes } from '@rufwerk/core'
import { at, Bench, BOSS, second } from './bench.ts'

const PINS = { pin: '4711', moderatorPin: '8402' } as const

test('CNF-DOOR1 without a PIN colleagues are in at once, others where the room is open', () => {
  const inside = new Bench().enter('anna')
  assert.deepEqual(inside.take(), ['anna in', 'anna alone hold'])
  inside.enter('+49301')
  assert.deepEqual(inside.take(), ['+49301 early closed'])
  assert.deepEqual(inside.heard('+49301').take(), ['+49301 end refused'])
  assert.deepEqual(inside.events, ['anna entered', '+49301 refused outside'])
  const open = new Bench({ pin: '4711', isOpenToOutside: true, asksInside: false })
  assert.deepEqual(open.enter('anna').take(), ['anna in', 'anna alone hold'])
  assert.deepEqual(open.enter('+49301').take(), ['+49301 pin'])
})

test('CNF-DOOR2 the PIN ends with the hash key, with silence, or when it can be no longer', () => {
  assert.deepEqual(new Bench(PINS).enter('anna').keys('anna', '4711#').inside(), ['anna'])
  assert.deepEqual(new Bench(PINS).enter('anna').keys('anna', '99*4711#').inside(), ['anna'])
  assert.deepEqual(new Bench(PINS).enter('anna').keys('anna', '4711').pass(second(9)).inside(), ['anna'])
  const long = '471182936450'
  assert.deepEqual(new Bench({ pin: long }).enter('anna').keys('anna', long).inside(), ['anna'])
  // While the words last nobody is too late.
  const slow = new Bench(PINS).enter('anna').pass(second(12)).heard('anna').pass(second(7))
  assert.deepEqual(slow.keys('anna', '4711#').inside(), ['anna'])
})

test('CNF-DOOR3 the third wrong PIN, or silence, ends the call', () => {
  const bench = new Bench(PINS).enter('anna')
  bench.keys('anna', '1#').keys('anna', '2#').keys('anna', '3#')
  assert.deepEqual(bench.take(), ['anna pin', 'anna pin-wrong pin', 'anna pin-wrong pin', 'anna pin-wrong'])
  bench.keys('anna', '4711#')
  assert.deepEqual(bench.inside(), [])
  assert.deepEqual(bench.heard('anna').take(), ['anna end refused'])
  assert.equal(bench.size(), 0)
  const silent = new Bench(PINS).enter('anna')
  for (let time = 0; time < 3; time += 1) silent.heard('anna').pass(second(8))
  assert.deepEqual(silent.take(), ['anna pin', 'anna pin', 'anna pin', 'anna pin-wrong'])
  silent.pass(second(60))
  assert.deepEqual([silent.ended, silent.size()], [['anna'], 0])
})

test('CNF-DOOR4 who guesses over many calls is not asked any more for a while', () => {
  const bench = new Bench({ ...PINS, isOpenToOutside: true, moderators: [BOSS] })
  const guess = (call: number): string => {
    const who = `+49${call}`
    bench.enter(who).keys(who, `${call}00#`)
    const answer = bench.take().at(-1) ?? ''
    bench.left(who)
    return answer
  }
  for (let call = 1; call <= 10; call += 1) assert.match(guess(call), /pin-wrong pin$/)
  assert.match(guess(11), /early blocked$/)
  // Also who was asked before.
  bench.pass(second(61)).enter('anna').enter('+4912').keys('+4912', '1#')
  assert.deepEqual(bench.take().at(-1), '+4912 pin-wrong pin')
  assert.deepEqual(bench.keys('anna', '4711#').take(), ['anna blocked'])
  assert.deepEqual(bench.enter('boss').take(), ['boss in', 'boss alone hold'])
  bench.left('anna', '+4912', 'boss').take()
  bench.pass(minutes(1.9))
  assert.match(guess(13), /early blocked$/)
  bench.pass(minutes(0.2))
  assert.match(guess(14), /pin-wrong pin$/)
  bench.pass(minutes(121))
  for (let call = 1; call <= 9; call += 1) assert.match(guess(call), /pin-wrong pin$/)
})

test('CNF-DOOR5 moderators are who keys their PIN, and who is set as one', () => {
  const bench = new Bench({ ...PINS, moderators: [BOSS] })
  bench.enter('boss').enter('anna').keys('anna', '8402#').enter('carla').keys('carla', '4711#')
  bench.take()
  const lock = (who: string): boolean => bench.keys(who, '*2').take().length > 0
  assert.deepEqual([lock('boss'), lock('anna'), lock('carla')], [true, true, false])
})

test('CNF-DOOR6 a locked room lets moderators in, a full one nobody', () => {
  const bench = new Bench({ moderators: [BOSS], membersMax: 3 }).enter('anna')
  bench.act({ type: 'lock' }).take()
  assert.deepEqual(bench.enter('carla').take(), ['carla early locked'])
  bench.enter('boss')
  assert.deepEqual(bench.inside(), ['anna', 'boss'])
  bench.act({ type: 'unlock' }).heard('carla').enter('dora').take()
  assert.deepEqual(bench.enter('emil').take(), ['emil early full'])
  bench.left('dora').heard('emil').take()
  assert.deepEqual(bench.enter('emil').take(), ['emil in', 'entry'])
  bench.act({ type: 'lock' }).left('anna', 'boss', 'emil').enter('frida')
  assert.deepEqual(bench.inside(), ['frida'], 'an empty room is open again')
})

test('CNF-DOOR7 before it opens and after it closes nobody comes in', () => {
  const bench = new Bench({ opensAt: at(10_000), closesAt: at(100_000) })
  assert.deepEqual(bench.enter('anna').take(), ['anna early closed'])
  bench.heard('anna').pass(second(10)).take()
  bench.enter('boss')
  assert.deepEqual(bench.inside(), ['boss'])
  bench.pass(second(90)).take()
  assert.deepEqual(bench.enter('carla').take(), ['carla early closed'])
})

test('CNF-DOOR8 the others wait for a moderator and come in with one', () => {
  const bench = new Bench({ moderators: [BOSS], waitsForModerator: true })
  bench.enter('anna').enter('carla')
  assert.deepEqual(bench.take(), ['anna waiting', 'carla waiting'])
  assert.deepEqual(bench.heard('anna').take(), ['anna waits'])
  assert.deepEqual(bench.inside(), [])
  bench.enter('boss')
  assert.deepEqual(bench.take(), ['boss in', 'anna in', 'entry', 'carla in', 'entry'])
  bench.left('boss').enter('dora')
  assert.deepEqual(bench.inside(), ['anna', 'carla'])
  bench.take()
  bench.pass(minutes(60))
  assert.deepEqual(bench.take(), ['dora ended'])
  assert.deepEqual(bench.heard('dora').take(), ['dora end refused'])
})
