// RFC 3966, RFC 3261 §19.1.6.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUri, writeUri } from '@rufwerk/sip'
import { isPhoneNumber, type NumberForm, phoneNumberUri, readPhoneNumber } from '@rufwerk/sip/trunk'
import fc from 'fast-check'

const read = (text: string) => {
  const uri = parseUri(text)
  assert(uri.ok, text)
  return readPhoneNumber(uri.value)
}

test('TEL-1 a number is + and digits, or digits, * and #, of at most 32 characters', () => {
  for (const text of ['+49301234', '110', '*21*5#', '0', '1'.repeat(32)]) assert(isPhoneNumber(text), text)
  for (const text of ['', '+', '+1', 'alice', '+49 30', '49+30', '+4930*1', '1'.repeat(33), '1\r\n'])
    assert(!isPhoneNumber(text), text)
})

test('TEL-2 tel, sip with user=phone and a plain user part are read; separators mean nothing', () => {
  for (const text of [
    'tel:+49-30-(12.34)',
    'tel:+49301234;isub=12',
    'sip:+49301234@c;user=phone',
    'sips:+49301234@c',
    'sip:+49301234;npdi@c;user=phone',
  ])
    assert.deepEqual(read(text), { number: '+49301234' }, text)
  assert.deepEqual(read('sip:*21%23@c'), { number: '*21#' })
})

test('TEL-3 a local number has its context; with a global prefix it becomes global', () => {
  assert.deepEqual(read('tel:1234;phone-context=+49-30'), { number: '+49301234' })
  assert.deepEqual(read('tel:1234;ext=5;Phone-Context=PBX.example'), {
    number: '1234',
    context: 'pbx.example',
  })
  assert.deepEqual(read('sip:1234;phone-context=+4930@c;user=phone'), { number: '+49301234' })
  assert.deepEqual(read('tel:1234;phone-context='), { number: '1234' })
  assert.deepEqual(read('sip:1234@c'), { number: '1234' })
})

test('TEL-4 what names no number is none', () => {
  for (const text of ['sip:alice@c', 'sip:c', 'mailto:1@c', 'tel:abc', 'sip:+49x@c', `tel:${'1'.repeat(40)}`])
    assert.equal(read(text), undefined, text)
})

test('TEL-5 what is written is read as the same number', () => {
  assert.equal(writeUri(phoneNumberUri('+4930', 'tel', 'c')), 'tel:+4930')
  assert.equal(writeUri(phoneNumberUri('110', 'tel', 'c')), 'tel:110;phone-context=c')
  assert.equal(writeUri(phoneNumberUri('+4930', 'phone', 'c')), 'sip:+4930@c;user=phone')
  assert.equal(writeUri(phoneNumberUri('*9#', 'user', 'c')), 'sip:*9%23@c')
  const local = fc.string({ unit: fc.constantFrom(...'0123456789*#'), minLength: 1, maxLength: 32 })
  const global = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 2, maxLength: 31 })
  const number = fc.oneof(
    local,
    global.map((digits) => `+${digits}`),
  )
  const form = fc.constantFrom<NumberForm>('tel', 'phone', 'user')
  const check = (text: string, as: NumberForm): void => {
    assert.equal(read(writeUri(phoneNumberUri(text, as, 'carrier.example')))?.number, text)
  }
  fc.assert(fc.property(number, form, check), { numRuns: 200 })
})
