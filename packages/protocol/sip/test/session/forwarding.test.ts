import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardingOf } from '@rufwerk/sip/session'
import fc from 'fast-check'
import { requestWith } from '../messages.ts'

function forwarded(branches: number, ...lines: string[]): string {
  const result = forwardingOf(requestWith('INVITE', ...lines), branches)
  return result.ok
    ? `${result.value.maxForwards}: ${result.value.breadths.join(' ')}`
    : `${result.error.status}`
}

test('FWD-1 one hop less; none left is 483; absent counts as 70, more as 70', () => {
  assert.equal(forwarded(1, 'Max-Forwards: 5'), '4: 60')
  assert.equal(forwarded(1, 'Max-Forwards: 1'), '0: 60')
  assert.equal(forwarded(1, 'Max-Forwards: 0'), '483')
  assert.equal(forwarded(1), '69: 60')
  assert.equal(forwarded(1, 'Max-Forwards: 255'), '69: 60')
})

test('FWD-2 the breadth is shared; less than one for each branch is 440', () => {
  assert.equal(forwarded(3, 'Max-Breadth: 8'), '69: 3 3 2')
  assert.equal(forwarded(4, 'Max-Breadth: 4'), '69: 1 1 1 1')
  assert.equal(forwarded(5, 'Max-Breadth: 4'), '440')
  assert.equal(forwarded(1, 'Max-Breadth: 0'), '440')
  assert.equal(forwarded(61), '440')
  assert.equal(forwarded(1, 'Max-Breadth: x'), '69: 60')
})

test('FWD-3 the branches get together what came in', () => {
  const check = (breadth: number, branches: number): void => {
    const result = forwardingOf(requestWith('INVITE', `Max-Breadth: ${breadth}`), branches)
    if (breadth < branches) {
      assert(!result.ok && result.error.status === 440)
      return
    }
    assert(result.ok)
    assert.equal(result.value.breadths.length, branches)
    assert(result.value.breadths.every((share) => share >= 1))
    const total = result.value.breadths.reduce((sum, share) => sum + share, 0)
    assert.equal(total, breadth)
  }
  const rule = fc.property(fc.nat(200), fc.integer({ min: 1, max: 100 }), check)
  fc.assert(rule, { numRuns: 200 })
})
