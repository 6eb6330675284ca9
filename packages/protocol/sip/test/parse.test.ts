import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequest, newResponse, parseMessage, parseUri, SipError, writeMessage } from '@rufwerk/sip'
import fc from 'fast-check'
import { replaceTopVia } from '../src/message/headers.ts'
import { requestOf, wire } from '../src/testing.ts'

const OPTIONS = `
OPTIONS sip:pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa
From: <sip:101@pbx>;tag=a
To: <sip:102@pbx>
Call-ID: c
CSeq: 1 OPTIONS
Max-Forwards: 70
`
const RINGING = OPTIONS.replace(/.*SIP\/2\.0\n/, 'SIP/2.0 180 Ringing\n')

/** Code and status of the error, or `ok`. */
function verdict(text: string | Uint8Array): string {
  const result = parseMessage(typeof text === 'string' ? wire(text) : text)
  return result.ok ? 'ok' : `${result.error.code} ${result.error.status ?? 'drop'}`
}

const withLine = (line: string) => verdict(OPTIONS + line)

test('MSG-1 request and response lines', () => {
  assert.equal(verdict(OPTIONS), 'ok')
  assert.equal(verdict(RINGING), 'ok')
  assert.equal(verdict(OPTIONS.replace('SIP/2.0\n', 'sip/2.0\n')), 'ok')
  assert.equal(verdict(RINGING.replace('180 Ringing', '180')), 'ok')
  assert.equal(verdict(RINGING.replace('SIP/2.0 180', 'sip/2.0 180')), 'ok')
  for (const line of [
    'OPTIONS sip:pbx',
    'OPTIONS  sip:pbx SIP/2.0',
    'OPT(IONS sip:pbx SIP/2.0',
    'OPTIONS sip:pbx SIP/2.0.0',
  ])
    assert.match(verdict(OPTIONS.replace('OPTIONS sip:pbx SIP/2.0', line)), /^(bad-|not-sip)/, line)
})

test('MSG-2 responses that do not parse are dropped', () => {
  for (const line of [
    'SIP/2.0 99 x',
    'SIP/2.0 700 x',
    'SIP/2.0 2000 x',
    'SIP/2.0 20x x',
    'SIP/2.1 200 OK',
    'SIP/2.0 ',
  ])
    assert.match(verdict(RINGING.replace('SIP/2.0 180 Ringing', line)), / drop$/, line)
  assert.match(verdict(RINGING.replace('CSeq: 1 OPTIONS\n', '')), /^missing-header drop/)
})

test('MSG-3 what carries no SIP version is dropped, empty datagrams and keep-alives too', () => {
  for (const text of ['', '\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', '\0\0\0\0', 'jaK'])
    assert.match(verdict(Buffer.from(text)), / drop$/)
})

test('MSG-4 another version: 505', () => {
  assert.equal(verdict(OPTIONS.replace('pbx SIP/2.0', 'pbx SIP/3.0')), 'bad-version 505')
})

test('MSG-5 what is mandatory is missing: 400; without Via nobody can be answered', () => {
  for (const name of ['From', 'To', 'Call-ID', 'CSeq'])
    assert.equal(verdict(OPTIONS.replace(new RegExp(`${name}: .*\n`), '')), 'missing-header 400', name)
  assert.equal(verdict(OPTIONS.replace(/Via: .*\n/, '')), 'missing-header drop')
})

test('MSG-6 an ACK is never answered', () => {
  assert.equal(verdict(OPTIONS.replaceAll('OPTIONS', 'ACK').replace(/To: .*\n/, '')), 'missing-header drop')
})

test('MSG-7 a header that may occur once occurs twice: 400', () => {
  for (const line of [
    'From: <sip:x@y>;tag=q',
    'Call-ID: d',
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    'To: <sip:x@y>',
  ])
    assert.equal(withLine(line), 'repeated-header 400', line)
  assert.equal(withLine('l: 0\nContent-Length: 0'), 'repeated-header 400')
})

test('MSG-8 structured headers are checked: 400', () => {
  for (const line of [
    'Contact: <sip:',
    'Route: x',
    'Record-Route: <>',
    'Via: SIP/2.0',
    'Contact: <sip:a@b>,',
    'm: "',
  ])
    assert.match(withLine(line), /^(bad-value|bad-uri) 400$/, line)
  assert.equal(verdict(OPTIONS.replace('Max-Forwards: 70', 'Max-Forwards: 256')), 'out-of-range 400')
  assert.equal(verdict(OPTIONS.replace('CSeq: 1', 'CSeq: 2147483648')), 'out-of-range 400')
})

test('MSG-9 lines that are no header, or carry control characters: 400', () => {
  assert.equal(verdict(OPTIONS.replace('Via:', '\tVia:')), 'bad-header drop')
  for (const line of ['nothing', ': empty', 'a b: c', 'ü: c'])
    assert.equal(withLine(line), 'bad-header 400', line)
  for (const line of ['Subject: a\rb', 'Subject: a\0b'])
    assert.equal(withLine(line), 'control-character 400', JSON.stringify(line))
  const bytes = Buffer.from(wire(OPTIONS)).toString().replace('OPTIONS\r\nMax', 'OPTIONS\nMax')
  assert.match(verdict(Buffer.from(bytes)), / 400$/)
})

