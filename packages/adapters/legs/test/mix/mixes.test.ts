// Legs in mixes, with what is played there, over the ends of processes. The room here lets everybody in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LegPort, LegSource, MixId, ServicePort } from '@rufwerk/calls'
import type { EndpointId, LegId } from '@rufwerk/core'
import type { AnnouncedSound, AudioSource } from '@rufwerk/media-control'
import { type CallControl, ExchangeRig, ROOM_PLAN, type SimulatedCall } from '@rufwerk/testing'
import { assertNothingLeft } from '../two-phones.ts'

const MIX = 'mix-1' as MixId

type Mixed = Extract<LegSource, { type: 'mix' }>

/** A room that lets everybody in; who was there before is left as it is. */
class OpenDoor implements ServicePort {
  readonly #run: CallControl

  constructor(run: CallControl) {
    this.#run = run
  }

  enter({ call, isAnswered }: Parameters<ServicePort['enter']>[0]): boolean {
    const source = { type: 'mix', mix: MIX, isMuted: false } as const
    if (!isAnswered) this.#run.exchange.wish(call, { type: 'answer', source })
    return true
  }

  happened(): void {}
}

class Scene {
  readonly rig = new ExchangeRig({
    dialPlan: ROOM_PLAN,
    services: (run) => ({ conference: new OpenDoor(run) }),
  })
  readonly calls = new Map<string, SimulatedCall>()
  readonly legs = new Map<string, LegId>()

  static async with(...names: readonly string[]): Promise<Scene> {
    const scene = new Scene()
    for (const name of names) await scene.dial(name)
    return scene
  }

  async dial(name: string): Promise<void> {
    const { rig } = this
    const phone = await rig.registered(name)
    const before = new Set(rig.store.legs.keys())
    const call = phone.dial('800')
    await rig.clock.pass(300)
    assert.equal(call.state, 'talking')
    const leg = [...rig.store.legs.keys()].find((id) => !before.has(id))
    assert.ok(leg)
    this.calls.set(name, call)
    this.legs.set(name, leg as LegId)
  }

  leg(name: string): LegId {
    return this.legs.get(name) as LegId
  }

  endpoint(name: string): EndpointId {
    return this.rig.media.ofLeg(this.leg(name))?.id as EndpointId
  }

  set(name: string, change: Partial<Mixed> = {}): void {
    const source = { type: 'mix', mix: MIX, isMuted: false, ...change } as const
    this.rig.userAgent.setSource(this.leg(name), source)
  }

  announce(sound: Parameters<LegPort['announce']>[0]['sound'], to?: string): void {
    this.rig.userAgent.announce({ mix: MIX, sound, ...(to && { to: this.leg(to) }) })
  }

  /** Names of those whom this one hears. */
  hears(name: string): string[] {
    const heard = this.rig.media.heardBy(this.leg(name))
    return [...this.legs].filter(([, leg]) => heard.includes(leg)).map(([other]) => other)
  }

  /** What was played since, and to whom. */
  announced(): (readonly [string, AnnouncedSound])[] {
    const played = this.rig.media.commands.splice(0)
    return played.flatMap((command) => {
      if (command.type !== 'announce') return []
      const { to, sound } = command
      return [[to === undefined ? 'all' : String(this.rig.media.endpoints.get(to)?.leg), sound] as const]
    })
  }

  async killMedia(): Promise<void> {
    const { rig } = this
    rig.media.die()
    rig.userAgent.mediaLost()
    rig.replaceMedia()
    rig.userAgent.mediaFound([])
    await rig.clock.pass(1_000)
  }

  async restart(afterMs = 5_000): Promise<void> {
    this.rig.kill()
    this.rig.media.commands.length = 0
    await this.rig.startAgain()
    await this.rig.clock.pass(afterMs)
  }

  async over(): Promise<void> {
    for (const call of this.calls.values()) call.hangUp()
    await assertNothingLeft(this.rig)
  }
}

const hold = { type: 'tone', tone: 'hold', country: 'de' } as const

test('LEG-MIX1 legs in a mix hear each other, not a muted one, nor who speaks to others', async () => {
  const scene = await Scene.with('100', '101', '102')
  assert.deepEqual(scene.hears('100'), ['101', '102'])
  scene.set('101', { isMuted: true })
  assert.deepEqual([scene.hears('100'), scene.hears('101')], [['102'], ['100', '102']])
  scene.set('101', { heardBy: [scene.leg('102')] })
  assert.deepEqual([scene.hears('100'), scene.hears('102')], [['102'], ['100', '101']])
  scene.rig.userAgent.setSource(scene.leg('100'), { type: 'silence' })
  assert.deepEqual([scene.hears('100'), scene.hears('102')], [[], ['101']])
  scene.calls.get('102')?.hangUp()
  await scene.rig.clock.pass(300)
  scene.set('100')
  assert.deepEqual(scene.hears('100'), [], 'who whispers to somebody that left is heard by nobody')
  await scene.over()
})

test('LEG-MIX2 after a restart of call control who was in a mix still is, and nobody notices', async () => {
  const scene = await Scene.with('100', '101', '102')
  scene.set('101', { isMuted: true })
  await scene.restart()
  const said = scene.rig.media.commands.map(({ type }) => type)
  assert.deepEqual(said, ['snapshot', 'claim'])
  assert.deepEqual([scene.hears('100'), scene.hears('101')], [['102'], ['100', '102']])
  scene.set('101')
  assert.deepEqual(scene.hears('100'), ['101', '102'])
  await scene.over()
})

