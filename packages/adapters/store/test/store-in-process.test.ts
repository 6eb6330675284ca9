import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { callRecord, SimulatedDisk, storeContract } from '../src/testing/index.ts'

const clock = {
  now: () => performance.now(),
  arm: (delayMs: number, callback: () => void): Disposable => {
    const timer = setTimeout(callback, delayMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

for (const { name, run } of storeContract) {
  test(`the store without its thread: ${name}`, async () => {
    await run(await new SimulatedDisk({ clock, log: SILENT_LOG, commitMs: () => 0 }).open())
  })
}

test('the store without its thread: a crash loses what was not committed, and nothing else', async () => {
  const disk = new SimulatedDisk({ clock, log: SILENT_LOG, commitMs: () => 2 })
  const first = await disk.open()
  first.journal.end(callRecord('c1', 0), [])
  assert.equal(await first.journal.committed(), true)
  first.journal.end(callRecord('c2', 0), [])
  disk.crash()
  first.journal.end(callRecord('c3', 0), [])
  await new Promise((resolve) => setTimeout(resolve, 20))
  const second = await disk.open()
  assert.equal(second.generation, 2)
  assert.deepEqual(
    disk.rows('SELECT call FROM cdrs').map((row) => row.call),
    ['c1'],
  )
})
