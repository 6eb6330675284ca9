import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newResponse, parseMessage, type SipRequest, writeMessage } from '@rufwerk/sip'
import { ExchangeRig } from '@rufwerk/testing'
import { assertAtRest, only, twoPhones } from './two-phones.ts'

const CALLEE_SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n'

test('LEG-CALL13 our 200 is repeated until the ACK; without one the call ends by BYE', async () => {
  const [rig, a] = await twoPhones()
  const call = a.dial('101')
  call.phone.ack = () => undefined // This phone never acknowledges.
  await rig.clock.pass(40_000)
  assert.deepEqual(call.requests, ['BYE'])
  await assertAtRest(rig, 1)
  assert.equal(rig.store.cdrs[0]?.endedBy, 'network')
})

test('LEG-CALL14 no BYE before the ACK: an end in between waits for it', async () => {
  const [rig, a] = await twoPhones({ delayMs: [50, 50] })
  const call = a.dial('101')
  const ack = a.ack.bind(a)
  const held: Parameters<typeof ack>[] = []
  a.ack = (...given) => held.push(given)
  await rig.clock.pass(1000)
  rig.exchange.hangUp(rig.views.at(-1)?.call as Parameters<typeof rig.exchange.hangUp>[0])
  await rig.clock.pass(300)
  assert.deepEqual(call.requests, [])
  a.ack = ack
  for (const given of held.splice(0)) ack(...given)
  await rig.clock.pass(300)
  assert.deepEqual(call.requests, ['BYE'])
  await assertAtRest(rig, 1)
})

test('LEG-CALL15 at the limit of legs a new call gets 503 with Retry-After, the others go on', async () => {
  const [rig, a, b] = await twoPhones({ limits: { legsMax: 2 } })
  const first = a.dial('101')
  await rig.clock.pass(300)
  const second = a.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual(second.statuses, [503])
  assert.ok(second.lastResponse?.headers.has('retry-after'))
  assert.equal(first.state, 'talking')
  only(b).hangUp()
  await assertAtRest(rig, 1)
  assert.equal(rig.userAgent.counts().refusedCalls, 1)
})

test('LEG-CALL15 calls that are not answered yet have a limit of their own', async () => {
  const [rig, a, b] = await twoPhones({ limits: { legsInSetupMax: 1 } })
  b.onCall = (call) => call.ring()
  const first = a.dial('101')
  await rig.clock.pass(300)
  const second = a.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual(second.statuses, [503])
  only(b).answer()
  await rig.clock.pass(300)
  const third = a.dial('*43')
  await rig.clock.pass(300)
  assert.deepEqual([first.state, third.state], ['talking', 'talking'])
})

test('LEG-CALL16 a media process without ports refuses the call, and nothing is left', async () => {
  const [rig, a] = await twoPhones()
  rig.media.isFull = true
  const call = a.dial('101')
  const echo = a.dial('*43')
  await rig.clock.pass(1000)
  assert.deepEqual([call.state, echo.state], ['ended', 'ended'])
  assert.equal(echo.statuses.at(-1), 503)
  rig.media.refused.length = 0
  await assertAtRest(rig, 2)
})

test('LEG-CALL17 a mistake of ours ends that leg with 500 and no other', async () => {
  const [rig, a, b] = await twoPhones()
  const good = a.dial('101')
  await rig.clock.pass(300)
  const save = rig.store.saveLeg
  rig.store.saveLeg = () => {
    throw new Error('a bug')
  }
  const bad = a.dial('*43')
  await rig.clock.pass(300)
  rig.store.saveLeg = save
  assert.equal(bad.statuses.at(-1), 500)
  assert.equal(good.state, 'talking')
  assert.equal(rig.userAgent.counts().failures, 1)
  assert.equal(rig.media.size(), 2)
  only(b).hangUp()
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs, 0)
})

test('LEG-CALL17 a mistake while we call ends the outgoing leg and lets the caller go on', async () => {
  const [rig, a, b] = await twoPhones()
  const save = rig.store.saveLeg
  let writes = 0
  rig.store.saveLeg = (leg) => {
    writes += 1
    if (writes === 2) throw new Error('a bug') // The first is the caller's leg, the second the callee's.
    save.call(rig.store, leg)
  }
  const call = a.dial('101')
  await rig.clock.pass(1000)
  assert.equal(call.state, 'ended')
  assert.ok(b.calls.every(({ state }) => state === 'ended'))
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs + rig.media.size(), 0)
  assert.equal(rig.store.cdrs.length, 1)
})

