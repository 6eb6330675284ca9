// What is kept of a call's messages, what goes at each limit, and that no secret is ever shown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallId, type Flow, wallTime } from '@rufwerk/core'
import { redactedMessage } from '../src/trace/redact.ts'
import { SipTrace } from '../src/trace/sip-trace.ts'

const flow: Flow = {
  id: 'f',
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '2001:db8::9', port: 5062 },
}
const A = 'call-a' as CallId
const B = 'call-b' as CallId

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll('\n', '\r\n'))
}

function message(callId: string, start = 'INVITE sip:101@x SIP/2.0', rest = ''): Uint8Array {
  return bytes(`${start}\nVia: SIP/2.0/UDP h\ni : ${callId}\n${rest}\n`)
}

function newTrace(limits = {}): SipTrace {
  return new SipTrace(() => wallTime(1_790_000_000_000), true, limits)
}

const SECRETS = [
  's3cr3tresponse',
  's3cr3tproxy',
  's3cr3trsp',
  's3cr3tkey',
  's3cr3tice',
  's3cr3turi',
  's3cr3tpin',
]
const INVITE_WITH_SECRETS = bytes(`INVITE sip:100:s3cr3turi@x SIP/2.0
Via: SIP/2.0/UDP h
Call-ID: one
AUTHORIZATION : Digest username="u",
  response="s3cr3tresponse"
Proxy-Authorization: Digest response="s3cr3tproxy"
Authentication-Info: rspauth="s3cr3trsp"
c: application/sdp;charset=utf-8

v=0
m=audio 4000 RTP/SAVP 0
k=clear:s3cr3tkey
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:s3cr3tkey|2^20
a=ice-ufrag:shown
a=ice-pwd:s3cr3tice
`)
const INFO = message(
  'one',
  'INFO sip:x SIP/2.0',
  'Content-Type: application/dtmf-relay\nContent-Length: 30\n\nSignal=s3cr3tpin\n',
)

test('LEG-TR1 no secret is shown, and the twin without redaction would show each', () => {
  const trace = newTrace()
  trace.record('received', flow, INVITE_WITH_SECRETS)
  trace.record('received', flow, INFO)
  trace.join('one', A)
  const texts = trace.read(A)?.messages.map(({ text }) => text) ?? []
  assert.equal(texts.length, 2)
  const plain = new TextDecoder().decode(INVITE_WITH_SECRETS) + new TextDecoder().decode(INFO)
  for (const secret of SECRETS) {
    assert.ok(plain.includes(secret), secret)
    assert.ok(!texts.join('').includes(secret), secret)
  }
  assert.match(texts[0] ?? '', /a=ice-ufrag:shown/)
  assert.match(texts[0] ?? '', /AUTHORIZATION: …\r\nProxy-Authorization: …\r\nAuthentication-Info: …\r\nc:/)
  assert.match(texts[1] ?? '', /\(\d+ bytes of application\/dtmf-relay left out\)/)
})

test('LEG-TR2 line ends that are not SIP hide no credentials', () => {
  for (const end of ['\n', '\r', '\r\n']) {
    const text = `INVITE sip:x SIP/2.0${end}Authorization: Digest response="s3cr3t"${end}\ts3cr3t${end}X: y`
    const shown = redactedMessage(new TextEncoder().encode(text))
    assert.ok(!shown.includes('s3cr3t'), JSON.stringify(end))
    assert.match(shown, /X: y/)
  }
})

test('LEG-TR3 messages of all legs of a call, in their order, with both addresses', () => {
  const trace = newTrace()
  trace.record('received', flow, message('in'))
  trace.record('sent', flow, message('in', 'SIP/2.0 100 Trying'))
  trace.join('in', A)
  trace.join('out', A)
  trace.record('sent', flow, message('out'))
  trace.record('received', flow, message('out', 'SIP/2.0 200 OK'))
  trace.record('received', flow, message('elsewhere', 'SIP/2.0 200 OK'))
  const { messages = [] } = trace.read(A) ?? {}
  assert.deepEqual(
    messages.map(({ direction, text }) => `${direction} ${text.split('\r\n')[0]}`),
    [
      'received INVITE sip:101@x SIP/2.0',
      'sent SIP/2.0 100 Trying',
      'sent INVITE sip:101@x SIP/2.0',
      'received SIP/2.0 200 OK',
    ],
  )
  assert.equal(messages[0]?.remote, '[2001:db8::9]:5062')
  assert.equal(messages[0]?.local, '192.0.2.1:5060')
  assert.equal(trace.read(B), undefined)
})

