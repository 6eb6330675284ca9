// The six ways of RFC 6337 table 1 to exchange offer and answer, and UPDATE (RFC 3311).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InviteUsage, mayInvite, newInviteUsage, stepInvite } from '@rufwerk/sip'
import { mayUpdate } from '@rufwerk/sip/session'
import fc from 'fast-check'
import type { InviteInput } from '../src/dialog/usage.ts'
import { ack, fired, got, received, respond, run, sent, TALKING_UAC, TALKING_UAS } from './usage-steps.ts'

const prackSent = (hasSdp = false): InviteInput => ({ type: 'prackSent', hasSdp })
const prackReceived = (hasSdp = false): InviteInput => ({ type: 'prackReceived', hasSdp })
const PRACK_ANSWERED: InviteInput = { type: 'prackAnswered' }
const updateSent = (hasOffer = true): InviteInput => ({ type: 'updateSent', hasOffer })
const updateReceived = (hasOffer = true): InviteInput => ({ type: 'updateReceived', hasOffer })
const updateAnswered = (status: number): InviteInput => ({ type: 'updateAnswered', status })
const RESPONDED: InviteInput = { type: 'updateResponded' }

const offer = (inputs: readonly InviteInput[]): InviteUsage['offer'] => run(inputs).usage.offer
const mayOffer = (inputs: readonly InviteInput[]): boolean => mayUpdate(run(inputs).usage, true)

/** The INVITE's offer was answered by a reliable 183, and that was acknowledged. */
const EARLY_UAC = [sent(1), got(1, 183, true, true), prackSent()]
const EARLY_UAS = [received(1), respond(183, true, true), prackReceived()]

test('OFF-1 the offer of the INVITE is answered by a reliable 1xx; the 2xx repeats or leaves it out', () => {
  assert.equal(offer([sent(1), got(1, 183, true, true)]), 'stable')
  assert.equal(offer([...EARLY_UAC, got(1, 200, true)]), 'stable')
  assert.equal(offer([...EARLY_UAC, got(1, 200)]), 'stable')
  assert.equal(offer([received(1), respond(183, true, true)]), 'stable')
  assert.equal(offer([...EARLY_UAS, respond(200, true)]), 'stable')
  assert.equal(run([...EARLY_UAS, respond(200, true), ack(1)]).words, '-2xx, -ack')
})

test('OFF-2 without offer in the INVITE a reliable 1xx offers and the PRACK answers', () => {
  const theirs = [sent(1, false), got(1, 183, true, true)]
  assert.equal(offer(theirs), 'remote')
  assert.equal(offer([...theirs, prackSent(true)]), 'stable')
  assert.equal(offer([...theirs, prackSent(true), got(1, 200, true)]), 'stable')
  const ours = [received(1, false), respond(183, true, true)]
  assert.equal(offer(ours), 'local')
  assert.equal(offer([...ours, prackReceived(true)]), 'stable')
  assert.equal(offer([...ours, prackReceived(false)]), 'local')
  const answered = [...ours, prackReceived(true), respond(200, true)]
  assert.equal(run([...answered, ack(1)]).words, '-2xx, -ack')
})

test('OFF-3 SDP in an unreliable 1xx is a preview, whoever sends it', () => {
  assert.equal(offer([sent(1, false), got(1, 183, true)]), 'stable')
  assert.equal(offer([received(1, false), respond(183, true)]), 'stable')
  assert.equal(offer([sent(1), got(1, 183, true)]), 'local')
})

test('OFF-4 a PRACK may offer anew; its 2xx answers', () => {
  assert.equal(offer([sent(1), got(1, 183, true, true), prackSent(true)]), 'local')
  assert.equal(offer([sent(1), got(1, 183, true, true), prackSent(true), PRACK_ANSWERED]), 'stable')
  assert.equal(offer([received(1), respond(183, true, true), prackReceived(true)]), 'remote')
  assert.equal(offer([received(1), respond(183, true, true), prackReceived(true), PRACK_ANSWERED]), 'stable')
  assert.equal(offer([...TALKING_UAC, updateSent(), PRACK_ANSWERED]), 'local')
})

test('UPD-1 an UPDATE offers only when no offer is open', () => {
  assert(mayOffer(TALKING_UAS))
  assert(mayOffer(TALKING_UAC))
  for (const open of [[sent(1)], [received(1)], [...TALKING_UAC, updateSent()], [...TALKING_UAS, sent(2)]])
    assert.equal(mayOffer(open), false)
  assert.equal(mayOffer([...TALKING_UAC, { type: 'ended' }]), false)
})

test('UPD-2 before the INVITE is answered only after a reliable exchange, acknowledged by PRACK', () => {
  assert(mayOffer(EARLY_UAC))
  assert(mayOffer(EARLY_UAS))
  assert.equal(mayOffer([received(1), respond(183, true, true)]), false)
  assert.equal(mayOffer([sent(1, false)]), false)
  assert.equal(mayOffer([received(1, false)]), false)
})

test('UPD-3 without offer it may go while an offer is open, but one at a time', () => {
  assert(mayUpdate(run([...TALKING_UAC, sent(2)]).usage, false))
  assert.equal(mayUpdate(run([...TALKING_UAC, updateSent(false)]).usage, false), false)
})