test('LEG-CALL18 a contact that is not registered any more refuses the leg', async () => {
  const [rig, a, b] = await twoPhones()
  rig.userAgent.listen({
    onIncoming: ({ leg, call, caller }) => {
      const contact = { device: rig.addDevice('101').device, binding: 'gone' }
      const destination = { to: 'contact', contact } as const
      rig.userAgent.dial({ call, leg: `${leg}-b` as typeof leg, caller, callerLeg: leg, destination })
      return 'accepted'
    },
    onLegEvent: (leg, event) => {
      if (event.type === 'refused') rig.userAgent.end(leg.replace(/-b$/, '') as typeof leg, event as never)
    },
  })
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual(call.statuses, [100, 480])
  assert.equal(b.calls.length, 0)
})

test('LEG-CALL21 a second 2xx from another branch behind the contact is acknowledged and ended', async () => {
  const [rig, a, b] = await twoPhones()
  const heard: string[] = []
  const answer = (request: SipRequest, toTag: string) => {
    const headers = [['Contact', b.contact] as const]
    const body = { type: 'application/sdp', content: CALLEE_SDP }
    return writeMessage(newResponse(request, 200, { toTag, headers, body }))
  }
  rig.network.attach(b.options.at, {
    onMessage: (flow, bytes) => {
      const parsed = parseMessage(bytes)
      if (!parsed.ok || parsed.value.kind === 'response') return
      const request = parsed.value
      if (request.method === 'INVITE')
        for (const tag of ['one', 'two']) rig.network.send(flow, answer(request, tag))
      else heard.push(`${request.method} ${request.headers.toTag}`)
      if (request.method === 'BYE') rig.network.send(flow, writeMessage(newResponse(request, 200)))
    },
  })
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.deepEqual(heard, ['ACK one', 'ACK two', 'BYE two'])
  call.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-CALL22 a redirection ends that leg and is never followed', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.reject(302)
  const call = a.dial('101')
  await rig.clock.pass(1000)
  assert.equal(call.state, 'ended')
  assert.equal(b.calls.length, 1)
  await assertAtRest(rig, 1)
})

test('LEG-CALL27 endpoints of both phones are asked for at once, that of a browser later', async () => {
  for (const [kind, first] of [
    ['phone', ['openRtp', 'openRtp']],
    ['browser', ['openRtp']],
  ] as const) {
    const rig = new ExchangeRig()
    const a = await rig.registered('100', { kind })
    await rig.registered('101')
    const { command } = rig.media
    const asked: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    rig.media.command = async (given) => {
      asked.push(given.type)
      await promise
      return command(given)
    }
    const call = a.dial('101')
    await rig.clock.pass(100)
    assert.deepEqual(asked, first)
    resolve()
    await rig.clock.pass(300)
    assert.equal(call.state, 'talking')
    assert.equal(rig.media.size(), 2)
    call.hangUp()
    await assertAtRest(rig, 1)
  }
})

test('LEG-CALL27 what could not be opened early is opened for the answer', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.ring()
  const { command } = rig.media
  let opened = 0
  rig.media.command = async (given) => {
    if (given.type === 'openRtp') opened += 1
    // The second one is that of who calls.
    return opened === 2 ? { type: 'refused', code: 'no-port', why: 'none is free' } : command(given)
  }
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(rig.media.size(), 1)
  only(b).answer()
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.equal(rig.media.size(), 2)
  call.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-CALL19 a browser calls a phone: WebRTC on one side, plain RTP on the other', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { kind: 'browser' })
  const b = await rig.registered('101')
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  const kinds = [...rig.media.endpoints.values()].map(({ kind, configured }) => [kind, configured?.send.name])
  assert.deepEqual(kinds, [
    ['rtp', 'PCMA'],
    ['webrtc', 'PCMA'],
  ])
  assert.match(call.remoteText, /UDP\/TLS\/RTP\/SAVPF/)
  call.hangUp()
  await rig.clock.pass(300)
  const back = b.dial('100')
  await rig.clock.pass(300)
  assert.equal(back.state, 'talking')
  const webrtc = [...rig.media.endpoints.values()].find((endpoint) => endpoint.kind === 'webrtc')
  assert.ok(webrtc?.remoteIce)
  back.hangUp()
  await assertAtRest(rig, 2)
})

