// A browser restarts ICE by a re-INVITE: its leg gets another endpoint, whatever happens meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Direction, writeSdp } from '@rufwerk/sdp'
import { ExchangeRig, type RigOptions, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { assertAtRest } from './two-phones.ts'

interface Scene {
  readonly rig: ExchangeRig
  readonly browser: SimulatedPhone
  /** Of the browser and of the desk phone. */
  readonly call: SimulatedCall
  readonly other: SimulatedCall
}

const TAB = 'urn:uuid:00000000-0000-8000-8000-00000000000a'

async function talking(caller: 'browser' | 'desk' = 'browser', options?: RigOptions): Promise<Scene> {
  const rig = new ExchangeRig(options)
  rig.addDevice('100', { kind: 'browser' })
  const browser = await load(rig)
  const desk = await rig.registered('101')
  const first = caller === 'browser' ? browser.dial('101') : desk.dial('100')
  await rig.clock.pass(300)
  const second = (caller === 'browser' ? desk : browser).calls.at(-1)
  assert.ok(second)
  assert.deepEqual([first.state, second.state], ['talking', 'talking'])
  const [call, other] = caller === 'browser' ? [first, second] : [second, first]
  return { rig, browser, call, other }
}

async function load(rig: ExchangeRig): Promise<SimulatedPhone> {
  const browser = rig.addPhone('p100', { habits: { instance: TAB } })
  browser.onCall = (call) => call.answer()
  browser.register()
  await rig.clock.pass(100)
  return browser
}

const endpointOf = ({ rig }: Scene, kind: 'webrtc' | 'rtp' = 'webrtc') => {
  const [id, endpoint] = [...rig.media.endpoints].find(([, open]) => open.kind === kind) ?? []
  assert.ok(id && endpoint)
  return { ...endpoint, id }
}

/** RFC 8839 §4.4.1.1.1. */
function restart(call: SimulatedCall, direction: Direction = 'sendrecv'): void {
  call.restarts += 1
  call.reInvite(direction)
}

const ufragIn = (text: string): string | undefined => /^a=ice-ufrag:(\S+)/m.exec(text)?.[1]

/** Both hear each other over the endpoint that the browser was told of last, and no third one is open. */
function assertMended(s: Scene, before: ReturnType<typeof endpointOf>): void {
  assert.deepEqual([s.call.state, s.other.state], ['talking', 'talking'])
  const [browser, desk] = [endpointOf(s), endpointOf(s, 'rtp')]
  assert.equal(s.rig.media.size(), 2)
  assert.notEqual(browser.id, before.id)
  assert.equal(browser.remoteIce?.ufrag, s.call.ufrag)
  assert.equal(ufragIn(s.call.remoteText), browser.localIce?.ufrag)
  assert.deepEqual(browser.source, { type: 'endpoint', endpoint: desk.id })
  assert.deepEqual(desk.source, { type: 'endpoint', endpoint: browser.id })
}

async function hangUp(s: Scene): Promise<void> {
  s.other.hangUp()
  await s.rig.clock.pass(500)
  assert.equal(s.call.state, 'ended')
  await assertAtRest(s.rig, 1)
}

/** It goes on over the endpoint that it had. */
function assertUnchanged(s: Scene, before: ReturnType<typeof endpointOf>): void {
  assert.deepEqual([s.call.state, s.other.state], ['talking', 'talking'])
  assert.equal(s.rig.media.size(), 2)
  assert.equal(endpointOf(s).id, before.id)
  assert.deepEqual(endpointOf(s, 'rtp').source, { type: 'endpoint', endpoint: before.id })
}

for (const caller of ['browser', 'desk'] as const)
  test(`LEG-ICE1 a restart of ICE gets another endpoint; the ${caller} had called`, async () => {
    const s = await talking(caller)
    const before = endpointOf(s)
    for (let round = 1; round <= 3; round += 1) {
      restart(s.call)
      await s.rig.clock.pass(300)
      assertMended(s, before)
      assert.match(s.call.remoteText, /^a=setup:active\r$/m)
    }
    assert.deepEqual([s.call.answers, s.call.requests, s.other.requests], [[200, 200, 200], [], []])
    const { iceRestarts, mediaRenewals } = s.rig.userAgent.counts()
    assert.deepEqual([iceRestarts, mediaRenewals], [3, 0])
    assert.ok(s.rig.media.commands.every(({ type }) => type !== 'connectWebRtc') || caller === 'desk')
    const id = endpointOf(s).id
    assert.ok([...s.rig.store.legs.values()].some(({ state }) => state.includes(id)))
    await hangUp(s)
  })

for (const isInEmergency of [true, false])
  test(`LEG-EM5 the endpoint of a restart is one for help in a call for help: ${isInEmergency}`, async () => {
    const s = await talking()
    const { exchange } = s.rig
    s.rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isInEmergency: () => isInEmergency,
    })
    const known = s.rig.media.commands.length
    restart(s.call)
    await s.rig.clock.pass(300)
    const asked = s.rig.media.commands.slice(known).filter((command) => command.type === 'openWebRtc')
    assert.deepEqual(
      asked.map((command) => command.isEmergency ?? false),
      [isInEmergency],
    )
    await hangUp(s)
  })

