import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeSdp } from '@rufwerk/sdp'
import { ExchangeRig, type SimulatedCall } from '@rufwerk/testing'
import { assertNothingLeft } from './two-phones.ts'

async function talking(
  codecs: NonNullable<SimulatedCall['options']['codecs']> = ['PCMA', 'PCMU'],
): Promise<[ExchangeRig, SimulatedCall, SimulatedCall]> {
  const rig = new ExchangeRig()
  const a = await rig.registered('100')
  const b = await rig.registered('101')
  const call = a.dial('101', { codecs })
  await rig.clock.pass(300)
  assert.equal(call.state, 'talking')
  return [rig, call, b.calls[0] as SimulatedCall]
}

function eventTypes(rig: ExchangeRig): string[] {
  return rig.store.events.map((event) => event.type).filter((type) => type === 'held' || type === 'resumed')
}

function endpointOf(rig: ExchangeRig, call: SimulatedCall) {
  const { port } = call.phone.options.at
  const { address } = call.phone.options.at
  return [...rig.media.endpoints.values()].find(
    ({ configured }) => configured?.remote?.rtp.address === address && port > 0,
  )
}

async function endAtRest(rig: ExchangeRig, call: SimulatedCall): Promise<void> {
  call.hangUp()
  await assertNothingLeft(rig)
}

for (const [rule, direction, answered] of [
  ['LEG-RE1', 'sendonly', 'recvonly'],
  ['LEG-RE2', 'inactive', 'inactive'],
] as const) {
  for (const side of ['caller', 'callee'] as const) {
    test(`${rule} hold by ${direction} of the ${side} is answered ${answered} and told once`, async () => {
      const [rig, a, b] = await talking()
      const holder = side === 'caller' ? a : b
      const before = holder.remote?.origin
      holder.reInvite(direction)
      await rig.clock.pass(300)
      assert.deepEqual(holder.answers, [200])
      assert.match(holder.remoteText, new RegExp(`a=${answered}\r`))
      assert.equal(holder.remote?.origin.sessionId, before?.sessionId)
      assert.equal(Number(holder.remote?.origin.sessionVersion), Number(before?.sessionVersion) + 1)
      holder.reInvite(direction) // A refresh of the hold tells nothing new.
      await rig.clock.pass(300)
      assert.deepEqual(eventTypes(rig), ['held'])
      const tones = [...rig.media.endpoints.values()].filter(({ source }) => source.type === 'tone')
      assert.equal(tones.length, 1)
      holder.reInvite('sendrecv')
      await rig.clock.pass(300)
      assert.deepEqual(eventTypes(rig), ['held', 'resumed'])
      for (const { source } of rig.media.endpoints.values()) assert.equal(source.type, 'endpoint')
      await endAtRest(rig, a)
    })
  }
}

test('LEG-RE12 the DTLS role that the first answer gave us stays, whoever offers later', async () => {
  const rig = new ExchangeRig()
  const caller = await rig.registered('100', { kind: 'browser' })
  const called = await rig.registered('101', { kind: 'browser' })
  const call = caller.dial('101')
  await rig.clock.pass(300)
  const other = called.calls[0] as SimulatedCall
  // The caller's offer was answered by us with "active", ours left the called browser only "passive".
  assert.match(other.remoteText, /a=setup:active\r/)
  for (const holder of [call, other]) {
    holder.reInvite('sendonly')
    await rig.clock.pass(300)
    assert.deepEqual(holder.answers, [200])
    assert.match(holder.remoteText, /a=setup:active\r/)
  }
  await endAtRest(rig, call)
})

test('LEG-DTMF6 a browser is offered the event format that fits its first codec, a phone all', async () => {
  const rig = new ExchangeRig()
  const caller = await rig.registered('100', { kind: 'browser' })
  const browser = await rig.registered('101', { kind: 'browser' })
  const phone = await rig.registered('102')
  const events = (call: SimulatedCall | undefined) => call?.remoteText.match(/telephone-event\/[0-9]+/g)
  const first = caller.dial('101')
  await rig.clock.pass(300)
  assert.deepEqual(events(browser.calls[0]), ['telephone-event/48000'])
  await endAtRest(rig, first)
  const second = caller.dial('102')
  await rig.clock.pass(300)
  assert.deepEqual(events(phone.calls[0]), ['telephone-event/48000', 'telephone-event/8000'])
  await endAtRest(rig, second)
})

