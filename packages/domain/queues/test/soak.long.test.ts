import assert from 'node:assert/strict'
import test from 'node:test'
import { happenings, Stream } from './stream.ts'

const SEEDS = 300
const HAPPENINGS = 1_000

test(`QUE-PR1 ${SEEDS} seeds of ${HAPPENINGS} happenings: all invariants hold`, () => {
  const breaches: string[] = []
  const seen = new Set<string>()
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      const stream = new Stream(seed)
      for (const happening of happenings(seed, HAPPENINGS)) stream.happen(happening)
      stream.finish()
      for (const what of stream.seen) seen.add(what)
    } catch (error) {
      breaches.push(`seed ${seed}: ${String(error)}`)
    }
  }
  assert.deepEqual(breaches, [])
  const outcomes = ['completed', 'abandoned', 'lost', 'full', 'timeout', 'unstaffed', 'removed', 'key']
  const events = ['entered', 'ringing', 'missed', 'answered', 'late', 'requeued', 'agent', 'supervision']
  assert.deepEqual([...seen].sort(), [...outcomes, ...events].sort())
})
