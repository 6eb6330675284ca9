// Opening within limits that stand for a full disk; durability.test.ts fills a real one where it may.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openDatabase } from '../src/worker/open-database.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-database-'))
after(() => rmSync(root, { recursive: true }))

test('too little free space: refused before any file is made', () => {
  const opened = openDatabase(join(root, 'a', 'b'), { limits: { freeBytesMin: Number.MAX_SAFE_INTEGER } })
  assert.equal('code' in opened && opened.code, 'disk-full')
  assert.deepEqual(readdirSync(root), [])
})

test('no room for the tables: refused at whatever page it happens, nothing is left behind', () => {
  for (const pagesMax of [1, 2, 5, 10, 20]) {
    const opened = openDatabase(join(root, 'data'), { limits: { freeBytesMin: 0, pagesMax } })
    assert.equal('code' in opened && opened.code, 'disk-full', `${pagesMax} pages`)
    assert.equal(existsSync(join(root, 'data')), false)
  }
})

test('a start without room leaves an existing database as it was', () => {
  const dataDir = join(root, 'existing')
  const first = openDatabase(dataDir)
  assert.ok('database' in first)
  first.database.prepare("INSERT INTO settings VALUES ('a', 'b')").run()
  first.close()
  const refused = openDatabase(dataDir, { limits: { freeBytesMin: Number.MAX_SAFE_INTEGER } })
  assert.equal('code' in refused && refused.code, 'disk-full')
  const again = openDatabase(dataDir)
  assert.ok('database' in again)
  assert.equal(again.generation, 2)
  assert.equal(again.database.prepare("SELECT value FROM settings WHERE name = 'a'").get()?.value, 'b')
  again.close()
})
