// Pauses double, old crashes are forgotten, and there is an end.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  CRASH_WINDOW_MS,
  CRASHES_MAX,
  PAUSE_MS_MAX,
  PAUSE_MS_MIN,
  RestartPolicy,
} from '../restart-policy.mjs'

test('pauses double up to a limit, then it gives up', () => {
  const policy = new RestartPolicy()
  const pauses = Array.from({ length: CRASHES_MAX + 1 }, (_, index) => policy.crashed(index))
  assert.equal(pauses[0], PAUSE_MS_MIN)
  assert.equal(pauses[1], PAUSE_MS_MIN * 2)
  assert.equal(pauses[CRASHES_MAX - 1], PAUSE_MS_MAX)
  assert.equal(pauses[CRASHES_MAX], undefined)
})

test('crashes long ago do not count', () => {
  const policy = new RestartPolicy()
  for (let index = 0; index < CRASHES_MAX; index++) policy.crashed(index)
  assert.equal(policy.crashed(CRASH_WINDOW_MS + CRASHES_MAX), PAUSE_MS_MIN)
})