test('UPD-4 an offer that meets an offer of ours: 491', () => {
  assert.equal(run([...TALKING_UAC, updateSent(), updateReceived()]).words, 'reject 491')
  assert.equal(run([...TALKING_UAC, sent(2), updateReceived()]).words, 'reject 491')
  assert.equal(run([...TALKING_UAC, sent(2, false), updateReceived()]).words, 'reject 491')
  assert.equal(run([...TALKING_UAC, updateSent(), received(7)]).words, 'reject 491')
})

test('UPD-5 an offer before theirs is answered, a second UPDATE: 500 with Retry-After 0 to 10 s', () => {
  assert.equal(run([received(1), updateReceived()]).words, 'reject 500 0')
  assert.equal(run([...TALKING_UAS, received(2), updateReceived()], true, 0.999).words, 'reject 500 10')
  assert.equal(run([...TALKING_UAS, updateReceived(false), updateReceived(false)]).words, 'reject 500 0')
  assert.equal(run([...TALKING_UAS, updateReceived(), received(2)]).words, 'reject 500 0')
  assert.equal(run([received(1, false), updateReceived()]).words, 'reject 500 0')
})

test('UPD-6 an UPDATE without offer is delivered at any time in a dialog that lives', () => {
  assert.equal(run([received(1), updateReceived(false)]).words, 'deliver')
  assert.equal(run([...TALKING_UAC, sent(2), updateReceived(false)]).words, 'deliver')
  assert.equal(run([...TALKING_UAC, { type: 'ended' }, updateReceived()]).words, 'reject 481')
})

test('UPD-7 its response closes the offer, and leaves the INVITE around it alone', () => {
  assert.equal(offer([...TALKING_UAS, updateReceived()]), 'remote')
  assert.equal(offer([...TALKING_UAS, updateReceived(), RESPONDED]), 'stable')
  assert.equal(offer([...EARLY_UAC, updateSent(), got(1, 200, true)]), 'local')
  assert.equal(offer([...EARLY_UAC, updateSent(), got(1, 200, true), updateAnswered(200)]), 'stable')
  assert.equal(offer([...TALKING_UAC, updateSent(), updateAnswered(488)]), 'stable')
  assert(mayInvite(run([...TALKING_UAC, updateSent(), updateAnswered(200)]).usage))
})

test('UPD-8 ours got 491: it waits as a re-INVITE does, and is sent again when nothing is open', () => {
  const met = [...TALKING_UAC, updateSent(), updateAnswered(491)]
  assert.equal(run(met).words, '+glare:2100')
  assert.equal(run([...TALKING_UAS, updateSent(), updateAnswered(491)], false, 0.9999).words, '+glare:2000')
  assert.equal(run([...met, fired('glare')]).words, 'retry UPDATE')
  assert.equal(run([...met, updateReceived(), fired('glare')]).words, '+glare:2100')
  assert.equal(run([...met, updateSent()]).words, '-glare')
})

test('UPD-9 481 and 408 to our UPDATE end the dialog, other refusals do not', () => {
  assert.equal(run([...TALKING_UAC, updateSent(), updateAnswered(481)]).words, 'bye peer-lost')
  assert.equal(run([...TALKING_UAC, updateSent(), updateAnswered(408)]).words, 'bye peer-lost')
  assert.equal(run([...TALKING_UAC, updateSent(), updateAnswered(488)]).words, '')
  assert.equal(run([...TALKING_UAC, updateAnswered(481)]).words, '')
})

const ANY: fc.Arbitrary<InviteInput> = fc.oneof(
  fc.tuple(fc.nat(3), fc.boolean()).map(([seq, has]) => sent(seq, has)),
  fc.tuple(fc.nat(3), fc.boolean()).map(([seq, has]) => received(seq, has)),
  fc
    .tuple(fc.nat(3), fc.constantFrom(180, 183, 200, 408, 488, 491), fc.boolean(), fc.boolean())
    .map(([seq, status, has, reliable]) => got(seq, status, has, reliable)),
  fc
    .tuple(fc.constantFrom(180, 183, 200, 488), fc.boolean(), fc.boolean())
    .map(([status, has, reliable]) => respond(status, has, reliable)),
  fc.tuple(fc.nat(3), fc.boolean()).map(([seq, has]) => ack(seq, has)),
  fc.constantFrom('2xx' as const, 'ack' as const, 'glare' as const).map(fired),
  fc.boolean().chain((has) => fc.constantFrom(prackSent(has), prackReceived(has), updateSent(has))),
  fc.boolean().map(updateReceived),
  fc.constantFrom(200, 488, 491).map(updateAnswered),
  fc.constantFrom(PRACK_ANSWERED, RESPONDED),
)

test('OFF-5 in whatever order things happen: offers come alone, and the end ends all', () => {
  const check = (inputs: readonly InviteInput[]): void => {
    let usage = newInviteUsage(true)
    const armed = new Set<string>()
    for (const input of [...inputs, { type: 'ended' } as const]) {
      const before = usage
      const step = stepInvite(usage, input, 0.5)
      usage = step.usage
      if (input.type === 'timer') armed.delete(input.timer)
      for (const output of step.out) {
        if (output.type === 'arm') armed.add(output.timer)
        else if (output.type === 'disarm') armed.delete(output.timer)
        else if (output.type === 'deliver' && 'hasOffer' in input && input.hasOffer)
          assert.equal(before.offer, 'stable')
        else if (output.type === 'retry') assert.equal(before.offer, 'stable')
      }
    }
    assert.deepEqual([usage.offer, usage.isEnded, armed.size], ['stable', true, 0])
  }
  fc.assert(fc.property(fc.array(ANY, { maxLength: 20 }), check), { numRuns: 200 })
})
