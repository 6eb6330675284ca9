import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequest, type SipResponse } from '@rufwerk/sip'
import { ExchangeRig, type SimulatedPhone } from '@rufwerk/testing'
import { only } from './two-phones.ts'

const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n'

interface Asked {
  readonly method: string
  readonly to?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly maxForwards?: number
  readonly body?: { readonly type: string; readonly content: string }
}

/** The final response to one request of a phone, with credentials when asked for them. */
async function ask(rig: ExchangeRig, phone: SimulatedPhone, asked: Asked): Promise<SipResponse> {
  const { method, to, headers, maxForwards, body } = asked
  const request = newRequest({
    ...phone.parts(method, '101'),
    ...(to ? { to } : {}),
    headers: [['Contact', phone.contact], ...(headers ?? [])],
    ...(maxForwards === undefined ? {} : { maxForwards }),
    ...(body ? { body } : {}),
  })
  const finals: SipResponse[] = []
  phone.sendWithCredentials(request, (response) => {
    if (response && response.status >= 200) finals.push(response)
  })
  await rig.clock.pass(500)
  const [final] = finals
  assert.ok(final, `an answer to ${method}`)
  return final
}

async function rigWithPhone(): Promise<[ExchangeRig, SimulatedPhone]> {
  const rig = new ExchangeRig()
  return [rig, await rig.registered('100')]
}

test('LEG-UAS1 OPTIONS is answered with what we can do, without asking who it is', async () => {
  const [rig, phone] = await rigWithPhone()
  const challenged = rig.userAgent.counts().challenged
  // As long as that of a phone: over UDP the answer is not longer than the question (LEG-ABU4).
  const headers = [['Subject', 'x'.repeat(300)]] as const
  const answer = await ask(rig, phone, { method: 'OPTIONS', headers })
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('allow') ?? '', /INVITE.*BYE/)
  assert.equal(answer.headers.get('accept'), 'application/sdp')
  assert.equal(answer.headers.has('supported'), true)
  assert.equal(rig.userAgent.counts().challenged, challenged)
})

test('LEG-UAS2 methods that are not offered get 405 with Allow', async () => {
  const [rig, phone] = await rigWithPhone()
  for (const method of ['MESSAGE', 'PUBLISH', 'DANCE']) {
    const answer = await ask(rig, phone, { method })
    assert.equal(answer.status, 405, method)
    assert.match(answer.headers.get('allow') ?? '', /INVITE/)
  }
})

test('LEG-UAS2 a stranger who uses one is asked who it is', async () => {
  const [rig] = await rigWithPhone()
  const stranger = rig.addPhone('nobody')
  const statuses: (number | undefined)[] = []
  for (const method of ['DANCE', 'MESSAGE'])
    stranger.send(newRequest(stranger.parts(method, '101')), (response) => statuses.push(response?.status))
  await rig.clock.pass(500)
  assert.deepEqual(statuses, [401, 401])
})

test('LEG-UAS3 a required extension gets 420 that names it', async () => {
  const [rig, phone] = await rigWithPhone()
  const answer = await ask(rig, phone, { method: 'INVITE', headers: [['Require', '100rel, gruu']] })
  assert.equal(answer.status, 420)
  assert.equal(answer.headers.get('unsupported'), 'gruu')
  const path = await ask(rig, phone, { method: 'INVITE', headers: [['Require', 'path, timer']] })
  assert.equal(path.headers.get('unsupported'), 'path')
  const rel = await ask(rig, phone, { method: 'REGISTER', headers: [['Require', 'outbound, 100rel']] })
  assert.equal(rel.headers.get('unsupported'), '100rel')
})

test('LEG-UAS4 an INVITE that may not be passed on any more gets 483', async () => {
  const [rig, phone] = await rigWithPhone()
  assert.equal((await ask(rig, phone, { method: 'INVITE', maxForwards: 0 })).status, 483)
})

