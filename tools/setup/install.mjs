// Installs what package-lock.json names, when it is not there yet: with a progress display, one process at a
// time, and a sentence for each way it can fail. Never runs a package's own scripts. Node 20 runs this file
// before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainFailure } from './install-failure.mjs'
import { acquire } from './lock.mjs'
import { progressLine } from './progress.mjs'

const NODE_MAJOR_MIN = 20
const NPM_MAJOR_MIN = 9
const STAMP = join('node_modules', '.rufwerk-stamp')
/** Kept of npm's output to explain a failure. */
const OUTPUT_CHARS_MAX = 200_000

/**
 * Makes sure that node_modules is what package-lock.json says.
 * @param {string} projectFolder
 * @returns {Promise<{ok: true, isFresh: boolean} | {ok: false, message: string}>} `isFresh`: done just now.
 */
export async function ensureInstalled(projectFolder) {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN)
    return {
      ok: false,
      message: `Node.js ${NODE_MAJOR_MIN} or newer is needed; this is ${process.versions.node}.`,
    }
  if (isInstalled(projectFolder)) return { ok: true, isFresh: false }
  const lock = await acquire(join(projectFolder, '.cache', 'install.lock'), (pid) =>
    process.stderr.write(`Waiting for another installation (process ${pid}) …\n`),
  )
  try {
    // Whoever held the lock may have done the work.
    if (isInstalled(projectFolder)) return { ok: true, isFresh: false }
    const npm = findNpm()
    if (!npm.ok) return npm
    const result = await runNpm(projectFolder, npm.command)
    if (!result.ok) return { ok: false, message: explainFailure(result.output, result.code) }
    writeStamp(projectFolder)
    return { ok: true, isFresh: true }
  } finally {
    lock.release()
  }
}

/** @param {string} projectFolder */
function lockHash(projectFolder) {
  const hash = createHash('sha256').update(readFileSync(join(projectFolder, 'package-lock.json')))
  return hash.update(`${process.platform} ${process.arch}`).digest('hex')
}

/** @param {string} projectFolder */
function writeStamp(projectFolder) {
  writeFileSync(join(projectFolder, STAMP), `${lockHash(projectFolder)}\n`)
}

/** @param {string} projectFolder */
function isInstalled(projectFolder) {
  try {
    const stamp = readFileSync(join(projectFolder, STAMP), 'utf8').trim()
    if (stamp === lockHash(projectFolder)) return true
  } catch {
    // No stamp: somebody may have run `npm ci` by hand.
  }
  if (!matchesLockfile(projectFolder)) return false
  writeStamp(projectFolder)
  return true
}

/**
 * npm writes node_modules/.package-lock.json at the end of an installation: what is really there.
 * @param {string} projectFolder
 */
function matchesLockfile(projectFolder) {
  const read = (/** @type {string} */ name) =>
    JSON.parse(readFileSync(join(projectFolder, name), 'utf8')).packages
  try {
    const wanted = read('package-lock.json')
    const present = read(join('node_modules', '.package-lock.json'))
    return Object.entries(wanted).every(([path, entry]) => {
      if (!isForThisMachine(path, entry)) return true
      const there = present[path]
      // npm may leave out an optional package that names no machine, when only left-out ones need it.
      if (!there && entry.optional && !entry.os) return true
      const isSame = there?.link
        ? entry.link
        : there?.version === entry.version && there?.integrity === entry.integrity
      return Boolean(isSame) && existsSync(join(projectFolder, path))
    })
  } catch {
    return false
  }
}

/**
 * @param {string} path @param {{os?: string | string[], cpu?: string | string[], libc?: string[], optional?:
 * boolean}} entry
 */
function isForThisMachine(path, entry) {
  if (!path.startsWith('node_modules/')) return false
  // Some packages give a text where others give a list.
  if (entry.os && ![entry.os].flat().includes(process.platform)) return false
  if (entry.cpu && ![entry.cpu].flat().includes(process.arch)) return false
  // An optional package with a C library of its own may be left out by npm without harm.
  return !(entry.optional && entry.libc)
}

/** @param {string} projectFolder */
function countPackages(projectFolder) {
  const packages = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')).packages
  return Object.entries(packages).filter(([path, entry]) => isForThisMachine(path, entry) && !entry.link)
    .length
}

/** @returns {{ok: true, command: string[]} | {ok: false, message: string}} */
function findNpm() {
  const script = process.env.npm_execpath
  const command = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm']
  const [program = 'npm', ...rest] = command
  const version = spawnSync(program, [...rest, '--version'], { encoding: 'utf8' })
  if (version.error || version.status !== 0)
    return { ok: false, message: 'npm was not found; it comes with Node.js.' }
  if (Number(version.stdout.trim().split('.')[0]) < NPM_MAJOR_MIN)
    return {
      ok: false,
      message: `npm ${NPM_MAJOR_MIN} or newer is needed; this is ${version.stdout.trim()}.`,
    }
  return { ok: true, command }
}

/**
 * @param {string} projectFolder
 * @param {string[]} command
 * @returns {Promise<{ok: boolean, code: number | null, output: string}>}
 */
function runNpm(projectFolder, command) {
  mkdirSync(join(projectFolder, '.cache'), { recursive: true })
  const total = countPackages(projectFolder)
  const [program = 'npm', ...rest] = command
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  // A machine without network should be told so in seconds, not minutes.
  const retries = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  const child = spawn(program, [...rest, ...args, ...retries, '--loglevel=http'], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: '' },
  })
  let output = ''
  const fetched = new Set()
  const progress = progressLine('Installing', total)
  /** @param {Buffer} chunk */
  const hear = (chunk) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARS_MAX)
    for (const match of chunk.toString('utf8').matchAll(/\/([^/\s]+\.tgz)/g)) fetched.add(match[1])
    progress.show(Math.min(fetched.size, total))
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((resolve) => {
    child.once('error', (error) => {
      progress.end(false)
      resolve({ ok: false, code: null, output: String(error) })
    })
    child.once('close', (code) => {
      progress.end(code === 0)
      resolve({ ok: code === 0, code, output })
    })
  })
}
