import assert from 'node:assert/strict'
import test from 'node:test'
import type { EndpointId } from '@rufwerk/core'
import { SILENT_LOG } from '@rufwerk/core'
import { createEngine } from '@rufwerk/engine'
import { frame, MESSAGE_BYTES_MAX, SNAPSHOT_ENDPOINTS_MAX } from '@rufwerk/media-control'

test('SNP-1 a snapshot fits into a message and says how many endpoints are left', async () => {
  const engine = createEngine({
    log: SILENT_LOG,
    portRange: { low: 22_000, high: 22_499 },
    webrtcPort: 22_500,
    promptsDir: '/nonexistent',
  })
  // Identifiers as long as ours are, and longer.
  const id = (at: number): string => `${'x'.repeat(40)}${at}`
  for (let at = 0; at <= SNAPSHOT_ENDPOINTS_MAX; at += 1) {
    const identity = { endpoint: id(at), tenant: id(0), call: id(at), leg: id(at) }
    const opened = await engine.perform({ type: 'openRtp', address: '127.0.0.1', ...identity })
    assert.equal(opened.type, 'openedRtp')
  }
  const first = await engine.perform({ type: 'snapshot' })
  assert.ok(first.type === 'snapshot')
  assert.deepEqual([first.endpoints.length, first.left], [SNAPSHOT_ENDPOINTS_MAX, 1])
  assert.ok(frame({ id: 1, reply: first }).length <= MESSAGE_BYTES_MAX)
  for (const { endpoint } of first.endpoints) await engine.perform({ type: 'close', endpoint })
  const second = await engine.perform({ type: 'snapshot' })
  assert.ok(second.type === 'snapshot')
  assert.deepEqual(
    [second.endpoints.map(({ endpoint }) => endpoint), second.left],
    [[id(100) as EndpointId], 0],
  )
  await engine.perform({ type: 'close', endpoint: id(100) })
  engine.close()
})
