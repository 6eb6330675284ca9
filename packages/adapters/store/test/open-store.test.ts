import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { CallId, LegId, TenantId } from '@rufwerk/core'
import { SILENT_LOG, wallTime } from '@rufwerk/core'
import { openStore, prepareStore, type Store } from '../src/index.ts'
import { callRecord } from '../src/testing/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-open-'))
after(() => rmSync(root, { recursive: true }))
const log = SILENT_LOG
const tenant = 'tenant-1' as TenantId

async function open(dataDir: string): Promise<Store> {
  const opened = await openStore({ dataDir, log })
  assert.ok(opened.ok, opened.ok ? '' : opened.error.message)
  return opened.value
}

async function refusal(dataDir: string): Promise<string> {
  const opened = await openStore({ dataDir, log })
  assert.ok(!opened.ok)
  assert.ok(opened.error.message.includes(dataDir), 'The message names the folder.')
  return opened.error.code
}

test('makes the folder with mode 0700 and its files with 0600, whatever the umask', async () => {
  const dataDir = join(root, 'fresh', 'deep')
  const store = await open(dataDir)
  assert.equal(await store.saveSetting('a', 'b'), true)
  assert.equal(statSync(dataDir).mode & 0o777, 0o700)
  const modes = readdirSync(dataDir).map((name) => [name, statSync(join(dataDir, name)).mode & 0o777])
  assert.equal(modes.length, 4)
  for (const [name, mode] of modes) assert.equal(mode, 0o600, String(name))
  await store.close()
})

test('what is prepared touches no data folder before it opens one, whoever has it meanwhile', async () => {
  const dataDir = join(root, 'later')
  const ready = prepareStore()
  await ready.code
  assert.equal(existsSync(dataDir), false)
  const first = await open(dataDir)
  await first.saveSetting('a', 'b')
  await first.close()
  const opened = await openStore({ dataDir, log }, ready)
  assert.ok(opened.ok)
  assert.equal(await opened.value.setting('a'), 'b')
  assert.equal(opened.value.generation, first.generation + 1)
  await opened.value.close()
})

test('a second instance on the same folder is refused, and the first goes on', async () => {
  const dataDir = join(root, 'shared')
  const first = await open(dataDir)
  assert.equal(await refusal(dataDir), 'locked')
  assert.equal(await first.saveSetting('a', 'b'), true)
  await first.close()
  const next = await open(dataDir)
  assert.equal(await next.setting('a'), 'b')
  assert.equal(next.generation, first.generation + 1)
  await next.close()
})

test('a file in the place of the folder is refused', async () => {
  const dataDir = join(root, 'a-file')
  writeFileSync(dataDir, '')
  assert.equal(await refusal(dataDir), 'folder-unwritable')
  assert.equal(await refusal(join(dataDir, 'below')), 'folder-unwritable')
})

test('rubbish and damage in the database file are refused, and the file is left as it is', async () => {
  const dataDir = join(root, 'rubbish')
  mkdirSync(dataDir)
  const file = join(dataDir, 'rufwerk.db')
  writeFileSync(file, 'This is no database, but long enough to be looked at.'.repeat(100))
  const before = readFileSync(file)
  assert.equal(await refusal(dataDir), 'corrupt-file')
  assert.deepEqual(readFileSync(file), before)
  assert.deepEqual(readdirSync(dataDir), ['rufwerk.db'])

  const damaged = join(root, 'damaged')
  await (await open(damaged)).close()
  const bytes = readFileSync(join(damaged, 'rufwerk.db'))
  bytes.fill(0xff, 8_192, 40_960)
  writeFileSync(join(damaged, 'rufwerk.db'), bytes)
  assert.equal(await refusal(damaged), 'corrupt-file')
})

test('a database of another program and a newer schema are refused', async () => {
  const foreign = join(root, 'foreign')
  mkdirSync(foreign)
  const other = new DatabaseSync(join(foreign, 'rufwerk.db'))
  other.exec('CREATE TABLE music (title TEXT)')
  other.close()
  assert.equal(await refusal(foreign), 'foreign-file')

  const newer = join(root, 'newer')
  await (await open(newer)).close()
  const database = new DatabaseSync(join(newer, 'rufwerk.db'))
  database.exec('PRAGMA user_version = 9999')
  database.close()
  assert.equal(await refusal(newer), 'newer-schema')
})

test('a refused start removes what it made', async () => {
  const parent = join(root, 'parent-file')
  writeFileSync(parent, '')
  await refusal(join(parent, 'data'))
  assert.equal(readFileSync(parent, 'utf8'), '')
  assert.ok(!existsSync(join(root, 'never')))
})