test('LEG-ICE1 the session timer goes on', async () => {
  const s = await talking()
  restart(s.call)
  await s.rig.clock.pass(40 * 60_000)
  assert.deepEqual([s.call.state, s.other.state], ['talking', 'talking'])
  await hangUp(s)
})

test('LEG-ICE2 hold that begins, stays and ends with restarts', async () => {
  const s = await talking()
  const before = endpointOf(s)
  const changes = () =>
    s.rig.store.events.map(({ type }) => type).filter((t) => t === 'held' || t === 'resumed')
  const directions: unknown[] = []
  for (const direction of ['sendonly', 'sendonly', 'sendrecv'] as const) {
    restart(s.call, direction)
    await s.rig.clock.pass(300)
    directions.push(endpointOf(s).configured?.direction)
  }
  assert.deepEqual(directions, ['recvonly', 'recvonly', 'sendrecv'])
  assert.deepEqual(changes(), ['held', 'resumed'])
  assertMended(s, before)
  s.other.reInvite('sendonly')
  await s.rig.clock.pass(300)
  const music = endpointOf(s).source
  restart(s.call)
  await s.rig.clock.pass(300)
  assert.deepEqual(endpointOf(s).source, music)
  s.other.reInvite('sendrecv')
  await s.rig.clock.pass(300)
  assertMended(s, before)
  await hangUp(s)
})

test('LEG-ICE3 no endpoint can be opened: 500, and the one before goes on', async () => {
  const s = await talking()
  const before = endpointOf(s)
  s.rig.media.isFull = true
  restart(s.call)
  await s.rig.clock.pass(300)
  assert.deepEqual(s.call.answers, [500])
  assertUnchanged(s, before)
  s.rig.media.isFull = false
  restart(s.call)
  await s.rig.clock.pass(300)
  assertMended(s, before)
  s.rig.media.refused.length = 0
  await hangUp(s)
})

test('LEG-ICE3 an offer without a codec of ours: 488, and the one before goes on', async () => {
  const s = await talking()
  const before = endpointOf(s)
  assert.ok(s.call.local)
  const unknown = writeSdp(s.call.local)
    .replace(/^a=ice-ufrag:.*$/m, 'a=ice-ufrag:another')
    .replaceAll(/^a=rtpmap:(\d+) (?:opus|PCMA)/gm, 'a=rtpmap:$1 speex')
    .replace(/^(m=audio \d+ \S+) .*$/m, '$1 111')
  s.call.reInvite('sendrecv', unknown)
  await s.rig.clock.pass(300)
  assert.deepEqual(s.call.answers, [488])
  assertUnchanged(s, before)
  await hangUp(s)
})

test('LEG-ICE3 more than 20 restarts within five minutes: 500, later again', async () => {
  const s = await talking()
  const before = endpointOf(s)
  for (let round = 0; round < 20; round += 1) {
    restart(s.call)
    await s.rig.clock.pass(1_000)
  }
  const last = endpointOf(s)
  restart(s.call)
  await s.rig.clock.pass(300)
  assert.equal(s.call.answers.at(-1), 500)
  assertUnchanged(s, last)
  await s.rig.clock.pass(300_000)
  restart(s.call)
  await s.rig.clock.pass(300)
  assert.equal(s.call.answers.at(-1), 200)
  assertMended(s, before)
  await hangUp(s)
})

/** The media process holds every answer back until it is let go. */
function hold(rig: ExchangeRig): () => void {
  const { media } = rig
  const answer = media.command
  const held = Promise.withResolvers<void>()
  media.command = async (command) => {
    await held.promise
    return answer(command)
  }
  return () => {
    media.command = answer
    held.resolve()
  }
}

for (const who of ['call', 'other'] as const)
  test(`LEG-ICE4 the ${who === 'call' ? 'browser' : 'desk phone'} hangs up meanwhile`, async () => {
    const s = await talking()
    const letGo = hold(s.rig)
    const answers = (): readonly number[] => s.call.answers
    restart(s.call)
    await s.rig.clock.pass(300)
    assert.deepEqual(answers(), [])
    s[who].hangUp()
    await s.rig.clock.pass(300)
    letGo()
    await s.rig.clock.pass(1_000)
    assert.deepEqual([s.call.state, s.other.state], ['ended', 'ended'])
    assert.ok(answers().includes(487), `${answers()}`)
    s.rig.media.refused.length = 0
    await assertAtRest(s.rig, 1)
  })

test('LEG-ICE4 the page is loaded anew meanwhile', async () => {
  const s = await talking()
  const letGo = hold(s.rig)
  restart(s.call)
  await s.rig.clock.pass(300)
  s.rig.network.cut(s.browser.flow)
  const page = await load(s.rig)
  await s.rig.clock.pass(300)
  letGo()
  await s.rig.clock.pass(1_000)
  assert.deepEqual([page.calls[0]?.state, s.other.state, s.rig.media.size()], ['talking', 'talking', 2])
  s.other.hangUp()
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
})

