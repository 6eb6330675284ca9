// The media connection of a browser breaks while its SIP connection lives: another endpoint, offered anew.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ms } from '@rufwerk/core'
import { ExchangeRig, type RigOptions, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'
import { assertAtRest } from '../two-phones.ts'

interface Scene {
  readonly rig: ExchangeRig
  readonly browser: SimulatedPhone
  /** Of the browser and of the desk phone. */
  readonly call: SimulatedCall
  readonly other: SimulatedCall
}

interface SceneOptions {
  readonly caller?: 'browser' | 'desk'
  /** What it registers as; without: a browser that is not our page. */
  readonly tab?: string
  readonly rig?: RigOptions
}

const TAB = 'urn:uuid:00000000-0000-8000-8000-00000000000a'

async function talking({ caller = 'browser', tab, rig: options }: SceneOptions = {}): Promise<Scene> {
  const rig = new ExchangeRig(options)
  rig.addDevice('100', { kind: 'browser' })
  const browser = rig.addPhone('p100', tab === undefined ? {} : { habits: { instance: tab } })
  browser.onCall = (call) => call.answer()
  browser.register()
  await rig.clock.pass(1_000)
  const desk = await rig.registered('101')
  await rig.clock.pass(1_000)
  const first = caller === 'browser' ? browser.dial('101') : desk.dial('100')
  await rig.clock.pass(options?.delayMs === undefined ? 300 : 3_000)
  const second = (caller === 'browser' ? desk : browser).calls.at(-1)
  assert.ok(second)
  assert.deepEqual([first.state, second.state], ['talking', 'talking'])
  const [call, other] = caller === 'browser' ? [first, second] : [second, first]
  return { rig, browser, call, other }
}

const endpointOf = ({ rig }: Pick<Scene, 'rig'>, kind: 'webrtc' | 'rtp' = 'webrtc') => {
  const [id, endpoint] = [...rig.media.endpoints].find(([, open]) => open.kind === kind) ?? []
  assert.ok(id && endpoint)
  return { ...endpoint, id }
}

function breakMedia(s: Pick<Scene, 'rig'>): ReturnType<typeof endpointOf> {
  const broken = endpointOf(s)
  s.rig.media.breakConnection(broken.id)
  return broken
}

/** Both talk and hear each other, over another endpoint than `before` and no third one. */
function assertMended(s: Scene, before: ReturnType<typeof endpointOf>): void {
  assert.deepEqual([s.call.state, s.other.state], ['talking', 'talking'])
  const [browser, desk] = [endpointOf(s), endpointOf(s, 'rtp')]
  assert.equal(s.rig.media.size(), 2)
  assert.notEqual(browser.id, before.id)
  assert.equal(browser.remoteIce?.ufrag, s.call.ufrag)
  assert.deepEqual(browser.source, { type: 'endpoint', endpoint: desk.id })
  assert.deepEqual(desk.source, { type: 'endpoint', endpoint: browser.id })
}

function cut({ rig, browser }: Scene): void {
  rig.network.cut(browser.flow)
}

async function back({ rig, browser }: Scene): Promise<void> {
  browser.reconnect()
  browser.register()
  await rig.clock.pass(500)
}

async function hangUp(s: Scene): Promise<void> {
  s.other.hangUp()
  await s.rig.clock.pass(500)
  assert.equal(s.call.state, 'ended')
  await assertAtRest(s.rig, 1)
}

for (const caller of ['browser', 'desk'] as const)
  for (const tab of [TAB, undefined])
    test(`LEG-MED2 a ${tab ? 'page' : 'browser'} gets another endpoint; ${caller} called`, async () => {
      const s = await talking({ caller, ...(tab ? { tab } : {}) })
      const broken = breakMedia(s)
      await s.rig.clock.pass(450)
      assert.deepEqual(s.call.requests, [])
      await s.rig.clock.pass(550)
      assert.deepEqual([s.call.requests, s.other.requests], [['INVITE'], []])
      assertMended(s, broken)
      await hangUp(s)
      assert.equal(s.rig.store.cdrs[0]?.cause, 16)
    })

test('LEG-MED2 a connection that cannot come to be: refused by the media process', async () => {
  const s = await talking({ caller: 'desk' })
  await hangUp(s)
  s.rig.media.connectsRefused = 2
  const [desk] = s.rig.phones.filter((phone) => phone !== s.browser)
  const other = desk?.dial('100')
  await s.rig.clock.pass(300)
  const call = s.browser.calls.at(-1)
  assert.ok(other && call)
  const again = { ...s, call, other }
  const refused = endpointOf(again)
  assert.equal(refused.remoteIce, undefined)
  await s.rig.clock.pass(2_000)
  assert.deepEqual(call.requests, ['INVITE', 'INVITE'])
  assertMended(again, refused)
  s.rig.media.refused.length = 0
  other.hangUp()
  await assertAtRest(s.rig, 2)
})

test('LEG-MED2 an endpoint that the media process closed', async () => {
  const s = await talking()
  const closed = endpointOf(s)
  s.rig.media.endpoints.delete(closed.id)
  const stats = { packetsSent: 1, packetsReceived: 1, lost: 0, jitterMs: 1, rubbish: 0, isRelayed: false }
  const event = { endpoint: closed.id, why: 'no-rtp', stats: { ...stats, codec: 'opus' } } as const
  s.rig.media.emit({ type: 'closed', ...event })
  await s.rig.clock.pass(1_000)
  assertMended(s, closed)
  await hangUp(s)
})

test('LEG-MED2 an echo is heard again, and the figures before it are told', async () => {
  const rig = new ExchangeRig()
  const browser = await rig.registered('100', { kind: 'browser' })
  const call = browser.dial('*43')
  await rig.clock.pass(300)
  const { source } = breakMedia({ rig })
  await rig.clock.pass(1_000)
  const { id, ...endpoint } = endpointOf({ rig })
  assert.deepEqual([endpoint.source, endpoint.isBroken], [source, false])
  assert.equal(rig.media.size(), 1)
  assert.equal(rig.store.legs.size, 1)
  assert.ok([...rig.store.legs.values()].every(({ state }) => state.includes(id)))
  call.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-MED2 both are browsers, and both connections break at once', async () => {
  const rig = new ExchangeRig()
  const [a, b] = [
    await rig.registered('100', { kind: 'browser' }),
    await rig.registered('101', { kind: 'browser' }),
  ]
  b.onCall = (call) => call.answer()
  const call = a.dial('101')
  await rig.clock.pass(300)
  const before = [...rig.media.endpoints.keys()]
  for (const endpoint of before) rig.media.breakConnection(endpoint)
  await rig.clock.pass(1_000)
  const [one, other] = [...rig.media.endpoints]
  assert.ok(one && other)
  assert.ok(!before.includes(one[0]) && !before.includes(other[0]))
  assert.deepEqual(one[1].source, { type: 'endpoint', endpoint: other[0] })
  assert.deepEqual(other[1].source, { type: 'endpoint', endpoint: one[0] })
  assert.equal(rig.userAgent.counts().mediaRenewals, 2)
  call.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-MED2 a plain endpoint that the media process closed ends the call', async () => {
  const s = await talking()
  const closed = endpointOf(s, 'rtp')
  s.rig.media.endpoints.delete(closed.id)
  const stats = { packetsSent: 1, packetsReceived: 1, lost: 0, jitterMs: 1, rubbish: 0, isRelayed: false }
  const event = { endpoint: closed.id, why: 'no-rtp', stats: { ...stats, codec: 'PCMA' } } as const
  s.rig.media.emit({ type: 'closed', ...event })
  await s.rig.clock.pass(300)
  assert.deepEqual([s.call.state, s.other.state], ['ended', 'ended'])
  assert.equal(s.rig.store.cdrs[0]?.endedBy, 'network')
  await assertAtRest(s.rig, 1)
})

test('LEG-MED2 a connection that is back by itself changes nothing', async () => {
  const s = await talking()
  const { id } = breakMedia(s)
  await s.rig.clock.pass(300)
  s.rig.media.emit({ type: 'connected', endpoint: id })
  await s.rig.clock.pass(3_000)
  assert.deepEqual([s.call.requests, endpointOf(s).id], [[], id])
  await hangUp(s)
})

for (const first of ['media', 'signalling'] as const)
  test(`LEG-MED4 nothing is offered until the device is back; ${first} goes first`, async () => {
    const s = await talking({ tab: TAB })
    if (first === 'signalling') cut(s)
    await s.rig.clock.pass(300)
    const broken = breakMedia(s)
    await s.rig.clock.pass(300)
    if (first === 'media') cut(s)
    await s.rig.clock.pass(5_000)
    assert.deepEqual([s.call.requests, endpointOf(s).id], [[], broken.id])
    await back(s)
    assert.deepEqual(s.call.requests, ['INVITE'])
    assertMended(s, broken)
    await s.rig.clock.pass(25_000)
    await hangUp(s)
  })

test('LEG-MED4 a device that is back with a request of the call before it registers', async () => {
  const s = await talking({ tab: TAB })
  const broken = breakMedia(s)
  cut(s)
  await s.rig.clock.pass(3_000)
  s.browser.reconnect()
  s.call.info('application/dtmf-relay', 'Signal=5')
  await s.rig.clock.pass(500)
  assertMended(s, broken)
  s.browser.register()
  await s.rig.clock.pass(500)
  assert.deepEqual(s.call.requests, ['INVITE'])
  await hangUp(s)
})

test('LEG-MED4 a device that is not back in time ends the call', async () => {
  const s = await talking()
  breakMedia(s)
  cut(s)
  await s.rig.clock.pass(19_000)
  assert.equal(s.other.state, 'talking')
  await s.rig.clock.pass(2_000)
  assert.equal(s.other.state, 'ended')
  await assertAtRest(s.rig, 1)
})

test('LEG-MED5 after five new endpoints within five minutes the call ends', async () => {
  const s = await talking()
  for (let round = 0; round < 5; round += 1) {
    const broken = breakMedia(s)
    await s.rig.clock.pass(50_000)
    assertMended(s, broken)
  }
  breakMedia(s)
  await s.rig.clock.pass(400)
  assert.equal(s.other.state, 'talking')
  await s.rig.clock.pass(400)
  assert.deepEqual([s.call.state, s.other.state], ['ended', 'ended'])
  const [cdr] = s.rig.store.cdrs
  assert.deepEqual([cdr?.endedBy, cdr?.cause], ['network', 41])
  await assertAtRest(s.rig, 1)
})

test('LEG-MED5 the same with a device that comes back; over longer the call goes on', async () => {
  for (const [pause, state] of [
    [45_000, 'ended'],
    [65_000, 'talking'],
  ] as const) {
    const s = await talking()
    for (let round = 0; round < 6; round += 1) {
      breakMedia(s)
      cut(s)
      await s.rig.clock.pass(2_000)
      await back(s)
      await s.rig.clock.pass(pause)
    }
    assert.deepEqual([s.call.state, s.other.state], [state, state])
    s.other.hangUp()
    await assertAtRest(s.rig, 1)
  }
})

test('LEG-MED6 hold outlives it, of either side', async () => {
  for (const holder of ['call', 'other'] as const) {
    const s = await talking()
    s[holder].reInvite('sendonly')
    await s.rig.clock.pass(300)
    const changes = () =>
      s.rig.store.events.filter(({ type }) => type === 'held' || type === 'resumed').length
    const [before, broken, desk] = [changes(), endpointOf(s), endpointOf(s, 'rtp')]
    assert.equal(before, 1)
    breakMedia(s)
    await s.rig.clock.pass(1_000)
    const fresh = endpointOf(s)
    assert.notEqual(fresh.id, broken.id)
    assert.equal(fresh.configured?.direction, broken.configured?.direction)
    assert.equal(changes(), before)
    const heard = holder === 'call' ? endpointOf(s, 'rtp').source : fresh.source
    assert.deepEqual(heard, holder === 'call' ? desk.source : broken.source)
    s[holder].reInvite('sendrecv')
    await s.rig.clock.pass(300)
    assert.equal(changes(), before + 1)
    assertMended(s, broken)
    await hangUp(s)
  }
})

test('LEG-MED6 491 is waited for; a re-INVITE of the peer in between gets 491, too', async () => {
  const s = await talking()
  s.call.answerTo = () => ({ status: 491 })
  const broken = breakMedia(s)
  await s.rig.clock.pass(600)
  assert.deepEqual(s.call.requests, ['INVITE'])
  s.call.reInvite('sendonly')
  await s.rig.clock.pass(30)
  assert.deepEqual(s.call.answers, [491])
  s.call.answerTo = () => ({ status: 200 })
  await s.rig.clock.pass(5_000)
  assert.deepEqual(s.call.requests, ['INVITE', 'INVITE'])
  s.call.reInvite('sendrecv')
  await s.rig.clock.pass(300)
  assertMended(s, broken)
  await hangUp(s)
})

for (const status of [481, 408, 488])
  test(`LEG-MED6 a device that refuses it with ${status} ends its call`, async () => {
    const s = await talking()
    s.call.answerTo = () => ({ status })
    breakMedia(s)
    await s.rig.clock.pass(2_000)
    assert.equal(s.other.state, 'ended')
    s.call.hangUp()
    await assertAtRest(s.rig, 1)
  })

test('LEG-MED6 a device that does not answer it ends its call', async () => {
  const s = await talking()
  s.call.answerTo = ({ method }) => (method === 'INVITE' ? undefined : { status: 200 })
  breakMedia(s)
  await s.rig.clock.pass(40_000)
  assert.equal(s.other.state, 'ended')
  assert.equal(s.rig.media.size(), 0)
})

test('LEG-MED6 a call that ends while it is offered, or opened, leaves nothing', async () => {
  for (const after of [499, 500, 501, 505, 520]) {
    const s = await talking()
    breakMedia(s)
    await s.rig.clock.pass(after)
    s.other.hangUp()
    await s.rig.clock.pass(1_000)
    assert.equal(s.call.state, 'ended')
    await assertAtRest(s.rig, 1)
  }
})

test('LEG-MED6 the session timer goes on; the answer to a refresh under way is not taken', async () => {
  const s = await talking({ rig: { delayMs: [200, 200], limits: { reloadToldWithin: ms(100) } } })
  await s.rig.clock.pass(14 * 60_000)
  while (s.call.requests.length === 0) await s.rig.clock.pass(10)
  const broken = breakMedia(s) // The answer is under way for 200 ms.
  await s.rig.clock.pass(3_000)
  assert.deepEqual(s.call.requests, ['INVITE', 'INVITE'])
  assertMended(s, broken)
  await s.rig.clock.pass(40 * 60_000)
  assert.ok(s.call.requests.length >= 4)
  assertMended(s, broken)
  await hangUp(s)
})

for (const after of [100, 501, 505, 560])
  test(`LEG-MED7 call control crashes ${after} ms after the connection broke`, async () => {
    const s = await talking({ tab: TAB })
    const broken = breakMedia(s)
    await s.rig.clock.pass(after)
    s.rig.kill()
    await s.rig.startAgain()
    await s.rig.clock.pass(1_000)
    await back(s)
    await s.rig.clock.pass(3_000)
    assertMended(s, broken)
    await hangUp(s)
  })

test('LEG-MED7 another endpoint that was not stored before the crash is taken up', async () => {
  const s = await talking({ tab: TAB })
  const before = new Map(s.rig.store.legs)
  const broken = breakMedia(s)
  await s.rig.clock.pass(2_000)
  assertMended(s, broken)
  const fresh = endpointOf(s)
  s.rig.kill()
  for (const [id, leg] of before) s.rig.store.legs.set(id, leg)
  await s.rig.startAgain()
  await back(s)
  assert.equal(endpointOf(s).id, fresh.id)
  assertMended(s, broken)
  await hangUp(s)
})

for (const after of [0, 100, 499, 501, 510, 600])
  test(`LEG-MED7 the media process dies ${after} ms after the connection broke`, async () => {
    const s = await talking()
    const broken = breakMedia(s)
    await s.rig.clock.pass(after)
    s.rig.media.die()
    await s.rig.clock.pass(4_000) // Told when it is given up, or another one is there.
    s.rig.userAgent.mediaLost()
    await s.rig.clock.pass(18_000) // Longer than a leg waits that does not know of it.
    s.rig.media.isGone = false
    s.rig.userAgent.mediaFound([])
    await s.rig.clock.pass(3_000)
    assertMended(s, broken)
    s.rig.media.refused.length = 0
    await hangUp(s)
  })

test('LEG-MED7 no endpoint can be opened, and no other media process comes: the call ends', async () => {
  const s = await talking()
  breakMedia(s)
  s.rig.media.isFull = true
  await s.rig.clock.pass(20_000)
  assert.equal(s.other.state, 'talking')
  await s.rig.clock.pass(2_000)
  assert.deepEqual([s.call.state, s.other.state], ['ended', 'ended'])
  s.rig.media.refused.length = 0
  await assertAtRest(s.rig, 1)
})
