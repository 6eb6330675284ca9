// node tools/run.mjs FILE.ts [ARGUMENTS]: installs what is missing, then runs the file with the pinned Node.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPinnedNode } from '../apps/launcher/pinned-node.mjs'
import { ensureInstalled } from './setup/install.mjs'
import { endLike, runInForeground } from './setup/launch.mjs'

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const [file, ...args] = process.argv.slice(2)

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

if (file === undefined) fail('Usage: node tools/run.mjs FILE.ts [ARGUMENTS]')
const installed = await ensureInstalled(projectFolder)
if (!installed.ok) fail(installed.message)
const node = findPinnedNode(projectFolder)
if (!node.ok) fail(node.message)
endLike(await runInForeground(node.path, ['--disable-warning=ExperimentalWarning', file, ...args]))
