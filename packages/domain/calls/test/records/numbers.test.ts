import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNumber, type NumberKey, readNumberKey } from '@rufwerk/calls/records'
import { eraseNumber, holdsNumber, shortenNumbers } from '../../src/records/numbers.ts'

function keyOf(text: string, country: 'de' | 'us' = 'de'): NumberKey {
  const read = readNumberKey(text, country)
  assert.ok(read.ok, text)
  return read.value
}

const BERLIN = keyOf('030 123456')

test('REC-N1 a number is read as people write it, an extension as itself', () => {
  const national = { kind: 'e164', number: '+4930123456', callingCode: '49', national: '30123456' }
  for (const text of ['030 123456', '+49 30 123456', '0049 (30) 123456', '+49 (0)30/123456'])
    assert.deepEqual(keyOf(text), national, text)
  assert.deepEqual(keyOf('101'), { kind: 'digits', digits: '101' })
  for (const text of ['', 'anna', '+', '=1+1', '1'.repeat(30)])
    assert.equal(readNumberKey(text, 'de').ok, false, text)
})

test('REC-N2 every form of a number is found, and no other number', () => {
  const same = ['+4930123456', '004930123456', '4930123456', '030123456', '0030123456', '0004930123456']
  for (const written of same) assert.ok(isNumber(written, BERLIN), written)
  const others = ['+4330123456', '+49301234567', '40123456', '30123456', '130123456', '+30123456', '0401234']
  for (const written of others) assert.equal(isNumber(written, BERLIN), false, written)
  assert.ok(isNumber('2125550123', keyOf('+1 212 555 0123')), 'at home in the United States, no prefix')
  assert.ok(isNumber('12125550123', keyOf('212 555 0123', 'us')))
})

test('REC-N3 a number is found inside texts and never inside ids, names and dates', () => {
  const inside = ['+4930123456', 'sip:+4930123456@carrier.example', 'from 030123456, to 101', '<030123456>']
  for (const text of inside) assert.ok(holdsNumber({ a: [text] }, BERLIN), text)
  for (const text of ['x030123456', '030123456a', '2026-030123456', '030123456.5', 'trunk_030123456'])
    assert.equal(holdsNumber({ a: [text] }, BERLIN), false, text)
  assert.equal(holdsNumber({ at: 30_123_456, is: true, no: null }, BERLIN), false, 'figures are no numbers')
})

test('REC-N4 erasing leaves no form of the number and changes nothing else', () => {
  const before = { a: '+4930123456', b: ['030123456 030654321', '101'], c: 4_930_123_456, d: 'anna' }
  const after = eraseNumber(before, BERLIN)
  assert.deepEqual(after, { ...before, a: 'erased', b: ['erased 030654321', '101'] })
  const other = { a: 'anna', b: ['101'] }
  assert.equal(eraseNumber(other, BERLIN), other, 'what does not change is the same object')
})

test('REC-N5 shortening takes the last three digits of long numbers, once', () => {
  const before = { a: '+4930123456', b: ['030123456', '101', '112', '116117'], own: '4940555100' }
  const once = shortenNumbers(before, new Set(['4940555100']))
  assert.deepEqual(once, { ...before, a: '+4930123xxx', b: ['030123xxx', '101', '112', '116117'] })
  assert.equal(shortenNumbers(once, new Set(['4940555100'])), once)
})
