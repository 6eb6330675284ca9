import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { BatchWriter } from '../src/worker/batch-writer.ts'
import { type Batch, type Cell, COLD, HOT, UNIT } from '../src/worker/messages.ts'
import { MIGRATIONS } from '../src/worker/migrations.ts'

function newDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  for (const { sql } of MIGRATIONS) database.exec(sql)
  return database
}

const liveCall = (number: number): Cell[] => [UNIT, HOT.addLiveCall, number, 't', `call-${number}`]
const setting = (name: string, mustChange = 0): Cell[] => {
  const sql = 'INSERT INTO settings VALUES (?, ?)'
  return [UNIT, COLD, sql, mustChange, 2, name, 'value']
}
const count = (database: DatabaseSync, table: string) =>
  Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)

test('hot and cold statements of one batch are one transaction', () => {
  const database = newDatabase()
  const batch: Batch = [...liveCall(1), ...setting('a'), ...liveCall(2)]
  assert.deepEqual(new BatchWriter(database).write(batch), { type: 'committed' })
  assert.equal(count(database, 'live_calls'), 2)
  assert.equal(count(database, 'settings'), 1)
})

test('a conflict costs its own unit only, and all of that', () => {
  const database = newDatabase()
  const writer = new BatchWriter(database)
  const both: Cell[] = [...setting('b'), ...setting('a').slice(1)]
  const answer = writer.write([...setting('a'), ...both, ...liveCall(1)])
  assert.equal(answer.type, 'committed')
  assert.deepEqual('outcomes' in answer && answer.outcomes, ['written', 'conflict', 'written'])
  assert.equal(count(database, 'settings'), 1)
  assert.equal(count(database, 'live_calls'), 1)
})

test('a statement that must change a row and does not is a conflict', () => {
  const database = newDatabase()
  const remove: Cell[] = [UNIT, COLD, 'DELETE FROM settings WHERE name = ?', 1, 1, 'a']
  const answer = new BatchWriter(database).write([...setting('a'), ...remove, ...remove])
  assert.deepEqual('outcomes' in answer && answer.outcomes, ['written', 'written', 'conflict'])
})

test('a statement that cannot work is wrong, not a conflict', () => {
  const database = newDatabase()
  const nonsense: Cell[] = [UNIT, COLD, 'INSERT INTO nowhere VALUES (1)', 0, 0]
  const answer = new BatchWriter(database).write([...nonsense, ...liveCall(1)])
  assert.deepEqual('outcomes' in answer && answer.outcomes, ['wrong', 'written'])
})

test('a full disk fails the batch as a whole, and the next one works when there is room', () => {
  const database = newDatabase()
  const writer = new BatchWriter(database)
  const pages = Number(Object.values(database.prepare('PRAGMA page_count').get() ?? {})[0])
  database.exec(`PRAGMA max_page_count = ${pages}`)
  const large: Cell[] = [UNIT, COLD, 'INSERT INTO settings VALUES (?, ?)', 0, 2, 'large', 'x'.repeat(100_000)]
  const answer = writer.write([...liveCall(1), ...large])
  assert.equal(answer.type === 'failed' && answer.fault, 'disk-full')
  assert.equal(count(database, 'live_calls'), 0)
  database.exec('PRAGMA max_page_count = 100000')
  assert.deepEqual(writer.write([...liveCall(1), ...large]), { type: 'committed' })
})
