// Whatever callers, moderators and time do in whatever order.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type RoomSettings, roomView } from '@rufwerk/conferences'
import { minutes, ms } from '@rufwerk/core'
import fc from 'fast-check'
import { ANNA, Bench, BOSS, id, ROOM, settingsOf } from './bench.ts'

const WHO = ['anna', 'boss', 'carla', 'dora', '+49301', '+49302'] as const
const who = fc.constantFrom(...WHO)

const act = fc.oneof(
  fc.record({ type: fc.constantFrom('mute', 'unmute', 'kick'), member: who.map(id) }),
  fc.record({ type: fc.constantFrom('muteAll', 'unmuteAll', 'lock', 'unlock', 'end') }),
)

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('enter' as const), who, isBack: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('keys' as const),
      who,
      keys: fc.constantFrom('4711#', '8402#', '1#', '#', '*1', '*2', '*3', '*4', '*', '9', '4711'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('heard' as const), who }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('left' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('act' as const), act, by: fc.constantFrom(ANNA, BOSS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 900 }) }),
  },
)

const settings: fc.Arbitrary<Partial<RoomSettings>> = fc.record({
  pin: fc.constant('4711'),
  moderatorPin: fc.constant('8402'),
  moderators: fc.constantFrom([], [BOSS]),
  asksInside: fc.boolean(),
  isOpenToOutside: fc.boolean(),
  membersMax: fc.constantFrom(2, 4, 30),
  waitsForModerator: fc.boolean(),
  endsWithModerator: fc.boolean(),
  entersMuted: fc.boolean(),
  hasTones: fc.boolean(),
  lengthMax: fc.constantFrom(minutes(5), minutes(60)),
  isPassing: fc.boolean(),
})

/** What holds at any moment. */
function check(bench: Bench): void {
  const view = roomView(bench.set, ROOM)
  const inside = view?.members.filter(({ state }) => state === 'inside') ?? []
  assert.deepEqual(inside.map(({ member }) => member).sort(), bench.inside().sort(), 'the mix is who is in')
  for (const { member, isMuted } of inside) {
    assert.ok(!bench.heardBy(member).includes(member), 'nobody hears itself')
    const hearers = bench.inside().filter((other) => bench.heardBy(other).includes(member))
    assert.equal(
      hearers.length,
      isMuted ? 0 : inside.length - 1,
      `${member} is heard by all or, muted, by nobody`,
    )
  }
}

test('CNF-IN1 CNF-END1 whatever happens: the mix is who is in, each leaves once, nothing is left', () => {
  fc.assert(
    fc.property(settings, fc.array(deed, { maxLength: 60 }), (given, deeds) => {
      const bench = new Bench(given)
      const there = new Set<string>()
      /** Ended ones are told as left, as the exchange does. */
      const settle = (): void => {
        for (const ended of bench.ended.splice(0)) {
          assert.ok(there.delete(ended), 'nobody is ended twice, or after having left')
          bench.left(ended)
        }
        check(bench)
      }
      for (const one of deeds) {
        if (one.type === 'enter' && !there.has(one.who)) {
          // A room for a while is made for each who needs it.
          if (given.isPassing) bench.give({ type: 'configure', settings: settingsOf(given) })
          there.add(one.who)
          bench.enter(one.who, one.isBack ? { isMuted: true } : undefined)
        } else if (one.type === 'keys') bench.keys(one.who, one.keys)
        else if (one.type === 'heard') bench.heard(one.who)
        else if (one.type === 'left' && there.delete(one.who)) bench.left(one.who)
        else if (one.type === 'act') bench.act(one.act as never, one.by)
        else if (one.type === 'pass') bench.pass(ms(one.seconds * 1_000))
        settle()
      }
      for (const one of [...there]) {
        if (there.delete(one)) bench.left(one)
        settle()
      }
      // Nobody may have used the one of the beginning.
      if (given.isPassing) bench.give({ type: 'remove', room: ROOM })
      assert.equal(bench.size(), 0)
      const count = (word: string): number =>
        bench.events.filter((event) => event.includes(` ${word}`)).length
      assert.equal(count('entered'), count('left'))
    }),
    { numRuns: 300 },
  )
})
