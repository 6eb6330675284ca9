import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerMalformed, parseMessage } from '@rufwerk/sip'
import { responseOf, testFlow, wire } from '../src/testing.ts'

const BAD = `
OPTIONS sip:pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bKa;rport
Via: SIP/2.0/TCP other
From: <sip:101@pbx>;tag=a
To: <sip:102@pbx>
Call-ID: c
CSeq: 1 OPTIONS
Max-Forwards: 300`

function answer(text: string): string | undefined {
  const result = parseMessage(wire(text))
  assert(!result.ok)
  const bytes = answerMalformed(result.error, testFlow())
  return bytes && Buffer.from(bytes).toString()
}

test('BAD-1 the answer copies what a response copies, notes the source, and parses', () => {
  const text = answer(BAD)
  assert(text)
  const { status, headers } = responseOf(text)
  assert.equal(status, 400)
  assert.equal(headers.vias.length, 2)
  assert.deepEqual(
    [headers.via.params.get('received'), headers.via.params.get('rport')],
    ['192.0.2.7', '5070'],
  )
  assert.deepEqual([headers.fromTag, headers.callId, headers.cseq.method], ['a', 'c', 'OPTIONS'])
  assert.match(headers.get('warning') ?? '', /^399 rufwerk "out-of-range in max-forwards"$/)
})

test('BAD-2 the To tag is the same for a retransmission, another for another request', () => {
  const tag = (text: string) => responseOf(answer(text) ?? '').headers.toTag
  assert.equal(tag(BAD), tag(BAD))
  assert.notEqual(tag(BAD), tag(BAD.replace('bKa', 'bKb')))
  assert.equal(tag(BAD.replace('To: <sip:102@pbx>', 'To: <sip:102@pbx>;tag=mine')), 'mine')
})

test('BAD-3 what is missing is left out', () => {
  const text = answer(BAD.replace(/From: .*\n/, '').replace(/CSeq: .*\n/, ''))
  assert.match(text ?? '', /^SIP\/2\.0 400 Bad Request\r\nVia: /)
  assert.doesNotMatch(text ?? '', /From:|CSeq:/)
})

test('BAD-4 nothing that a peer sends makes a second line of the answer', () => {
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    const text = answer(BAD.replace(`${name}: `, `${name}: \rInjected: `)) ?? ''
    assert.doesNotMatch(text, /[\r\n]Injected/, name)
  }
})

test('BAD-5 over UDP the answer is as short as what was sent, or there is none', () => {
  const bytes = wire(BAD)
  const result = parseMessage(bytes)
  assert(!result.ok)
  const long = answerMalformed(result.error, testFlow())
  const short = answerMalformed(result.error, testFlow(), bytes.length)
  assert(long && short && long.length > short.length && short.length <= bytes.length)
  const { status, headers } = responseOf(short)
  assert.deepEqual([status, headers.callId, headers.vias.length], [400, 'c', 2])
  assert.equal(answerMalformed(result.error, testFlow(), short.length - 1), undefined)
})

test('BAD-6 a NUL is not repeated', () => {
  const text = answer(BAD.replace('From: ', 'From: \0"\\\0" ')) ?? ''
  assert.match(text, /^From: " *"? ?<sip:101@pbx>|^From: "" <sip:101@pbx>/m)
  assert.doesNotMatch(text, /\0/)
})
