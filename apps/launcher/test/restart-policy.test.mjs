// Pauses grow, old crashes are forgotten, and there is an end.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  CRASH_WINDOW_MS,
  CRASHES_MAX,
  PAUSE_GROWTH,
  PAUSE_MS_MAX,
  PAUSE_MS_MIN,
  RestartPolicy,
  STEADY_MS,
} from '../restart-policy.mjs'

test('pauses grow up to a limit, then it gives up', () => {
  const policy = new RestartPolicy()
  const pauses = Array.from({ length: CRASHES_MAX + 1 }, (_, index) => policy.crashed(index))
  assert.equal(pauses[0], PAUSE_MS_MIN)
  assert.equal(pauses[1], PAUSE_MS_MIN * PAUSE_GROWTH)
  assert.equal(pauses[CRASHES_MAX - 1], PAUSE_MS_MAX)
  assert.equal(pauses[CRASHES_MAX], undefined)
})

test('crashes long ago do not count', () => {
  const policy = new RestartPolicy()
  for (let index = 0; index < CRASHES_MAX; index++) policy.crashed(index)
  assert.equal(policy.crashed(CRASH_WINDOW_MS + CRASHES_MAX), PAUSE_MS_MIN)
})

test('a process that ran for a while starts again soon, one that did not waits longer each time', () => {
  const [steady, hasty] = [new RestartPolicy(), new RestartPolicy()]
  const pauses = [0, 1, 2, 3].map((count) => [
    steady.crashed(count * STEADY_MS),
    hasty.crashed(count * (STEADY_MS - 1)),
  ])
  assert.deepEqual(
    pauses.map(([pause]) => pause),
    Array(4).fill(PAUSE_MS_MIN),
  )
  assert.deepEqual(
    pauses.map(([, pause]) => pause),
    [0, 1, 2, 3].map((power) => PAUSE_MS_MIN * PAUSE_GROWTH ** power),
  )
})

test('a process that runs a while each time is given up all the same when it crashes too often', () => {
  const policy = new RestartPolicy()
  const pauses = Array.from({ length: CRASHES_MAX + 1 }, (_, count) => policy.crashed(count * 8_000))
  assert.equal(pauses.at(-1), undefined)
})