test('LEG-MIX3 with a new media process all are in their mix again, as muted as before', async () => {
  const scene = await Scene.with('100', '101', '102')
  scene.set('101', { isMuted: true })
  scene.set('102', { heardBy: [scene.leg('101')] })
  const before = [scene.hears('100'), scene.hears('101'), scene.hears('102')]
  assert.deepEqual(before, [[], ['100', '102'], ['100']])
  await scene.killMedia()
  assert.deepEqual([scene.hears('100'), scene.hears('101'), scene.hears('102')], before)
  await scene.restart()
  await scene.killMedia()
  assert.deepEqual([scene.hears('100'), scene.hears('101'), scene.hears('102')], before)
  await scene.over()
})

test('LEG-MIX4 what is played reaches all or one, and its end is told', async () => {
  const scene = await Scene.with('100', '101')
  const told: unknown[] = []
  scene.rig.userAgent.listen({
    onIncoming: () => 'accepted',
    onLegEvent: (leg, event) => event.type === 'announced' && told.push([leg, event.isPlayed]),
  })
  scene.announced()
  scene.announce({ type: 'tone', tone: 'entry' })
  scene.announce({ type: 'prompt', names: ['words'], isLooped: false }, '101')
  assert.deepEqual(scene.announced(), [
    ['all', { type: 'tone', tone: 'entry', country: 'de' }],
    [scene.leg('101'), { type: 'prompt', names: ['words'], isLooped: false }],
  ])
  scene.rig.media.emit({ type: 'announcementEnded', mix: MIX })
  scene.rig.media.emit({ type: 'announcementEnded', mix: MIX, to: scene.endpoint('101') })
  assert.deepEqual(told, [[scene.leg('101'), true]])
  scene.rig.media.missingPrompts.add('none')
  scene.announce({ type: 'prompt', names: ['none'], isLooped: false }, '101')
  await scene.rig.clock.pass(10)
  assert.deepEqual(told.slice(1), [[scene.leg('101'), false]])
  scene.announced()
  // Not in this mix: nothing is said.
  scene.rig.userAgent.announce({ mix: 'other' as MixId, sound: { type: 'tone', tone: 'beep' } })
  scene.rig.userAgent.announce({ mix: 'other' as MixId, to: scene.leg('100'), sound: { type: 'silence' } })
  assert.deepEqual(scene.announced(), [])
})

test('LEG-MIX4 who has no endpoint in the mix yet hears what was meant for it then', async () => {
  const scene = await Scene.with('100')
  await scene.rig.registered('101')
  scene.rig.media.die()
  scene.rig.userAgent.mediaLost()
  scene.announce({ type: 'prompt', names: ['words'], isLooped: false }, '100')
  scene.announce({ type: 'tone', tone: 'entry' })
  scene.rig.replaceMedia()
  scene.rig.userAgent.mediaFound([])
  await scene.rig.clock.pass(1_000)
  assert.deepEqual(scene.announced(), [
    [scene.leg('100'), { type: 'prompt', names: ['words'], isLooped: false }],
  ])
  await scene.over()
})

test('LEG-MIX5 what goes on does so over the ends of processes, what sounds once does not', async () => {
  const scene = await Scene.with('100', '101')
  scene.announce({ type: 'prompt', names: ['music'], isLooped: true })
  scene.announce({ type: 'tone', tone: 'hold' }, '100')
  scene.announce({ type: 'tone', tone: 'beep' }, '101')
  await scene.restart()
  assert.deepEqual(scene.announced(), [])
  await scene.killMedia()
  const music = { type: 'prompt', names: ['music'], isLooped: true } as const
  const played = () => [scene.rig.media.announcedIn(MIX), scene.rig.media.ofLeg(scene.leg('100'))?.announced]
  assert.deepEqual(played(), [music, hold])
  assert.equal(scene.rig.media.ofLeg(scene.leg('101'))?.announced, undefined)
  scene.announce({ type: 'silence' })
  scene.announce({ type: 'silence' }, '100')
  await scene.killMedia()
  assert.deepEqual(played(), [undefined, undefined])
  await scene.over()
})

test('LEG-MIX6 a restart with a new media process loses nobody, and the muted stay so', async () => {
  const scene = await Scene.with('100', '101', '102')
  scene.set('101', { isMuted: true })
  scene.set('102', { heardBy: [scene.leg('101')] })
  await scene.rig.clock.pass(100)
  scene.rig.kill()
  scene.rig.media.die()
  scene.rig.replaceMedia()
  await scene.rig.startAgain()
  await scene.rig.clock.pass(3_000)
  assert.deepEqual(
    [scene.hears('100'), scene.hears('101'), scene.hears('102')],
    [[], ['100', '102'], ['100']],
  )
  await scene.over()
})

test('LEG-MIX7 a mix without room is a source that failed', async () => {
  const scene = await Scene.with('100')
  const told: string[] = []
  scene.rig.userAgent.listen({
    onIncoming: () => 'accepted',
    onLegEvent: (_, event) => told.push(event.type),
  })
  scene.rig.userAgent.setSource(scene.leg('100'), { type: 'silence' })
  const { command } = scene.rig.media
  const isMix = (source: AudioSource): boolean => source.type === 'mix'
  scene.rig.media.command = async (given) =>
    given.type === 'setSource' && isMix(given.source)
      ? { type: 'refused', code: 'limit', why: 'full' }
      : command(given)
  scene.set('100')
  await scene.rig.clock.pass(10)
  assert.deepEqual(told, ['sourceFailed'])
})
