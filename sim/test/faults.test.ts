import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULTS, type FaultName } from '../faults/index.ts'
import { simulate } from '../simulate.ts'
import { outcomeOf, SEEDS } from './seeds.ts'

/** A fault that needs more seeds than this to be found would not be found. */
const SEEDS_MAX = 12

for (const [name, { says, foundBy, firstSeed }] of Object.entries(FAULTS)) {
  test(`found: ${says}`, async () => {
    for (let seed = firstSeed; seed < firstSeed + SEEDS_MAX; seed += 1) {
      const { breach } = await simulate({ seed, fault: name as FaultName })
      if (breach === undefined) continue
      assert.ok(foundBy.includes(breach.invariant), `${breach.invariant}: ${breach.detail}`)
      // The twin: the same seed without the fault. Most are played in simulation.test.ts.
      if (!SEEDS.includes(seed)) assert.equal((await outcomeOf(seed)).breach, undefined)
      return
    }
    assert.fail(`not found within ${SEEDS_MAX} seeds`)
  })
}
