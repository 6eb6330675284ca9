import assert from 'node:assert/strict'
import test from 'node:test'
import { readCdr } from '../src/late-rows.ts'
import { callRecord } from '../src/testing/store-contract.ts'

test('a record of before there were callers from outside is read as one from inside', () => {
  const cdr = callRecord('c1', 0)
  assert.equal(cdr.from.kind, 'inside')
  const { kind: _, ...before } = cdr.from
  assert.deepEqual(readCdr(JSON.stringify({ ...cdr, from: before })), cdr)
  assert.deepEqual(readCdr(JSON.stringify(cdr)), cdr)
})