test('a leg that was led to another call is stored once, with that one', async () => {
  const dataDir = join(root, 'moved')
  const leg = (call: string, name: string) => {
    return { tenant, call: call as CallId, leg: name as LegId, version: 2, state: `{"${call}":"${name}"}` }
  }
  const at = wallTime(1_790_000_000_000)
  const first = await open(dataDir)
  for (const call of ['c1', 'c2'])
    first.journal.append([{ tenant, call: call as CallId, at, type: 'created' }])
  first.journal.saveLeg(leg('c1', 'a'))
  first.journal.saveLeg(leg('c1', 'b'))
  assert.equal(await first.journal.committed(), true)
  first.journal.saveLeg({ ...leg('c2', 'a'), movedFrom: 'c1' as CallId })
  first.journal.end(callRecord('c1', 0), [])
  await first.close()

  const second = await open(dataDir)
  assert.deepEqual(await second.loadLegs(), [leg('c2', 'a')])
  second.journal.end(callRecord('c2', 1), [])
  await second.close()
})

test('what was live is there again after a restart, and ends under the same number', async () => {
  const dataDir = join(root, 'restart')
  const call = 'c1' as CallId
  const leg = (name: string) => ({
    tenant,
    call,
    leg: `c1-${name}` as LegId,
    version: 2,
    state: `{"leg":"${name}"}`,
  })
  const event = (type: string) => ({ tenant, call, at: wallTime(1_790_000_000_000), type })
  const first = await open(dataDir)
  first.journal.append([event('created')])
  first.journal.saveLeg(leg('a'))
  first.journal.saveLeg(leg('b'))
  first.journal.saveLeg({ ...leg('b'), state: '{"leg":"b2"}' })
  await first.close()

  const second = await open(dataDir)
  assert.equal(second.size(), 1)
  assert.deepEqual(await second.loadLegs(), [leg('a'), { ...leg('b'), state: '{"leg":"b2"}' }])
  assert.deepEqual(await second.unfinishedCalls(), [{ tenant, call, events: [event('created')] }])
  second.removeLegs([leg('a')])
  second.journal.end(callRecord('c1', 0), [event('ended')])
  second.journal.end(callRecord('c2', 1), [])
  assert.equal(await second.journal.committed(), true)
  await second.close()

  const third = await open(dataDir)
  assert.equal(third.size(), 0)
  assert.deepEqual(await third.loadLegs(), [])
  assert.deepEqual(await third.endedLegs(), [], 'they ended long ago')
  const found = await third.history.call(tenant, call)
  assert.deepEqual(
    found?.events.map(({ type }) => type),
    ['created', 'ended'],
  )
  await third.close()
})

test('legs of a call that ended just now are there at the next start', async () => {
  const dataDir = join(root, 'just-ended')
  const leg = { tenant, call: 'c1' as CallId, leg: 'c1-a' as LegId, version: 2, state: '{}' }
  const cdr = { ...callRecord('c1', 0), endedAt: wallTime(Date.now()) }
  const first = await open(dataDir)
  first.journal.saveLeg(leg)
  first.journal.end(cdr, [])
  await first.close()
  const second = await open(dataDir)
  assert.deepEqual(await second.endedLegs(), [{ leg, cdr }])
  await second.close()
})

test('a call of which no record can be made is dropped with its legs, and the log says it', async () => {
  const dataDir = join(root, 'forgotten')
  const [lost, kept] = ['c1' as CallId, 'c2' as CallId]
  const leg = { tenant, call: lost, leg: 'c1-a' as LegId, version: 2, state: '{}' }
  const first = await open(dataDir)
  first.journal.saveLeg(leg)
  first.journal.saveLeg({ ...leg, call: kept, leg: 'c2-a' as LegId })
  await first.close()

  const warned: string[] = []
  const noting = { ...SILENT_LOG, warn: (event: string) => void warned.push(event) }
  const opened = await openStore({ dataDir, log: noting })
  assert.ok(opened.ok)
  const second = opened.value
  second.forgetCall(lost)
  second.forgetCall(lost)
  second.journal.saveLeg(leg)
  assert.equal(second.size(), 1)
  assert.deepEqual(warned, ['store.call-forgotten', 'store.write-after-end'])
  assert.equal(await second.journal.committed(), true)
  await second.close()

  const third = await open(dataDir)
  assert.deepEqual(
    (await third.unfinishedCalls()).map(({ call }) => call),
    [kept],
  )
  assert.equal((await third.loadLegs()).length, 1)
  await third.close()
})

test('after closing everything is refused, nothing hangs', async () => {
  const store = await open(join(root, 'closed'))
  await store.close()
  await store.close()
  store.journal.end(callRecord('c1', 0), [])
  assert.equal(await store.journal.committed(), false)
  assert.equal(store.journal.isOverloaded(), true)
  await assert.rejects(store.setting('a'))
  assert.equal(await store.saveSetting('a', 'b'), false)
})
