import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Headers, SipError } from '@rufwerk/sip'

test('HDR-1 names compare without case, compact names equal long ones', () => {
  const headers = new Headers().add('v', 'SIP/2.0/UDP a').add('Via', 'SIP/2.0/UDP b').add('X-Own', '1')
  assert.equal(headers.all('VIA').length, 2)
  assert.equal(headers.get('x-OWN'), '1')
  assert.equal(headers.via.host, 'a')
  assert.equal(headers.has('subject'), false)
})

test('HDR-2 a value with CR, LF or NUL, or beyond the limit, is refused whichever way it comes', () => {
  for (const value of ['a\r\nX: y', 'a\nb', 'a\rb', 'a\0b', 'a'.repeat(8193)]) {
    for (const write of ['add', 'set', 'prepend'] as const)
      assert.throws(() => new Headers()[write]('Subject', value), SipError)
  }
  assert.throws(() => new Headers().add('Sub ject', 'x'), SipError)
  assert.throws(() => new Headers().add('', 'x'), SipError)
})

test('HDR-3 set keeps the place of the first and removes the others', () => {
  const headers = new Headers().add('A', '1').add('B', '2').add('a', '3').set('A', '4')
  assert.deepEqual(
    [...headers.entries()],
    [
      ['A', '4'],
      ['B', '2'],
    ],
  )
  assert.deepEqual([...headers.delete('a').entries()], [['B', '2']])
})

test('HDR-4 what was parsed is forgotten with what it was parsed from', () => {
  const headers = new Headers().add('From', '<sip:a@x>;tag=1').add('Contact', '<sip:a@x>')
  assert.equal(headers.fromTag, '1')
  assert.equal(headers.contacts.length, 1)
  headers.set('f', '<sip:a@x>;tag=2').add('m', '<sip:b@x>')
  assert.equal(headers.fromTag, '2')
  assert.equal(headers.contacts.length, 2)
  assert.equal(headers.delete('Contact').contacts.length, 0)
})

test('HDR-5 a copy is independent', () => {
  const headers = new Headers().add('Call-ID', 'a')
  const copy = headers.clone().set('Call-ID', 'b').prepend('Via', 'SIP/2.0/UDP x')
  assert.deepEqual([headers.callId, headers.has('Via'), copy.callId], ['a', false, 'b'])
})

test('HDR-6 lists split at commas outside quotes and brackets, over all lines', () => {
  const headers = new Headers().add('Contact', '"a, b" <sip:a,b@x>, <sip:c@x>').add('Contact', '<sip:d@x>')
  assert.deepEqual(headers.list('contact'), ['"a, b" <sip:a,b@x>', '<sip:c@x>', '<sip:d@x>'])
  assert.deepEqual(
    headers.contacts.map(({ uri }) => uri.user),
    ['a,b', 'c', 'd'],
  )
})

test('HDR-7 numbers: Max-Forwards to 255, Expires to 2^32-1, else undefined', () => {
  const read = (name: string, value: string) => {
    const headers = new Headers().add(name, value)
    return name === 'Expires' ? headers.expires : headers.maxForwards
  }
  assert.deepEqual(
    ['0', '255', '256', '-1', 'x', ''].map((text) => read('Max-Forwards', text)),
    [0, 255, undefined, undefined, undefined, undefined],
  )
  assert.deepEqual(
    ['0', '4294967295', '4294967296'].map((text) => read('Expires', text)),
    [0, 4294967295, undefined],
  )
})

test('HDR-8 accessors say what is missing in headers made here', () => {
  for (const name of ['via', 'from', 'to', 'callId', 'cseq'] as const)
    assert.throws(() => new Headers()[name], SipError, name)
  assert.throws(() => new Headers().add('From', 'nobody').from, SipError)
  assert.deepEqual(
    [new Headers().contacts, new Headers().routes, new Headers().contentType],
    [[], [], undefined],
  )
})

test('HDR-9 the media type without parameters and case', () => {
  assert.equal(new Headers().add('c', 'Application/SDP ; charset=utf-8').contentType, 'application/sdp')
})
