// RFC 3262 §4: the side that receives provisional responses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newResponse, type SipRequest } from '@rufwerk/sip'
import {
  newReliableSender,
  type ReliableInput,
  receiveProvisional,
  reliability,
  stepReliable,
} from '@rufwerk/sip/session'
import fc from 'fast-check'
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

/** What one side wants to send, over a network that loses as told: one flag per message, true for lost. */
function overNetwork(count: number, losses: readonly boolean[]): readonly string[] {
  const shown: string[] = []
  const loss = losses.values()
  const isLost = (): boolean => loss.next().value === true
  let sender = newReliableSender(0)
  let last: number | undefined
  const step = (input: ReliableInput): void => {
    const { sender: next, out } = stepReliable(sender, input)
    sender = next
    for (const output of out) {
      if (output.type !== 'respond' && output.type !== 'repeat') continue
      if (isLost()) continue
      const receipt = receiveProvisional(output.response, last)
      if (receipt.type !== 'acknowledge') continue
      shown.push(output.response.reason)
      last = receipt.rseq
      pracks.push(requestWith('PRACK', `RAck: ${receipt.rack}`))
    }
  }
  const pracks: SipRequest[] = []
  for (let at = 0; at < count; at++) {
    const response = newResponse(requestWith('INVITE'), 183, { toTag: 'b', reason: String(at) })
    step({ type: 'provisional', response, hasSdp: false })
  }
  // The PRACK is repeated by its transaction until it gets through.
  for (let round = 0; round < 200; round++) {
    const prack = pracks[0]
    if (prack !== undefined && !isLost()) step({ type: 'prackReceived', prack: pracks.shift() ?? prack })
    else step({ type: 'timer', timer: '1xx' })
  }
  return shown
}

test('RELC-6 over a network that loses: each is shown once, in order', () => {
  const check = (count: number, losses: readonly boolean[]): void => {
    const expected = Array.from({ length: count }, (_, at) => String(at))
    assert.deepEqual(overNetwork(count, losses), expected)
  }
  const losses = fc.array(fc.boolean(), { maxLength: 60 })
  fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), losses, check), { numRuns: 50 })
})
