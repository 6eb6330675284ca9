// Rooms as phones meet them, with the real exchange and user agent, a media process without sound, and a
// clock moved by hand: who hears whom, over keys, moderators and the ends of processes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Accounts } from '@rufwerk/accounts'
import type { LiveFact } from '@rufwerk/api'
import { ROOM_DEFAULTS, type RoomId, type RoomSettings } from '@rufwerk/conferences'
import { MemoryRoomStore } from '@rufwerk/conferences/testing'
import { type LegId, type PersonId, SILENT_LOG } from '@rufwerk/core'
import { type CallControl, ExchangeRig, RIG_TENANT, ROOM_PLAN, type SimulatedCall } from '@rufwerk/testing'
import { openRooms, type RoomsDesk } from '../src/services/rooms-desk.ts'

const ROOM = 'room' as RoomId
const PIN = { type: 'prompt', names: ['de-conference-pin'], isLooped: false }
const boss = { person: 'person-100' as PersonId, isAdmin: false }

class Scene {
  readonly store = new MemoryRoomStore()
  readonly facts: LiveFact[] = []
  readonly rig: ExchangeRig
  readonly calls = new Map<string, SimulatedCall>()
  readonly legs = new Map<string, LegId>()
  desk: RoomsDesk | undefined
  #opened: Promise<RoomsDesk> | undefined

  constructor() {
    this.rig = new ExchangeRig({
      dialPlan: { ...ROOM_PLAN, codes: [{ code: '*3', does: 'conference' }] },
      services: (run) => {
        this.#opened = this.#open(run)
        return {
          conference: {
            enter: (visit) => this.desk?.port.enter(visit) ?? false,
            happened: (call, event) => this.desk?.port.happened(call, event),
          },
        }
      },
    })
  }

  static async with(settings: Partial<RoomSettings>, ...names: readonly string[]): Promise<Scene> {
    const scene = new Scene()
    await scene.ready()
    const saved = await scene.desk?.save({ ...ROOM_DEFAULTS, room: ROOM, name: 'Monday', ...settings }, true)
    assert.ok(saved?.ok)
    for (const name of names) await scene.dial(name)
    return scene
  }

  async ready(): Promise<void> {
    this.desk = await this.#opened
  }

  async dial(name: string): Promise<SimulatedCall> {
    const { rig } = this
    const phone = await rig.registered(name)
    const before = new Set(rig.store.legs.keys())
    const call = phone.dial('800')
    await rig.clock.pass(300)
    this.calls.set(name, call)
    const leg = [...rig.store.legs.keys()].find((id) => !before.has(id))
    if (leg !== undefined) this.legs.set(name, leg as LegId)
    return call
  }

  async keys(name: string, keys: string): Promise<void> {
    const { media, clock } = this.rig
    const endpoint = media.ofLeg(this.leg(name))?.id
    assert.ok(endpoint)
    for (const digit of keys) media.emit({ type: 'dtmf', endpoint, digit, durationMs: 100 })
    await clock.pass(100)
  }

  leg(name: string): LegId {
    return this.legs.get(name) as LegId
  }

  hears(name: string): string[] {
    const heard = this.rig.media.heardBy(this.leg(name))
    return [...this.legs].filter(([, leg]) => heard.includes(leg)).map(([other]) => other)
  }

  endpoint(name: string) {
    return this.rig.media.ofLeg(this.leg(name))
  }

  member(name: string) {
    const found = this.desk?.live(ROOM)?.members.find(({ person }) => person === `person-${name}`)
    assert.ok(found)
    return found.member as never
  }

  async restart(withMedia = false): Promise<void> {
    this.rig.kill()
    this.desk?.close()
    if (withMedia) {
      this.rig.media.die()
      this.rig.replaceMedia()
    }
    const starting = this.rig.startAgain()
    await this.ready()
    await starting
    await this.rig.clock.pass(4_000)
  }

  async over(): Promise<void> {
    for (const call of this.calls.values()) call.hangUp()
    await this.rig.clock.pass(100_000)
    assert.deepEqual(
      Object.entries(this.rig.leftovers()).filter(([, count]) => count !== 0),
      [],
    )
    assert.deepEqual([this.rig.media.strays, this.rig.complaints, this.desk?.size()], [[], [], 0])
  }

  #open(run: CallControl): Promise<RoomsDesk> {
    const at = (): ExchangeRig['clock'] => this.rig.clock
    const directory = { tenant: { language: 'de' }, byPerson: { has: () => true } }
    const accounts = { directoryOf: () => directory } as unknown as Pick<Accounts, 'directoryOf'>
    return openRooms({
      ...{ tenant: RIG_TENANT, accounts, store: this.store, log: SILENT_LOG },
      clock: { now: () => at().now(), arm: (delay, callback) => at().arm(delay, callback) },
      wallTime: () => at().wallTime(),
      tell: (fact) => this.facts.push(fact),
      telephony: () => run,
    })
  }
}

