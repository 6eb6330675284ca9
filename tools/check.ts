// npm run check: format, lint, types, tidy and unit tests. Needs nothing but what npm installed, and takes
// seconds. `--fix` first lets the formatter write.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHECK_GROUPS } from './testing/groups.ts'
import { runGroups } from './testing/run-groups.ts'

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
if (process.argv.includes('--fix')) {
  const biome = join('node_modules', '@biomejs', 'biome', 'bin', 'biome')
  spawnSync(process.execPath, [biome, 'check', '--write', '.'], { cwd: projectFolder, stdio: 'inherit' })
}
process.exitCode = await runGroups(projectFolder, CHECK_GROUPS)
