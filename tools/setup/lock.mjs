// A lock between processes: a file that holds the pid of its owner. A lock whose owner is gone is taken over.
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const POLL_MS = 200

/**
 * Waits until the lock is ours.
 * @param {string} path
 * @param {(pid: number) => void} onWait Called once when somebody else has it.
 * @returns {Promise<{release: () => void}>}
 */
export async function acquire(path, onWait) {
  mkdirSync(dirname(path), { recursive: true })
  let hasSaid = false
  for (;;) {
    if (tryAcquire(path)) return { release: () => rmSync(path, { force: true }) }
    const owner = readOwner(path)
    if (owner !== undefined && !isAlive(owner)) {
      takeOver(path, owner)
      continue
    }
    if (owner !== undefined && !hasSaid) onWait(owner)
    if (owner !== undefined) hasSaid = true
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** @param {string} path */
function tryAcquire(path) {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} path */
function readOwner(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/**
 * Moves a dead owner's file away; only one of several processes succeeds.
 * @param {string} path @param {number} owner
 */
function takeOver(path, owner) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    // Between reading and moving it may have become somebody's who lives: give it back.
    if (readOwner(aside) !== owner) renameSync(aside, path)
    else rmSync(aside, { force: true })
  } catch {
    // Somebody else was quicker.
  }
}
