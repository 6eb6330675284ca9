import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { accountsStoreContract } from '@rufwerk/accounts/testing'
import { SILENT_LOG } from '@rufwerk/core'
import { openStore, type Store } from '../src/index.ts'
import { createMemoryStore, storeContract } from '../src/testing/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-store-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0

async function onSqlite(run: (store: Store) => Promise<void>): Promise<void> {
  folders += 1
  const opened = await openStore({ dataDir: join(root, String(folders)), log: SILENT_LOG })
  assert.ok(opened.ok)
  try {
    await run(opened.value)
  } finally {
    await opened.value.close()
  }
}

for (const { name, run } of storeContract) {
  test(`Store in memory: ${name}`, () => run(createMemoryStore()))
  test(`Store on SQLite: ${name}`, () => onSqlite(run))
}
for (const { name, run } of accountsStoreContract) {
  test(`AccountsStore on SQLite: ${name}`, () => onSqlite((store) => run(store.accounts)))
}