test('LEG-RE3 hold by the address 0.0.0.0 is hold, too', async () => {
  const [rig, call] = await talking()
  assert.ok(call.local)
  const text = writeSdp(call.local).replace(/c=IN IP4 \S+/, 'c=IN IP4 0.0.0.0')
  call.reInvite('sendrecv', text)
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200])
  assert.deepEqual(eventTypes(rig), ['held'])
  call.reInvite('sendrecv')
  await rig.clock.pass(300)
  assert.deepEqual(eventTypes(rig), ['held', 'resumed'])
  await endAtRest(rig, call)
})

test('LEG-RE4 a refresh without change is answered with an equal session and tells nothing', async () => {
  const [rig, call] = await talking()
  const before = call.remote
  assert.ok(call.local)
  call.reInvite('sendrecv', writeSdp(call.local))
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200])
  assert.deepEqual(call.remote?.media, before?.media)
  assert.deepEqual(eventTypes(rig), [])
  await endAtRest(rig, call)
})

test('LEG-RE5 another codec and another address reconfigure the endpoint', async () => {
  const [rig, call] = await talking()
  call.options = { ...call.options, codecs: ['PCMU'] }
  call.reInvite('sendrecv')
  await rig.clock.pass(300)
  assert.equal(endpointOf(rig, call)?.configured?.send.name, 'PCMU')
  assert.ok(call.local)
  const moved = writeSdp(call.local).replace(/m=audio \d+/, 'm=audio 7100')
  call.reInvite('sendrecv', moved)
  await rig.clock.pass(300)
  assert.equal(endpointOf(rig, call)?.configured?.remote?.rtp.port, 7100)
  await endAtRest(rig, call)
})

test('LEG-RE6 an offer that cannot be accepted is refused and changes nothing', async () => {
  const [rig, call] = await talking()
  const configured = endpointOf(rig, call)?.configured
  assert.ok(call.local)
  const text = writeSdp(call.local)
  call.reInvite('sendrecv', text.replace(/RTP\/AVP .*\r/, 'RTP/AVP 18\r').replace(/a=rtpmap.*\r\n/g, ''))
  await rig.clock.pass(300)
  call.reInvite('sendrecv', 'rubbish')
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [488, 400])
  assert.equal(call.state, 'talking')
  assert.equal(endpointOf(rig, call)?.configured, configured)
  await endAtRest(rig, call)
})

test('LEG-RE7 a re-INVITE without offer gets one, the ACK brings the answer', async () => {
  const [rig, call] = await talking()
  call.options = { ...call.options, hasOffer: false }
  call.reInviteWithoutOffer()
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200])
  await rig.clock.pass(40_000)
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-RE8 a second INVITE while the first has no final response gets 500 with Retry-After', async () => {
  const [rig, call] = await talking()
  rig.store.gate = new Promise(() => undefined) // The first one waits for the store.
  call.reInvite('sendonly')
  await rig.clock.pass(100)
  call.reInvite('sendrecv')
  await rig.clock.pass(100)
  assert.deepEqual(call.answers, [500])
})

test('LEG-RE11 an INVITE that meets our unanswered offer gets 491', async () => {
  const [rig, call] = await talking()
  call.phone.ack = () => undefined // Our offer in the 200 stays unanswered.
  call.options = { ...call.options, hasOffer: false }
  call.reInviteWithoutOffer()
  await rig.clock.pass(100)
  call.reInvite('sendonly')
  await rig.clock.pass(100)
  assert.deepEqual(call.answers, [200, 491])
})

test('LEG-RE9 a request with a number that was used before gets 500', async () => {
  const [rig, call] = await talking()
  assert.ok(call.dialog)
  call.dialog = { ...call.dialog, localSeq: call.dialog.localSeq + 5 }
  call.request('OPTIONS')
  await rig.clock.pass(100)
  call.dialog = { ...call.dialog, localSeq: 1 }
  call.request('OPTIONS')
  await rig.clock.pass(100)
  assert.deepEqual(call.answers, [200, 500])
})

test('LEG-RE10 a finished re-INVITE is stored', async () => {
  const [rig, call] = await talking()
  const writes = rig.store.legWrites
  call.reInvite('sendonly')
  await rig.clock.pass(300)
  assert.equal(rig.store.legWrites, writes + 1)
  assert.ok([...rig.store.legs.values()].some((leg) => JSON.parse(leg.state).isHeld === true))
})

test('LEG-RE13 a re-INVITE that waits for the store when its leg ends gets 487', async () => {
  const [rig, a] = await talking()
  const commit = Promise.withResolvers<boolean>()
  rig.store.gate = commit.promise
  a.reInvite('sendonly')
  await rig.clock.pass(100)
  a.hangUp()
  await rig.clock.pass(100)
  assert.deepEqual(a.answers, [200])
  commit.resolve(true)
  await rig.clock.pass(100)
  assert.deepEqual(a.answers, [200, 487])
  await endAtRest(rig, a)
})
