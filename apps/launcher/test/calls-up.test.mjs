// When spares are worth it: calls for a while, and a little longer.
import assert from 'node:assert/strict'
import test from 'node:test'
import { CALM_MS, CallsUp, IDLE_MS } from '../calls-up.mjs'
import { BEAT_INTERVAL_MS } from '../heartbeat.mjs'

const BEATS = CALM_MS / BEAT_INTERVAL_MS

/** @param {CallsUp} calls @param {boolean} isBusy @param {number} from @param {number} beats */
function beat(calls, isBusy, from, beats) {
  const worth = []
  for (let at = 0; at < beats; at++) worth.push(calls.heard(isBusy, from + at * BEAT_INTERVAL_MS))
  return worth
}

test('calls must have been up for a while, without a break', () => {
  const calls = new CallsUp()
  assert.deepEqual(new Set(beat(calls, true, 0, BEATS)), new Set([false]))
  assert.equal(calls.heard(false, CALM_MS), false)
  assert.deepEqual(new Set(beat(calls, true, CALM_MS + 1, BEATS)), new Set([false]), 'counted anew')
  assert.equal(calls.heard(true, 2 * CALM_MS + 1), true)
})

test('without calls there is never one', () => {
  assert.deepEqual(new Set(beat(new CallsUp(), false, 0, 1_000)), new Set([false]))
})

test('it stays for a while after the last call, and through the breaks between calls', () => {
  const calls = new CallsUp()
  beat(calls, true, 0, BEATS + 1)
  assert.equal(calls.heard(false, CALM_MS + IDLE_MS - 1), true)
  assert.equal(calls.heard(true, CALM_MS + IDLE_MS - 1), true)
  assert.equal(calls.heard(false, CALM_MS + IDLE_MS), true, 'counted from the last call')
  assert.equal(calls.heard(false, CALM_MS + 2 * IDLE_MS), false)
  assert.equal(calls.heard(true, CALM_MS + 2 * IDLE_MS + 1), false, 'and then from the beginning')
})
