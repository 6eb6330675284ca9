// Runs test files with node:test and counts. Prints only what failed or was skipped, and a line of progress.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { run } from 'node:test'
import { pathToFileURL } from 'node:url'
import { endOverdue } from './overdue.ts'
import { LONG_SUFFIX } from './patterns.ts'
import { isTooMuch, untilQuiet, Witness } from './witness.ts'

/** Each test file loads hundreds of sources: they are found as the launcher has ours found. */
const IMPORTS = new URL('../../apps/launcher/imports.mjs', import.meta.url).href

/** More than these, and nothing is repeated. */
const REPEATED_FILES_MAX = 5
/** For a moment in which others leave the machine to us. */
const QUIET_MS_MAX = 180_000
/** Told at the end, where the time of a group goes: so many files, and none that is quicker. */
const SLOWEST_FILES_MAX = 10
const SLOW_MS_MIN = 5_000

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface NodeTests {
  readonly projectFolder: string
  readonly patterns: readonly string[]
  /** `short`: without the long ones; `long`: only those. */
  readonly length: 'short' | 'long'
  /** How many files run at the same time. */
  readonly concurrency: number
  /** A file that takes longer has failed. */
  readonly fileMsMax: number
  /** The ones that take longest, so that none of them runs alone at the end. */
  readonly first?: readonly string[]
  /** Of all that match, these in this order; or all but these. */
  readonly only?: readonly string[]
  readonly without?: readonly string[]
  /**
   * Folders whose files share a process each, because loading takes most of their time. Only where nothing of
   * a file outlives its tests. A file with hooks outside of tests has a process of its own all the same.
   */
  readonly together?: readonly string[]
  /**
   * Each file is a process of its own and loads half the packages: what one has compiled is kept for the
   * others, until the end of the run. Not where the time is measured that our programs need to start.
   */
  readonly keepsCompiled?: boolean
}

/** Throws for a file that is named and not there: a list that nobody keeps would leave out tests. */
export function testFiles(tests: NodeTests): string[] {
  const { projectFolder, patterns, length, first = [], only, without = [] } = tests
  const found = globSync([...patterns], { cwd: projectFolder, exclude: ['**/node_modules/**', '**/dist/**'] })
  const files = found.filter((file) => file.endsWith(LONG_SUFFIX) === (length === 'long')).sort()
  const gone = [...first, ...(only ?? []), ...without].find((file) => !files.includes(file))
  if (gone !== undefined) throw new Error(`no test file ${gone}; see tools/testing/patterns.ts`)
  const front = only ?? first
  const rest = only === undefined ? files.filter((file) => !front.includes(file)) : []
  return [...front, ...rest].filter((file) => !without.includes(file))
}

