import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breachOf } from './seeds.ts'

/** The first twenty are in simulation.test.ts. */
const FIRST = 21
const PER_TEST = 50
const TESTS = 12

for (let part = 0; part < TESTS; part += 1) {
  const first = FIRST + part * PER_TEST
  test(`seeds ${first} to ${first + PER_TEST - 1}: all invariants hold`, async () => {
    const breaches: string[] = []
    for (let seed = first; seed < first + PER_TEST; seed += 1) {
      const breach = await breachOf({ seed })
      if (breach !== undefined) breaches.push(breach)
    }
    assert.deepEqual(breaches, [])
  })
}

test('a run of 400 steps: all invariants hold', async () => {
  for (const seed of [1, 2, 3]) assert.equal(await breachOf({ seed, steps: 400 }), undefined)
})