test('three phones in a room hear each other and not themselves, and nobody hears a muted one', async () => {
  const scene = await Scene.with({}, '100', '101', '102')
  assert.deepEqual(
    [scene.hears('100'), scene.hears('101'), scene.hears('102')],
    [
      ['101', '102'],
      ['100', '102'],
      ['100', '101'],
    ],
  )
  await scene.keys('101', '*1')
  assert.deepEqual([scene.hears('100'), scene.hears('101')], [['102'], ['100', '102']])
  await scene.keys('101', '*1')
  assert.deepEqual(scene.hears('100'), ['101', '102'])
  scene.calls.get('102')?.hangUp()
  await scene.rig.clock.pass(300)
  assert.deepEqual([scene.hears('100'), scene.hears('101')], [['101'], ['100']])
  scene.calls.get('101')?.hangUp()
  await scene.rig.clock.pass(300)
  assert.deepEqual(scene.endpoint('100')?.announced, { type: 'tone', tone: 'hold', country: 'de' })
  await scene.over()
  const by = scene.rig.store.cdrs.map(({ answeredBy, endedBy, why }) => [answeredBy, endedBy, why.rule])
  assert.deepEqual(by[0], [{ kind: 'system', name: 'conference' }, 'caller', 'conference'])
})

test('the PIN is asked for, keyed, and wrong three times the call ends', async () => {
  const scene = await Scene.with({ pin: '471100' }, '100', '101')
  assert.deepEqual(scene.endpoint('100')?.source, PIN)
  await scene.keys('100', '471100#')
  await scene.keys('101', '1#2#3#')
  assert.equal(scene.endpoint('100')?.source.type, 'mix')
  const endpoint = scene.endpoint('101')?.id
  assert.ok(endpoint)
  scene.rig.media.emit({ type: 'sourceEnded', endpoint })
  await scene.rig.clock.pass(300)
  assert.equal(scene.calls.get('101')?.state, 'ended')
  assert.deepEqual(scene.hears('100'), [])
  await scene.over()
})

test('a missing prompt is not the end: the PIN counts all the same', async () => {
  const scene = await Scene.with({ pin: '471100' })
  scene.rig.media.missingPrompts.add('de-conference-pin')
  await scene.dial('100')
  await scene.keys('100', '471100#')
  assert.equal(scene.endpoint('100')?.source.type, 'mix')
  for (const call of scene.calls.values()) call.hangUp()
  await scene.rig.clock.pass(100_000)
  assert.equal(scene.desk?.size(), 0)
})

test('who is refused hears why and is not answered', async () => {
  const scene = await Scene.with({ closesAt: 1 as never })
  const call = await scene.dial('100')
  assert.deepEqual(call.statuses.slice(-1), [183])
  await scene.rig.clock.pass(16_000)
  assert.deepEqual(call.statuses.slice(-1), [480])
  await scene.over()
})

test('a moderator mutes, locks and sends away from a page, and pages are told', async () => {
  const scene = await Scene.with({ moderators: [boss.person] }, '100', '101', '102')
  assert.ok(scene.desk?.act(ROOM, boss, { type: 'mute', member: scene.member('101') }).ok)
  assert.deepEqual(scene.hears('100'), ['102'])
  assert.ok(scene.desk?.act(ROOM, boss, { type: 'kick', member: scene.member('102') }).ok)
  assert.deepEqual(scene.hears('100'), [])
  await scene.rig.clock.pass(16_000)
  assert.equal(scene.calls.get('102')?.state, 'ended')
  assert.ok(scene.desk?.act(ROOM, boss, { type: 'lock' }).ok)
  await scene.dial('103')
  assert.deepEqual(
    scene.desk?.live(ROOM)?.members.map(({ person, isMuted }) => [person, isMuted]),
    [
      ['person-100', false],
      ['person-101', true],
    ],
  )
  const nobody = { person: 'person-101' as PersonId, isAdmin: false }
  assert.equal(scene.desk?.act(ROOM, nobody, { type: 'end' }).ok, false)
  const last = scene.facts.at(-1)
  assert.ok(last?.type === 'room' && last.people.includes(boss.person) && last.room.isLocked)
  assert.ok(scene.desk?.act(ROOM, { ...nobody, isAdmin: true }, { type: 'end' }).ok)
  await scene.rig.clock.pass(16_000)
  assert.deepEqual(
    [...scene.calls.values()].map(({ state }) => state),
    ['ended', 'ended', 'ended', 'ended'],
  )
  await scene.over()
})

