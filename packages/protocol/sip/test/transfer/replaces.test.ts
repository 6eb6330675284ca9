// RFC 3891.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Dialog, dialogFromRequest, dialogFromResponse, dialogKey } from '@rufwerk/sip'
import {
  judgeReplaces,
  parseReplaces,
  readReplaces,
  replacesKeys,
  replacesOf,
  writeReplaces,
} from '@rufwerk/sip/transfer'
import fc from 'fast-check'
import { requestWith, responseWith } from '../messages.ts'

const GOOD = '425928@phone.example.org;to-tag=7743;from-tag=6472'

test('RPL-1 Call-ID, both tags and early-only are read', () => {
  const plain = { callId: '425928@phone.example.org', toTag: '7743', fromTag: '6472', isEarlyOnly: false }
  assert.deepEqual(parseReplaces(GOOD), plain)
  const spaced = '98732@sip.example.com ; from-tag=r33th4x0r;to-tag=ff87ff ;early-only;x=y'
  const early = { callId: '98732@sip.example.com', toTag: 'ff87ff', fromTag: 'r33th4x0r', isEarlyOnly: true }
  assert.deepEqual(parseReplaces(spaced), early)
})

test('RPL-2 malformed is none', () => {
  for (const text of [
    '',
    'a@b',
    ';to-tag=1;from-tag=2',
    'a;to-tag=1',
    'a;from-tag=1',
    'a;to-tag=;from-tag=2',
    'a;to-tag=1;from-tag=2;to-tag=3',
    'a;to-tag="1";from-tag=2',
    'a b;to-tag=1;from-tag=2',
    'a,b;to-tag=1;from-tag=2',
    `${'a'.repeat(513)};to-tag=1;from-tag=2`,
    `a;to-tag=${'1'.repeat(513)};from-tag=2`,
  ])
    assert.equal(parseReplaces(text), undefined, text)
})

test('RPL-3 400 when there are several, when it is malformed, with Join, and outside INVITE', () => {
  const read = (method: string, ...lines: string[]): string => {
    const result = readReplaces(requestWith(method, ...lines))
    if (!result.ok) return String(result.error)
    return result.value === undefined ? 'none' : writeReplaces(result.value)
  }
  assert.equal(read('INVITE'), 'none')
  assert.equal(read('INVITE', `Replaces: ${GOOD}`), GOOD)
  assert.equal(read('INVITE', `Replaces: ${GOOD}`, `Replaces: ${GOOD}`), '400')
  assert.equal(read('INVITE', `Replaces: ${GOOD}, ${GOOD}`), '400')
  assert.equal(read('INVITE', 'Replaces: x'), '400')
  assert.equal(read('OPTIONS', `Replaces: ${GOOD}`), '400')
  assert.equal(read('INVITE', `Replaces: ${GOOD}`, `Join: ${GOOD}`), '400')
})

test('RPL-4 Join is refused: 403', () => {
  assert.deepEqual(readReplaces(requestWith('INVITE', `Join: ${GOOD}`)), { ok: false, error: 403 })
})

const replaces = parseReplaces(GOOD)
assert(replaces)

test('RPL-5 the keys find our dialog, whoever began it; a tag of 0 stands for none', () => {
  const invite = requestWith('INVITE', 'Contact: <sip:101@192.0.2.7>')
  const uas = dialogFromRequest(invite, 'b', 'confirmed')
  const uac = dialogFromResponse(invite, responseWith(200, []))
  assert(uas.ok && uac.ok)
  const keysOf = (dialog: Dialog): readonly string[] => replacesKeys(peerView(dialog))
  // What its peer writes, the receiver being us.
  const peerView = ({ callId, localTag, remoteTag }: Dialog) => {
    return { callId, toTag: localTag, fromTag: remoteTag || '0', isEarlyOnly: false }
  }
  assert.deepEqual(keysOf(uas.value), [dialogKey(uas.value)])
  assert.deepEqual(keysOf(uac.value), [dialogKey(uac.value)])
  assert(keysOf({ ...uas.value, remoteTag: '' }).includes(dialogKey({ ...uas.value, remoteTag: '' })))
  assert.equal(replacesKeys({ ...replaces, toTag: '0', fromTag: '0' }).length, 4)
})

test('RPL-6 what we put into a Refer-To names the tags as the peer sees them', () => {
  const dialog = { callId: 'c', localTag: 'ours', remoteTag: 'theirs' }
  assert.deepEqual(replacesOf(dialog), { callId: 'c', toTag: 'theirs', fromTag: 'ours', isEarlyOnly: false })
  assert.equal(replacesOf({ ...dialog, remoteTag: '' }).toTag, '0')
})

test('RPL-7 a confirmed dialog ends by BYE, an early one of ours by CANCEL', () => {
  assert.deepEqual(judgeReplaces(replaces, { role: 'uas', state: 'confirmed' }), { ok: true, value: 'bye' })
  assert.deepEqual(judgeReplaces(replaces, { role: 'uac', state: 'confirmed' }), { ok: true, value: 'bye' })
  assert.deepEqual(judgeReplaces(replaces, { role: 'uac', state: 'early' }), { ok: true, value: 'cancel' })
})

test('RPL-8 481: none, or an early one of the peer; 603: it ended; 486: only early was wanted', () => {
  const early = { ...replaces, isEarlyOnly: true }
  assert.deepEqual(judgeReplaces(replaces, undefined), { ok: false, error: 481 })
  assert.deepEqual(judgeReplaces(replaces, { role: 'uas', state: 'early' }), { ok: false, error: 481 })
  assert.deepEqual(judgeReplaces(early, { role: 'uas', state: 'ended' }), { ok: false, error: 603 })
  assert.deepEqual(judgeReplaces(early, { role: 'uas', state: 'confirmed' }), { ok: false, error: 486 })
  assert.deepEqual(judgeReplaces(early, { role: 'uac', state: 'early' }), { ok: true, value: 'cancel' })
})

test('RPL-9 what is written is read as the same', () => {
  const token = fc.string({ unit: fc.constantFrom(..."aZ09-.!%*_+`'~"), minLength: 1, maxLength: 40 })
  const check = (callId: string, toTag: string, fromTag: string, isEarlyOnly: boolean): void => {
    const value = { callId, toTag, fromTag, isEarlyOnly }
    assert.deepEqual(parseReplaces(writeReplaces(value)), value)
  }
  fc.assert(fc.property(token, token, token, fc.boolean(), check), { numRuns: 200 })
})
