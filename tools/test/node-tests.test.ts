// Which test files run, in which order.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import {
  type Failure,
  filesToRepeat,
  isOfProperty,
  type NodeTests,
  programsOf,
  slowestFiles,
  testFiles,
} from '../testing/node-tests.ts'
import {
  INTEROP_BESIDE,
  INTEROP_PATTERNS,
  PARTS_FIRST,
  PARTS_PATTERNS,
  TEST_PATTERNS,
  TOGETHER,
  UNIT_PATTERNS,
} from '../testing/patterns.ts'

const projectFolder = dirname(dirname(import.meta.dirname))
const files = (wish: Pick<NodeTests, 'patterns'> & Partial<NodeTests>) =>
  testFiles({ projectFolder, length: 'short', concurrency: 1, fileMsMax: 1_000, ...wish })

test('the ones that take longest begin, and all the others follow', () => {
  const all = files({ patterns: PARTS_PATTERNS })
  const ordered = files({ patterns: PARTS_PATTERNS, first: PARTS_FIRST })
  assert.deepEqual(ordered.slice(0, PARTS_FIRST.length), PARTS_FIRST)
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

test('files that share a process run once each, like all others; those with hooks share none', (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'rufwerk-programs-'))
  t.after(() => rmSync(scratch, { recursive: true }))
  const all = files({ patterns: TEST_PATTERNS })
  const wish = { projectFolder, patterns: [], length: 'short', concurrency: 1, fileMsMax: 1_000 } as const
  const programs = programsOf({ ...wish, together: TOGETHER }, all, scratch)
  const run = programs.flatMap((program) => {
    if (!program.endsWith('.mjs') || all.includes(program)) return [program]
    const imported = readFileSync(resolve(projectFolder, program), 'utf8').matchAll(/^import '(.+)'$/gm)
    const shared = [...imported].map(([, url = '']) => relative(projectFolder, fileURLToPath(url)))
    for (const file of shared)
      assert.doesNotMatch(readFileSync(join(projectFolder, file), 'utf8'), /^(before|after)(Each)?\(/m, file)
    return shared
  })
  assert.deepEqual(run.toSorted(), all)
  assert.equal(programs.filter((program) => !all.includes(program)).length, TOGETHER.length)
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

test('the slowest files are named, the slowest first, and quick ones never', () => {
  assert.equal(slowestFiles([{ file: 'quick.test.ts', ms: 4_999 }]), '')
  const durations = [
    { file: 'slow.test.ts', ms: 5_200 },
    { file: 'quick.test.ts', ms: 20 },
    { file: 'slowest.test.ts', ms: 61_700 },
  ]
  assert.equal(slowestFiles(durations), 'slowest.test.ts 62 s, slow.test.ts 5 s')
  const many = Array.from({ length: 20 }, (_, index) => ({ file: `${index}.test.ts`, ms: 6_000 + index }))
  assert.equal(slowestFiles(many).split(', ').length, 10)
})

test('what takes seconds and what needs the machine are different files', () => {
  const [unit, parts] = [files({ patterns: UNIT_PATTERNS }), files({ patterns: PARTS_PATTERNS })]
  assert.ok(unit.length > 100 && parts.length > 50)
  assert.deepEqual(
    unit.filter((file) => parts.includes(file)),
    [],
  )
})

test('what a property found is never put down to the machine', () => {
  assert.throws(
    () => fc.assert(fc.property(fc.nat(), () => false)),
    (error: Error) => isOfProperty(error) && isOfProperty(new Error('failed', { cause: error })),
  )
  assert.equal(isOfProperty(new Error('12 of 12 windows are silent')), false)
})
