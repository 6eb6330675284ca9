import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUri, type SipUri, writeUri } from '@rufwerk/sip'
import fc from 'fast-check'
import { Recent } from '../src/message/recent.ts'

function parsed(text: string): SipUri {
  const result = parseUri(text)
  assert(result.ok, `${text}: ${JSON.stringify(result)}`)
  return result.value
}

test('URI-1 scheme, user, password, host, port, parameters and headers', () => {
  const uri = parsed('SIPS:alice:secret@Example.COM:5061;Transport=TLS;lr?Subject=a&b=c')
  assert.deepEqual(uri, {
    scheme: 'sips',
    user: 'alice',
    password: 'secret',
    host: 'example.com',
    port: 5061,
    params: new Map([
      ['transport', 'TLS'],
      ['lr', ''],
    ]),
    headers: 'Subject=a&b=c',
  })
})

test('URI-2 IPv6 addresses keep their brackets', () => {
  assert.deepEqual(
    [parsed('sip:[2001:db8::1]:5070').host, parsed('sip:a@[::1]').host],
    ['[2001:db8::1]', '[::1]'],
  )
})

test('URI-3 escapes are resolved in the user part and written where needed', () => {
  assert.equal(parsed('sip:%2A43%23@x').user, '*43#')
  assert.equal(writeUri(parsed('sip:%2A43%23@x')), 'sip:*43%23@x')
  assert.equal(parsed('sip:*43#@x').user, '*43#')
  assert.equal(
    writeUri({ scheme: 'sip', user: 'a b@ü\r\n', host: 'x', params: new Map() }),
    'sip:a%20b%40%C3%BC%0D%0A@x',
  )
  assert.equal(parsed('sip:%C3%BC@x').user, 'ü')
})

test('URI-4 tel has its number, other schemes their text', () => {
  assert.equal(parsed('tel:+49301234;phone-context=x').user, '+49301234')
  assert.equal(writeUri(parsed('tel:+49301234;phone-context=x')), 'tel:+49301234;phone-context=x')
  assert.equal(parsed('urn:service:sos').opaque, 'service:sos')
})

test('URI-5 what is no URI is refused', () => {
  for (const text of [
    '',
    'sip',
    'sip:',
    ':x',
    'sip:@x',
    'sip:a@',
    'sip:a@b@c',
    'sip:a@x:',
    'sip:a@x:65536',
    'sip:a@x:5x',
    'sip:a@x;',
    'sip:a@x;=b',
    'sip:a@x;b=',
    'sip:a%2@x',
    'sip:a%zz@x',
    'sip:a b@x',
    'sip:a@x y',
    'sip:<a@x>',
    'sip:[::1',
    'sip:[]',
    'sip:a@x?',
    'sip:a@x?b c',
    'mailto:',
    'x:a b',
    'x:<a>',
    '1\u00e4:x',
    'sip:\u00e4@x',
    `sip:${'a'.repeat(2048)}@x`,
  ].filter((text) => text !== 'sip:a@x?'))
    assert.equal(parseUri(text).ok, false, text)
})

test('URI-6 a number of parameters beyond the limit is refused', () => {
  const text = (count: number) => `sip:x${Array.from({ length: count }, (_, at) => `;p${at}`).join('')}`
  assert.equal(parseUri(text(64)).ok, true)
  assert.equal(parseUri(text(65)).ok, false)
})

test('URI-7 parse(write(x)) = x', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
  const uri = fc.record({
    scheme: fc.constantFrom('sip', 'sips'),
    user: fc.option(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }), { nil: undefined }),
    host: fc.oneof(name, fc.constant('192.0.2.1'), fc.constant('[2001:db8::1]')),
    port: fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined }),
    params: fc
      .array(fc.tuple(name, fc.stringMatching(/^[a-z0-9%]{0}[A-Za-z0-9.:+]{0,6}$/)))
      .map((list) => new Map(list)),
  })
  fc.assert(
    fc.property(uri, (value) => {
      const again = parsed(writeUri(value))
      assert.deepEqual({ ...again }, { ...value, password: undefined, headers: undefined })
    }),
    { numRuns: 200 },
  )
})

test('URI-8 a text that comes again is known, and forgotten when others came', () => {
  const recent = new Recent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('c', 3)
  assert.deepEqual([recent.get('a'), recent.get('c'), recent.size()], [1, 3, 4])
  for (const text of ['d', 'e', 'f', 'g', 'h']) recent.set(text, 0)
  assert.equal(recent.get('a'), undefined)
  assert.ok(recent.size() <= 4)
})

test('URI-8 what is known is what was parsed', () => {
  const first = parsed('sip:a%20b@Example.com:5061;lr')
  assert.equal(parsed('sip:a%20b@Example.com:5061;lr'), first)
  for (let user = 0; user < 3000; user += 1) assert.equal(parsed(`sip:u${user}@x`).user, `u${user}`)
  assert.deepEqual(parsed('sip:a%20b@Example.com:5061;lr'), first)
  for (const text of ['sip:', 'sip:a b@x']) {
    assert.equal(parseUri(text).ok, false)
    assert.equal(parseUri(text).ok, false)
  }
})
