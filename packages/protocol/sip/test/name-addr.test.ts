import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNameAddr, parseUri, writeNameAddr } from '@rufwerk/sip'
import fc from 'fast-check'

function parsed(text: string) {
  const result = parseNameAddr(text)
  assert(result.ok, `${text}: ${JSON.stringify(result)}`)
  return result.value
}

test('NAD-1 quoted name with escapes, token name, no name', () => {
  assert.equal(parsed('"A \\"B\\" \\\\ C" <sip:a@x>;tag=1').displayName, 'A "B" \\ C')
  assert.equal(parsed('Anna Berg <sip:a@x>').displayName, 'Anna Berg')
  assert.equal(parsed('Jürgen <sip:a@x>').displayName, 'Jürgen')
  assert.equal(parsed('<sip:a@x>').displayName, undefined)
  assert.equal(parsed('"<x>, y" <sip:a@x>').displayName, '<x>, y')
})

test('NAD-2 parameters inside the brackets are the URI’s, outside the header’s', () => {
  const value = parsed('<sip:a@x;lr;a=b>;tag=1 ; Q = 0.5')
  assert.deepEqual([...value.uri.params.keys()], ['lr', 'a'])
  assert.deepEqual(
    [...value.params],
    [
      ['tag', '1'],
      ['q', '0.5'],
    ],
  )
})

test('NAD-3 without brackets all parameters are the header’s', () => {
  const value = parsed('sip:a@x;tag=1;+sip.instance="<urn:uuid:1>"')
  assert.equal(value.uri.params.size, 0)
  assert.deepEqual(
    [...value.params],
    [
      ['tag', '1'],
      ['+sip.instance', '"<urn:uuid:1>"'],
    ],
  )
})

test('NAD-4 the first of repeated parameters counts', () => {
  assert.equal(parsed('<sip:a@x>;tag=1;tag=2').params.get('tag'), '1')
})

test('NAD-5 what is none is refused', () => {
  for (const text of [
    '',
    '<',
    '<>',
    '<sip:a@x',
    '"A <sip:a@x>',
    '"A" sip:a@x',
    'A, B <sip:a@x>',
    '<sip:a@x> x',
    '<sip:a@x>;',
    '<sip:a@x>;=',
    '<sip:a@x>;a=',
    '<sip:a@x>;a="',
    'sip:a@x?b=c',
    'sip:a,b@x',
    '< sip:a@x>',
    'a;b',
  ])
    assert.equal(parseNameAddr(text).ok, false, text)
})

test('NAD-6 parse(write(x)) = x; control characters leave the name', () => {
  const uri = parseUri('sip:101@pbx;x=1')
  assert(uri.ok)
  const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  fc.assert(
    fc.property(name, (displayName) => {
      const params = new Map([['tag', 'a']])
      const again = parsed(writeNameAddr({ displayName, uri: uri.value, params }))
      assert.deepEqual(again, { displayName, uri: uri.value, params })
    }),
    { numRuns: 200 },
  )
  assert.equal(writeNameAddr({ displayName: 'A\r\nX: y', uri: uri.value }), '"AX: y" <sip:101@pbx;x=1>')
})
