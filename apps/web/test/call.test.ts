import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, type CallFact, type HeldBy, isFailure, stepCall } from '../src/state/call.ts'

const FACTS = { id: 'a', direction: 'outgoing', party: { number: '101' } } as const
const talking = (heldBy: HeldBy): Call => ({ ...FACTS, state: 'talking', since: 1, isMuted: false, heldBy })

test('hold has two sides that come and go on their own', () => {
  const rows: [HeldBy, CallFact, HeldBy][] = [
    ['nobody', { type: 'held', by: 'us' }, 'us'],
    ['nobody', { type: 'held', by: 'peer' }, 'peer'],
    ['us', { type: 'held', by: 'us' }, 'us'],
    ['us', { type: 'held', by: 'peer' }, 'both'],
    ['both', { type: 'held', by: 'us' }, 'both'],
    ['both', { type: 'resumed', by: 'us' }, 'peer'],
    ['both', { type: 'resumed', by: 'peer' }, 'us'],
    ['us', { type: 'resumed', by: 'peer' }, 'us'],
    ['peer', { type: 'resumed', by: 'peer' }, 'nobody'],
  ]
  for (const [before, fact, after] of rows) {
    const call = stepCall(talking(before), fact)
    assert.equal(call.state === 'talking' && call.heldBy, after, `${before} ${JSON.stringify(fact)}`)
  }
})

test('nothing moves a call that has ended', () => {
  const ended: Call = { ...FACTS, state: 'ended', end: { by: 'peer', reason: 'busy' } }
  for (const type of ['sent', 'answered'] as const) {
    assert.equal(stepCall(ended, type === 'sent' ? { type } : { type, at: 1 }), ended)
  }
})

test('late ringing does not undo an answer', () => {
  const call = talking('nobody')
  assert.equal(stepCall(call, { type: 'ringing', isAudible: true }), call)
})

test('only surprising ends are failures', () => {
  const end = (reason: 'hung-up' | 'busy' | 'cancelled' | 'missed'): Call => ({
    ...FACTS,
    state: 'ended',
    end: { by: 'peer', reason },
  })
  assert.deepEqual(
    (['hung-up', 'cancelled', 'busy', 'missed'] as const).map((reason) => isFailure(end(reason))),
    [false, false, true, true],
  )
})
