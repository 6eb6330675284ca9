// The launcher: starts the media process and the server, starts one that crashed or hangs again with growing
// pauses, passes signals on, and nothing else. Plain JavaScript that Node 20 runs. Exit code: the server's.

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openControlListener } from './control-listener.mjs'
import { Family } from './family.mjs'
import { helpText, parseFlags } from './flags.mjs'
import { findPinnedNode } from './pinned-node.mjs'
import { chooseSoundPorts } from './sound-ports.mjs'

/** A configuration error, like a wrong flag or a taken port: starting again would not help. */
const EXIT_CONFIGURATION = 2

const projectFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** @param {string} message @param {number} code @returns {never} */
function give(message, code) {
  process.stderr.write(`rufwerk: ${message}\n`)
  process.exit(code)
}

const parsed = parseFlags(process.argv.slice(2), { projectFolder, currentFolder: process.cwd() })
if (!parsed.ok) give(parsed.message, EXIT_CONFIGURATION)
if (parsed.isHelp) {
  process.stdout.write(helpText())
  process.exit(0)
}
const node = findPinnedNode(projectFolder)
if (!node.ok) give(node.message, 1)

const { isGuard } = parsed.flags
const soundPorts = isGuard ? { ok: true } : await chooseSoundPorts(parsed.flags)
if (!soundPorts.ok) give(soundPorts.message, EXIT_CONFIGURATION)
const flags = { ...parsed.flags, webrtcPort: soundPorts.webrtcPort }
const listener = openControlListener()
const family = new Family({
  node: node.path,
  projectFolder,
  isGuard,
  environment: {
    ...process.env,
    RUFWERK_FLAGS: JSON.stringify(flags),
    RUFWERK_MEDIA_SOCKET: listener.path,
    // Half of a start is compiling. A process that is started again finds what its predecessor compiled in
    // this private folder, which is new in each run: none executes what another one left on the disk.
    NODE_COMPILE_CACHE: join(dirname(listener.path), 'code'),
  },
  listener: listener.socket,
  drainMs: flags.drainSeconds * 1000,
  onEnd: (code) => {
    listener.close()
    process.exit(code)
  },
})

// Ctrl-C reaches the children by itself, as they share the terminal; a later signal ends the
// waiting for calls.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => family.stop(0))
family.start()
