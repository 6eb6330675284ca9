import assert from 'node:assert/strict'
import { constants } from 'node:os'
import test from 'node:test'
import { defer, prefer, preferThreads } from '../priority.mjs'

const { PRIORITY_ABOVE_NORMAL, PRIORITY_BELOW_NORMAL, PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority

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

test('a process for later waits for others, and all its threads are raised when it is needed', () => {
  const { set, system } = systemAt(PRIORITY_NORMAL)
  assert.equal(defer(42, system), true)
  assert.deepEqual(set.at(-1), [42, PRIORITY_BELOW_NORMAL])
  set.length = 0
  preferThreads(42, { ...system, threads: (pid) => [pid, 43, 44] })
  assert.deepEqual(
    set,
    [42, 43, 44].map((thread) => [thread, PRIORITY_ABOVE_NORMAL]),
  )
})

test('what could not be raised again is not lowered', () => {
  const low = systemAt(PRIORITY_LOW)
  assert.equal(defer(42, low.system), false)
  assert.deepEqual(low.set, [])
  /** @type {number[]} */
  const lowered = []
  const set = (/** @type {number} */ pid, /** @type {number} */ to) => {
    if (to < PRIORITY_NORMAL) throw new Error('EACCES')
    lowered.push(pid)
  }
  assert.equal(defer(42, { get: () => PRIORITY_NORMAL, set }), false)
  assert.deepEqual(lowered, [])
})
