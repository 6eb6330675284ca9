// npm run check: format, lint, types, tidy and unit tests. Needs nothing but what npm installed, and takes
// seconds. `--fix [PATH…]` first lets the formatter write.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHECK_GROUPS } from './testing/groups.ts'
import { runGroups } from './testing/run-groups.ts'
import { reflow } from './tidy/reflow.ts'
import { readTree } from './tidy/tree.ts'

/** Lets the formatter write, and breaks comments that are too wide; in all files or below some paths. */
function fix(paths: readonly string[]): void {
  const biome = join('node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const chosen = readTree(projectFolder)
    .code()
    .filter((path) => paths.length === 0 || paths.some((folder) => path.startsWith(folder)))
  for (const path of chosen) {
    const text = readFileSync(join(projectFolder, path), 'utf8')
    const narrow = reflow(text)
    if (narrow !== text) writeFileSync(join(projectFolder, path), narrow)
  }
  const args = [biome, 'check', '--write', ...(paths.length > 0 ? paths : ['.'])]
  spawnSync(process.execPath, args, { cwd: projectFolder, stdio: 'inherit' })
}

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const [flag, ...paths] = process.argv.slice(2)
if (flag === '--fix') fix(paths)
process.exitCode = await runGroups(projectFolder, CHECK_GROUPS)
