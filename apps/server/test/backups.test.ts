import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fail, ok, type Result, SILENT_LOG, wallTime } from '@rufwerk/core'
import type { BackupMade, BackupWish } from '@rufwerk/store/backup'
import { createMemoryStore } from '@rufwerk/store/testing'
import { Backups } from '../src/records/backups.ts'
import { OneTimer } from './support/one-timer.ts'

const HOUR = 3_600_000
const NOON = new Date(2026, 10, 22, 12).getTime()
const SETTINGS = { isOn: true, hour: 3, newest: 7, weeks: 4 }

/** Backups of an empty folder, on a clock set by hand; `look` is what the timer does. */
async function open(t: { after(act: () => void): void }, store = createMemoryStore()) {
  const dataDir = mkdtempSync(join(tmpdir(), 'rufwerk-backups-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const clock = { now: NOON, outcome: undefined as string | undefined, wishes: [] as BackupWish[] }
  const timer = new OneTimer()
  const run = async (wish: BackupWish): Promise<Result<BackupMade, string>> => {
    clock.wishes.push(wish)
    return clock.outcome === undefined ? ok({ name: 'x', bytes: 1, files: 1 }) : fail(clock.outcome)
  }
  const parts = {
    dataDir,
    folder: join(dataDir, 'backups'),
    program: '1',
    store,
    run,
    timers: timer.timers,
    log: SILENT_LOG,
  }
  const backups = await new Backups({ ...parts, wallTime: () => wallTime(clock.now) }).open()
  const look = async (hours = 0) => {
    clock.now += hours * HOUR
    timer.runOut()
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
    return clock.wishes.length
  }
  const kinds = () => backups.findings().map(({ kind }) => kind)
  return { backups, clock, look, kinds, dataDir, store }
}

test('nothing is made while they are off, one a day when they are on', async (t) => {
  const { backups, look, kinds, dataDir } = await open(t)
  assert.equal(await look(48), 0)
  assert.ok(await backups.setKey('correct horse battery staple'))
  assert.equal(statSync(join(dataDir, 'backup.key')).mode & 0o777, 0o600)
  assert.ok(await backups.change(SETTINGS))
  assert.equal(await look(), 1, 'that of this morning')
  assert.equal(await look(10), 1)
  assert.equal(await look(6), 2, 'at four')
  assert.equal(await look(1), 2)
  assert.deepEqual(kinds(), [])
})

test('one that failed is an alarm and tried again after an hour; the next good one ends it', async (t) => {
  const { backups, clock, look, kinds } = await open(t)
  await backups.setKey('correct horse battery staple')
  await backups.change(SETTINGS)
  clock.outcome = 'there is no room'
  assert.equal(await look(), 1)
  assert.deepEqual(backups.findings()[0]?.values, { why: 'there is no room' })
  assert.equal(await look(0.5), 1)
  assert.equal(await look(0.6), 2)
  clock.now += 60 * HOUR
  assert.deepEqual(kinds(), ['backup-failed', 'backup-old'])
  clock.outcome = undefined
  assert.equal(await look(), 3)
  assert.deepEqual(kinds(), [])
})

test('without a key there is none, and that is an alarm; over starts it is known what was', async (t) => {
  const { backups, look, kinds, store } = await open(t)
  await backups.change(SETTINGS)
  assert.equal(await look(), 0)
  assert.deepEqual(kinds(), ['backup-failed'])
  const asked = await backups.run()
  assert.deepEqual(asked, { ok: false, error: 'no-key' })
  const next = await open(t, store)
  assert.deepEqual(next.kinds(), ['backup-failed'])
  assert.equal((await next.backups.state()).isOn, true)
})

test('the key that is handed on is not what somebody knows, and a broken file is none', async (t) => {
  const { backups, look, clock, dataDir } = await open(t)
  await backups.setKey('correct horse battery staple')
  await backups.change(SETTINGS)
  await look()
  assert.doesNotMatch(JSON.stringify(clock.wishes), /horse/)
  assert.deepEqual(clock.wishes[0]?.kept, { newest: 7, weeks: 4 })
  writeFileSync(join(dataDir, 'backup.key'), '{')
  assert.equal((await backups.state()).hasKey, false)
})
