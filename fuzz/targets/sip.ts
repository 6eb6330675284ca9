// The SIP parser, its writer and the cutting of streams. What must hold for any bytes: a value or an error,
// in time that grows with the length; what was read can be written and read again; no text of a peer becomes
// a line.
import assert from 'node:assert/strict'
import {
  answerMalformed,
  newResponse,
  type ParseError,
  parseMessage,
  type SipMessage,
  StreamFramer,
  writeMessage,
} from '@rufwerk/sip'
import { requestOf, testFlow } from '@rufwerk/sip/testing'
import type { SeededRandom } from '@rufwerk/testing'
import { pick } from '../mutate.ts'
import { assertSame } from '../report.ts'
import type { Target } from '../target.ts'
import { callMessages, descriptions, tortureMessages } from './corpus.ts'
import { assertExtensions } from './sip-extensions.ts'
import { METHODS, sipMessage } from './sip-grammar.ts'

export const SIP_WORDS = [
  ...METHODS,
  'SIP/2.0',
  'SIP/7.0',
  'Via: ',
  'v: ',
  'SIP/2.0/UDP a;branch=z9hG4bK',
  'From: ',
  'To: ',
  'Contact: ',
  'Call-ID: ',
  'CSeq: 1 ',
  'Content-Length: ',
  'l: 0',
  'Content-Length : 5',
  'Max-Forwards: 0',
  'Route: <sip:a;lr>',
  'Require: x',
  ';tag=',
  ';received=',
  ';rport',
  '<sip:',
  'sips:a@b',
  '>',
  '"',
  '\\"',
  '\\\0',
  '%00',
  '%0d%0aX: y',
  ', ',
  ';',
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
  ' ',
  '__proto__',
  'constructor=x',
  '\u2028',
  '\xff',
  '[::1]',
  'é',
] as const

/** Bytes that our own lines add to what is copied. */
const OWN_BYTES_MAX = 400
/** An entry of a Via list becomes a line: `,` becomes `Via: ` and CRLF. */
const LINE_GROWTH = 8
/** Of the pieces in which a stream comes: small ones, packets, and more than a head may measure. */
const PIECE_BYTES_MAX = [1, 4, 40, 1_460, 40_000] as const
const COPIED = /^(SIP\/2\.0|Via|From|To|Call-ID|CSeq|Warning|Content-Length|v|f|t|i|$)/

function outcomeOf(error: ParseError): string {
  return `${error.code} ${error.header ?? ''} ${error.status ?? 'drop'}`
}

function assertAnswer(error: ParseError, input: Uint8Array): void {
  const answer = answerMalformed(error, testFlow())
  if (error.status === undefined) assert.equal(answer, undefined)
  if (answer === undefined) return
  const text = Buffer.from(answer).toString('utf8')
  assert(!text.includes('\0'), 'NUL in an answer')
  const lines = text.split('\r\n')
  assert(!lines.some((line) => /[\r\n]/.test(line)), 'CR or LF alone in an answer')
  for (const line of lines) assert.match(line, COPIED, 'a line that is not ours')
  assert(answer.length <= LINE_GROWTH * input.length + OWN_BYTES_MAX, `${answer.length} bytes`)
  const short = answerMalformed(error, testFlow(), input.length)
  if (short !== undefined) assert(short.length <= input.length)
}

function assertWritten(message: SipMessage, bytes: Uint8Array): void {
  const head = Buffer.from(bytes).toString('utf8').split('\r\n\r\n')[0] ?? ''
  const lines = head.split('\r\n')
  assert.equal(lines.length, 2 + [...message.headers.entries()].length, 'a value became a line')
  for (const line of lines) {
    assert(!/[\r\n]/.test(line), 'CR or LF alone is written')
    assert(!line.replaceAll('\\\0', '').includes('\0'), 'NUL outside a quoted pair is written')
  }
}

