// All refusals are counted, the different ones remembered, and few are worth a line.
import assert from 'node:assert/strict'
import test from 'node:test'
import { EGRESS_LIMITS, Refusals, type Refused } from '../src/index.ts'

const REFUSED: Refused = { kind: 'tcp', to: '192.0.2.66', port: 443, by: 'server' }

test('EGR-10: the same one is told once a minute, with how many there were', () => {
  const refusals = new Refusals()
  assert.equal(refusals.add(REFUSED, 0), 1)
  for (let at = 1; at < EGRESS_LIMITS.REPEATED_MS; at += 1_000)
    assert.equal(refusals.add(REFUSED, at), undefined)
  assert.equal(refusals.add(REFUSED, EGRESS_LIMITS.REPEATED_MS), 61)
  assert.equal(refusals.total(), 62)
  assert.partialDeepStrictEqual(refusals.entries(), [
    { count: 62, first: 0, last: EGRESS_LIMITS.REPEATED_MS },
  ])
})

test('EGR-10: of different ones 30 lines a minute, and all are counted', () => {
  const refusals = new Refusals()
  const told = Array.from({ length: 500 }, (_, port) => refusals.add({ ...REFUSED, port }, 0))
  assert.equal(told.filter((times) => times !== undefined).length, EGRESS_LIMITS.LINES_MAX)
  assert.equal(refusals.total(), 500)
  assert.equal(refusals.entries().length, EGRESS_LIMITS.REFUSALS_MAX)
  assert.equal(refusals.entries()[0]?.port, 499)
  assert.equal(refusals.add({ ...REFUSED, port: 500 }, EGRESS_LIMITS.REPEATED_MS), 1)
})

test('EGR-11: names of programs cannot write into the log', () => {
  const refusals = new Refusals()
  refusals.add({ kind: 'dns', to: `a\nerror forged=1\u202e${'x'.repeat(999)}`, by: 'server\u0000' }, 0)
  const [entry] = refusals.entries()
  assert.ok(entry && /^[\x20-\x7e]+$/.test(entry.to + entry.by))
  assert.equal(entry.to.length, EGRESS_LIMITS.SHOWN_CHARS_MAX)
})
