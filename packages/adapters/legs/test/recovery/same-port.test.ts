// A media process died, and the next one has the port that a phone still sends to: sound is back without a
// word to the phone. Its twins: the port, the address or the keys are not the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, MixId } from '@rufwerk/media-control'
import { ExchangeRig, type SimulatedCall } from '@rufwerk/testing'
import { assertAtRest } from '../two-phones.ts'

type Open = Extract<Command, { readonly type: 'openRtp' }>
type Configure = Extract<Command, { readonly type: 'configure' }>

interface Scene {
  readonly rig: ExchangeRig
  readonly call: SimulatedCall
  readonly callee: SimulatedCall
}

async function talking(
  options: { transport?: 'udp' | 'tcp'; srtp?: 'on' | 'required' } = {},
): Promise<Scene> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', options)
  await rig.registered('101')
  const call = a.dial('101')
  await rig.clock.pass(300)
  const callee = rig.phones.at(-1)?.calls.at(-1)
  assert.ok(callee)
  assert.deepEqual([call.state, callee.state], ['talking', 'talking'])
  return { rig, call, callee }
}

type Death = (scene: Scene, arePortsTaken?: boolean) => Promise<void>

const mediaDies: Death = async ({ rig }, arePortsTaken) => {
  rig.replaceMedia(arePortsTaken)
  rig.userAgent.mediaLost()
  rig.userAgent.mediaFound([])
}

const bothDie: Death = async ({ rig }, arePortsTaken) => {
  rig.kill()
  rig.replaceMedia(arePortsTaken)
  await rig.startAgain()
}

const DEATHS = [
  ['the media process', mediaDies],
  ['both', bothDie],
] as const

/** What the media process was told of each leg, but for the names of endpoints. */
function configured({ rig }: Scene): Map<string, Omit<Configure, 'endpoint'> | undefined> {
  const endpoints = [...rig.media.endpoints.values()]
  return new Map(
    endpoints.map(({ leg, configured: found }) => {
      if (found === undefined) return [leg, undefined]
      const { endpoint: _name, ...rest } = found
      return [leg, rest]
    }),
  )
}

function portsOf({ rig }: Scene): Map<string, number> {
  return new Map([...rig.media.endpoints.values()].map(({ leg, port }) => [leg, port]))
}

/** Both are configured and hear each other. */
function assertBridged({ rig }: Scene): void {
  assert.equal(rig.media.size(), 2)
  for (const endpoint of rig.media.endpoints.values()) {
    assert.ok(endpoint.configured)
    assert.equal(rig.media.heardBy(endpoint.leg).length, 1)
  }
  assert.deepEqual(rig.media.strays, [])
}

for (const [what, die] of DEATHS)
  test(`LEG-REC15 ${what} died: the same ports and formats, and nothing said to a phone`, async () => {
    const s = await talking()
    const [ports, before] = [portsOf(s), configured(s)]
    await die(s)
    await s.rig.clock.pass(1_000)
    assertBridged(s)
    assert.deepEqual(portsOf(s), ports)
    assert.deepEqual(configured(s), before)
    assert.deepEqual([s.call.requests, s.callee.requests], [[], []])
    assert.equal(s.rig.userAgent.counts().mediaReopened, 2)
    s.call.reInvite('sendonly')
    await s.rig.clock.pass(300)
    assert.deepEqual(s.call.answers, [200])
    s.callee.hangUp()
    await s.rig.clock.pass(300)
    assert.equal(s.call.state, 'ended')
    await assertAtRest(s.rig, 1)
  })

for (const [what, die] of DEATHS)
  test(`LEG-REC15 who was on hold when ${what} died still is, and can resume`, async () => {
    const s = await talking()
    s.call.reInvite('sendonly')
    await s.rig.clock.pass(300)
    const before = configured(s)
    await die(s)
    await s.rig.clock.pass(1_000)
    assert.deepEqual(configured(s), before)
    assert.deepEqual([s.call.requests, s.callee.requests], [[], []])
    assert.equal(s.rig.views.at(-1)?.heldBy, 'caller')
    s.call.reInvite('sendrecv')
    await s.rig.clock.pass(300)
    assert.equal(s.rig.views.at(-1)?.heldBy, undefined)
    assertBridged(s)
    s.call.hangUp()
    await assertAtRest(s.rig, 1)
  })

test('LEG-REC15 after the end of both sound is back before a phone behind a connection is', async () => {
  const s = await talking({ transport: 'tcp' })
  const ports = portsOf(s)
  await bothDie(s)
  assertBridged(s)
  assert.deepEqual(portsOf(s), ports)
  const { phone } = s.call
  phone.reconnect()
  phone.register()
  await s.rig.clock.pass(1_000)
  assert.deepEqual([s.call.requests, s.callee.requests], [[], []])
  s.call.hangUp()
  await assertAtRest(s.rig, 1)
})

for (const [what, die] of DEATHS)
  test(`LEG-REC16 ${what} died and somebody has the ports: other ones, by re-INVITE`, async () => {
    const s = await talking()
    const ports = portsOf(s)
    await die(s, true)
    await s.rig.clock.pass(1_000)
    assertBridged(s)
    assert.deepEqual([s.call.requests, s.callee.requests], [['INVITE'], ['INVITE']])
    for (const [leg, port] of portsOf(s)) assert.notEqual(port, ports.get(leg))
    assert.equal(s.rig.userAgent.counts().mediaReopened, 0)
    s.call.hangUp()
    await assertAtRest(s.rig, 1)
  })

