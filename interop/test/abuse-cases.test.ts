// docs/abuse-cases.md keeps its word: every case is there once, and every test that it names exists.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'

const PROJECT = join(import.meta.dirname, '..', '..')
const CASES = [
  ...Array.from({ length: 7 }, (_, index) => `A${index + 1}`),
  ...Array.from({ length: 12 }, (_, index) => `B${index + 1}`),
  ...Array.from({ length: 9 }, (_, index) => `C${index + 1}`),
  ...Array.from({ length: 5 }, (_, index) => `D${index + 1}`),
  'E7',
  'E9',
]
const lines = readFileSync(join(PROJECT, 'docs', 'abuse-cases.md'), 'utf8').split('\n')
const rows = lines.map((line) => line.split(' | ')).filter(([first = '']) => /^\| [A-E]\d+$/.test(first))

test('every case stands in the table once', () => {
  assert.deepEqual(
    rows.map(([first = '']) => first.slice(2)),
    CASES,
  )
})

test('every test that is named exists, and what has none says why', () => {
  const wrong: string[] = []
  for (const [id = '', what = '', shown = ''] of rows) {
    if (!shown.includes('.test.ts') && !/because/.test(what)) wrong.push(`${id} has neither test nor reason`)
    for (const part of shown.split('; ')) {
      const path = /`([^`]+\.test\.ts)`/.exec(part)?.[1]
      if (path === undefined) continue
      if (!existsSync(join(PROJECT, path))) {
        wrong.push(`${id}: ${path} does not exist`)
        continue
      }
      const text = readFileSync(join(PROJECT, path), 'utf8')
      const names = [...part.matchAll(/“([^”]+)”|\b([A-Z]+-[A-Z]*\d+)\b/g)].map(
        ([, quoted, rule]) => quoted ?? rule,
      )
      for (const name of names) if (!text.includes(name ?? '')) wrong.push(`${id}: ${path} has no “${name}”`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('all messages of RFC 4475 stand in their table', () => {
  const messages = lines.filter((line) => /^\| [a-z0-9]+ \| 3\.\d/.test(line))
  assert.equal(messages.length, 49)
})