test('LEG-UAS5 the same INVITE by another way gets 482', async () => {
  const [rig, phone] = await rigWithPhone()
  const b = await rig.registered('101')
  b.onCall = (call) => call.ring()
  const call = phone.dial('101')
  await rig.clock.pass(300)
  assert.equal(call.dialog, undefined)
  const sent = call.lastInvite
  assert.ok(sent)
  const again = { ...sent, headers: sent.headers.clone() }
  const [seq] = [sent.headers.cseq.seq]
  again.headers.set('CSeq', `${seq} INVITE`)
  const finals: number[] = []
  phone.sendWithCredentials(again, (response) => finals.push(response?.status ?? -1))
  await rig.clock.pass(300)
  assert.deepEqual(finals, [482])
  call.cancel()
  await rig.clock.pass(60_000)
  assert.ok(
    Object.values(rig.leftovers()).every((count) => count === 0),
    JSON.stringify(rig.leftovers()),
  )
})

test('LEG-UAS5 an INVITE of ours that comes back gets 482', async () => {
  const [rig, phone] = await rigWithPhone()
  const b = await rig.registered('101')
  b.onCall = (call) => call.ring()
  phone.dial('101')
  await rig.clock.pass(300)
  const callId = b.calls[0]?.lastInvite?.headers.callId
  assert.ok(callId)
  const looped = newRequest({
    ...b.parts('INVITE', '100'),
    callId,
    headers: [['Contact', b.contact]],
    body: { type: 'application/sdp', content: SDP },
  })
  const finals: number[] = []
  b.sendWithCredentials(looped, (response) => finals.push(response?.status ?? -1))
  await rig.clock.pass(300)
  assert.deepEqual(finals, [482])
})

test('LEG-UAS6 a body of another type gets 415 with Accept', async () => {
  const [rig, phone] = await rigWithPhone()
  const body = { type: 'text/plain', content: 'hello' }
  const answer = await ask(rig, phone, { method: 'INVITE', body })
  assert.equal(answer.status, 415)
  assert.equal(answer.headers.get('accept'), 'application/sdp')
  const coded = await ask(rig, phone, {
    method: 'INVITE',
    headers: [['Content-Encoding', 'gzip']],
    body: { type: 'application/sdp', content: SDP },
  })
  assert.equal(coded.status, 415)
})

test('LEG-UAS7 a request for a dialog that does not exist gets 481', async () => {
  const [rig, phone] = await rigWithPhone()
  for (const method of ['BYE', 'INVITE', 'INFO', 'OPTIONS', 'REFER']) {
    const answer = await ask(rig, phone, { method, to: '<sip:101@10.0.0.1>;tag=gone' })
    assert.equal(answer.status, 481, method)
  }
  assert.equal((await ask(rig, phone, { method: 'BYE' })).status, 481)
  assert.equal((await ask(rig, phone, { method: 'INFO' })).status, 481)
})

test('LEG-UAS8 REFER outside a call, and in one that is not answered, gets 603', async () => {
  const [rig, phone] = await rigWithPhone()
  const callee = await rig.registered('101')
  assert.equal((await ask(rig, phone, { method: 'REFER' })).status, 603)
  callee.onCall = (call) => call.ring()
  phone.dial('101')
  await rig.clock.pass(200)
  const call = only(callee)
  call.request('REFER', { headers: [['Refer-To', '<sip:102@10.0.0.1>']] })
  call.request('OPTIONS')
  call.request('NOTIFY')
  await rig.clock.pass(200)
  assert.deepEqual(call.answers, [603, 200, 405])
})

test('LEG-UAS9 descriptions: senseless ones get 400, ones without common ground 488', async () => {
  const [rig, phone] = await rigWithPhone()
  const rows: [string, number][] = [
    ['rubbish', 400],
    [SDP.replace('v=0', 'v=9'), 400],
    [SDP.replace('RTP/AVP 8', 'RTP/AVP 18'), 488],
    [SDP.replace('RTP/AVP', 'RTP/SAVP'), 488],
    [SDP.replace('audio', 'video'), 488],
    [SDP.replace('audio 4000', 'audio 0'), 488],
  ]
  for (const [content, status] of rows) {
    const body = { type: 'application/sdp', content }
    assert.equal((await ask(rig, phone, { method: 'INVITE', body })).status, status, content)
  }
})