test('MSG-10 folded lines become one', () => {
  const request = requestOf(`${OPTIONS}Subject: a\n  b\n\t c`)
  assert.equal(request.headers.get('subject'), 'a b c')
})

test('MSG-11 Content-Length: too many bytes are ignored, too few are 400, none means the rest', () => {
  const body = (length: string) => parseMessage(wire(`${OPTIONS}${length}\n\nabc`))
  const text = (length: string) => {
    const result = body(length)
    return result.ok ? Buffer.from(result.value.body).toString() : result.error.code
  }
  assert.deepEqual(
    [text('l: 3'), text('l: 2'), text('l: 4'), text('X: y')],
    ['abc', 'ab', 'body-too-short', 'abc'],
  )
  assert.equal(text('l: 3, 3'), 'bad-value')
})

test('MSG-12 limits: 513 message, head, lines, value; 414 URI; 413 body', () => {
  assert.equal(verdict(`${OPTIONS}l: 70000\n\n${'x'.repeat(70_000)}`), 'too-large 513')
  assert.equal(
    withLine(Array.from({ length: 5 }, () => `X: ${'x'.repeat(8000)}`).join('\n')),
    'too-large 513',
  )
  assert.equal(withLine(`X: ${'x'.repeat(8193)}`), 'too-long 513')
  assert.equal(withLine(Array.from({ length: 201 }, () => 'X: y').join('\n')), 'too-many 513')
  assert.equal(verdict(OPTIONS.replace('sip:pbx ', `sip:${'x'.repeat(3000)} `)), 'uri-too-long 414')
  assert.equal(verdict(`${OPTIONS}l: 40000\n\n${'x'.repeat(40_000)}`), 'body-too-large 413')
  assert.equal(withLine(`Route: ${Array.from({ length: 101 }, () => '<sip:x>').join(',')}`), 'too-many 513')
})

test('MSG-13 every prefix and every changed byte gives a message or an error, never a throw', () => {
  const bytes = wire(`${OPTIONS}Contact: "A" <sip:a@x;b=c>;q=1\nRoute: <sip:r;lr>\nl: 3\n\nabc`)
  for (let length = 0; length < bytes.length; length++) parseMessage(bytes.subarray(0, length))
  for (let at = 0; at < bytes.length; at++) {
    for (const byte of [0, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3b, 0x3c, 0x3e, 0xff]) {
      const changed = bytes.slice()
      changed[at] = byte
      const result = parseMessage(changed)
      if (result.ok) writeMessage(result.value)
    }
  }
})

test('MSG-14 any bytes are a message or an error', () => {
  const start = fc.constantFrom(
    '',
    'OPTIONS sip:x SIP/2.0\r\n',
    'SIP/2.0 200 OK\r\nVia: ',
    'ACK sip:x SIP/2.0\r\nFrom: "',
  )
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (head, rest) => {
      parseMessage(Buffer.concat([Buffer.from(head), rest]))
    }),
    { numRuns: 200 },
  )
})

test('MSG-15 parse(write(x)) = x', () => {
  const uri = parseUri('sip:102@pbx:5070;transport=udp')
  assert(uri.ok)
  const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)
  const headers = fc.array(fc.tuple(fc.stringMatching(/^X-[A-Za-z0-9.-]{1,8}$/), value), { maxLength: 6 })
  const content = fc.uint8Array({ maxLength: 50 })
  fc.assert(
    fc.property(headers, content, fc.nat(2 ** 31 - 1), (extra, bytes, seq) => {
      const parts = { from: '"A" <sip:a@x>;tag=1', to: '<sip:b@x>', callId: 'c', seq }
      const body = { type: 'application/x', content: bytes }
      const request = newRequest({ method: 'INVITE', uri: uri.value, ...parts, headers: extra, body })
      request.headers.prepend('Via', 'SIP/2.0/UDP x;branch=z9hG4bK1')
      const again = parseMessage(writeMessage(request))
      assert(again.ok)
      assert.equal(again.value.kind, 'request')
      assert.deepEqual([...again.value.headers.entries()], [...request.headers.entries()])
      assert.deepEqual(Buffer.from(again.value.body), Buffer.from(bytes))
      assert.deepEqual(again.value.kind === 'request' && again.value.uri, uri.value)
      assert.equal(again.value.headers.cseq.seq, seq)
    }),
    { numRuns: 200 },
  )
})