export async function runNodeTests(tests: NodeTests): Promise<Counts> {
  const files = testFiles(tests)
  if (files.length === 0) {
    // Not every group has long tests; each has others.
    const failed = tests.length === 'long' ? 0 : 1
    if (failed > 0) console.log(`  FAILED: no test file matches ${tests.patterns.join(', ')}`)
    return { passed: 0, failed, skipped: 0 }
  }
  const scratch = mkdtempSync(join(tmpdir(), 'rufwerk-tests-'))
  const environment = tests.keepsCompiled ? { NODE_COMPILE_CACHE: join(scratch, 'compiled') } : {}
  try {
    const first = await runFiles(tests, programsOf(tests, files, scratch), environment)
    return await runAgain(tests, first, environment)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What is run: each file, or where the first of a folder stands, one that imports all of the folder. */
export function programsOf(tests: NodeTests, files: readonly string[], scratch: string): string[] {
  const { projectFolder, together = [] } = tests
  const folders = new Map(files.map((file) => [file, folderOf(projectFolder, file, together)]))
  const programs = new Set<string>()
  for (const file of files) {
    const folder = folders.get(file)
    if (folder === undefined) {
      programs.add(file)
      continue
    }
    const program = join(scratch, `${folder.replaceAll('/', '-')}.mjs`)
    if (programs.has(relative(projectFolder, program))) continue
    programs.add(relative(projectFolder, program))
    const all = files.filter((other) => folders.get(other) === folder)
    const imports = all.map((each) => `import '${pathToFileURL(join(projectFolder, each)).href}'\n`)
    writeFileSync(program, imports.join(''))
  }
  return [...programs]
}

/** Whose process it shares; hooks of a file would be hooks of all the others there. */
function folderOf(projectFolder: string, file: string, together: readonly string[]): string | undefined {
  const folder = together.find((each) => file.startsWith(each))
  if (folder === undefined) return undefined
  const hasHooks = /^(before|after)(Each)?\(/m.test(readFileSync(join(projectFolder, file), 'utf8'))
  return hasHooks ? undefined : folder
}

/**
 * Files with failures from moments in which the machine stood still run once more, alone. What fails then has
 * failed; so has every file in which something failed on a machine that ran.
 */
async function runAgain(
  tests: NodeTests,
  { counts, failures }: Run,
  environment: NodeJS.ProcessEnv,
): Promise<Counts> {
  const files = filesToRepeat(failures)
  if (files.length === 0) return counts
  const waitedMs = await untilQuiet(QUIET_MS_MAX)
  const waited = `after ${Math.round(waitedMs / 1000)} s`
  console.log(`  the machine stood still while tests failed; once more, ${waited}: ${files.join(', ')}`)
  const second = await runFiles({ ...tests, concurrency: 1 }, files, environment)
  const repeated = failures.filter(({ file }) => files.includes(file)).length
  const mended = Math.max(0, repeated - second.counts.failed)
  console.log(`  of ${repeated} failures ${mended} passed when run again`)
  const { passed, failed, skipped } = counts
  return { passed: passed + mended, failed: failed - repeated + second.counts.failed, skipped }
}

/** One test that failed. */
export interface Failure {
  readonly file: string
  readonly wasStarved: boolean
}

/** None where so many failed that a slow machine cannot be the reason. */
export function filesToRepeat(failures: readonly Failure[]): string[] {
  const files = new Set(failures.map(({ file }) => file))
  for (const { file, wasStarved } of failures) if (!wasStarved) files.delete(file)
  return files.size > REPEATED_FILES_MAX ? [] : [...files]
}

interface Run {
  readonly counts: Counts
  readonly failures: readonly Failure[]
}

async function runFiles(
  tests: NodeTests,
  files: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Run> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const failures: Failure[] = []
  using witness = new Witness()
  // Of two files at a time one is told of when the other has ended.
  const spanMsMin = tests.concurrency > 1 ? tests.fileMsMax : 0
  const durations: Duration[] = []
  const stream = run({
    cwd: tests.projectFolder,
    files: files.map((file) => `${tests.projectFolder}/${file}`),
    concurrency: tests.concurrency,
    timeout: tests.fileMsMax,
    execArgv: ['--disable-warning=ExperimentalWarning', `--import=${IMPORTS}`],
    env: { ...process.env, ...environment },
  })
  const place = (test: { file?: string; line?: number }) =>
    `${relative(tests.projectFolder, test.file ?? '')}:${test.line ?? 0}`
  stream.on('test:pass', (test) => {
    if (test.details.type === 'suite') return
    if (test.skip !== undefined || test.todo !== undefined) {
      counts.skipped++
      console.log(`  skipped: ${test.name} (${place(test)}): ${test.skip || test.todo || 'no reason given'}`)
    } else counts.passed++
    progress(counts)
  })
  stream.on('test:fail', (test) => {
    // A suite or a file fails because of a test in it, which has been said already.
    const isConsequence =
      'failureType' in test.details.error && test.details.error.failureType === 'subtestsFailed'
    if (isConsequence) return
    counts.failed++
    const withheld = witness.withheld(Math.max(spanMsMin, test.details.duration_ms))
    failures.push({
      file: relative(tests.projectFolder, test.file ?? ''),
      wasStarved: isTooMuch(withheld) && !isOfProperty(test.details.error),
    })
    console.log(`  FAILED: ${test.name} (${place(test)})\n${describeError(test.details.error)}`)
    progress(counts)
  })
  stream.on('test:summary', ({ file, duration_ms }) => {
    if (file !== undefined) durations.push({ file: nameOf(tests.projectFolder, file), ms: duration_ms })
  })
  stream.on('test:stderr', ({ message }) => process.stderr.write(message))
  stream.on('test:stdout', ({ message }) => process.stdout.write(message))
  using _ = endOverdue(tests.fileMsMax)
  // The stream ends when somebody reads it.
  for await (const _event of stream);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
  const slowest = slowestFiles(durations)
  if (slowest !== '') console.log(`  slowest: ${slowest}`)
  return { counts, failures }
}

/** A folder whose files share a process is named by the program that imports them. */
function nameOf(projectFolder: string, file: string): string {
  const path = relative(projectFolder, file)
  return path.startsWith('..') ? basename(file) : path
}

/** How long a file ran, its start included. */
export interface Duration {
  readonly file: string
  readonly ms: number
}

/** The files that took longest, in one line; empty when all were quick. */
export function slowestFiles(durations: readonly Duration[]): string {
  const slow = durations.filter(({ ms }) => ms >= SLOW_MS_MIN).sort((a, b) => b.ms - a.ms)
  const named = slow.slice(0, SLOWEST_FILES_MAX).map(({ file, ms }) => `${file} ${Math.round(ms / 1000)} s`)
  return named.join(', ')
}

/** What fast-check found by chance is there on every machine, and running again would only miss it. */
export function isOfProperty(error: Error & { cause?: unknown }): boolean {
  return /^(Error: )?Property failed after \d+ tests/m.test(`${error}\n${error.cause}`)
}

function describeError(error: Error & { cause?: unknown }): string {
  const cause =
    error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause ?? error)
  return cause.replace(/^/gm, '    ')
}

function progress(counts: Counts): void {
  if (!process.stderr.isTTY) return
  process.stderr.write(`\r\x1b[2K  ${counts.passed} passed, ${counts.failed} failed`)
}
