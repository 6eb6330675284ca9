// Which test files run, in which order.
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import test from 'node:test'
import { type Failure, filesToRepeat, type NodeTests, testFiles } from '../testing/node-tests.ts'
import { INTEROP_BESIDE, INTEROP_PATTERNS, UNIT_FIRST, UNIT_PATTERNS } from '../testing/patterns.ts'

const projectFolder = dirname(dirname(import.meta.dirname))
const files = (wish: Pick<NodeTests, 'patterns'> & Partial<NodeTests>) =>
  testFiles({ projectFolder, length: 'short', concurrency: 1, fileMsMax: 1_000, ...wish })

test('the ones that take longest begin, and all the others follow', () => {
  const all = files({ patterns: UNIT_PATTERNS })
  const ordered = files({ patterns: UNIT_PATTERNS, first: UNIT_FIRST })
  assert.deepEqual(ordered.slice(0, UNIT_FIRST.length), UNIT_FIRST)
  assert.deepEqual([...ordered].sort(), all)
})

test('what runs two at a time and what runs alone are everything, each once', () => {
  const beside = files({ patterns: INTEROP_PATTERNS, only: INTEROP_BESIDE })
  const alone = files({ patterns: INTEROP_PATTERNS, without: INTEROP_BESIDE })
  assert.deepEqual(beside, INTEROP_BESIDE)
  assert.deepEqual([...beside, ...alone].sort(), files({ patterns: INTEROP_PATTERNS }))
})

test('a file that is named and is not there is a mistake', () => {
  for (const wish of [{ first: ['gone.test.ts'] }, { only: ['gone.test.ts'] }, { without: ['gone.test.ts'] }])
    assert.throws(() => files({ patterns: UNIT_PATTERNS, ...wish }), /no test file gone\.test\.ts/)
})

const failure = (file: string, wasStarved: boolean): Failure => ({ file, wasStarved })

test('only files whose every failure came while the machine stood still are repeated', () => {
  const failures = [
    failure('still.test.ts', true),
    failure('both.test.ts', true),
    failure('both.test.ts', false),
    failure('ours.test.ts', false),
  ]
  assert.deepEqual(filesToRepeat(failures), ['still.test.ts'])
  assert.deepEqual(filesToRepeat([]), [])
})

test('where much fails nothing is repeated', () => {
  const many = Array.from({ length: 6 }, (_, count) => failure(`${count}.test.ts`, true))
  assert.deepEqual(filesToRepeat(many), [])
})
