// Every message of RFC 4475, with the verdict of its section. `left`: the message parses, and what the
// section asks for is decided by the user of this package from what it finds in it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import {
  answerMalformed,
  newResponse,
  parseMessage,
  Registrar,
  type SipMessage,
  writeMessage,
} from '@rufwerk/sip'
import { testFlow } from '../src/testing.ts'

type Verdict = 'valid' | 'drop' | 'left' | 400 | 505
type Row = [name: string, section: string, verdict: Verdict, look?: (message: SipMessage) => unknown]

const uri = (message: SipMessage) => (message.kind === 'request' ? message.uri : undefined)
const status = (message: SipMessage) => (message.kind === 'response' ? message.status : undefined)
const register = (message: SipMessage) => {
  assert(message.kind === 'request')
  return new Registrar().register(message, 'aor', testFlow(), instant(0), 'tag').response.status
}

const ROWS: Row[] = [
  [
    'wsinv',
    '3.1.1.1',
    'valid',
    ({ headers }) => {
      assert.deepEqual(
        headers.vias.map((via) => via.branch),
        ['390skdjuw', 'z9hG4bK9ikj8', 'z9hG4bK30239'],
      )
      assert.equal(headers.from.displayName, 'J Rosenberg \\"')
      assert.equal(headers.contacts[0]?.params.get('q'), '0.33')
      assert.equal(headers.maxForwards, 68)
      assert.equal(headers.get('subject'), '')
      assert.deepEqual(headers.cseq, { seq: 9, method: 'INVITE' })
    },
  ],
  [
    'intmeth',
    '3.1.1.2',
    'valid',
    ({ headers }) => {
      assert.equal(headers.to.displayName, 'BEL:\x07 NUL:\0 DEL:\x7f')
      assert.equal(headers.fromTag, "_token~1'+`*%!-.")
    },
  ],
  [
    'esc01',
    '3.1.1.3',
    'valid',
    (message) => {
      assert.equal(uri(message)?.user, 'sips:user@example.com')
      assert.equal(message.headers.to.uri.user, 'user')
      assert(message.headers.contacts[0]?.uri.params.has('lr'))
    },
  ],
  [
    'escnull',
    '3.1.1.4',
    'valid',
    ({ headers }) => {
      assert.equal(headers.to.uri.user, 'null-\0-null')
      assert.deepEqual(
        headers.contacts.map((contact) => contact.uri.user),
        ['\0', '\0\0'],
      )
    },
  ],
  [
    'esc02',
    '3.1.1.5',
    'valid',
    (message) => {
      assert.equal(message.kind === 'request' && message.method, 'RE%47IST%45R')
      assert.equal(message.headers.contacts.length, 2)
    },
  ],
  ['lwsdisp', '3.1.1.6', 'valid', ({ headers }) => assert.equal(headers.from.displayName, 'caller')],
  ['longreq', '3.1.1.7', 'valid', ({ headers }) => assert.equal(headers.vias.length, 34)],
  [
    'dblreq',
    '3.1.1.8',
    'valid',
    ({ body, headers }) => {
      assert.equal(headers.cseq.method, 'REGISTER')
      assert.equal(body.length, 0)
    },
  ],
  ['semiuri', '3.1.1.9', 'valid', (message) => assert.equal(uri(message)?.user, 'user;par=u@example.net')],
  [
    'transports',
    '3.1.1.10',
    'valid',
    ({ headers }) =>
      assert.deepEqual(
        headers.vias.map((via) => via.transport),
        ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
      ),
  ],
  ['mpart01', '3.1.1.11', 'valid', ({ body }) => assert.equal(body.length, 553)],
  [
    'unreason',
    '3.1.1.12',
    'valid',
    (message) => {
      assert.equal(status(message), 200)
      assert.match(message.kind === 'response' ? message.reason : '', /^= 2\*\*3 \* 5\*\*2 но сто/)
    },
  ],
  [
    'noreason',
    '3.1.1.13',
    'valid',
    (message) => assert.equal(message.kind === 'response' && message.reason, ''),
  ],
  ['badinv01', '3.1.2.1', 400],
  ['clerr', '3.1.2.2', 400],
  ['ncl', '3.1.2.3', 400],
  ['scalar02', '3.1.2.4', 400],
  ['scalarlg', '3.1.2.5', 'drop'],
  ['quotbal', '3.1.2.6', 400],
  ['ltgtruri', '3.1.2.7', 400],
  ['lwsruri', '3.1.2.8', 400],
  ['lwsstart', '3.1.2.9', 400],
  ['trws', '3.1.2.10', 400],
  ['escruri', '3.1.2.11', 400],
  // A date that nobody reads may be ignored.
  ['baddate', '3.1.2.12', 'left', ({ headers }) => assert.match(headers.get('date') ?? '', /EST$/)],
  ['regbadct', '3.1.2.13', 400],
  ['badaspec', '3.1.2.14', 400],
  ['baddn', '3.1.2.15', 400],
  ['badvers', '3.1.2.16', 505],
  ['mismatch01', '3.1.2.17', 400],
  ['mismatch02', '3.1.2.18', 400], // 501 would do as well.
  ['bigcode', '3.1.2.19', 'drop'],
  // Matched as from a client of RFC 2543: TX-M3 in layer.test.ts.
  ['badbranch', '3.2.1', 'valid', ({ headers }) => assert.equal(headers.via.branch, 'z9hG4bK')],
  ['insuf', '3.3.1', 400],
  // 416
  ['unkscm', '3.3.2', 'left', (message) => assert.equal(uri(message)?.scheme, 'nobodyknowsthisscheme')],
  ['novelsc', '3.3.3', 'left', (message) => assert.equal(uri(message)?.scheme, 'soap.beep')], // 416
  // The Contact is no SIP URI.
  ['unksm2', '3.3.4', 'left', (message) => assert.equal(register(message), 400)],
  [
    'bext01',
    '3.3.5',
    'left',
    (
      { headers }, // 420 with Unsupported
    ) => assert.deepEqual(headers.list('require'), ['nothingSupportsThis', 'nothingSupportsThisEither']),
  ],
  // 415
  ['invut', '3.3.6', 'left', ({ headers }) => assert.equal(headers.contentType, 'application/unknownformat')],
  [
    'regaut01',
    '3.3.7',
    'left',
    (
      { headers }, // Challenged: no Digest credentials (AUTH-1).
    ) => assert.equal(headers.get('authorization'), 'NoOneKnowsThisScheme opaque-data=here'),
  ],
  ['multi01', '3.3.8', 400],
  ['mcl01', '3.3.9', 400],
  ['bcast', '3.3.10', 'left', ({ headers }) => assert.equal(headers.vias.length, 2)], // Stray: TX-M4.
  // 483 only when proxying.
  ['zeromf', '3.3.11', 'left', ({ headers }) => assert.equal(headers.maxForwards, 0)],
  [
    'cparam01',
    '3.3.12',
    'valid',
    (message) => {
      assert(message.headers.contacts[0]?.params.has('unknownparam'))
      assert.equal(register(message), 200)
    },
  ],
  [
    'cparam02',
    '3.3.13',
    'valid',
    (message) => {
      assert(message.headers.contacts[0]?.uri.params.has('unknownparam'))
      assert.equal(register(message), 200)
    },
  ],
  [
    'regescrt',
    '3.3.14',
    'valid',
    (message) => {
      assert.equal(message.headers.contacts[0]?.uri.headers, 'Route=%3Csip:sip.example.com%3E')
      assert.equal(register(message), 200)
    },
  ],
  // 406
  ['sdp01', '3.3.15', 'left', ({ headers }) => assert.equal(headers.get('accept'), 'text/nobodyKnowsThis')],
  ['inv2543', '3.4.1', 'valid', ({ headers }) => assert.equal(headers.fromTag, undefined)],
]

