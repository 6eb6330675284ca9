// The delay of the event loop is measured once somebody reads it, and not before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { processMetrics } from '../../src/ops/process-metrics.ts'

const BLOCKED_MS = 150

function longestDelay(): number {
  const metric = processMetrics().find(({ name }) => name === 'rufwerk_event_loop_delay_seconds')
  return Math.max(...(metric?.samples.map(({ value }) => value) ?? []))
}

async function block(): Promise<void> {
  await pause(50)
  const end = performance.now() + BLOCKED_MS
  while (performance.now() < end);
  await pause(50)
}

test('a blocked event loop shows from the first reading on, and costs nothing before', async () => {
  await block()
  assert.ok(longestDelay() < 0.001, 'nothing is measured before the first reading')
  await block()
  assert.ok(longestDelay() > BLOCKED_MS / 2000)
})
