// npm start: checks the flags, installs what is missing, builds the web app if needed, starts the launcher.
// The server prints the link as the last line on stdout; everything said here goes to stderr.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { helpText, parseFlags } from '../apps/launcher/flags.mjs'
import { findPinnedNode } from '../apps/launcher/pinned-node.mjs'
import { ensureInstalled } from './setup/install.mjs'
import { endLike, runInForeground } from './setup/launch.mjs'
import { ensureWebBuilt } from './setup/web-build.mjs'

const EXIT_CONFIGURATION = 2

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
// npm runs this in the project folder and says in INIT_CWD where the user stood.
const isUnderNpm = process.env.npm_lifecycle_event === 'start'
const currentFolder = (isUnderNpm && process.env.INIT_CWD) || process.cwd()

/** @param {string} message @param {number} code @returns {never} */
function fail(message, code) {
  process.stderr.write(`rufwerk: ${message}\n`)
  process.exit(code)
}

const parsed = parseFlags(process.argv.slice(2), { projectFolder, currentFolder })
if (!parsed.ok) fail(parsed.message, EXIT_CONFIGURATION)
if (parsed.isHelp) {
  process.stdout.write(helpText())
  process.exit(0)
}
const installed = await ensureInstalled(projectFolder)
if (!installed.ok) fail(installed.message, 1)
const node = findPinnedNode(projectFolder)
if (!node.ok) fail(node.message, 1)
const built = await ensureWebBuilt(projectFolder, node.path)
if (!built.ok) fail(built.message, 1)
const launcher = join(projectFolder, 'apps', 'launcher', 'main.mjs')
endLike(await runInForeground(node.path, [launcher, ...process.argv.slice(2)], { cwd: currentFolder }))
