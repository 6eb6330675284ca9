import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaintAbout } from '../watch/strict-message.ts'

const OK = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP 10.0.1.1:5062;branch=z9hG4bK1;rport=5062',
  'From: <sip:anna@10.0.0.1>;tag=1',
  'To: <sip:101@10.0.0.1>;tag=2',
  'Call-ID: a',
  'CSeq: 1 INVITE',
  'Contact: <sip:pbx@10.0.0.1>',
  'Content-Length: 0',
]

function complaint(change: (lines: string[]) => string[], body = ''): string | undefined {
  return complaintAbout(Buffer.from(`${change([...OK]).join('\r\n')}\r\n\r\n${body}`))
}

const without = (name: string) => (lines: string[]) => lines.filter((line) => !line.startsWith(name))
const replaced = (name: string, by: string) => (lines: string[]) =>
  lines.map((line) => (line.startsWith(name) ? by : line))

test('a message as it should be', () => {
  assert.equal(
    complaint((lines) => lines),
    undefined,
  )
})

test('compact names are as good as long ones', () => {
  const compact = (lines: string[]) =>
    lines.map((line) => line.replace('From:', 'f:').replace('To:', 't:').replace('Call-ID:', 'i:'))
  assert.equal(complaint(compact), undefined)
})

for (const [what, change] of [
  ['a 2xx to INVITE without Contact', without('Contact')],
  ['no To tag', replaced('To', 'To: <sip:101@10.0.0.1>')],
  ['two From headers', (lines: string[]) => [...lines, 'From: <sip:b@c>;tag=9']],
  ['a length that is not the length', replaced('Content-Length', 'Content-Length: 5')],
  ['a branch without magic cookie', replaced('Via', 'Via: SIP/2.0/UDP 10.0.1.1;branch=1')],
  ['two Via headers', (lines: string[]) => [...lines, 'Via: SIP/2.0/UDP 10.0.1.2;branch=z9hG4bK2']],
  ['a control character', replaced('Call-ID', 'Call-ID: a\u0007')],
] as const)
  test(`is complained about: ${what}`, () => assert.notEqual(complaint(change), undefined))

test('is complained about: a description whose lines are out of order', () => {
  const body = 'v=0\r\ns=-\r\no=- 1 1 IN IP4 10.0.0.1\r\nt=0 0\r\n'
  const typed = (lines: string[]) => [
    ...replaced('Content-Length', `Content-Length: ${body.length}`)(lines),
    'Content-Type: application/sdp',
  ]
  assert.match(complaint(typed, body) ?? '', /order/)
})
