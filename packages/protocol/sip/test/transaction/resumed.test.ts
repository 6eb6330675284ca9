import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '@rufwerk/core'
import { newResponse, TransactionLayer } from '@rufwerk/sip'
import { countingBytes, requestOf, TestDriver, testFlow } from '../../src/testing.ts'

const UDP = testFlow()
const SENT = `
INVITE sip:102@192.0.2.7:5070 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKbefore;rport
From: <sip:101@pbx>;tag=us
To: <sip:102@pbx>
Call-ID: c1
CSeq: 1 INVITE
Max-Forwards: 70`
const driver = () => new TestDriver(new TransactionLayer({ randomBytes: countingBytes() }))

function resumed() {
  const d = driver()
  const invite = requestOf(SENT)
  const transaction = d.layer.resumeRequest(invite, UDP)
  const answer = (status: number, method = 'INVITE') => {
    const response = newResponse(invite, status, { toTag: 'them' })
    response.headers.set('CSeq', `1 ${method}`)
    return d.perform(d.layer.receive(response, UDP))
  }
  return { d, transaction, answer }
}

test('TX-R1 an INVITE from before a restart is cancelled with its branch; its 487 gets an ACK', () => {
  const { d, transaction, answer } = resumed()
  const [sent] = d.perform(d.layer.cancel(transaction)).take()
  assert(sent?.type === 'send')
  const cancel = requestOf(sent.bytes)
  assert.deepEqual([cancel.method, cancel.headers.via.branch], ['CANCEL', 'z9hG4bKbefore'])
  assert.deepEqual(answer(200, 'CANCEL').words(), [])
  assert.deepEqual(answer(487).words(), ['send ACK', 'response 487'])
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
  assert.deepEqual(d.timers(), [])
})

test('TX-R1 a 2xx that was faster than the CANCEL goes up', () => {
  const { d, transaction, answer } = resumed()
  d.perform(d.layer.cancel(transaction)).take()
  assert.deepEqual(answer(200).words(), ['response 200'])
  assert.ok(d.advance(seconds(40)).words().includes('terminated'))
  assert.equal(d.layer.size(), 0)
})

test('TX-R2 an INVITE of the peer from before a restart gets its final response until the ACK', () => {
  const d = driver()
  const invite = requestOf(SENT)
  const transaction = d.layer.resumeReceived(invite, UDP)
  assert.deepEqual(d.perform(d.layer.receive(requestOf(SENT), UDP)).words(), ['send 100'])
  d.perform(d.layer.respond(transaction, newResponse(invite, 500, { toTag: 'us' })))
  assert.deepEqual(d.words(), ['send 500'])
  assert.deepEqual(d.advance(seconds(1)).words(), ['send 500'])
  d.perform(d.layer.receive(requestOf(SENT.replaceAll('INVITE', 'ACK')), UDP))
  assert.deepEqual(d.advance(seconds(40)).words(), ['terminated'])
  assert.equal(d.layer.size(), 0)
})