test('LEG-UAS10 an INVITE without a usable Contact gets 400', async () => {
  const [rig, phone] = await rigWithPhone()
  const request = newRequest({
    ...phone.parts('INVITE', '101'),
    body: { type: 'application/sdp', content: SDP },
  })
  const finals: number[] = []
  phone.sendWithCredentials(request, (response) => finals.push(response?.status ?? -1))
  await rig.clock.pass(300)
  assert.deepEqual(finals, [400])
})

test('LEG-UAS11 what does not parse is answered as the RFC asks or dropped, and counted', async () => {
  const [rig, phone] = await rigWithPhone()
  const heard: string[] = []
  rig.network.attach(phone.options.at, {
    onMessage: (_flow, bytes) => heard.push(Buffer.from(bytes).toString().split('\r\n')[0] ?? ''),
  })
  const rest =
    'Via: SIP/2.0/UDP 10.0.0.11:5062;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n' +
    'Call-ID: x\r\nMax-Forwards: 70\r\n'
  phone.sendRaw(`OPTIONS sip:c@d SIP/2.0\r\n${rest}CSeq: nonsense OPTIONS\r\n\r\n`)
  phone.sendRaw(`OPTIONS sip:c@d SIP/7.0\r\n${rest}CSeq: 1 OPTIONS\r\n\r\n`)
  phone.sendRaw('\x00\x01\x02 garbage')
  phone.sendRaw('GET / HTTP/1.1\r\n\r\n')
  await rig.clock.pass(100)
  // Over UDP no longer than what was sent: without the phrase.
  assert.deepEqual(heard, ['SIP/2.0 400 ', 'SIP/2.0 505 '])
  assert.equal(rig.userAgent.counts().malformed, 4)
  assert.equal(rig.userAgent.counts().failures, 0)
})

test('LEG-UAS12 an ACK, response or CANCEL that belongs to nothing changes nothing', async () => {
  const [rig, phone] = await rigWithPhone()
  const via = 'Via: SIP/2.0/UDP 10.0.0.11:5062;branch=z9hG4bKnothing\r\n'
  const rest = `${via}From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nMax-Forwards: 70\r\n`
  phone.sendRaw(`ACK sip:c@d SIP/2.0\r\n${rest}CSeq: 1 ACK\r\n\r\n`)
  phone.sendRaw(`SIP/2.0 200 OK\r\n${rest}CSeq: 1 INVITE\r\n\r\n`)
  await rig.clock.pass(60_000)
  assert.equal(rig.userAgent.counts().dropped, 2)
  const { legs, transactions } = rig.userAgent.sizes()
  assert.deepEqual([legs, transactions], [0, 0])
})

test('LEG-UAS13 a second m-line gets port 0; a fax by T.38 alone gets 488, beside sound port 0', async () => {
  const [rig, a] = await rigWithPhone()
  await rig.registered('105')
  const sound = [
    'v=0',
    'o=- 1 1 IN IP4 10.0.0.11',
    's=-',
    'c=IN IP4 10.0.0.11',
    't=0 0',
    'm=audio 6062 RTP/AVP 8',
    '',
  ].join('\r\n')
  const withVideo = a.dial('105', { body: `${sound}m=video 6064 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n` })
  await rig.clock.pass(300)
  assert.equal(withVideo.state, 'talking')
  assert.match(withVideo.remoteText, /m=audio [1-9]\d* RTP\/AVP 8\r\n[\s\S]*m=video 0 RTP\/AVP 96\r\n/)
  withVideo.hangUp()
  const fax = 'm=image 6066 udptl t38\r\n'
  const beside = a.dial('105', { body: `${sound}${fax}` })
  await rig.clock.pass(300)
  assert.match(beside.remoteText, /m=image 0 udptl t38\r\n/)
  beside.hangUp()
  const alone = a.dial('105', { body: sound.replace(/m=audio.*\r\n/, fax) })
  await rig.clock.pass(300)
  assert.equal(alone.statuses.at(-1), 488)
})
