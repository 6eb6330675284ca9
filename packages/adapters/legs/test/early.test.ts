import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialogFromResponse } from '@rufwerk/sip'
import type { CallOptions, ExchangeRig, SimulatedCall } from '@rufwerk/testing'
import { assertNothingLeft, prack, twoPhones } from './two-phones.ts'

const REL: CallOptions['headers'] = [['Supported', '100rel']]
const REQUIRED: CallOptions['headers'] = [['Require', '100rel']]

async function endAtRest(rig: ExchangeRig, call: SimulatedCall): Promise<void> {
  if (call.state === 'talking') call.hangUp()
  await assertNothingLeft(rig)
}

test('LEG-REL1 early sound reaches a caller with 100rel reliably; the 200 waits for the PRACK', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring()
    call.ring(183)
    b.arm(1000, () => call.answer())
  }
  const call = a.dial('101', { headers: REL })
  await rig.clock.pass(400)
  assert.deepEqual(call.statuses, [100, 180, 183])
  assert.equal(call.lastResponse?.headers.get('require'), '100rel')
  assert.ok(Number(call.lastResponse?.headers.get('rseq')) > 0)
  await rig.clock.pass(1500)
  assert.equal(call.statuses.filter((status) => status === 183).length, 3)
  assert.equal(call.statuses.includes(200), false)
  const early = call.remoteText
  prack(call)
  await rig.clock.pass(200)
  assert.deepEqual(call.answers, [200])
  assert.equal(call.state, 'talking')
  assert.equal(call.remoteText, early)
  await endAtRest(rig, call)
})

test('LEG-REL2 a caller that requires 100rel gets the 180 reliably, too', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring()
    b.arm(1000, () => call.answer())
  }
  const call = a.dial('101', { headers: REQUIRED })
  await rig.clock.pass(400)
  assert.equal(call.lastResponse?.status, 180)
  assert.equal(call.lastResponse?.headers.get('require'), '100rel')
  prack(call)
  await rig.clock.pass(1500)
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-REL3 without 100rel nothing is reliable', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring(183)
    b.arm(1000, () => call.answer())
  }
  const call = a.dial('101')
  await rig.clock.pass(1500)
  assert.deepEqual(call.statuses, [100, 183, 200])
  await endAtRest(rig, call)
})

test('LEG-REL4 a stray PRACK gets 481, one without RAck 400; none at all ends with 504', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => call.ring(183)
  const call = a.dial('101', { headers: REL })
  await rig.clock.pass(400)
  const { lastResponse, lastInvite } = call
  assert.ok(lastResponse && lastInvite)
  const dialog = dialogFromResponse(lastInvite, lastResponse)
  assert.ok(dialog.ok)
  call.dialog = { ...dialog.value, localSeq: 10 }
  call.request('PRACK', { headers: [['RAck', '1 1 BYE']] })
  call.request('PRACK')
  await rig.clock.pass(100)
  assert.deepEqual(call.answers, [481, 400])
  const next = a.dial('101', { headers: REL })
  b.onCall = (other) => other.ring(183)
  await rig.clock.pass(24_000)
  assert.equal(next.state, 'calling')
  await endAtRest(rig, next)
})

test('LEG-REL5 the INVITE brings no offer: our reliable 183 does, the PRACK answers it', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring(183)
    b.arm(1000, () => call.answer())
  }
  const call = a.dial('101', { headers: REL, hasOffer: false })
  await rig.clock.pass(400)
  assert.match(call.remoteText, /m=audio/)
  call.options = { headers: REL }
  prack(call, answerTo(call))
  await rig.clock.pass(200)
  assert.deepEqual(call.answers, [200])
  const endpoint = [...rig.media.endpoints.values()].find(({ configured }) => {
    return configured?.remote?.rtp.port === call.rtpPort
  })
  assert.equal(endpoint?.configured?.send.name, 'PCMA')
  await rig.clock.pass(1500)
  assert.equal(call.state, 'talking')
  assert.equal(call.lastResponse?.body.length, 0)
  await endAtRest(rig, call)
})

