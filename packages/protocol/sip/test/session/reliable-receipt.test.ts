// RFC 3262 §4: the side that receives provisional responses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { receiveProvisional, reliability } from '@rufwerk/sip/session'
import { requestWith, responseWith } from '../messages.ts'

function provisional(rseq: string | undefined, { status = 183, require = '100rel', toTag = 'b' } = {}) {
  const lines = [require === '' ? '' : `Require: ${require}`, rseq === undefined ? '' : `RSeq: ${rseq}`]
  const named = lines.filter((line) => line !== '')
  return responseWith(status, named, toTag)
}

const verdict = (...args: Parameters<typeof receiveProvisional>): string => receiveProvisional(...args).type

test('RELC-1 a 1xx with Require: 100rel and RSeq is acknowledged; the RAck says which', () => {
  const receipt = receiveProvisional(provisional('776656'), undefined)
  assert.deepEqual(receipt, { type: 'acknowledge', rack: '776656 1 INVITE', rseq: 776656 })
  assert.equal(verdict(provisional('4294967295'), undefined), 'acknowledge')
  assert.equal(verdict(provisional('1', { require: 'foo, 100REL' }), undefined), 'acknowledge')
})

test('RELC-2 without them, without a tag, and 100, it is a plain one', () => {
  for (const bad of [undefined, '0', 'x', '4294967296'])
    assert.equal(verdict(provisional(bad), undefined), 'plain')
  assert.equal(verdict(provisional('1', { require: '' }), undefined), 'plain')
  assert.equal(verdict(provisional('1', { toTag: '' }), undefined), 'plain')
  assert.equal(verdict(provisional('1', { status: 100 }), undefined), 'plain')
  assert.equal(verdict(provisional('1', { status: 200 }), undefined), 'plain')
})

test('RELC-3 one that comes again is dropped', () => {
  assert.equal(verdict(provisional('7'), 7), 'repeated')
  assert.equal(verdict(provisional('6'), 7), 'repeated')
})

test('RELC-4 the next number is acknowledged, one further is dropped until the one between came', () => {
  assert.equal(verdict(provisional('8'), 7), 'acknowledge')
  assert.equal(verdict(provisional('9'), 7), 'early')
})

test('RELC-5 Require: 100rel in INVITE wants every 1xx reliable, Supported allows it, else none is', () => {
  const invite = (line: string) => requestWith('INVITE', line)
  assert.equal(reliability(invite('Require: timer, 100rel')), 'required')
  assert.equal(reliability(invite('k: 100rel,replaces')), 'possible')
  assert.equal(reliability(invite('Supported: timer')), 'never')
  assert.equal(reliability(invite('Supported:')), 'never')
})
