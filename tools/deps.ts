// npm run deps: the only way to change package-lock.json. With the pinned Node, without any package's
// scripts, without download addresses, and not with packages that are only days old: a poisoned release is
// usually found within a week. Afterwards the lockfile is what `npm ci` accepts, or nothing has changed.
//   npm run deps                              after package.json was edited by hand
//   npm run deps -- NAME@VERSION [--workspace FOLDER] [--dev] [--remove] [--allow-fresh NAME,NAME]
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type LockedPackage, readLock } from './lockfile.ts'

/** Younger releases are refused unless named with --allow-fresh. */
const AGE_DAYS_MIN = 7
const DAY_MS = 24 * 60 * 60_000
const LOCK = 'package-lock.json'

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))

interface NpmResult {
  readonly isOk: boolean
  readonly output: string
}

function npm(args: readonly string[]): NpmResult {
  // npm's first line asks for `node` in the path: this way it is the pinned one.
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`
  const result = spawnSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--no-progress'], {
    cwd: projectFolder,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
    maxBuffer: 64 * 1024 * 1024,
  })
  return { isOk: result.status === 0, output: `${result.stdout}${result.status === 0 ? '' : result.stderr}` }
}

/** The packages that were not there before, or not in this version. */
export function newPackages(
  before: readonly LockedPackage[],
  after: readonly LockedPackage[],
): LockedPackage[] {
  const known = new Set(before.map((entry) => `${entry.name}@${entry.version}`))
  const added = after.filter((entry) => !entry.isOurs && !known.has(`${entry.name}@${entry.version}`))
  return [...new Map(added.map((entry) => [`${entry.name}@${entry.version}`, entry])).values()]
}

/** What speaks against one release, or undefined. `times` is npm's list of publishing times by version. */
export function ageProblem(
  entry: LockedPackage,
  times: Readonly<Record<string, string>>,
  nowMs: number,
): string | undefined {
  const published = Date.parse(times[entry.version] ?? '')
  if (Number.isNaN(published)) return `${entry.name}@${entry.version}: nobody says when it was published`
  const days = Math.floor((nowMs - published) / DAY_MS)
  if (days >= AGE_DAYS_MIN) return undefined
  return `${entry.name}@${entry.version} is ${days} days old; wait, or --allow-fresh ${entry.name}`
}

function checkAges(added: readonly LockedPackage[], fresh: ReadonlySet<string>): string[] {
  const problems: string[] = []
  for (const [index, entry] of added.entries()) {
    process.stderr.write(`\rChecking the age of new packages: ${index + 1} of ${added.length} `)
    if (fresh.has(entry.name)) continue
    const view = npm(['view', `${entry.name}@${entry.version}`, 'time', '--json'])
    const problem = ageProblem(entry, view.isOk ? JSON.parse(view.output || '{}') : {}, Date.now())
    if (problem) problems.push(problem)
  }
  if (added.length > 0) process.stderr.write('\n')
  return problems
}

function installArguments(): {
  readonly npm: string[]
  readonly workspace: string
  readonly fresh: Set<string>
} {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      workspace: { type: 'string', default: '' },
      dev: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      'allow-fresh': { type: 'string', default: '' },
    },
  })
  const command = values.remove ? 'uninstall' : 'install'
  const where = values.workspace === '' ? [] : ['--workspace', values.workspace]
  const flags = ['--package-lock-only', '--save-exact', '--omit-lockfile-registry-resolved']
  return {
    npm: [command, ...positionals, ...flags, ...where, ...(values.dev ? ['--save-dev'] : [])],
    workspace: values.workspace,
    fresh: new Set(values['allow-fresh'].split(',')),
  }
}

function change(): string[] {
  const wanted = installArguments()
  const files = [...new Set([LOCK, 'package.json', join(wanted.workspace, 'package.json')])]
  const before = files.map((file) => readFileSync(join(projectFolder, file), 'utf8'))
  const problems: string[] = []
  const changed = npm(wanted.npm)
  if (!changed.isOk) problems.push(changed.output)
  else {
    const after = readFileSync(join(projectFolder, LOCK), 'utf8')
    const added = newPackages(readLock(before[0] ?? '{}'), readLock(after))
    for (const entry of added) console.log(`new: ${entry.name}@${entry.version} (${entry.licence})`)
    problems.push(...checkAges(added, wanted.fresh))
    // npm leaves out optional packages it cannot find, and then refuses the lockfile itself.
    const accepted = npm(['ci', '--dry-run'])
    if (!accepted.isOk) problems.push(`npm ci would refuse this lockfile:\n${accepted.output}`)
  }
  if (problems.length > 0)
    for (const [index, file] of files.entries()) writeFileSync(join(projectFolder, file), before[index] ?? '')
  return problems
}

if (import.meta.main) {
  const problems = change()
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) {
    console.error('Nothing was changed.')
    process.exitCode = 1
  } else
    console.log(
      'package-lock.json is up to date. Next: npm test (installs it), node tools/run.mjs tools/notices.ts.',
    )
}
