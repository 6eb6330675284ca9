// Where tests live: the patterns of each group of npm test, in one place for the runner and for tidy.

export const UNIT_PATTERNS = [
  'packages/*/test/**/*.test.ts',
  'packages/*/*/test/**/*.test.ts',
  'apps/*/test/**/*.test.{ts,tsx,mjs}',
  'tools/test/**/*.test.{ts,mjs}',
  'bench/test/**/*.test.ts',
  'interop/test/**/*.test.ts',
  'fuzz/test/**/*.test.ts',
  'sim/test/**/*.test.ts',
] as const

export const BROWSER_PATTERNS = ['apps/*/e2e/**/*.test.ts'] as const
export const INTEROP_PATTERNS = [
  'interop/*.test.ts',
  'interop/nat/*.test.ts',
  'interop/recovery/*.test.ts',
] as const

/** Run only by npm run test:long; the short groups leave these names out. */
export const LONG_SUFFIX = '.long.test.ts'

/** Every place the runner looks; a test elsewhere would never run. */
export const TEST_PATTERNS: readonly string[] = [...UNIT_PATTERNS, ...BROWSER_PATTERNS, ...INTEROP_PATTERNS]