test('LEG-CALL20 a stored leg holds what a restart needs, has no keys, and is at most 4 kB', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100', { kind: 'browser' })
  await rig.registered('101')
  a.dial('101')
  await rig.clock.pass(300)
  assert.equal(rig.store.legs.size, 2)
  for (const leg of rig.store.legs.values()) {
    assert.ok(leg.state.length <= 4096)
    assert.doesNotMatch(leg.state, /ice-pwd|crypto|candidate/)
    const state = JSON.parse(leg.state)
    for (const part of ['role', 'dialog', 'flow', 'endpoint', 'local', 'remote']) assert.ok(state[part], part)
  }
  assert.equal(rig.store.legWrites, 4)
})

/** Without a trunk the caller hears where to call instead: early sound, and nothing is refused at once. */
const HEARD = 183

test('LEG-EM1 at the limit of legs a call for help is taken, an ordinary one gets 503', async () => {
  const [rig, a, b] = await twoPhones({ limits: { legsMax: 2 } })
  const first = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(first.state, 'talking')
  const help = a.dial('112')
  const ordinary = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(help.statuses.at(-1), HEARD)
  assert.deepEqual(ordinary.statuses, [503])
  only(b).hangUp()
})

test('LEG-EM1 so at the limit of calls that are not answered yet', async () => {
  const [rig, a, b] = await twoPhones({ limits: { legsInSetupMax: 1 } })
  b.onCall = (call) => call.ring()
  a.dial('101')
  await rig.clock.pass(300)
  const help = a.dial('0112')
  const ordinary = a.dial('101')
  await rig.clock.pass(300)
  assert.equal(help.statuses.at(-1), HEARD)
  assert.deepEqual(ordinary.statuses, [503])
})

test('LEG-EM1 beyond its own limit a call for help is refused, too', async () => {
  const [rig, a] = await twoPhones({ limits: { legsMax: 0, emergencyLegsMax: 1 } })
  const [first, second] = [a.dial('112'), a.dial('112')]
  await rig.clock.pass(300)
  assert.equal(first?.statuses.at(-1), HEARD)
  assert.deepEqual(second?.statuses, [503])
})

test('LEG-EM4 the media process is told which endpoints are for help', async () => {
  const [rig, a, b] = await twoPhones()
  a.dial('112')
  await rig.clock.pass(300)
  const asked = () =>
    rig.media.commands.flatMap((command) =>
      command.type === 'openRtp' ? [command.isEmergency ?? false] : [],
    )
  assert.deepEqual(asked(), [true])
  b.dial('100')
  await rig.clock.pass(300)
  assert.deepEqual(asked().slice(1).includes(true), false)
})

test('LEG-EM2 a phone without registration calls for help by its secret; without it none does', async () => {
  const rig = new ExchangeRig()
  rig.addDevice('100')
  const phone = rig.addPhone('p100')
  const thief = rig.addPhone('p100', { password: 'guessed' })
  const help = phone.dial('112')
  const stolen = thief.dial('112')
  await rig.clock.pass(500)
  assert.equal(help.statuses.at(-1), HEARD)
  assert.deepEqual(stolen.statuses.at(-1), 403)
  assert.equal(rig.userAgent.sizes().contacts, 0)
})

for (const isEmergency of [true, false])
  test(`LEG-EM3 what cannot be stored is answered for help only: ${isEmergency}`, async () => {
    const [rig, a] = await twoPhones()
    const { exchange } = rig
    rig.userAgent.listen({
      onIncoming: (incoming) => exchange.onIncoming(incoming),
      onLegEvent: (leg, event) => exchange.onLegEvent(leg, event),
      isEmergency: () => isEmergency,
    })
    rig.store.gate = Promise.resolve(false)
    const call = a.dial('*43')
    await rig.clock.pass(500)
    assert.equal(call.statuses.at(-1), isEmergency ? 200 : 503)
    const { uncommittedChanges, refusedUncommitted } = rig.userAgent.counts()
    assert.deepEqual([uncommittedChanges, refusedUncommitted], isEmergency ? [1, 0] : [0, 1])
  })