function assertRead(message: SipMessage): void {
  const { headers } = message
  const entries = [...headers.entries()]
  assert(entries.length <= 200 && entries.every(([, value]) => value.length <= 8_192))
  assert(headers.vias.length > 0 && headers.vias.length <= 100)
  const addresses = [
    headers.from,
    headers.to,
    ...headers.contacts,
    ...headers.routes,
    ...headers.recordRoutes,
  ]
  for (const { params, uri } of addresses)
    assert(params instanceof Map && uri.params instanceof Map && uri.params.size <= 64)
  // None of them throws.
  for (const name of ['require', 'supported', 'allow', '__proto__', 'constructor']) headers.list(name)
  assert(headers.maxForwards === undefined || headers.maxForwards <= 255)
  assert(headers.expires === undefined || headers.expires >= 0)
  assert(headers.cseq.seq >= 0 && headers.cseq.seq < 2 ** 31)
  assert.equal(typeof (headers.contentType ?? ''), 'string')
}

function assertRoundTrip(message: SipMessage): void {
  const bytes = writeMessage(message)
  assertWritten(message, bytes)
  const again = parseMessage(bytes)
  assert(again.ok, `written, but not read again: ${again.ok ? '' : outcomeOf(again.error)}`)
  const plain = (one: SipMessage) => ({
    ...one,
    headers: [...one.headers.entries()],
    body: Buffer.from(one.body),
  })
  assertSame(plain(again.value), plain(message), 'read again')
  assertSame(Buffer.from(writeMessage(again.value)), Buffer.from(bytes), 'written again')
  if (message.kind !== 'request') return
  for (const status of [100, 200, 405]) {
    const response = newResponse(message, status, { toTag: 'ours' })
    const written = writeMessage(response)
    assertWritten(response, written)
    assert(written.length <= bytes.length + OWN_BYTES_MAX)
  }
}

type StreamItems = ReturnType<StreamFramer['push']>

/** However a stream is cut, the same comes out of it. */
function assertFraming(input: Uint8Array, random: SeededRandom): string {
  const whole = new StreamFramer().push(input)
  const framer = new StreamFramer()
  const parts: StreamItems[number][] = []
  const sizeMax = pick(PIECE_BYTES_MAX, random)
  const isEven = random.next() < 0.5
  for (let at = 0; at < input.length; ) {
    const size = isEven ? sizeMax : random.between(1, sizeMax)
    parts.push(...framer.push(input.subarray(at, at + size)))
    assert(framer.size() <= 65_535 + size)
    at += size
  }
  assertSame(copied(parts), copied(whole), 'another cutting gives other items')
  const last = whole.at(-1)
  return last?.type === 'broken' ? last.why : `${whole.length > 3 ? 'many' : whole.length}`
}

function copied(items: StreamItems): unknown[] {
  return items.map((item) => (item.type === 'ping' ? item : { ...item, bytes: Buffer.from(item.bytes) }))
}

/** Whatever is written goes into an answer to it. */
const CARRIER = requestOf(`
OPTIONS sip:pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKc
From: <sip:a@pbx>;tag=a
To: <sip:pbx>
Call-ID: c
CSeq: 1 OPTIONS`)

export async function sipTarget(): Promise<Target> {
  const bodies = descriptions()
  return {
    name: 'sip',
    seeds: [...tortureMessages(), ...(await callMessages())],
    words: SIP_WORDS,
    bytesMax: 65_535,
    generate: (random) => sipMessage(random, bodies),
    check: (input, random) => {
      const framing = assertFraming(input, random)
      const parsed = parseMessage(input)
      if (!parsed.ok) {
        assertAnswer(parsed.error, input)
        return `${framing} ${outcomeOf(parsed.error)}`
      }
      assertRead(parsed.value)
      assertRoundTrip(parsed.value)
      const extensions = assertExtensions(parsed.value, CARRIER, random)
      const what = parsed.value.kind === 'request' ? parsed.value.method.slice(0, 10) : parsed.value.status
      return `${framing} ${what} ${extensions}`
    },
    work: (input) => {
      const parsed = parseMessage(input)
      if (!parsed.ok) answerMalformed(parsed.error, testFlow())
      const framer = new StreamFramer()
      for (let at = 0; at < input.length; at += 64) framer.push(input.subarray(at, at + 64))
    },
  }
}
