// A peer's tag that is no token (RFC 3261 §25.1) is read, and must end nothing but what the peer does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@rufwerk/core'
import { newRequest, newResponse, parseUri, TransactionLayer } from '@rufwerk/sip'
import { countingBytes, requestOf, responseOf, TestDriver, testFlow } from '../../src/testing.ts'

const UDP = testFlow()
const INVITE = `
INVITE sip:102@192.0.2.1 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bKin1;rport
From: <sip:101@pbx>;tag=them
To: <sip:102@pbx>;tag=us[x
Call-ID: in1
CSeq: 7 INVITE`

function driver(): TestDriver {
  return new TestDriver(new TransactionLayer({ randomBytes: countingBytes() }))
}

test('TX-C10 a CANCEL of a request with such a To tag is answered with another, nothing is left', () => {
  const d = driver()
  const [invite] = d.perform(d.layer.receive(requestOf(INVITE), UDP)).take()
  assert(invite?.type === 'request')
  d.perform(d.layer.respond(invite.transaction, newResponse(invite.request, 481, { toTag: 'us' }))).take()
  const cancel = INVITE.replaceAll('INVITE', 'CANCEL').replace(';tag=us[x', '')
  const [answer] = d.perform(d.layer.receive(requestOf(cancel), UDP)).take()
  assert(answer?.type === 'send')
  assert.match(responseOf(answer.bytes).headers.toTag ?? '', /^[0-9a-z]+$/)
  d.advance(seconds(40)).take()
  assert.deepEqual([d.layer.size(), d.timers()], [0, []])
})

test('TX-C10 such a tag in the 200 to our CANCEL is not told', () => {
  const d = driver()
  const uri = parseUri('sip:102@192.0.2.7:5070')
  assert(uri.ok)
  const parts = { from: '<sip:101@pbx>;tag=us', to: '<sip:102@pbx>', callId: 'c1', seq: 1 }
  const { transaction, out } = d.layer.request(
    newRequest({ method: 'INVITE', uri: uri.value, ...parts }),
    UDP,
  )
  const [sent] = d.perform(out).take()
  assert(sent?.type === 'send')
  const ringing = newResponse(requestOf(sent.bytes), 180, { toTag: 'them' })
  d.perform(d.layer.receive(ringing, UDP)).take()
  const [cancel] = d.perform(d.layer.cancel(transaction)).take()
  assert(cancel?.type === 'send')
  const ok = newResponse(requestOf(cancel.bytes), 200)
  ok.headers.set('To', '<sip:102@pbx>;tag=them[x')
  d.perform(d.layer.receive(ok, UDP)).take()
  assert.deepEqual(d.advance(seconds(33)).take()[0], { type: 'failed', transaction, why: 'timeout' })
})
