import assert from 'node:assert/strict'
import test from 'node:test'
import { checkRoom, ROOMS_MAX, type RoomId, type RoomSettings } from '@rufwerk/conferences'
import { minutes } from '@rufwerk/core'
import { at, Bench, BOSS, settingsOf } from './bench.ts'

function fault(settings: Partial<RoomSettings>): string {
  const checked = checkRoom(settingsOf(settings))
  return checked.ok ? 'fine' : `${checked.error.field} ${checked.error.problem}`
}

test('CNF-SET1 what is wrong with a room is named with its field', () => {
  const rows: [Partial<RoomSettings>, string][] = [
    [{}, 'fine'],
    [{ pin: '471100', moderatorPin: '8402', moderators: [BOSS] }, 'fine'],
    [{ name: '' }, 'name name-invalid'],
    [{ name: ' x' }, 'name name-invalid'],
    [{ name: 'x'.repeat(81) }, 'name name-invalid'],
    [{ pin: '123' }, 'pin pin-invalid'],
    [{ pin: '12a4' }, 'pin pin-invalid'],
    [{ pin: '4711471147110' }, 'pin pin-invalid'],
    [{ pin: '1111' }, 'pin pin-too-simple'],
    [{ pin: '4747' }, 'pin pin-too-simple'],
    [{ pin: '345678' }, 'pin pin-too-simple'],
    [{ pin: '8765' }, 'pin pin-too-simple'],
    [{ moderatorPin: '4711' }, 'pin pin-missing'],
    [{ pin: '4711', moderatorPin: '4711' }, 'moderatorPin pins-equal'],
    [{ pin: '4711', moderatorPin: '99' }, 'moderatorPin pin-invalid'],
    [{ moderators: Array.from({ length: 51 }, () => BOSS) }, 'moderators too-many-moderators'],
    [{ membersMax: 1 }, 'membersMax members-out-of-range'],
    [{ membersMax: 101 }, 'membersMax members-out-of-range'],
    [{ membersMax: 2.5 }, 'membersMax members-out-of-range'],
    [{ lengthMax: minutes(4) }, 'lengthMax length-out-of-range'],
    [{ opensAt: at(5), closesAt: at(5) }, 'closesAt closes-before-it-opens'],
  ]
  for (const [settings, expected] of rows) assert.equal(fault(settings), expected, JSON.stringify(settings))
})

test('CNF-SET2 who may come from outside is asked, and who is waited for can come', () => {
  assert.equal(fault({ isOpenToOutside: true }), 'pin outside-without-pin')
  assert.equal(fault({ isOpenToOutside: true, pin: '4711' }), 'fine')
  assert.equal(fault({ waitsForModerator: true }), 'moderators moderator-missing')
  assert.equal(fault({ endsWithModerator: true }), 'moderators moderator-missing')
  assert.equal(fault({ endsWithModerator: true, moderators: [BOSS] }), 'fine')
  assert.equal(fault({ waitsForModerator: true, pin: '4711', moderatorPin: '8402' }), 'fine')
})

test('CNF-SET3 changed settings hold for who comes next; a removed room sends everybody away', () => {
  const bench = new Bench().enter('anna').enter('boss')
  bench.give({ type: 'configure', settings: settingsOf({ pin: '4711', moderators: [BOSS] }) })
  assert.deepEqual(bench.inside(), ['anna', 'boss'])
  bench.take()
  bench.enter('carla')
  assert.deepEqual(bench.take(), ['carla pin'])
  bench.act({ type: 'mute', member: 'anna' as never })
  assert.deepEqual(bench.take(), ['anna muted'])
  bench.give({ type: 'remove', room: 'room' as RoomId })
  assert.deepEqual(bench.take(), ['anna ended', 'boss ended', 'carla ended'])
  assert.deepEqual(bench.inside(), [])
  bench.heard('anna', 'boss', 'carla')
  assert.deepEqual(bench.ended, ['anna', 'boss', 'carla'])
  assert.equal(bench.size(), 0)
  bench.enter('dora')
  assert.deepEqual(bench.take().slice(-1), ['refused unknown-room'])
})

test('CNF-SET1 there are as many rooms as the limit says', () => {
  const bench = new Bench()
  for (let count = 1; count < ROOMS_MAX; count += 1)
    bench.give({ type: 'configure', settings: settingsOf({ room: `r${count}` as RoomId }) })
  assert.deepEqual(bench.take(), [])
  bench.give({ type: 'configure', settings: settingsOf({ room: 'one more' as RoomId }) })
  assert.deepEqual(bench.take(), ['refused limit'])
})
