import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExchangeRig } from '@rufwerk/testing'
import { assertAtRest, only, twoPhones } from './two-phones.ts'

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
  const destination = { to: 'contact', contact } as const
  rig.network.detach(b.options.at)
  const refusals: unknown[] = []
  rig.userAgent.listen({
    onIncoming: ({ leg, call, caller }) => {
      rig.userAgent.dial({ call, leg: `${leg}-b` as typeof leg, caller, callerLeg: leg, destination })
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

test('LEG-CALL8 all contacts ring, the first to answer wins, the other is cancelled', async () => {
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

test('LEG-CALL9 early sound is heard before the answer; the 200 repeats its description', async () => {
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

for (const isCommitted of [true, false]) {
  const what = isCommitted ? 'and then comes' : 'and is a 503 without it'
  test(`LEG-CALL12 the 200 waits for the commit ${what}`, async () => {
    const [rig, a, b] = await twoPhones()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    rig.store.gate = promise
    const call = a.dial('101')
    await rig.clock.pass(1000)
    assert.deepEqual([call.state, only(b).state], ['calling', 'talking'])
    resolve(isCommitted)
    await rig.clock.pass(200)
    assert.equal(rig.userAgent.counts().refusedUncommitted, isCommitted ? 0 : 1)
    if (isCommitted) {
      assert.equal(call.state, 'talking')
      call.hangUp()
    } else {
      assert.deepEqual(call.statuses, [100, 180, 503])
      assert.equal(call.lastResponse?.headers.get('retry-after'), '5')
      assert.deepEqual(only(b).requests, ['BYE'])
      assert.equal(only(b).state, 'ended')
    }
    await assertAtRest(rig, 1)
    const [cdr] = rig.store.cdrs
    assert.deepEqual([cdr?.endedBy, cdr?.cause], isCommitted ? ['caller', 16] : ['system', 41])
  })
}

test('LEG-CALL23 a journal that cannot write refuses new calls before they ring', async () => {
  const [rig, a, b] = await twoPhones()
  const standing = a.dial('101')
  await rig.clock.pass(300)
  const { legWrites } = rig.store
  rig.store.isOverloaded = () => true
  rig.store.gate = Promise.resolve(false)
  const refused = b.dial('100')
  const echo = b.dial('*43')
  await rig.clock.pass(300)
  for (const call of [refused, echo]) {
    assert.deepEqual(call.statuses, [100, 503])
    assert.equal(call.lastResponse?.headers.get('retry-after'), '5')
  }
  assert.equal(a.calls.length, 1, 'nobody was called')
  assert.equal(rig.store.legWrites, legWrites)
  // The twin: what stands goes on, can be held and resumed, and ends as ever.
  standing.reInvite('sendonly')
  await rig.clock.pass(300)
  standing.reInvite('sendrecv')
  await rig.clock.pass(300)
  assert.deepEqual(standing.answers, [200, 200])
  assert.equal(rig.userAgent.counts().uncommittedChanges, 2)
  assert.equal(b.calls[0]?.state, 'talking')
  standing.hangUp()
  await assertAtRest(rig, 1)
})
