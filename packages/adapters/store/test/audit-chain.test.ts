import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AuditEntry } from '@rufwerk/accounts'
import {
  beginVerification,
  endVerification,
  genesis,
  publicPem,
  readPublicKey,
  signHead,
  signingKey,
  verifyEntry,
} from '@rufwerk/audit'
import { type PersonId, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import { AUDIT_PAGE, type Store } from '../src/index.ts'
import { SimulatedDisk } from '../src/testing/index.ts'
import { MIGRATIONS } from '../src/worker/migrations.ts'
import { openDatabase } from '../src/worker/open-database.ts'

const [MUSTER, OTHER] = ['muster', 'other'] as [TenantId, TenantId]
const KEY = signingKey(new Uint8Array(32).fill(3))
const PUBLIC = readPublicKey(publicPem(KEY)) ?? KEY

const clock = {
  now: () => performance.now(),
  arm: (delayMs: number, callback: () => void): Disposable => {
    const timer = setTimeout(callback, delayMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}
const newDisk = () => new SimulatedDisk({ clock, log: SILENT_LOG, commitMs: () => 0 })

const entryOf = (number: number, tenant = MUSTER): { type: 'audit'; entry: AuditEntry } => ({
  type: 'audit',
  entry: {
    ...{ tenant, at: wallTime(1_000 + number), actor: 'anna' as PersonId, act: 'device-removed' },
    ...{ subject: `device-${number}`, detail: { name: `Küche ${number}` } },
  },
})

async function write(store: Store, numbers: readonly number[], tenant = MUSTER): Promise<void> {
  assert.equal(await store.accounts.apply(numbers.map((number) => entryOf(number, tenant))), 'committed')
}

/** What a verification with a head of the end finds. */
async function found(store: Store, tenant = MUSTER): Promise<string[]> {
  const heads = await store.audit.heads(tenant)
  let state = beginVerification(tenant, heads, PUBLIC)
  for (let after = 0; ; after = state.seq) {
    const entries = await store.audit.entries(tenant, after)
    if (entries.length === 0) break
    for (const entry of entries) state = verifyEntry(state, entry)
  }
  return endVerification(state).findings.map(({ code, seq }) => `${code} ${seq}`)
}

async function signEnds(store: Store): Promise<void> {
  for (const { tenant, seq, hash } of await store.audit.ends())
    assert.ok(await store.audit.putHead(signHead({ tenant, seq, hash, at: 5 }, KEY)))
}

test('entries are chained for each company in the order in which they were written', async () => {
  const disk = newDisk()
  const store = await disk.open()
  await Promise.all([write(store, [1, 2]), write(store, [1], OTHER), write(store, [3])])
  await write(store, [4])
  await signEnds(store)
  const entries = await store.audit.entries(MUSTER, 0)
  assert.deepEqual(
    entries.map(({ seq, told }) => `${seq} ${told?.subject}`),
    ['1 device-1', '2 device-2', '3 device-3', '4 device-4'],
  )
  assert.deepEqual(await found(store), [])
  assert.deepEqual(await found(store, OTHER), [])
  assert.equal((await store.accounts.auditOf(MUSTER, 10)).length, 4)
})

test('it goes on after a restart, and over more than a page', async () => {
  const disk = newDisk()
  const first = await disk.open()
  await write(first, [1, 2])
  await first.close()
  const second = await disk.open()
  await write(
    second,
    Array.from({ length: AUDIT_PAGE + 10 }, (_, at) => at + 3),
  )
  await signEnds(second)
  assert.deepEqual(await found(second), [])
  assert.equal((await second.audit.ends())[0]?.seq, AUDIT_PAGE + 12)
})

test('whoever changes the database is found out, at the entry', async () => {
  const changes: readonly [sql: string, finding: string][] = [
    ["UPDATE audit SET act = 'signed-in' WHERE seq = 2", 'changed 2'],
    ["UPDATE audit SET actor = 'boris' WHERE seq = 2", 'told-changed 2'],
    ["UPDATE audit SET detail = '{}' WHERE seq = 3", 'told-changed 3'],
    ['UPDATE audit SET at = at + 1 WHERE seq = 4', 'changed 4'],
    ['DELETE FROM audit WHERE seq = 2', 'gap 3'],
    ['DELETE FROM audit WHERE seq = 4', 'cut 4'],
  ]
  for (const [sql, finding] of changes) {
    const disk = newDisk()
    const store = await disk.open()
    await write(store, [1, 2, 3, 4])
    await signEnds(store)
    assert.deepEqual(await found(store), [])
    disk.change(sql)
    assert.equal((await found(store))[0], finding, sql)
  }
})

test('a unit that was not written leaves no gap', async () => {
  const disk = newDisk()
  const store = await disk.open()
  const wrong = { type: 'putPassword', tenant: MUSTER, person: 'nobody', hash: 'x' } as never
  const outcomes = await Promise.all([
    store.accounts.apply([entryOf(1)]),
    store.accounts.apply([entryOf(2), wrong]),
    store.accounts.apply([entryOf(3)]),
  ])
  assert.deepEqual(outcomes, ['committed', 'conflict', 'committed'])
  await signEnds(store)
  const subjects = (await store.audit.entries(MUSTER, 0)).map(({ told }) => told?.subject)
  assert.deepEqual(subjects, ['device-1', 'device-3'])
  assert.deepEqual(await found(store), [])
})

test('what names people can be erased, and the chain holds', async () => {
  const disk = newDisk()
  const store = await disk.open()
  await write(store, [1, 2, 3])
  await signEnds(store)
  assert.ok(await store.audit.erase(MUSTER, [2]))
  const [row] = disk.rows('SELECT actor, subject, detail, salt FROM audit WHERE seq = 2')
  assert.deepEqual({ ...row }, { actor: '', subject: '', detail: '{}', salt: null })
  assert.equal((await store.audit.entries(MUSTER, 1))[0]?.told, undefined)
  assert.deepEqual(await found(store), [])
  assert.equal(await store.audit.erase(MUSTER, [9]), false)
})

test('of heads the last of each day stays', async () => {
  const store = await newDisk().open()
  const day = 86_400_000
  for (const [seq, at] of [
    [1, 5],
    [2, 6],
    [3, day],
    [4, day + 1],
  ] as const)
    await store.audit.putHead(signHead({ tenant: MUSTER, seq, hash: genesis(MUSTER), at }, KEY))
  const heads = await store.audit.heads(MUSTER)
  assert.deepEqual(
    heads.map(({ seq }) => seq),
    [2, 4],
  )
})

test('entries of an older schema are sealed when it is opened', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'rufwerk-audit-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const old = openDatabase(dataDir, { migrations: MIGRATIONS.filter(({ version }) => version < 15) })
  assert.ok('database' in old)
  const insert = old.database.prepare(
    "INSERT INTO audit (tenant, at, actor, act, subject, detail) VALUES (?, 1, 'anna', 'set-up', '', '{}')",
  )
  for (const tenant of [MUSTER, OTHER, MUSTER]) insert.run(tenant)
  old.close()
  const now = openDatabase(dataDir)
  assert.ok('database' in now)
  const rows = now.database.prepare('SELECT tenant, seq, length(hash) AS n FROM audit ORDER BY id').all()
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      { tenant: MUSTER, seq: 1, n: 64 },
      { tenant: OTHER, seq: 1, n: 64 },
      { tenant: MUSTER, seq: 2, n: 64 },
    ],
  )
  now.close()
})