for (const after of [5, 10, 15, 20, 25, 30, 45, 60])
  test(`LEG-ICE5 call control crashes ${after} ms after the restart began`, async () => {
    const s = await talking()
    const before = endpointOf(s)
    restart(s.call)
    await s.rig.clock.pass(after)
    s.rig.kill()
    await s.rig.startAgain()
    await s.rig.clock.pass(1_000)
    s.browser.reconnect()
    s.browser.register()
    await s.rig.clock.pass(500)
    assert.equal(s.rig.media.size(), 2)
    s.call.cancelReInvites()
    await s.rig.clock.pass(35_000)
    restart(s.call)
    await s.rig.clock.pass(500)
    assertMended(s, before)
    await hangUp(s)
  })

test('LEG-ICE6 a connection that was broken already is not offered another endpoint', async () => {
  const s = await talking()
  const broken = endpointOf(s)
  s.rig.media.breakConnection(broken.id)
  await s.rig.clock.pass(300)
  restart(s.call)
  await s.rig.clock.pass(3_000)
  assertMended(s, broken)
  assert.deepEqual([s.call.requests, s.call.answers], [[], [200]])
  await hangUp(s)
})

test('LEG-ICE6 a broken connection whose restart is refused is offered another endpoint', async () => {
  const s = await talking()
  const broken = endpointOf(s)
  s.rig.media.breakConnection(broken.id)
  await s.rig.clock.pass(100)
  s.rig.media.isFull = true
  restart(s.call)
  await s.rig.clock.pass(200)
  s.rig.media.isFull = false
  await s.rig.clock.pass(3_000)
  assert.deepEqual([s.call.answers, s.call.requests], [[500], ['INVITE']])
  assertMended(s, broken)
  s.rig.media.refused.length = 0
  await hangUp(s)
})

test('LEG-ICE6 while our offer of an endpoint is unanswered a restart gets 491', async () => {
  const s = await talking()
  s.call.answerTo = ({ method }) => (method === 'INVITE' ? undefined : { status: 200 })
  s.rig.media.breakConnection(endpointOf(s).id)
  await s.rig.clock.pass(600)
  restart(s.call)
  await s.rig.clock.pass(30)
  assert.deepEqual([s.call.requests, s.call.answers], [['INVITE'], [491]])
  await s.rig.clock.pass(33_000)
  assert.deepEqual([s.call.state, s.other.state], ['ended', 'ended'])
})

/** What our page does as one who was called: the first offer gets 491 and a restart of its own. */
function crossOffers(s: Scene): void {
  let hasCrossed = false
  s.call.answerTo = ({ method }) => {
    if (method !== 'INVITE' || hasCrossed) return { status: 200 }
    hasCrossed = true
    s.call.phone.arm(20, () => restart(s.call))
    return { status: 491 }
  }
}

for (const what of ['broken', 'replaced'] as const)
  test(`LEG-ICE7 a restart in place of the endpoint that we offered; media ${what}`, async () => {
    const s = await talking('desk')
    crossOffers(s)
    const before = endpointOf(s)
    if (what === 'broken') s.rig.media.breakConnection(before.id)
    else {
      s.rig.replaceMedia(true)
      s.rig.userAgent.mediaLost()
      s.rig.userAgent.mediaFound([])
    }
    await s.rig.clock.pass(1_000)
    assert.deepEqual(s.call.answers, [200])
    assertMended(s, before)
    // Nothing of what we wanted to offer comes later.
    await s.rig.clock.pass(10_000)
    assert.deepEqual(s.call.requests, ['INVITE'])
    assertMended(s, before)
    await hangUp(s)
  })

test('LEG-ICE7 such a restart that cannot be answered: our offer comes again', async () => {
  const s = await talking('desk')
  crossOffers(s)
  const before = endpointOf(s)
  s.rig.media.breakConnection(before.id)
  await s.rig.clock.pass(515)
  s.rig.media.isFull = true
  await s.rig.clock.pass(60)
  s.rig.media.isFull = false
  assert.deepEqual(s.call.answers, [500])
  await s.rig.clock.pass(8_000)
  assert.deepEqual(s.call.requests, ['INVITE', 'INVITE'])
  assertMended(s, before)
  s.rig.media.refused.length = 0
  await hangUp(s)
})

test('LEG-ICE7 an offer that is no restart gets 491 meanwhile, as before', async () => {
  const s = await talking('desk')
  s.call.answerTo = () => ({ status: 491 })
  s.rig.media.breakConnection(endpointOf(s).id)
  await s.rig.clock.pass(600)
  s.call.reInvite('sendrecv')
  await s.rig.clock.pass(30)
  assert.deepEqual(s.call.answers, [491])
  s.call.answerTo = () => ({ status: 200 })
  await s.rig.clock.pass(5_000)
  await hangUp(s)
})
