// The groups of npm test in the order they run: cheap ones first, so that a slip is told in seconds.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureWebBuilt } from '../setup/web-build.mjs'
import type { Need } from './apt.ts'
import { type Counts, runNodeTests } from './node-tests.ts'
import {
  BROWSER_FIRST,
  BROWSER_PATTERNS,
  INTEROP_BESIDE,
  INTEROP_PATTERNS,
  PARTS_FIRST,
  PARTS_PATTERNS,
  TEST_PATTERNS,
  TOGETHER,
  UNIT_PATTERNS,
} from './patterns.ts'

export interface Group {
  readonly name: string
  readonly says: string
  /** Debian packages without which it cannot run. */
  readonly needs: readonly Need[]
  readonly isLong: boolean
  run(projectFolder: string): Promise<Counts>
}

const MINUTE = 60_000

/** A program counts as one test: passed when it exits with 0. */
async function program(projectFolder: string, script: string, args: readonly string[]): Promise<Counts> {
  const result = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd: projectFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return result.status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

const BIOME = join('node_modules', '@biomejs', 'biome', 'bin', 'biome')
const TSC = join('node_modules', 'typescript', 'bin', 'tsc')

const LINT: Group = {
  name: 'lint',
  says: 'format and lint (Biome)',
  needs: [],
  isLong: false,
  run: (folder) => program(folder, BIOME, ['check', '--error-on-warnings', '.']),
}
const TYPES: Group = {
  name: 'types',
  says: 'types (TypeScript)',
  needs: [],
  isLong: false,
  run: async (folder) =>
    sum(await program(folder, TSC, ['-p', '.']), await program(folder, TSC, ['-p', join('apps', 'web')])),
}
const TIDY: Group = {
  name: 'tidy',
  says: 'rules of the repository',
  needs: [],
  isLong: false,
  run: (folder) => program(folder, join('tools', 'tidy.ts'), []),
}
/** Two files at a time; each is a process that loads half the packages, so what is compiled is kept. */
const MANY_FILES = {
  length: 'short',
  concurrency: 2,
  fileMsMax: 2 * MINUTE,
  together: TOGETHER,
  keepsCompiled: true,
} as const
const UNIT: Group = {
  name: 'unit',
  says: 'functions and machines, on simulated time',
  needs: [],
  isLong: false,
  run: (projectFolder) => runNodeTests({ ...MANY_FILES, projectFolder, patterns: UNIT_PATTERNS }),
}
const PARTS: Group = {
  name: 'parts',
  says: 'sockets, store, media engine, processes; simulated calls and fuzzing',
  needs: ['parts'],
  isLong: false,
  run: (projectFolder) =>
    runNodeTests({ ...MANY_FILES, projectFolder, patterns: PARTS_PATTERNS, first: PARTS_FIRST }),
}
const WEB: Group = {
  name: 'web',
  says: 'build of the web app',
  needs: [],
  isLong: false,
  run: async (projectFolder) => {
    const built = await ensureWebBuilt(projectFolder, process.execPath)
    if (built.ok) return { passed: 1, failed: 0, skipped: 0 }
    console.log(`  FAILED: ${built.message}`)
    return { passed: 0, failed: 1, skipped: 0 }
  },
}
const BROWSER: Group = {
  name: 'browser',
  says: 'pages in Chromium',
  needs: ['browser'],
  isLong: false,
  run: (projectFolder) =>
    runNodeTests({
      projectFolder,
      patterns: BROWSER_PATTERNS,
      length: 'short',
      concurrency: 2,
      fileMsMax: 5 * MINUTE,
      first: BROWSER_FIRST,
    }),
}
const INTEROP: Group = {
  name: 'interop',
  says: 'real phones and browsers, sound measured',
  needs: ['interop'],
  isLong: false,
  run: async (projectFolder) => {
    const tests = {
      projectFolder,
      patterns: INTEROP_PATTERNS,
      length: 'short',
      fileMsMax: 5 * MINUTE,
    } as const
    const beside = await runNodeTests({ ...tests, concurrency: 4, only: INTEROP_BESIDE })
    return sum(beside, await runNodeTests({ ...tests, concurrency: 1, without: INTEROP_BESIDE }))
  },
}
const LONG: Group = {
  name: 'long',
  says: 'everything that takes longer',
  needs: ['browser', 'interop', 'bench'],
  isLong: true,
  run: (projectFolder) =>
    runNodeTests({
      projectFolder,
      patterns: TEST_PATTERNS,
      length: 'long',
      concurrency: 1,
      fileMsMax: 60 * MINUTE, // The fuzzers: ten minutes for each target, two at a time.
    }),
}

export const GROUPS: readonly Group[] = [LINT, TYPES, TIDY, UNIT, PARTS, WEB, BROWSER, INTEROP, LONG]
/** What needs nothing but what npm installed. */
export const CHECK_GROUPS: readonly Group[] = [LINT, TYPES, TIDY, UNIT]
