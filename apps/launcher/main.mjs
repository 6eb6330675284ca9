// The launcher: starts the media process and the server, starts a crashed one again with growing pauses,
// passes signals on, and nothing else. Plain JavaScript that Node 20 runs. Exit code: the server's.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { helpText, parseFlags } from './flags.mjs'
import { findPinnedNode } from './pinned-node.mjs'
import { RestartPolicy } from './restart-policy.mjs'
import { chooseSoundPorts } from './sound-ports.mjs'

/** A configuration error, like a wrong flag or a taken port: starting again would not help. */
const EXIT_CONFIGURATION = 2
/** How long the processes get for a clean end. */
const STOP_MS_MAX = 5_000

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

const soundPorts = await chooseSoundPorts(parsed.flags)
if (!soundPorts.ok) give(soundPorts.message, EXIT_CONFIGURATION)
const flags = { ...parsed.flags, webrtcPort: soundPorts.webrtcPort }
// mkdtemp makes the folder with mode 0700: only this user can reach the control socket in it.
const privateFolder = mkdtempSync(join(tmpdir(), 'rufwerk-'))
const environment = {
  ...process.env,
  RUFWERK_FLAGS: JSON.stringify(flags),
  RUFWERK_MEDIA_SOCKET: join(privateFolder, 'media.sock'),
}

/** @type {Map<string, import('node:child_process').ChildProcess>} */
const running = new Map()
/** Set once, by the first reason to stop. @type {number | undefined} */
let exitCode

/** @param {'media' | 'server'} name @param {RestartPolicy} policy */
function start(name, policy) {
  const script = join(projectFolder, 'apps', name, 'src', 'main.ts')
  const child = spawn(node.path, ['--disable-warning=ExperimentalWarning', script], {
    cwd: projectFolder,
    env: environment,
    stdio: 'inherit',
  })
  running.set(name, child)
  child.once('error', (error) => {
    running.delete(name)
    stop(1, `could not start ${name}: ${error.message}`)
  })
  child.once('exit', (code, signal) => {
    running.delete(name)
    ended(name, policy, code, signal)
  })
}

/**
 * @param {'media' | 'server'} name @param {RestartPolicy} policy @param {number | null} code @param {string |
 * null} signal
 */
function ended(name, policy, code, signal) {
  if (exitCode !== undefined) return finishWhenEmpty()
  if (code === EXIT_CONFIGURATION) return stop(EXIT_CONFIGURATION)
  if (code === 0 && name === 'server') return stop(0)
  const pauseMs = policy.crashed(performance.now())
  const what = `${name} ended unexpectedly (${signal ?? `code ${code}`})`
  if (pauseMs === undefined) return stop(1, `${what} again and again; giving up`)
  process.stderr.write(`rufwerk: ${what}; starting it again in ${pauseMs} ms\n`)
  setTimeout(() => {
    if (exitCode === undefined) start(name, policy)
    else finishWhenEmpty()
  }, pauseMs)
}

/** @param {number} code @param {string} [message] */
function stop(code, message) {
  if (exitCode !== undefined) return
  exitCode = code
  if (message) process.stderr.write(`rufwerk: ${message}\n`)
  for (const child of running.values()) child.kill('SIGTERM')
  setTimeout(() => {
    for (const child of running.values()) child.kill('SIGKILL')
  }, STOP_MS_MAX).unref()
  finishWhenEmpty()
}

function finishWhenEmpty() {
  if (running.size > 0) return
  rmSync(privateFolder, { recursive: true, force: true })
  process.exit(exitCode)
}

// Ctrl-C reaches the children by itself, as they share the terminal; a second signal changes nothing.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0))
start('media', new RestartPolicy())
start('server', new RestartPolicy())
