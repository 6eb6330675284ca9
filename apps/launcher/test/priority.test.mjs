import assert from 'node:assert/strict'
import { constants } from 'node:os'
import test from 'node:test'
import { prefer } from '../priority.mjs'

const { PRIORITY_ABOVE_NORMAL, PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority

/** @param {number} own */
function systemAt(own) {
  /** @type {(readonly [number, number])[]} */
  const set = []
  return {
    set,
    system: {
      get: () => own,
      set: (/** @type {number} */ pid, /** @type {number} */ to) => void set.push([pid, to]),
    },
  }
}

test('a process that was started comes before others', () => {
  const { set, system } = systemAt(PRIORITY_NORMAL)
  assert.equal(prefer(42, system), true)
  assert.deepEqual(set, [[42, PRIORITY_ABOVE_NORMAL]])
})

test('whoever was started with a priority keeps it for all', () => {
  const { set, system } = systemAt(PRIORITY_LOW)
  assert.equal(prefer(42, system), false)
  assert.deepEqual(set, [])
})

test('where it is not permitted, or nothing was started, all goes on as it is', () => {
  const get = () => PRIORITY_NORMAL
  const set = () => {
    throw new Error('EACCES')
  }
  assert.equal(prefer(42, { get, set }), false)
  assert.equal(prefer(undefined), false)
})
