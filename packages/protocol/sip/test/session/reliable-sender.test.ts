// RFC 3262 §3: the side that sends provisional responses reliably.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newResponse, type SipRequest } from '@rufwerk/sip'
import {
  newReliableSender,
  type ReliableInput,
  type ReliableOutput,
  type ReliableSender,
  stepReliable,
} from '@rufwerk/sip/session'
import fc from 'fast-check'
import { requestWith } from '../messages.ts'

const INVITE = requestWith('INVITE')

function prack(rack: string | undefined): SipRequest {
  const headers = INVITE.headers.clone().set('CSeq', '2 PRACK')
  return { ...INVITE, method: 'PRACK', headers: rack === undefined ? headers : headers.set('RAck', rack) }
}

const provisional = (status: number, hasSdp = false): ReliableInput => {
  return { type: 'provisional', response: newResponse(INVITE, status, { toTag: 'b' }), hasSdp }
}
const final = (status: number): ReliableInput => {
  return { type: 'final', response: newResponse(INVITE, status, { toTag: 'b' }) }
}
const pracked = (rack: string | undefined): ReliableInput => ({ type: 'prackReceived', prack: prack(rack) })
const fired = (timer: '1xx' | 'prack'): ReliableInput => ({ type: 'timer', timer })

function word(output: ReliableOutput): string {
  switch (output.type) {
    case 'respond': {
      const rseq = output.response.headers.get('rseq')
      return `${output.response.status}${rseq === undefined ? '' : `/${rseq}`}`
    }
    case 'repeat':
      return `again ${output.response.status}`
    case 'answerPrack':
      return `PRACK ${output.status}`
    case 'arm':
      return `+${output.timer}:${output.after}`
    case 'disarm':
      return `-${output.timer}`
    case 'giveUp':
      return 'give up'
  }
}

function run(inputs: readonly ReliableInput[], random = 0): { words: string; sender: ReliableSender } {
  let sender = newReliableSender(random)
  let words = ''
  for (const input of inputs) {
    const step = stepReliable(sender, input)
    sender = step.sender
    words = step.out.map(word).join(', ')
  }
  return { words, sender }
}

const words = (...inputs: ReliableInput[]): string => run(inputs).words
const STOPPED = '-1xx, -prack'

test('REL-1 a reliable 1xx has Require: 100rel and an RSeq that starts anywhere from 1 to 2^31-1', () => {
  assert.equal(words(provisional(180)), '180/1, +1xx:500, +prack:32000')
  const last = stepReliable(newReliableSender(1 - Number.EPSILON / 2), provisional(180)).out[0]
  assert(last?.type === 'respond')
  assert.equal(last.response.headers.get('rseq'), String(2 ** 31 - 1))
  assert.equal(last.response.headers.get('require'), '100rel')
})

test('REL-2 it is repeated from T1 on, doubling without end, over every transport', () => {
  const again = fired('1xx')
  assert.equal(words(provisional(180), again), 'again 180, +1xx:1000')
  assert.equal(words(provisional(180), again, again, again, again, again), 'again 180, +1xx:16000')
})

test('REL-3 one at a time: the next goes when the PRACK came, with the next RSeq', () => {
  assert.equal(words(provisional(183, true), provisional(180)), '')
  const sent = [provisional(183, true), provisional(180)]
  assert.equal(words(...sent, pracked('1 1 INVITE')), `${STOPPED}, PRACK 200, 180/2, +1xx:500, +prack:32000`)
})

test('REL-4 a PRACK counts by RSeq, CSeq number and method', () => {
  assert.equal(words(provisional(180), pracked('1 1 INVITE')), `${STOPPED}, PRACK 200`)
  for (const stray of ['2 1 INVITE', '1 2 INVITE', '1 1 UPDATE'])
    assert.equal(words(provisional(180), pracked(stray)), 'PRACK 481')
})

