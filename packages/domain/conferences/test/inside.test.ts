import assert from 'node:assert/strict'
import test from 'node:test'
import { mayModerate, ROOM_MEMBERS_MAX, roomView } from '@rufwerk/conferences'
import { minutes } from '@rufwerk/core'
import { ANNA, at, Bench, BOSS, id, ROOM, second } from './bench.ts'

test('CNF-IN1 each hears the others and not itself, and nobody hears a muted one', () => {
  const bench = new Bench().enter('anna').enter('boss').enter('carla')
  assert.deepEqual(bench.heardBy('anna'), ['boss', 'carla'])
  bench.keys('boss', '*1')
  assert.deepEqual(bench.heardBy('anna'), ['carla'])
  assert.deepEqual(bench.heardBy('boss'), ['anna', 'carla'])
  assert.deepEqual(bench.left('carla').heardBy('boss'), ['anna'])
})

test('CNF-IN2 tones tell that somebody comes and goes', () => {
  const bench = new Bench().enter('anna')
  bench.take()
  assert.deepEqual(bench.enter('boss').take(), ['boss in', 'entry', 'anna alone silence'])
  assert.deepEqual(bench.left('boss').take(), ['exit', 'anna alone hold'])
  const quiet = new Bench({ hasTones: false }).enter('anna').enter('boss').left('boss')
  assert.deepEqual(quiet.take(), [
    'anna in',
    'anna alone hold',
    'boss in',
    'anna alone silence',
    'anna alone hold',
  ])
  const all = new Bench().enter('anna').enter('boss').enter('carla')
  all.take()
  assert.deepEqual(all.act({ type: 'end' }, BOSS, true).take(), ['anna ended', 'boss ended', 'carla ended'])
})

test('CNF-IN3 who is alone hears a tone until somebody comes', () => {
  const bench = new Bench({ hasTones: false }).enter('anna').enter('boss')
  bench.take()
  assert.deepEqual(bench.left('anna').take(), ['boss alone hold'])
  assert.deepEqual(bench.keys('boss', '*1').take(), ['boss muted'], 'without words, which would end the tone')
  assert.deepEqual(bench.left('boss').take(), [])
  assert.equal(bench.size(), 0)
})

test('CNF-IN4 star and 1 mute oneself, unless a moderator has', () => {
  const bench = new Bench({ moderators: [BOSS] }).enter('boss').enter('anna')
  bench.take()
  assert.deepEqual(bench.keys('anna', '*1').take(), ['anna muted', 'anna alone muted'])
  assert.deepEqual(bench.keys('anna', '*1').take(), ['anna in', 'anna alone unmuted'])
  assert.deepEqual(bench.keys('anna', '1').take(), [])
  bench.keys('anna', '*').pass(second(5))
  assert.deepEqual(bench.keys('anna', '1').take(), [])
  bench.act({ type: 'mute', member: id('anna') }).take()
  assert.deepEqual(bench.keys('anna', '*1').take(), ['anna alone muted'])
  assert.deepEqual(bench.act({ type: 'unmute', member: id('anna') }).take(), ['anna in'])
  bench
    .keys('anna', '*1')
    .act({ type: 'mute', member: id('anna') })
    .take()
  assert.deepEqual(bench.keys('anna', '*1').take(), ['anna alone muted'], 'the own choice was made binding')
})

test('CNF-IN5 moderators lock, send away and mute by key', () => {
  const bench = new Bench({ moderators: [BOSS] }).enter('boss').enter('anna').enter('carla')
  bench.take()
  assert.deepEqual(bench.keys('boss', '*4').take(), ['anna muted', 'carla muted'])
  assert.deepEqual(bench.keys('boss', '*4').take(), ['anna in', 'carla in'])
  assert.deepEqual(bench.keys('boss', '*2').take(), ['beep'])
  assert.deepEqual(bench.keys('boss', '*3').take(), ['carla removed', 'exit'])
  assert.deepEqual(bench.keys('anna', '*3').take(), [])
  assert.deepEqual(bench.keys('boss', '*2').take(), ['beep'])
  assert.deepEqual(
    bench.events.slice(-4),
    ['anna unmuted moderator', 'carla unmuted moderator', 'locked', 'carla left kicked']
      .concat('unlocked')
      .slice(-4),
  )
})

test('CNF-IN6 newcomers are muted where the room is so, moderators not', () => {
  const bench = new Bench({ moderators: [BOSS], entersMuted: true }).enter('boss').enter('anna')
  assert.deepEqual([bench.heardBy('boss'), bench.heardBy('anna')], [[], ['boss']])
  bench.take()
  assert.deepEqual(bench.keys('anna', '*1').take(), ['anna alone muted'])
})

test('CNF-IN7 with the last moderator everybody leaves', () => {
  const bench = new Bench({ moderators: [BOSS, ANNA], endsWithModerator: true })
  bench.enter('boss').enter('anna').enter('carla').enter('dora').take()
  assert.deepEqual(bench.left('boss').take(), ['exit'])
  assert.deepEqual(bench.left('anna').take(), ['exit', 'carla ended', 'dora ended'])
  assert.deepEqual(bench.inside(), [])
  bench.heard('carla').pass(second(20))
  assert.deepEqual([bench.ended, bench.size()], [['carla', 'dora'], 0])
})

