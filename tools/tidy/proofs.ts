// Rules about tests: every test file runs and holds a test, nothing is skipped in silence, and the numbered
// rules of a package's SPEC.md and its tests name each other.
import { posix } from 'node:path'
import { TEST_PATTERNS } from '../testing/patterns.ts'
import type { Offence, SourceTree } from './tree.ts'

/** How many tests are skipped in the repository. May only go down. */
export const SKIPPED_TESTS_MAX = 0

const RULE_ID = /^[A-Z][A-Z0-9]*(?:-[A-Z]*[0-9]+[a-z]?)+/
const TEST_CALL = /^(test|it)(\.\w+)?$/

export function checkProofs(tree: SourceTree): Offence[] {
  return [...checkFiles(tree), ...checkSkips(tree), ...checkRuleIds(tree)]
}

function holdsTest(tree: SourceTree, path: string): boolean {
  return tree.module(path).calls.some((call) => TEST_CALL.test(call.callee))
}

function checkFiles(tree: SourceTree): Offence[] {
  const offences: Offence[] = []
  for (const path of tree.tests()) {
    if (!holdsTest(tree, path)) offences.push({ where: path, rule: 'test-file', message: 'holds no test' })
    if (!TEST_PATTERNS.some((pattern) => posix.matchesGlob(path, pattern)))
      offences.push({ where: path, rule: 'test-file', message: 'is matched by no group of npm test' })
  }
  const isTest = new Set(tree.tests())
  const besides = tree.code().filter((path) => /(^|\/)(test|e2e|interop)\//.test(path) && !isTest.has(path))
  for (const path of besides) {
    if (path.includes('/fixtures/')) continue
    if (holdsTest(tree, path))
      offences.push({
        where: path,
        rule: 'test-file',
        message: 'holds tests but its name does not end in .test',
      })
    const stem = posix.basename(path)
    const isUsed = tree.code().some((other) => other !== path && tree.text(other)?.includes(`${stem}'`))
    if (!isUsed) offences.push({ where: path, rule: 'test-file', message: 'is used by no test' })
  }
  return offences
}

function checkSkips(tree: SourceTree): Offence[] {
  const offences: Offence[] = []
  const skipped: string[] = []
  for (const path of tree.tests()) {
    const { calls, skipOptions } = tree.module(path)
    for (const { callee, line } of calls) {
      if (/^(test|it|describe|suite)\.only$/.test(callee))
        offences.push({ where: `${path}:${line}`, rule: 'only', message: 'hides every other test' })
      if (/^(test|it|describe|suite|t|context)\.(skip|todo)$/.test(callee)) skipped.push(`${path}:${line}`)
    }
    skipped.push(...skipOptions.map((line) => `${path}:${line}`))
  }
  if (skipped.length > SKIPPED_TESTS_MAX) {
    const message = `${skipped.length} skipped tests, at most ${SKIPPED_TESTS_MAX}`
    offences.push(...skipped.map((where) => ({ where, rule: 'skipped', message })))
  }
  return offences
}

interface RuleLine {
  readonly id: string
  readonly line: number
}

/** The rules that a SPEC.md defines, in its order: lines that begin with `* **ID** ` or `| ID |`. */
function definedRules(spec: string): RuleLine[] {
  const rules: RuleLine[] = []
  for (const [index, line] of spec.split('\n').entries()) {
    const match = /^(?:[*-] \*\*([^*]+)\*\*|\| *(?:\*\*)?`?([A-Z][A-Z0-9]*-[^ |*`]+)`?(?:\*\*)? *\|)/.exec(
      line,
    )
    const id = RULE_ID.exec((match?.[1] ?? match?.[2] ?? '').trim())?.[0]
    if (id) rules.push({ id, line: index + 1 })
  }
  return rules
}

/** The rule ids a test's name begins with: one, or several with commas. */
export function namedIds(name: string): string[] {
  const ids: string[] = []
  let rest = name
  for (;;) {
    const id = RULE_ID.exec(rest)?.[0]
    if (!id) return ids
    ids.push(id)
    rest = rest.slice(id.length).replace(/^(, | and |\/| )/, '')
  }
}

function checkRuleIds(tree: SourceTree): Offence[] {
  const offences: Offence[] = []
  const specs = tree.paths.filter((path) => posix.basename(path) === 'SPEC.md')
  const needed = tree.paths.filter((path) => /^packages\/protocol\/[^/]+\/package\.json$/.test(path))
  for (const path of needed.map((manifest) => posix.join(posix.dirname(manifest), 'SPEC.md')))
    if (!specs.includes(path)) offences.push({ where: path, rule: 'rule-id', message: 'is missing' })
  const firstAt = new Map<string, string>()
  for (const spec of specs) {
    const rules = definedRules(tree.text(spec) ?? '')
    offences.push(...checkSpec(tree, spec, rules))
    for (const { id, line } of rules) {
      const where = `${spec}:${line}`
      const first = firstAt.get(id)
      if (first === undefined) firstAt.set(id, where)
      else offences.push({ where, rule: 'rule-id', message: `${id} is defined at ${first} already` })
    }
  }
  return offences
}

function checkSpec(tree: SourceTree, spec: string, rules: readonly RuleLine[]): Offence[] {
  const offences: Offence[] = []
  const defined = new Set(rules.map(({ id }) => id))
  const prefixes = new Set(rules.map(({ id }) => id.split('-')[0]))
  const tested = new Set<string>()
  const tests = tree.tests().filter((path) => path.startsWith(`${posix.dirname(spec)}/`))
  for (const path of tests) {
    const { texts, calls } = tree.module(path)
    for (const { text, line } of texts)
      for (const id of namedIds(text)) {
        tested.add(id)
        if (!defined.has(id) && prefixes.has(id.split('-')[0]))
          offences.push({ where: `${path}:${line}`, rule: 'rule-id', message: `${id} is not in ${spec}` })
      }
    for (const { callee, firstText, line } of calls)
      if (TEST_CALL.test(callee) && firstText !== undefined && namedIds(firstText).length === 0)
        offences.push({
          where: `${path}:${line}`,
          rule: 'rule-id',
          message: 'the name begins with no rule id',
        })
  }
  for (const { id, line } of rules)
    if (!tested.has(id))
      offences.push({ where: `${spec}:${line}`, rule: 'rule-id', message: `${id} has no test` })
  return offences
}
