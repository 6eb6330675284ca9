import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newResponse, parseMessage, type SipRequest, writeMessage } from '@rufwerk/sip'
import { ExchangeRig, type SimulatedCall, type SimulatedPhone } from '@rufwerk/testing'

const CALLEE_SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n'

async function twoPhones(
  options: ConstructorParameters<typeof ExchangeRig>[0] = {},
): Promise<[ExchangeRig, SimulatedPhone, SimulatedPhone]> {
  const rig = new ExchangeRig(options)
  return [rig, await rig.registered('100'), await rig.registered('101')]
}

/** All calls are over, all transactions have timed out: nothing may be left, and there is one CDR per call. */
async function assertAtRest(rig: ExchangeRig, cdrs: number): Promise<void> {
  await rig.clock.pass(100_000)
  const left = Object.entries(rig.leftovers()).filter(([, count]) => count !== 0)
  assert.deepEqual(left, [])
  assert.equal(rig.store.cdrs.length, cdrs)
  assert.deepEqual(rig.complaints, [])
  assert.equal(rig.userAgent.counts().failures, 0)
}

function only(phone: SimulatedPhone): SimulatedCall {
  assert.equal(phone.calls.length, 1)
  return phone.calls[0] as SimulatedCall
}

for (const [rule, who] of [
  ['LEG-CALL1', 'caller'],
  ['LEG-CALL2', 'callee'],
] as const) {
  test(`${rule} a call rings, is answered, and is hung up by the ${who}`, async () => {
    const [rig, a, b] = await twoPhones()
    const call = a.dial('101')
    await rig.clock.pass(300)
    assert.deepEqual(call.statuses, [100, 180, 200])
    assert.equal(only(b).isAcknowledged, true)
    const [from] = [only(b).lastInvite?.headers.from]
    assert.equal(from?.displayName, 'Person 100')
    assert.equal(from?.uri.user, '100')
    assert.equal(rig.media.size(), 2)
    if (who === 'caller') call.hangUp()
    else only(b).hangUp()
    await rig.clock.pass(300)
    assert.deepEqual([call.state, only(b).state], ['ended', 'ended'])
    assert.deepEqual(who === 'caller' ? only(b).requests : call.requests, ['BYE'])
    await assertAtRest(rig, 1)
    assert.equal(rig.store.cdrs[0]?.endedBy, who)
    assert.equal(rig.store.cdrs[0]?.quality.length, 2)
  })
}

test('LEG-CALL3 both legs speak the codec that the callee chose, and packets can be relayed', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.answer({ codecs: ['PCMU'] })
  a.dial('101', { codecs: ['PCMA', 'PCMU'] })
  await rig.clock.pass(300)
  const sends = [...rig.media.endpoints.values()].map((endpoint) => endpoint.configured?.send.name)
  assert.deepEqual(sends, ['PCMU', 'PCMU'])
  assert.match(only(b).remoteText, /m=audio \d+ RTP\/AVP 8 0 111 9/)
  for (const endpoint of rig.media.endpoints.values()) assert.equal(endpoint.source.type, 'endpoint')
})

test('LEG-CALL4 without a common codec each leg keeps its own, for transcoding', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.answer({ codecs: ['PCMU'] })
  const call = a.dial('101', { codecs: ['opus'] })
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  const sends = [...rig.media.endpoints.values()].map((endpoint) => endpoint.configured?.send.name)
  assert.deepEqual(sends, ['PCMU', 'opus'])
})

test('LEG-CALL5 busy and declined reach the caller', async () => {
  for (const status of [486, 603]) {
    const [rig, a, b] = await twoPhones()
    b.onCall = (call) => call.reject(status)
    const call = a.dial('101')
    await rig.clock.pass(300)
    assert.equal(call.statuses.at(-1), status)
    assert.match(call.lastResponse?.headers.get('reason') ?? '', /^Q\.850;cause=\d+$/)
    await assertAtRest(rig, 1)
  }
})

test('LEG-CALL6 nobody answers: the callee gets CANCEL, the caller a final response', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.ring()
  const call = a.dial('101')
  await rig.clock.pass(26_000)
  assert.deepEqual(call.statuses, [100, 180, 480])
  assert.equal(only(b).state, 'ended')
  await assertAtRest(rig, 1)
})

