// What was acknowledged survives kill -9; a full disk refuses without losing calls. A really full disk takes
// the right to mount one; without it the same is shown by limits on the database's pages:
// open-database.test.ts, batch-writer.test.ts and group-writer.test.ts.
import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { CallId, PersonId, TenantId } from '@rufwerk/core'
import { SILENT_LOG } from '@rufwerk/core'
import { openStore } from '../src/index.ts'
import { callRecord } from '../src/testing/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-durable-'))
after(() => {
  if (isMounted) execFileSync('umount', ['-l', small])
  rmSync(root, { recursive: true })
})
const tenant = 'tenant-1' as TenantId

const WRITER = join(import.meta.dirname, 'fixtures', 'endless-writer.mjs')

test('kill -9 while writing: every acknowledged call is there, and the file is sound', async () => {
  for (const killAfter of [150, 220]) {
    const dataDir = join(root, `killed-${killAfter}`)
    const child = fork(WRITER, [dataDir])
    let acknowledged = -1
    const { promise, resolve } = Promise.withResolvers<void>()
    child.on('exit', () => resolve())
    child.on('message', (at) => {
      acknowledged = Number(at)
      if (acknowledged >= killAfter) child.kill('SIGKILL')
    })
    await promise
    assert.ok(acknowledged >= killAfter)
    const opened = await openStore({ dataDir, log: SILENT_LOG })
    assert.ok(opened.ok, opened.ok ? '' : opened.error.message)
    for (let at = 0; at <= acknowledged; at += 1) {
      assert.ok(await opened.value.history.call(tenant, `c${at}` as CallId), `call ${at} of ${acknowledged}`)
    }
    await opened.value.close()
  }
})

/** A file system of its own, which takes the right to mount one. */
function mountSmall(folder: string, size: string): boolean {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const small = join(root, 'small')
const isMounted = mountSmall(small, '24m')

function fill(file: string, leaveBytes: number): void {
  const { bavail, bsize } = statfsSync(small)
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)))
}

async function refusesStart(): Promise<void> {
  const filler = join(small, 'filler')
  for (const left of [0, 100_000]) {
    fill(filler, left)
    const opened = await openStore({ dataDir: join(small, 'data'), log: SILENT_LOG })
    assert.equal(!opened.ok && opened.error.code, 'disk-full')
    assert.deepEqual(readdirSync(small), ['filler'])
    rmSync(filler)
  }
}

async function refusesAndKeeps(): Promise<void> {
  const filler = join(small, 'filler')
  const opened = await openStore({ dataDir: join(small, 'data'), log: SILENT_LOG })
  assert.ok(opened.ok)
  const { journal, figures, history, saveSetting } = opened.value
  fill(filler, 50_000)
  let written = 0
  const write = (count: number) => {
    for (let at = 0; at < count; at += 1) {
      journal.end(callRecord(`c${written}`, written), [])
      written += 1
    }
    return journal.committed()
  }
  let isWritten = true
  for (let round = 0; round < 100 && isWritten; round += 1) isWritten = await write(50)
  assert.equal(isWritten, false, 'It should be full by now.')
  assert.equal(figures().fault, 'disk-full')
  assert.equal(journal.isOverloaded(), true)
  assert.equal(await saveSetting('a', 'b'), false)
  assert.equal(await write(1), false)
  rmSync(filler)
  for (let round = 0; round < 100 && !isWritten; round += 1) isWritten = await write(1)
  assert.equal(isWritten, true, 'It should write again by now.')
  assert.equal(figures().fault, undefined)
  assert.equal(figures().rowsLost, 0)
  assert.equal(await saveSetting('a', 'b'), true)
  for (const at of [0, written >> 1, written - 1]) {
    assert.ok(await history.call(tenant, `c${at}` as CallId), `call ${at} of ${written}`)
  }
  const newest = await history.callsOf(tenant, 'person-1' as PersonId, { limit: 1 })
  assert.equal(newest?.calls[0]?.call, `c${written - 1}`)
  await opened.value.close()
}

if (isMounted) {
  test('a full disk at the start: a clear refusal, nothing half-written', refusesStart)
  test('a full disk while running: refused, kept, and written when there is room again', refusesAndKeeps)
}