test('MSG-16 a response copies Via, From, To, Call-ID, CSeq, and Record-Route in 101 to 299', () => {
  const request = requestOf(`${OPTIONS}Via: SIP/2.0/UDP p\nRecord-Route: <sip:p;lr>\nTimestamp: 5`)
  const ringing = newResponse(request, 180, { toTag: 'us' })
  assert.deepEqual(
    ringing.headers.vias.map(({ host }) => host),
    ['192.0.2.7', 'p'],
  )
  assert.deepEqual([ringing.headers.toTag, ringing.headers.fromTag], ['us', 'a'])
  assert.deepEqual(
    [ringing.headers.callId, ringing.headers.get('cseq'), ringing.reason],
    ['c', '1 OPTIONS', 'Ringing'],
  )
  assert.equal(ringing.headers.recordRoutes.length, 1)
  assert.equal(newResponse(request, 404, { toTag: 'us' }).headers.recordRoutes.length, 0)
  assert.equal(newResponse(request, 100).headers.get('timestamp'), '5')
  assert.equal(newResponse(request, 487, { reason: 'Gone' }).reason, 'Gone')
})

test('MSG-17 what cannot be written is refused', () => {
  const uri = { scheme: 'sip', host: 'x y', params: new Map() }
  const parts = { from: '<sip:a@x>', to: '<sip:b@x>', callId: 'c', seq: 1 }
  assert.throws(() => writeMessage(newRequest({ method: 'INVITE', uri, ...parts })), SipError)
  assert.throws(() => newRequest({ method: 'IN VITE', uri, ...parts }), SipError)
  assert.throws(() => newRequest({ method: 'INVITE', uri, ...parts, seq: 2 ** 31 }), SipError)
  assert.throws(() => newRequest({ method: 'INVITE', uri, ...parts, from: 'a\r\nb' }), SipError)
  const request = requestOf(OPTIONS)
  assert.throws(() => newResponse(request, 99), SipError)
  assert.throws(() => newResponse(request, 200, { toTag: 'a@b' }), SipError)
  assert.throws(() => writeMessage(newResponse(request, 200, { reason: 'a\r\nX: y' })), SipError)
})

test('MSG-18 bytes that are no UTF-8 become no more bytes', () => {
  const bytes = wire(`${OPTIONS}Subject: M\u00fcller`)
  const latin1 = Buffer.from(Buffer.from(bytes).toString('utf8'), 'latin1')
  assert.equal(requestOf(bytes).headers.get('subject'), 'M\u00fcller')
  const request = requestOf(latin1)
  assert.equal(request.headers.get('subject'), 'M?ller')
  assert(writeMessage(request).length <= latin1.length + 'Content-Length: 0\r\n'.length)
})

test('MSG-19 a request leaves room for what its answer adds to To, to Via, to lines and to bytes', () => {
  const filled = (old: string, value: (fill: string) => string, chars: number) =>
    OPTIONS.replace(old, value('x'.repeat(chars - value('').length)))
  const to = (chars: number, tag = '') =>
    filled('<sip:102@pbx>', (fill) => `"${fill}" <sip:102@pbx>${tag}`, chars)
  const via = (chars: number) =>
    filled(
      'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa',
      (fill) => `S/2/UDP x;branch=z9hG4bKa;rport;f=${fill}`,
      chars,
    )
  assert.equal(verdict(to(7_937)), 'too-long 513')
  assert.equal(verdict(to(8_192, ';tag=a')), 'ok')
  assert.equal(verdict(via(7_937)), 'too-long 513')
  const lines = (count: number) => `${OPTIONS}${'X: y\n'.repeat(count)}`
  assert.equal(verdict(lines(168 - 6 + 1)), 'too-many 513')
  const vias = (chars: number) =>
    OPTIONS + ['1', '2', '3', '4'].map((one) => `Via: SIP/2.0/UDP ${one.repeat(chars / 4)}\n`).join('')
  assert.equal(verdict(vias(28_700)), 'too-large 513')
  const headers = [['Unsupported', 'x'.repeat(3_500)] as const]
  for (const text of [to(7_936), to(8_192, ';tag=a'), via(7_936), lines(168 - 6), vias(28_400)]) {
    const request = requestOf(text)
    const { via: top } = request.headers
    const noted = {
      ...top,
      params: new Map(top.params).set('received', '2001:db8::1:2:3:4:5').set('rport', '65535'),
    }
    replaceTopVia(request.headers, noted)
    const answer = newResponse(request, 420, { toTag: 'ours', headers })
    assert.equal(verdict(writeMessage(answer)), 'ok', text.slice(0, 300))
  }
})

test('MSG-20 a fold behind a long run of spaces is read in the time of its length', () => {
  const startedAt = performance.now()
  assert.equal(withLine(`Subject: a${' '.repeat(28_000)}b\n c`), 'too-long 513')
  // Quadratic it took more than a second; here it is well below one millisecond.
  assert(performance.now() - startedAt < 300)
})

test('MSG-21 a reason phrase with a control character', () => {
  for (const control of ['\r', '\0'])
    assert.equal(verdict(RINGING.replace('Ringing', `Ring${control}ing`)), 'bad-start-line drop')
})