test('LEG-CALL7 a contact that does not answer at all is refused with 408 after 64*T1', async () => {
  const [rig, a, b] = await twoPhones()
  const { device } = rig.addDevice('101')
  const [contact] = rig.userAgent.contactsOf(device)
  assert.ok(contact)
  rig.network.detach(b.options.at)
  const refusals: unknown[] = []
  rig.userAgent.listen({
    onIncoming: ({ leg, call, caller }) => {
      rig.userAgent.dial({ call, leg: `${leg}-b` as typeof leg, caller, callerLeg: leg, contact })
      return 'accepted'
    },
    onLegEvent: (leg, event) => {
      refusals.push(event)
      if (event.type === 'refused') rig.userAgent.end(leg.replace(/-b$/, '') as typeof leg, event as never)
    },
  })
  const call = a.dial('101')
  await rig.clock.pass(31_000)
  assert.equal(call.state, 'calling')
  await rig.clock.pass(2000)
  assert.deepEqual(call.statuses, [100, 408])
  assert.deepEqual(refusals[0], { type: 'refused', status: 408, cause: 18 })
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs, 0)
  assert.equal(rig.leftovers().transactions, 0)
})

test('LEG-CALL8 all contacts of a person ring, the first to answer wins, the other is cancelled', async () => {
  const [rig, a, b] = await twoPhones()
  const c = rig.addPhone('p101')
  c.register()
  await rig.clock.pass(100)
  b.onCall = (call) => call.ring()
  c.onCall = (call) => {
    call.ring()
    c.arm(2000, () => call.answer())
  }
  const call = a.dial('101')
  await rig.clock.pass(5000)
  assert.equal(call.state, 'talking')
  assert.deepEqual([only(b).state, only(c).state], ['ended', 'talking'])
  assert.equal(rig.media.size(), 2)
  call.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-CALL9 early sound of the callee is heard before the answer, with the same description in the 200', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring(183)
    b.arm(3000, () => call.answer())
  }
  const call = a.dial('101')
  await rig.clock.pass(1000)
  assert.deepEqual(call.statuses, [100, 183])
  const early = call.remoteText
  assert.equal(rig.media.size(), 2)
  for (const endpoint of rig.media.endpoints.values()) assert.equal(endpoint.source.type, 'endpoint')
  await rig.clock.pass(3000)
  assert.equal(call.state, 'talking')
  assert.equal(call.remoteText, early)
  call.hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-CALL10 the echo and announcements need one leg only', async () => {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const echo = a.dial('*43')
  await rig.clock.pass(300)
  assert.equal(echo.state, 'talking')
  assert.equal([...rig.media.endpoints.values()][0]?.source.type, 'echo')
  echo.hangUp()
  await rig.clock.pass(300)
  const wrong = a.dial('999')
  await rig.clock.pass(300)
  assert.deepEqual(wrong.statuses, [100, 183])
  const [endpoint] = rig.media.endpoints.keys()
  assert.ok(endpoint)
  rig.media.emit({ type: 'sourceEnded', endpoint })
  await rig.clock.pass(300)
  assert.equal(wrong.statuses.at(-1), 404)
  await assertAtRest(rig, 2)
})

test('LEG-CALL11 an INVITE without offer gets ours in the 200, the ACK brings the answer', async () => {
  const [rig, a, b] = await twoPhones()
  const call = a.dial('101', { hasOffer: false })
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  assert.equal([...rig.media.endpoints.values()].filter((endpoint) => endpoint.configured).length, 2)
  for (const endpoint of rig.media.endpoints.values()) assert.equal(endpoint.source.type, 'endpoint')
  only(b).hangUp()
  await assertAtRest(rig, 1)
})

test('LEG-CALL12 the 200 waits for the commit; a store that cannot commit does not stop calls', async () => {
  const [rig, a] = await twoPhones()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  rig.store.gate = promise
  const call = a.dial('101')
  await rig.clock.pass(1000)
  assert.equal(call.state, 'calling')
  resolve(false)
  await rig.clock.pass(200)
  assert.equal(call.state, 'talking')
  assert.equal(rig.userAgent.counts().uncommitted, 1)
  call.hangUp()
  await assertAtRest(rig, 1)
})

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
  const command = rig.media.command
  rig.media.command = () => {
    throw new Error('a bug')
  }
  const bad = a.dial('*43')
  await rig.clock.pass(300)
  rig.media.command = command
  assert.equal(bad.statuses.at(-1), 500)
  assert.equal(good.state, 'talking')
  assert.equal(rig.userAgent.counts().failures, 1)
  only(b).hangUp()
  await rig.clock.pass(100_000)
  assert.equal(rig.leftovers().legs, 0)
  assert.equal(rig.store.cdrs.length, 2)
})

test('LEG-CALL18 a contact that is not registered any more refuses the leg', async () => {
  const [rig, a, b] = await twoPhones()
  rig.userAgent.listen({
    onIncoming: ({ leg, call, caller }) => {
      const contact = { device: rig.addDevice('101').device, binding: 'gone' }
      rig.userAgent.dial({ call, leg: `${leg}-b` as typeof leg, caller, callerLeg: leg, contact })
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

test('LEG-CALL20 what is stored of a leg is enough for a restart, has no keys, and is at most 4 kB', async () => {
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
