// Builds the web app when its sources changed since the last build. The stamp lies beside what was built, so
// deleting the folder means building again.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runInForeground } from './launch.mjs'
import { acquire } from './lock.mjs'

const OUTPUT = join('apps', 'web', 'dist')
const STAMP = join(OUTPUT, '.sources')
const SOURCES = [join('apps', 'web'), join('packages', 'contract', 'src'), join('packages', 'core', 'src')]
/** Not part of what is built. */
const SKIPPED = new Set(['dist', 'node_modules', 'e2e', 'test'])

/**
 * @param {string} projectFolder
 * @param {string} node The pinned Node.
 * @returns {Promise<{ok: true} | {ok: false, message: string}>}
 */
export async function ensureWebBuilt(projectFolder, node) {
  const hash = hashSources(projectFolder)
  if (isBuilt(projectFolder, hash)) return { ok: true }
  const builder = join(projectFolder, 'apps', 'web', 'build.ts')
  if (!existsSync(builder))
    return { ok: false, message: 'apps/web/build.ts is missing; restore it from git.' }
  const lock = await acquire(join(projectFolder, '.cache', 'web-build.lock'), (pid) =>
    process.stderr.write(`Waiting for another build of the web app (process ${pid}) …\n`),
  )
  try {
    if (isBuilt(projectFolder, hash)) return { ok: true }
    const startedAt = performance.now()
    process.stderr.write('Building the web app …\n')
    // The builder talks on stderr: the last line on stdout belongs to the link.
    const result = await runInForeground(node, ['--disable-warning=ExperimentalWarning', builder], {
      cwd: projectFolder,
      stdio: ['ignore', 2, 2],
    })
    if (result.code !== 0)
      return { ok: false, message: 'The web app could not be built; the reason is above.' }
    writeFileSync(join(projectFolder, STAMP), `${hash}\n`)
    process.stderr.write(`Built the web app in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`)
    return { ok: true }
  } finally {
    lock.release()
  }
}

/** @param {string} projectFolder @param {string} hash */
function isBuilt(projectFolder, hash) {
  try {
    return readFileSync(join(projectFolder, STAMP), 'utf8').trim() === hash
  } catch {
    return false
  }
}

/** @param {string} projectFolder */
function hashSources(projectFolder) {
  const hash = createHash('sha256')
  hash.update(readFileSync(join(projectFolder, 'package-lock.json')))
  for (const folder of SOURCES)
    for (const file of filesBelow(join(projectFolder, folder))) {
      hash.update(`\0${relative(projectFolder, file)}\0`)
      hash.update(readFileSync(file))
    }
  return hash.digest('hex')
}

/** @param {string} folder @returns {string[]} Sorted. */
function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name) && !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
}
