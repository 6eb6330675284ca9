// What comes from others: no install scripts, no registry addresses in the lockfile, only licences that a
// user of this project can live with, few packages in the server, and a written reason for each that runs.
import { type LockedPackage, readLock, runTimeClosure } from '../lockfile.ts'
import { SCOPE, workspaces } from './packages.ts'
import type { Offence, SourceTree } from './tree.ts'

const SERVER_PACKAGES_MAX = 59
const LOCK = 'package-lock.json'

/** Permissive, or copyleft no wider than a file (MPL-2.0). */
const LICENCES = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    '0BSD',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'Unlicense',
    'CC0-1.0',
    'Zlib',
  ],
  ...['BlueOak-1.0.0', 'Python-2.0', 'OFL-1.1', 'MPL-2.0', 'MPL 2.0'],
])

export function checkThirdParty(tree: SourceTree): Offence[] {
  if (!tree.has(LOCK)) return []
  const lock = readLock(tree.text(LOCK) ?? '{}')
  return [
    ...lock.flatMap((entry) => checkEntry(entry)),
    ...checkServerBudget(lock),
    ...checkDecisions(tree),
    ...checkWorkspaceCopies(lock),
  ]
}

function checkEntry(entry: LockedPackage): Offence[] {
  if (entry.isOurs) return []
  const where = `${LOCK} (${entry.name})`
  const offences: Offence[] = []
  if (entry.hasInstallScript)
    offences.push({ where, rule: 'install-script', message: 'packages with install scripts are not taken' })
  if (entry.resolved !== undefined)
    offences.push({ where, rule: 'resolved', message: 'names a download address; use npm run deps' })
  if (entry.integrity === undefined)
    offences.push({ where, rule: 'integrity', message: 'has no hash; use npm run deps' })
  if (!isAllowedLicence(entry.licence))
    offences.push({ where, rule: 'licence', message: `"${entry.licence}" is not on the list` })
  return offences
}

/** An SPDX expression: with OR one side is enough, with AND all are needed. */
export function isAllowedLicence(expression: string): boolean {
  const plain = expression.replace(/[()]/g, '')
  return plain.split(' OR ').some((side) => side.split(' AND ').every((name) => LICENCES.has(name.trim())))
}

function checkServerBudget(lock: readonly LockedPackage[]): Offence[] {
  const count = runTimeClosure(lock, 'server').length
  if (count <= SERVER_PACKAGES_MAX) return []
  const message = `the server would bring ${count} packages, at most ${SERVER_PACKAGES_MAX}`
  return [{ where: LOCK, rule: 'server-packages', message }]
}

/** Two packages of ours must not bring two versions of the same thing into the server. */
function checkWorkspaceCopies(lock: readonly LockedPackage[]): Offence[] {
  const versions = Map.groupBy(runTimeClosure(lock, 'server'), (entry) => entry.name)
  return [...versions]
    .filter(([, entries]) => entries.length > 1)
    .map(([name]) => ({ where: LOCK, rule: 'two-versions', message: `${name} comes in two versions` }))
}

function checkDecisions(tree: SourceTree): Offence[] {
  const decisions = tree.paths
    .filter((path) => /^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path))
    .map((path) => tree.text(path) ?? '')
    .join('\n')
  const offences: Offence[] = []
  for (const workspace of workspaces(tree)) {
    const isBrowserApp = workspace.name === 'web' || workspace.name === 'widget'
    const running = isBrowserApp
      ? [...workspace.dependencies, ...workspace.devDependencies.filter((name) => !isBuildTool(name))]
      : workspace.dependencies
    for (const name of running)
      if (!name.startsWith(SCOPE) && !decisions.includes(`\`${name}\``))
        offences.push({
          where: `${workspace.folder || '.'}/package.json`,
          rule: 'decision',
          message: `${name} has no line in docs/decisions`,
        })
  }
  return offences
}

/** Needed to build the browser apps, but not part of them. */
export function isBuildTool(name: string): boolean {
  return name.startsWith('@types/') || name === 'vite' || name.startsWith('@vitejs/')
}
