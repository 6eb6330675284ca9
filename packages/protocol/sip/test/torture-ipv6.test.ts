// The messages of RFC 5118, written from its descriptions: addresses of the documentation range in every
// place where a SIP message can have one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newResponse, parseMessage, type SipMessage, writeMessage } from '@rufwerk/sip'
import { wire } from '../src/testing.ts'

const head = (start: string, via: string, ...more: string[]) =>
  [
    start,
    'To: sip:user@example.com',
    'From: sip:user@example.com;tag=81x2',
    ...(via === '' ? [] : [`Via: ${via}`]),
    'Call-ID: SSG9559905523997077@hlau_4100',
    'Max-Forwards: 70',
    `CSeq: 98176 ${start.split(' ')[0]}`,
    ...more,
  ].join('\n')
const VIA = 'SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111'
const CONTACT = 'Contact: "Caller" <sip:caller@[2001:db8::1]>'
const register = (uri: string) => head(`REGISTER ${uri} SIP/2.0`, VIA, CONTACT, 'Content-Length: 0')
const uriOf = (message: SipMessage) => (message.kind === 'request' ? message.uri : undefined)

type Row = [what: string, section: string, text: string, verdict: 400 | ((message: SipMessage) => void)]

const ROWS: Row[] = [
  [
    'IPv6 references in Request-URI, Via and Contact',
    '4.1',
    register('sip:[2001:db8::10]'),
    (message) => {
      assert.deepEqual([uriOf(message)?.host, uriOf(message)?.port], ['[2001:db8::10]', undefined])
      assert.equal(message.headers.via.host, '[2001:db8::9:1]')
      assert.equal(message.headers.contacts[0]?.uri.host, '[2001:db8::1]')
    },
  ],
  ['a Request-URI without brackets', '4.2', register('sip:2001:db8::10'), 400],
  [
    'what looks like a port belongs to the address',
    '4.3',
    register('sip:[2001:db8::10:5070]'),
    (message) =>
      assert.deepEqual([uriOf(message)?.host, uriOf(message)?.port], ['[2001:db8::10:5070]', undefined]),
  ],
  [
    'a port behind the brackets',
    '4.4',
    register('sip:[2001:db8::10]:5070'),
    (message) => assert.deepEqual([uriOf(message)?.host, uriOf(message)?.port], ['[2001:db8::10]', 5070]),
  ],
  [
    'received with brackets, which the grammar does not know',
    '4.5',
    head('BYE sip:[2001:db8::10] SIP/2.0', `${VIA};received=[2001:db8::9:255]`, 'Content-Length: 0'),
    (message) => assert.equal(message.headers.via.params.get('received'), '[2001:db8::9:255]'),
  ],
  [
    'received without brackets',
    '4.5',
    head('OPTIONS sip:[2001:db8::10] SIP/2.0', `${VIA};received=2001:db8::9:255`, 'Content-Length: 0'),
    (message) => assert.equal(message.headers.via.params.get('received'), '2001:db8::9:255'),
  ],
  [
    'IPv6 in the description of the session',
    '4.6',
    `${head('INVITE sip:user@[2001:db8::10] SIP/2.0', VIA, CONTACT, 'Content-Type: application/sdp')}

v=0
o=assistant 971731711378798081 0 IN IP6 2001:db8::20
`,
    (message) => assert.match(Buffer.from(message.body).toString(), /IN IP6 2001:db8::20\r\n$/),
  ],
  [
    'both families in the Via headers',
    '4.7',
    head(
      'BYE sip:user@host.example.net SIP/2.0',
      'SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200',
      'Content-Length: 0',
    ),
    ({ headers }) => {
      assert.deepEqual(
        headers.vias.map(({ host, port }) => [host, port]),
        [
          ['[2001:db8::9:1]', 6050],
          ['192.0.2.1', undefined],
          ['[2001:db8::9:255]', undefined],
        ],
      )
      assert.equal(headers.vias[2]?.params.get('received'), '192.0.2.200')
    },
  ],
  [
    'both families in the description of the session',
    '4.8',
    `${head('INVITE sip:user@[2001:db8::10] SIP/2.0', VIA, CONTACT, 'Content-Type: application/sdp')}

v=0
o=bob 280744730 28977631 IN IP4 host.example.com
s=
t=0 0
m=audio 22334 RTP/AVP 0
c=IN IP4 192.0.2.1
m=video 6024 RTP/AVP 107
c=IN IP6 2001:db8::1
`,
    (message) =>
      assert.match(Buffer.from(message.body).toString(), /192\.0\.2\.1\r\n[\s\S]*2001:db8::1\r\n$/),
  ],
  [
    'IPv4 addresses mapped into IPv6',
    '4.9',
    head(
      'INVITE sip:user@example.com SIP/2.0',
      'SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19',
      'Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>',
      'Content-Length: 0',
    ),
    ({ headers }) => {
      assert.deepEqual([headers.via.host, headers.via.port], ['[::ffff:192.0.2.10]', 19823])
      assert.equal(headers.contacts[0]?.uri.host, '[::ffff:192.0.2.2]')
    },
  ],
  [
    'an IPv4 address behind two colons',
    '4.10',
    head('OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0', VIA, 'Content-Length: 0'),
    (message) => assert.equal(uriOf(message)?.host, '[2001:db8::192.0.2.1]'),
  ],
  [
    'three colons, which the grammar of RFC 3261 made by mistake: taken, as the section asks',
    '4.10',
    head('OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0', VIA, 'Content-Length: 0'),
    (message) => assert.equal(uriOf(message)?.host, '[2001:db8:::192.0.2.1]'),
  ],
]

for (const [what, section, text, verdict] of ROWS)
  test(`TORT-3 RFC 5118 §${section}: ${what}`, () => {
    const result = parseMessage(wire(text))
    if (typeof verdict === 'number') {
      assert.equal(result.ok ? 'ok' : result.error.status, verdict)
      return
    }
    assert(result.ok, JSON.stringify(result))
    verdict(result.value)
    const again = parseMessage(writeMessage(result.value))
    assert(again.ok)
    assert.deepEqual(again.value, result.value)
    assert(result.value.kind === 'request')
    const answer = parseMessage(writeMessage(newResponse(result.value, 405, { toTag: 'ours' })))
    assert(answer.ok)
    assert.deepEqual(answer.value.headers.vias, result.value.headers.vias)
  })