test('LEG-TR3 a message whose Call-ID is known joins those where it is looked for', () => {
  const trace = newTrace()
  trace.record('received', flow, message('in'), 'in')
  trace.record('sent', flow, message('in', 'SIP/2.0 100 Trying'))
  trace.join('in', A)
  trace.record('sent', flow, message('in', 'SIP/2.0 200 OK'), 'in')
  assert.equal(trace.read(A)?.messages.length, 3)
  trace.record('received', flow, message('x'.repeat(300)), 'x'.repeat(300))
  assert.equal(trace.sizes().strays, 0)
})

test('LEG-TR4 registrations and messages without a Call-ID are not kept', () => {
  const trace = newTrace()
  trace.record('received', flow, message('r', 'REGISTER sip:x SIP/2.0'))
  trace.record('received', flow, bytes('INVITE sip:x SIP/2.0\nVia: x\n\n'))
  trace.record('received', flow, bytes(`INVITE sip:x SIP/2.0\nCall-ID: ${'x'.repeat(300)}\n\n`))
  trace.record('received', flow, new Uint8Array(0))
  assert.equal(trace.size(), 0)
})

test('LEG-TR5 each limit drops the oldest, counts it, and nothing grows', () => {
  const trace = newTrace({ messagesPerCallMax: 3, bytesPerCallMax: 1_000, callsMax: 2, straysMax: 2 })
  trace.record('received', flow, message('one'))
  trace.join('one', A)
  for (let count = 1; count <= 5; count += 1)
    trace.record('sent', flow, message('one', `SIP/2.0 18${count} R`))
  assert.deepEqual(
    trace.read(A)?.messages.map(({ text }) => text.slice(8, 11)),
    ['183', '184', '185'],
  )
  assert.equal(trace.read(A)?.dropped, 3)
  trace.record('sent', flow, message('one', 'SIP/2.0 200 OK', `X: ${'y'.repeat(1_200)}\n`))
  assert.deepEqual(trace.read(A)?.messages, [], 'More than all that is kept of a call.')

  for (let stray = 0; stray < 5; stray += 1) trace.record('received', flow, message(`s${stray}`))
  assert.equal(trace.sizes().strays, 2)
  trace.join('two', B)
  trace.join('three', 'call-c' as CallId)
  assert.deepEqual([trace.read(A), trace.sizes().calls, trace.sizes().droppedCalls], [undefined, 2, 1])
})

test('LEG-TR6 the bytes of all calls together are limited: calls go from the oldest', () => {
  const size = message('c0').length
  const trace = newTrace({ bytesMax: 3 * size })
  for (let call = 0; call < 5; call += 1) {
    trace.record('received', flow, message(`c${call}`))
    trace.join(`c${call}`, `${call}` as CallId)
  }
  assert.deepEqual([trace.sizes().calls, trace.sizes().bytes], [3, 3 * size])
  assert.equal(trace.read('1' as CallId), undefined)
})

test('LEG-TR7 a message cut from a bigger chunk keeps only itself alive', () => {
  const trace = newTrace()
  const chunk = new Uint8Array(100_000)
  const invite = message('one')
  chunk.set(invite, 500)
  trace.record('received', flow, chunk.subarray(500, 500 + invite.length))
  trace.join('one', A)
  chunk.fill(0)
  assert.match(trace.read(A)?.messages[0]?.text ?? '', /^INVITE/)
})

test('LEG-TR8 switched off it keeps nothing and forgets what was kept', () => {
  const trace = newTrace()
  trace.record('received', flow, message('one'))
  trace.join('one', A)
  trace.switch(false)
  trace.record('received', flow, message('two'))
  trace.join('two', B)
  assert.deepEqual([trace.size(), trace.sizes().bytes, trace.isOn], [0, 0, false])
  trace.switch(true)
  trace.record('received', flow, message('two'))
  assert.equal(trace.size(), 2)
})

test('LEG-TR9 a Call-ID that comes again in another call belongs to the newer one', () => {
  const trace = newTrace()
  trace.record('received', flow, message('one'))
  trace.join('one', A)
  trace.join('one', B)
  assert.equal(trace.read(A), undefined)
  assert.equal(trace.read(B)?.messages.length, 1)
  assert.equal(trace.sizes().bytes, message('one').length)
})
