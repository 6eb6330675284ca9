import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newResponse, writeBriefly, writeMessage } from '@rufwerk/sip'
import { requestOf, responseOf } from '../src/testing.ts'

const ASKED = requestOf(`
SUBSCRIBE sip:pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa
Via: SIP/2.0/TCP other
From: "A" <sip:101@pbx>;tag=a
To: <sip:102@pbx>
Call-ID: c
CSeq: 1 SUBSCRIBE`)
const headers = [['WWW-Authenticate', 'Digest realm="r", nonce="n"']] as const
const REFUSAL = newResponse(ASKED, 401, { toTag: 'b', headers })
const USUAL = writeMessage(REFUSAL)

test('BRF-1 what has few enough bytes is written as usual', () => {
  assert.deepEqual(writeBriefly(REFUSAL, USUAL.length), USUAL)
})

const linesOf = (bytes: Uint8Array) => Buffer.from(bytes).toString().split('\r\n')

function assertSame(brief: Uint8Array): void {
  const [read, meant] = [responseOf(brief), responseOf(USUAL)]
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'WWW-Authenticate'])
    assert.deepEqual(read.headers.all(name), meant.headers.all(name))
  assert.equal(read.status, 401)
}

test('BRF-2 one byte less: no reason phrase, no Content-Length; it says the same', () => {
  const brief = writeBriefly(REFUSAL, USUAL.length - 1)
  const usual = linesOf(USUAL)
  assert.deepEqual(linesOf(brief), [
    'SIP/2.0 401 ',
    ...usual.slice(1).filter((line) => !line.startsWith('Content-Length')),
  ])
  assertSame(brief)
})

test('BRF-3 still too long: compact names, and then no space behind the colon', () => {
  const shorter = (than: Uint8Array) => writeBriefly(REFUSAL, than.length - 1)
  const compact = shorter(shorter(USUAL))
  const brief = shorter(compact)
  assert.deepEqual(
    linesOf(compact).map((line) => line.replace(': ', ':')),
    linesOf(brief),
  )
  assert.equal(compact.length, brief.length + 7)
  assert.deepEqual(linesOf(brief), [
    'SIP/2.0 401 ',
    'v:SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa',
    'v:SIP/2.0/TCP other',
    'f:"A" <sip:101@pbx>;tag=a',
    't:<sip:102@pbx>;tag=b',
    'i:c',
    'CSeq:1 SUBSCRIBE',
    'WWW-Authenticate:Digest realm="r", nonce="n"',
    '',
    '',
  ])
  assertSame(brief)
})

test('BRF-4 a response with a body is written as usual, whatever its length', () => {
  const body = { type: 'text/plain', content: 'x' }
  const response = newResponse(ASKED, 200, { toTag: 'b', body })
  assert.deepEqual(writeBriefly(response, 1), writeMessage(response))
})