for (const withMedia of [false, true])
  test(`a restart${withMedia ? ' of both processes' : ''} leaves all in, as muted as before`, async () => {
    const scene = await Scene.with({ pin: '471100' })
    for (const name of ['100', '101', '102']) {
      await scene.dial(name)
      await scene.keys(name, '471100#')
    }
    await scene.keys('101', '*1')
    await scene.rig.clock.pass(100)
    await scene.restart(withMedia)
    assert.deepEqual(
      [scene.hears('100'), scene.hears('101'), scene.hears('102')],
      [['102'], ['100', '102'], ['100']],
    )
    assert.equal(scene.desk?.live(ROOM)?.members.length, 3)
    await scene.keys('101', '*1')
    assert.deepEqual(scene.hears('100'), ['101', '102'])
    await scene.over()
    assert.equal(scene.rig.store.cdrs.length, 3)
  })

test('a removed room sends everybody away, and settings are kept', async () => {
  const scene = await Scene.with({}, '100', '101')
  scene.store.isFull = true
  assert.deepEqual(await scene.desk?.remove(ROOM), { ok: false, error: { code: 'not-stored' } })
  assert.deepEqual(scene.hears('100'), ['101'])
  scene.store.isFull = false
  assert.ok((await scene.desk?.remove(ROOM))?.ok)
  await scene.rig.clock.pass(16_000)
  assert.deepEqual(
    [...scene.calls.values()].map(({ state }) => state),
    ['ended', 'ended'],
  )
  assert.equal((await scene.dial('102')).statuses.at(-1), 501)
  await scene.over()
})

/** 100 talks with 101 and with 102, and joins them. */
async function threeWay(): Promise<Scene> {
  const scene = await Scene.with({})
  const { rig } = scene
  const [a, b, c] = [await rig.registered('100'), await rig.registered('101'), await rig.registered('102')]
  for (const phone of [b, c]) phone.onCall = (call) => call.answer()
  a.dial('101')
  await rig.clock.pass(300)
  c.dial('100')
  await rig.clock.pass(300)
  a.calls.at(-1)?.answer()
  await rig.clock.pass(300)
  const third = a.dial('*3')
  await rig.clock.pass(1_000)
  const legs = [...rig.store.legs.values()]
  assert.equal(legs.length, 3)
  const names = { '100': third, '101': b.calls[0], '102': c.calls[0] }
  for (const [name, call] of Object.entries(names)) {
    assert.ok(call)
    scene.calls.set(name, call)
    const own = legs.find(({ state }) => state.includes(`"device-p${name}"`))
    assert.ok(own)
    scene.legs.set(name, own.leg)
  }
  assert.deepEqual(
    a.calls.map(({ state }) => state),
    ['ended', 'ended', 'talking'],
  )
  return scene
}

test('who talks with two joins them by a code: all three hear each other, with linked records', async () => {
  const scene = await threeWay()
  const heard = ['100', '101', '102'].map((name) => scene.hears(name))
  assert.deepEqual(heard, [
    ['101', '102'],
    ['100', '102'],
    ['100', '101'],
  ])
  const links = scene.rig.store.cdrs.map(({ transferredTo }) => transferredTo !== undefined)
  assert.deepEqual(links, [true, true])
  await scene.over()
  const led = scene.rig.store.cdrs.filter(({ transferredBy }) => transferredBy === 'person-100')
  assert.equal(led.length, 2)
  assert.equal(scene.rig.store.cdrs.length, 5)
})

test('who has joined them leaves: the others stay connected; then the last but one ends it', async () => {
  const scene = await threeWay()
  scene.calls.get('100')?.hangUp()
  await scene.rig.clock.pass(300)
  assert.deepEqual([scene.hears('101'), scene.hears('102')], [['102'], ['101']])
  scene.calls.get('102')?.hangUp()
  await scene.rig.clock.pass(300)
  assert.equal(scene.calls.get('101')?.state, 'ended')
  await scene.over()
})

test('a three-way conference goes on over a restart', async () => {
  const scene = await threeWay()
  await scene.rig.clock.pass(100)
  await scene.restart()
  await scene.rig.clock.pass(20_000)
  assert.deepEqual(
    ['100', '101', '102'].map((name) => scene.hears(name).length),
    [2, 2, 2],
  )
  scene.calls.get('100')?.hangUp()
  await scene.rig.clock.pass(300)
  assert.deepEqual(scene.hears('101'), ['102'])
  await scene.over()
})

test('the code joins nothing where there is no other call', async () => {
  const scene = await Scene.with({})
  const phone = await scene.rig.registered('100')
  const call = phone.dial('*3')
  await scene.rig.clock.pass(300)
  assert.equal(call.statuses.at(-1), 501)
  await scene.over()
})