test('LEG-REC16 the same port at another address is not where the phone sends to', async () => {
  const s = await talking()
  s.rig.replaceMedia()
  const open = s.rig.media.command
  s.rig.media.command = async (given) => {
    const reply = await open(given)
    if (reply.type !== 'openedRtp') return reply
    return { ...reply, rtp: { ...reply.rtp, address: '10.0.0.99' } }
  }
  s.rig.userAgent.mediaLost()
  s.rig.userAgent.mediaFound([])
  await s.rig.clock.pass(1_000)
  assert.deepEqual([s.call.requests, s.callee.requests], [['INVITE'], ['INVITE']])
  assert.match(s.call.remoteText, /^c=IN IP4 10\.0\.0\.99/m)
  s.call.hangUp()
  await assertAtRest(s.rig, 1)
})

for (const [what, die] of DEATHS)
  test(`LEG-REC17 ${what} died: who has keys in its description gets new ones by re-INVITE`, async () => {
    for (const srtp of ['on', 'required'] as const) {
      const s = await talking({ srtp })
      await die(s)
      await s.rig.clock.pass(1_000)
      assertBridged(s)
      assert.deepEqual([s.call.requests, s.callee.requests], [['INVITE'], []])
      const wished = s.rig.media.commands.filter(
        (command): command is Open => command.type === 'openRtp' && command.wishedPort !== undefined,
      )
      assert.equal(wished.length, 1)
      s.call.hangUp()
      await assertAtRest(s.rig, 1)
    }
  })

for (const [what, die] of DEATHS)
  test(`LEG-REC17 ${what} died before a phone took another endpoint: it gets one more`, async () => {
    const s = await talking()
    s.call.answerTo = () => ({ status: 491 })
    await mediaDies(s, true)
    await s.rig.clock.pass(100)
    const leg = legOf(s)
    s.rig.userAgent.setSource(leg, { type: 'mix', mix: 'm' as MixId, isMuted: false }) // That is stored.
    const { length } = s.call.requests
    s.call.answerTo = () => ({ status: 200 })
    await die(s)
    await s.rig.clock.pass(5_000) // Not yet because it is not heard (LEG-REC18).
    assert.equal(s.call.state, 'talking')
    assert.ok(s.call.requests.length > length)
    const told = /^m=audio (\d+) /m.exec(s.call.remoteText)?.[1]
    assert.equal(Number(told), s.rig.media.ofLeg(leg)?.port)
    s.call.hangUp()
    await assertAtRest(s.rig, 1)
  })

function legOf({ rig, call }: Scene) {
  const found = rig.store.legs.values().find(({ state }) => state.includes(`:${call.phone.options.at.port}`))
  assert.ok(found)
  return found.leg
}

test('LEG-REC15 a media process that dies while it is opened there: the next one is asked, too', async () => {
  const s = await talking()
  const ports = portsOf(s)
  await mediaDies(s)
  await mediaDies(s)
  await mediaDies(s)
  await s.rig.clock.pass(1_000)
  assertBridged(s)
  assert.deepEqual(portsOf(s), ports)
  assert.deepEqual([s.call.requests, s.callee.requests], [[], []])
  s.call.hangUp()
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
})

test('LEG-REC18 who is heard at its port is told nothing, who is not is told where we are', async () => {
  for (const isHeard of [true, false]) {
    const s = await talking()
    const ports = portsOf(s)
    await mediaDies(s)
    await s.rig.clock.pass(1_000)
    if (isHeard) for (const endpoint of s.rig.media.endpoints.keys()) s.rig.media.hear(endpoint)
    await s.rig.clock.pass(30_000)
    const told = isHeard ? [] : ['INVITE']
    assert.deepEqual([s.call.requests, s.callee.requests], [told, told])
    assert.deepEqual(portsOf(s), ports)
    assertBridged(s)
    s.call.hangUp()
    await assertAtRest(s.rig, 1)
  }
})

test('LEG-REC18 a phone that took another port just before the end of both is heard again', async () => {
  const s = await talking()
  const rows = [...s.rig.store.legs]
  await mediaDies(s, true)
  await s.rig.clock.pass(1_000)
  assert.deepEqual(s.call.requests, ['INVITE'])
  s.rig.kill()
  for (const [leg, row] of rows) s.rig.store.legs.set(leg, row) // Its answer was not stored any more.
  s.rig.replaceMedia()
  await s.rig.startAgain()
  const portTold = () => Number(/^m=audio (\d+) /m.exec(s.call.remoteText)?.[1])
  const own = () => s.rig.media.ofLeg(legOf(s))?.port
  await s.rig.clock.pass(5_000)
  assert.notEqual(portTold(), own())
  await s.rig.clock.pass(2_000)
  assert.equal(portTold(), own())
  assertBridged(s)
  s.call.hangUp()
  await assertAtRest(s.rig, 1)
})

test('LEG-REC15 the start waits for endpoints that open, and not for ever for others', async () => {
  for (const isSilent of [false, true]) {
    const s = await talking()
    s.rig.kill()
    s.rig.replaceMedia()
    const { command } = s.rig.media
    s.rig.media.command = (given) => {
      if (given.type !== 'openRtp' || !isSilent) return command(given)
      return Promise.withResolvers<never>().promise
    }
    const before = s.rig.clock.now()
    await s.rig.startAgain()
    const tookMs = s.rig.clock.now() - before
    assert.ok(isSilent ? tookMs >= 1_000 && tookMs < 1_200 : tookMs < 100, `${tookMs} ms`)
    assert.equal(s.rig.userAgent.counts().mediaReopened, isSilent ? 0 : 2)
  }
})