test('REL-5 a stray PRACK is 481, one without a RAck that can be read 400', () => {
  assert.equal(words(pracked('1 1 INVITE')), 'PRACK 481')
  assert.equal(words(provisional(180), pracked('1 1 INVITE'), pracked('1 1 INVITE')), 'PRACK 481')
  for (const bad of [undefined, '1', '1 1', 'x 1 INVITE', '99999999999 1 INVITE'])
    assert.equal(words(provisional(180), pracked(bad)), 'PRACK 400')
})

test('REL-6 no PRACK for 64*T1: the INVITE is to be refused, and nothing is repeated any more', () => {
  assert.equal(words(provisional(180), fired('prack')), '-1xx, give up')
  assert.equal(words(provisional(180), fired('prack'), fired('1xx')), '')
  assert.equal(words(provisional(180), fired('prack'), provisional(183)), '')
})

test('REL-7 a 2xx waits for the PRACK of a 1xx with SDP; what waited before it is dropped', () => {
  const held = [provisional(183, true), provisional(180), final(200)]
  assert.equal(words(...held), '')
  assert.equal(words(...held, pracked('1 1 INVITE')), `${STOPPED}, PRACK 200, 200`)
  assert.equal(words(...held, fired('1xx')), 'again 183, +1xx:1000')
  assert.equal(words(...held, fired('prack')), '-1xx, give up')
})

test('REL-8 other final responses go at once and end it; a late PRACK still gets 200', () => {
  assert.equal(words(provisional(180), final(200)), `${STOPPED}, 200`)
  assert.equal(words(provisional(183, true), final(486)), `${STOPPED}, 486`)
  assert.equal(words(provisional(183, true), final(200), final(487)), `${STOPPED}, 487`)
  assert.equal(words(provisional(180), final(200), pracked('1 1 INVITE')), 'PRACK 200')
  assert.equal(words(provisional(180), final(200), fired('1xx')), '')
  assert.equal(words(final(200)), '200')
})

test('REL-9 after the final response nothing new is sent', () => {
  assert.equal(words(final(200), provisional(180)), '')
  assert.equal(words(final(200), final(486)), '')
  assert.equal(words(provisional(183, true), final(200), provisional(180)), '')
  assert.equal(words({ type: 'ended' }, provisional(180)), '')
  assert.equal(words(provisional(180), { type: 'ended' }), STOPPED)
})

test('REL-10 no more than eight wait', () => {
  const many = Array.from({ length: 20 }, () => provisional(180))
  assert.equal(run(many).sender.waiting.length, 8)
})

test('REL-11 in whatever order things happen: one final response, RSeq by ones, no timer left', () => {
  const any = fc.oneof(
    fc.tuple(fc.constantFrom(180, 183), fc.boolean()).map(([status, has]) => provisional(status, has)),
    fc.constantFrom(200, 486).map(final),
    fc.nat(6).map((rseq) => pracked(`${rseq} 1 INVITE`)),
    fc.constantFrom('1xx' as const, 'prack' as const).map(fired),
  )
  const check = (inputs: readonly ReliableInput[]): void => {
    let sender = newReliableSender(0)
    let lastRseq = 0
    let finals = 0
    const armed = new Set<string>()
    for (const input of [...inputs, { type: 'ended' } as const]) {
      const step = stepReliable(sender, input)
      sender = step.sender
      if (input.type === 'timer') armed.delete(input.timer)
      for (const output of step.out) {
        if (output.type === 'arm') armed.add(output.timer)
        else if (output.type === 'disarm') armed.delete(output.timer)
        else if (output.type === 'giveUp') finals++
        else if (output.type === 'respond' && output.response.status >= 200) finals++
        else if (output.type === 'respond')
          assert.equal(Number(output.response.headers.get('rseq')), ++lastRseq)
      }
      assert(finals <= 1)
    }
    assert.equal(armed.size, 0)
  }
  // A timer only runs off while it is armed.
  fc.assert(fc.property(fc.array(any, { maxLength: 20 }), check), { numRuns: 200 })
})