test('LEG-REL6 a reliable 1xx of a callee gets a PRACK; one that comes again is shown once', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    const reliable = [['Require', '100rel'] as const, ['RSeq', '7'] as const]
    call.ring(183, reliable)
    b.arm(200, () => call.ring(183, reliable))
    b.arm(1000, () => call.answer())
  }
  const call = a.dial('101')
  await rig.clock.pass(1600)
  const other = b.calls[0] as SimulatedCall
  assert.match(other.lastInvite?.headers.get('supported') ?? '', /100rel/)
  assert.deepEqual(other.requests, ['PRACK'])
  assert.equal(other.inside[0]?.headers.get('rack'), '7 1 INVITE')
  assert.equal(other.inside[0]?.headers.cseq.seq, 2)
  assert.deepEqual(call.statuses, [100, 183, 200])
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-REL7 a reliable answer stands: the 200 that repeats it changes nothing', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring(183, [
      ['Require', '100rel'],
      ['RSeq', '1'],
    ])
    b.arm(500, () => call.answer({ body: 'v=0\r\no=- 1 1 IN IP4 10.9.9.9\r\ns=-\r\n' }))
  }
  const call = a.dial('101')
  await rig.clock.pass(1000)
  assert.equal(call.state, 'talking')
  assert.equal(b.calls[0]?.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-UPD1 Allow names UPDATE and PRACK; an UPDATE with an offer changes an answered call', async () => {
  const [rig, a] = await twoPhones()
  const call = a.dial('101')
  await rig.clock.pass(300)
  assert.match(call.lastResponse?.headers.get('allow') ?? '', /PRACK, UPDATE/)
  const hold = call.lastInvite && Buffer.from(call.lastInvite.body).toString().replace('sendrecv', 'sendonly')
  call.request('UPDATE', {
    headers: [['Contact', a.contact]],
    body: { type: 'application/sdp', content: hold ?? '' },
  })
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200])
  assert.equal(rig.store.events.filter(({ type }) => type === 'held').length, 1)
  call.request('UPDATE', { body: { type: 'application/sdp', content: 'rubbish' } })
  await rig.clock.pass(300)
  assert.deepEqual(call.answers, [200, 400])
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

test('LEG-UPD2 before the answer: without offer 200; with one only after a reliable exchange', async () => {
  const [rig, a, b] = await twoPhones()
  b.onCall = (call) => {
    call.ring(183)
    b.arm(3000, () => call.answer())
  }
  const call = a.dial('101', { headers: REL })
  await rig.clock.pass(400)
  const body = { type: 'application/sdp', content: Buffer.from(call.lastInvite?.body ?? '').toString() }
  const dialog =
    call.lastInvite && call.lastResponse && dialogFromResponse(call.lastInvite, call.lastResponse)
  assert.ok(dialog?.ok)
  call.dialog = { ...dialog.value, localSeq: call.lastResponse?.headers.cseq.seq ?? 0 }
  call.request('UPDATE')
  await rig.clock.pass(100)
  prack(call)
  await rig.clock.pass(100)
  call.request('UPDATE', { body })
  await rig.clock.pass(100)
  assert.deepEqual(call.answers, [200, 200, 200])
  const other = b.calls[0] as SimulatedCall
  other.request('UPDATE')
  await rig.clock.pass(100)
  assert.deepEqual(other.answers, [200])
  other.request('UPDATE', { body })
  await rig.clock.pass(100)
  assert.deepEqual(other.answers, [200, 491]) // Our offer is open: the callee's 183 was not reliable.
  await rig.clock.pass(3000)
  assert.equal(call.state, 'talking')
  await endAtRest(rig, call)
})

/** What the phone would answer to the offer it heard. */
function answerTo(call: SimulatedCall): string {
  const { address } = call.phone.options.at
  return [
    'v=0',
    `o=- 5 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${call.rtpPort} RTP/AVP 8`,
    'a=rtpmap:8 PCMA/8000',
    'a=sendrecv',
    '',
  ].join('\r\n')
}
