import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestResponse } from '@rufwerk/sip/session'
import fc from 'fast-check'

const best = (...statuses: number[]): number | undefined => {
  return bestResponse(statuses.map((status) => ({ status })))?.status
}

test('FORK-1 a 2xx wins, then a 6xx, then the lowest class', () => {
  assert.equal(best(), undefined)
  assert.equal(best(486, 603, 200), 200)
  assert.equal(best(486, 603, 302), 603)
  assert.equal(best(500, 486, 302), 302)
  assert.equal(best(504, 480), 480)
})

test('FORK-2 among 4xx those that say what to change go first, 408 last', () => {
  for (const helpful of [401, 407, 415, 420, 484]) assert.equal(best(486, 404, helpful), helpful)
  assert.equal(best(408, 486), 486)
  assert.equal(best(408), 408)
})

test('FORK-3 503 is given as 500, and only for want of another of its class', () => {
  assert.equal(best(503), 500)
  assert.equal(best(503, 504), 504)
  assert.equal(best(503, 480), 480)
  assert.equal(bestResponse([{ status: 503 }])?.response.status, 503)
})

test('FORK-4 of equals the first; what is best does not depend on the order', () => {
  assert.equal(best(486, 480), 486)
  assert.equal(best(480, 486), 480)
  const rankOf = (status: number): number => {
    if (status < 300) return 0
    if (status >= 600) return 1
    return Math.floor(status / 100)
  }
  const check = (statuses: readonly number[]): void => {
    const [one, other] = [best(...statuses), best(...statuses.toReversed())]
    assert(one !== undefined && other !== undefined)
    assert.equal(rankOf(one), Math.min(...statuses.map(rankOf)))
    assert.equal(rankOf(one), rankOf(other))
  }
  const status = fc.integer({ min: 200, max: 699 })
  fc.assert(fc.property(fc.array(status, { minLength: 1, maxLength: 10 }), check), { numRuns: 200 })
})