test('CNF-IN8 a room ends at its time, with a tone a minute before', () => {
  const bench = new Bench({ lengthMax: minutes(10) }).enter('anna').enter('boss')
  bench.take()
  assert.deepEqual(bench.pass(minutes(8.9)).take(), [])
  assert.deepEqual(bench.pass(minutes(0.2)).take(), ['beep'])
  assert.deepEqual(bench.pass(minutes(0.9)).take(), ['anna ended', 'boss ended'])
  bench.pass(second(20))
  assert.deepEqual([bench.ended, bench.size()], [['anna', 'boss'], 0])
  const closing = new Bench({ closesAt: at(90_000) }).enter('anna')
  closing.take()
  assert.deepEqual(closing.pass(second(90)).take(), ['beep', 'anna ended'])
})

test('CNF-IN9 what moderators wish is done, what others wish is not', () => {
  const bench = new Bench({ moderators: [BOSS], pin: '4711' })
  bench.enter('anna').keys('anna', '4711#').enter('carla').take()
  const mute = { type: 'mute', member: id('anna') } as const
  assert.deepEqual(bench.act(mute, ANNA).take(), ['refused not-allowed'])
  assert.deepEqual(bench.act(mute, ANNA, true).take(), ['anna muted'])
  assert.deepEqual(bench.act({ type: 'unmuteAll' }).take(), ['anna in'])
  assert.deepEqual(bench.act({ type: 'mute', member: id('carla') }).take(), ['refused unknown-member'])
  assert.deepEqual(bench.act({ type: 'kick', member: id('nobody') }).take(), ['refused unknown-member'])
  assert.deepEqual(bench.act({ type: 'kick', member: id('carla') }).take(), ['carla removed'])
  assert.deepEqual(bench.act({ type: 'muteAll' }).take(), ['anna muted'])
  const by = { person: ANNA, isAdmin: false }
  assert.deepEqual(
    [mayModerate(bench.set, ROOM, by), mayModerate(bench.set, ROOM, { ...by, isAdmin: true })],
    [false, true],
  )
  bench.give({ type: 'act', room: 'none' as typeof ROOM, by, act: { type: 'end' } })
  assert.deepEqual(bench.take(), ['refused unknown-room'])
  const view = roomView(bench.set, ROOM)
  assert.deepEqual(
    view?.members.map(({ member, isMuted, isModerator, state }) => [member, isMuted, isModerator, state]),
    [['anna', true, false, 'inside']],
  )
})

test('CNF-IN10 after a restart who was in is in again, and nobody notices', () => {
  const bench = new Bench({ pin: '4711', moderators: [BOSS], waitsForModerator: true, entersMuted: true })
  bench.enter('anna', { isMuted: false }).enter('carla', { isMuted: true })
  assert.deepEqual(bench.take(), ['anna in', 'anna alone hold', 'carla muted', 'anna alone silence'])
  bench.left('anna', 'carla')
  assert.equal(bench.size(), 0)
})

test('CNF-DOOR6 a room takes no more than a mix does, whoever comes', () => {
  const bench = new Bench({ membersMax: ROOM_MEMBERS_MAX })
  for (let count = 0; count < ROOM_MEMBERS_MAX; count += 1) bench.enter(`p${count}`)
  assert.equal(bench.inside().length, ROOM_MEMBERS_MAX)
  bench.take()
  assert.deepEqual(bench.enter('more').take(), ['more early full'])
})

test('CNF-PAS1 a room for a while ends with the last but one', () => {
  const bench = new Bench({ isPassing: true, hasTones: false, isOpenToOutside: true })
  bench.enter('anna').enter('boss').enter('+49301')
  assert.deepEqual(bench.take(), ['anna in', 'boss in', '+49301 in'])
  assert.deepEqual(bench.left('anna').take(), [])
  assert.deepEqual(bench.left('boss').take(), ['+49301 end'])
  assert.equal(bench.size(), 0)
  const outside = new Bench({ isPassing: true, hasTones: false, isOpenToOutside: true })
  outside.enter('anna').enter('+49301').enter('+49302').left('anna')
  assert.deepEqual([outside.ended, outside.size()], [['+49301', '+49302'], 0])
  assert.equal(outside.set.rooms.size, 0)
})

test('CNF-PAS2 who has begun a room for a while is alone for so long at most', () => {
  const bench = new Bench({ isPassing: true, hasTones: false, isOpenToOutside: true }).enter('anna')
  bench.keys('anna', '*1').pass(second(14))
  assert.deepEqual(bench.inside(), ['anna'])
  bench.pass(second(1))
  assert.deepEqual([bench.ended, bench.size()], [['anna'], 0])
  const back = new Bench({ isPassing: true, hasTones: false, isOpenToOutside: true })
  back.enter('+49301', { isMuted: false }).enter('+49302', { isMuted: false }).pass(second(3))
  back.enter('anna', { isMuted: false }).pass(second(60))
  assert.deepEqual(back.inside(), ['+49301', '+49302', 'anna'])
})
