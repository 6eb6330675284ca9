// The lock between processes: waits for a living owner, takes over from a dead one.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { acquire } from '../setup/lock.mjs'

test('a second one waits until the first lets go', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-lock-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'deep', 'lock')
  const first = await acquire(path, () => assert.fail('nobody has it'))
  let waitedFor = 0
  const second = acquire(path, (pid) => {
    waitedFor = pid
    first.release()
  })
  ;(await second).release()
  assert.equal(waitedFor, process.pid)
  assert.ok(!existsSync(path))
})

test('the lock of a process that is gone is taken over', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-lock-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lock')
  const gone = spawnSync(process.execPath, ['--eval', '0']).pid
  writeFileSync(path, String(gone))
  const lock = await acquire(path, () => assert.fail('its owner is gone'))
  lock.release()
})