const folder = new URL('fixtures/rfc4475/', import.meta.url)

test('TORT-1 every message of RFC 4475 is here and has a verdict', () => {
  assert.equal(ROWS.length, 49)
  assert.deepEqual(readdirSync(folder).sort(), ROWS.map(([name]) => `${name}.dat`).sort())
})

for (const [name, section, verdict, look] of ROWS) {
  test(`TORT-2 ${name} (RFC 4475 §${section}) is ${verdict}`, () => {
    const result = parseMessage(readFileSync(new URL(`${name}.dat`, folder)))
    if (verdict === 'valid' || verdict === 'left') {
      assert(result.ok, JSON.stringify(result))
      look?.(result.value)
      const again = parseMessage(writeMessage(result.value))
      assert(again.ok)
      assert.deepEqual([...again.value.headers.entries()], [...result.value.headers.entries()])
      // Whatever can be read can be answered, also a NUL in a quoted pair (intmeth).
      if (result.value.kind === 'request') {
        const answer = writeMessage(newResponse(result.value, 405, { toTag: 'ours' }))
        assert.equal(parseMessage(answer).ok, true)
      }
      return
    }
    assert(!result.ok)
    assert.equal(result.error.status, verdict === 'drop' ? undefined : verdict)
    const answer = answerMalformed(result.error, testFlow())
    if (verdict === 'drop') assert.equal(answer, undefined)
    else assert.match(Buffer.from(answer ?? []).toString(), new RegExp(`^SIP/2.0 ${verdict} .*\r\nVia: `))
  })
}
