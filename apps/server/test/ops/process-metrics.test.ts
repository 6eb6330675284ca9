// The delay of the event loop is measured once somebody reads it, and not before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LoopDelay } from '../../src/ops/process-metrics.ts'

const BLOCKED_MS = 150

async function block(): Promise<void> {
  await pause(50)
  const end = performance.now() + BLOCKED_MS
  while (performance.now() < end);
  await pause(50)
}

test('a blocked event loop shows from the first reading on, and costs nothing before', async () => {
  const delay = new LoopDelay()
  await block()
  const [nothing = 0] = delay.read([1])
  assert.ok(nothing < 0.001, `${nothing} s`)
  await block()
  const [longest = 0] = delay.read([1])
  assert.ok(longest > BLOCKED_MS / 2000, `${longest} s`)
})
