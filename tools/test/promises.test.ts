// The rows in the code and the table in docs/promises.md are the same promises.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ROWS, rowId } from '../promises/rows.ts'

const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'promises.md'), 'utf8')

test('docs/promises.md lists every row with its words, and no other', () => {
  const table = [...document.matchAll(/^\| (\d+[a-z]?) \| (.+?) \|/gm)].map((match) => [match[1], match[2]])
  assert.deepEqual(
    table,
    ROWS.map((row) => [rowId(row), row.promise.en]),
  )
})

test('27 rows, and each has words in both languages', () => {
  assert.equal(new Set(ROWS.map((row) => row.row)).size, 27)
  for (const row of ROWS) assert.notEqual(row.promise.de, row.promise.en, rowId(row))
})
