import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayInvite, newInviteUsage, stepInvite } from '@rufwerk/sip'
import {
  ANSWERED,
  ack,
  fired,
  got,
  received,
  respond,
  run,
  sent,
  TALKING_UAC,
  TALKING_UAS,
} from './usage-steps.ts'

test('INV-1 our 2xx is repeated with growing intervals, over every transport', () => {
  assert.equal(run(ANSWERED).words, '200, +2xx:500, +ack:32000')
  assert.equal(run([...ANSWERED, fired('2xx')]).words, '200, +2xx:1000')
  const four = [fired('2xx'), fired('2xx'), fired('2xx'), fired('2xx')]
  assert.equal(run([...ANSWERED, ...four]).words, '200, +2xx:4000')
})

test('INV-2 the ACK ends it; one with another number does not', () => {
  assert.equal(run(TALKING_UAS).words, '-2xx, -ack')
  assert.equal(run([...ANSWERED, ack(2)]).words, '')
  assert.equal(run([...TALKING_UAS, fired('2xx')]).words, '')
})

test('INV-3 no ACK for 64*T1: BYE', () => {
  assert.equal(run([...ANSWERED, fired('ack')]).words, '-2xx, bye no-ack')
})

test('INV-4 each 2xx to our INVITE is acknowledged, repeated ones too', () => {
  assert.equal(run([sent(1), got(1, 180)]).words, '')
  assert.equal(run([sent(1), got(1, 200, true)]).words, 'acknowledge')
  assert.equal(run([...TALKING_UAC, got(1, 200, true)]).words, 'acknowledge')
  assert.equal(run([...TALKING_UAC, got(9, 200, true)]).words, '')
})

test('INV-5 who may offer: INVITE with offer', () => {
  assert.equal(run([sent(1)]).usage.offer, 'local')
  assert.equal(run([sent(1), got(1, 183, true)]).usage.offer, 'local')
  assert.equal(run([sent(1), got(1, 200, true)]).usage.offer, 'stable')
  assert.equal(run([received(1)]).usage.offer, 'remote')
  assert.equal(run([received(1), respond(183, true)]).usage.offer, 'remote')
  assert.equal(run(ANSWERED).usage.offer, 'stable')
})

test('INV-6 who may offer: INVITE without offer, the 2xx carries it, the ACK the answer', () => {
  assert.equal(run([sent(1, false)]).usage.offer, 'stable')
  const offered = run([sent(1, false), got(1, 200, true)])
  assert.equal(offered.usage.offer, 'remote')
  assert.equal(stepInvite(offered.usage, { type: 'ackSent', seq: 1 }, 0).usage.offer, 'stable')
  const mine = [received(1, false), respond(200, true)]
  assert.equal(run(mine).usage.offer, 'local')
  assert.equal(run([...mine, ack(1, true)]).usage.offer, 'stable')
  assert.equal(run([...mine, ack(1, false)]).words, '-2xx, -ack, bye no-answer')
})

test('INV-7 glare: 491 to an INVITE that meets ours', () => {
  assert.equal(run([...TALKING_UAC, sent(2), received(7)]).words, 'reject 491')
  assert.equal(run([received(1, false), respond(200, true), received(2)]).words, 'reject 491')
})

test('INV-8 an INVITE before the last one is answered: 500 with Retry-After 0 to 10 s', () => {
  assert.equal(run([received(1), received(2)]).words, 'reject 500 0')
  assert.equal(run([received(1), received(2)], true, 0.999).words, 'reject 500 10')
})

test('INV-9 our INVITE got 491: the owner waits 2.1 to 4 s, the other 0 to 2 s', () => {
  const met = [sent(2), got(2, 491)]
  assert.equal(run([...TALKING_UAC, ...met]).words, '+glare:2100')
  assert.equal(run([...TALKING_UAC, ...met], true, 0.9999).words, '+glare:4000')
  assert.equal(run([...TALKING_UAS, ...met], false).words, '+glare:0')
  assert.equal(run([...TALKING_UAS, ...met], false, 0.9999).words, '+glare:2000')
  assert.equal(run([...TALKING_UAC, ...met, fired('glare')]).words, 'retry')
  assert.equal(run([...TALKING_UAC, ...met, received(7), fired('glare')]).words, '+glare:2100')
  assert.equal(run([...TALKING_UAC, ...met, sent(3)]).words, '-glare')
})

test('INV-10 a refused re-INVITE leaves the session as it was; 481 and 408 end it', () => {
  const refused = run([...TALKING_UAC, sent(2), got(2, 488)])
  assert.deepEqual([refused.words, refused.usage.offer, mayInvite(refused.usage)], ['', 'stable', true])
  assert.equal(run([...TALKING_UAC, sent(2), got(2, 481)]).words, 'bye peer-lost')
  assert.equal(run([...TALKING_UAC, sent(2), got(2, 408)]).words, 'bye peer-lost')
})

test('INV-11 the first INVITE refused ends the usage', () => {
  assert(run([sent(1), got(1, 486)]).usage.isEnded)
  assert(run([received(1), respond(486)]).usage.isEnded)
  assert.equal(run([received(1), respond(486), received(2)]).words, 'reject 481')
})

test('INV-12 an INVITE may be sent only when nothing is open', () => {
  assert(mayInvite(newInviteUsage(true)))
  assert(mayInvite(run(TALKING_UAS).usage))
  for (const open of [[sent(1)], [received(1)], ANSWERED, [...TALKING_UAC, received(2)]])
    assert.equal(mayInvite(run(open).usage), false)
})

test('INV-13 the end disarms what runs, then nothing happens', () => {
  assert.equal(run([...ANSWERED, { type: 'ended' }]).words, '-2xx, -ack')
  assert.equal(run([...TALKING_UAC, sent(2), got(2, 491), { type: 'ended' }]).words, '-glare')
  assert.equal(run([...ANSWERED, { type: 'ended' }, fired('2xx')]).words, '')
})

test('INV-14 a re-INVITE inside a call is delivered, answered and acknowledged like the first', () => {
  const again = [...TALKING_UAS, received(2), respond(200, true)]
  assert.equal(run([...TALKING_UAS, received(2)]).words, 'deliver')
  assert.equal(run(again).words, '200, +2xx:500, +ack:32000')
  assert(mayInvite(run([...again, ack(2)]).usage))
  assert.equal(run([...TALKING_UAS, received(2), respond(488)]).usage.isEnded, false)
})
