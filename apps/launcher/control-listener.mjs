// The listener that call control connects to: made here and handed to each media process, so that media needs
// no file system for it, and a connection waits while media is being restarted. Plain JavaScript for Node 20.
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux keeps it in memory (tmpfs): what is compiled is written 40 times faster there than to a disk. */
const FOLDER_IN_MEMORY = '/dev/shm'

/**
 * @typedef {object} ControlListener
 * @property {string} path Of the Unix socket.
 * @property {object | undefined} socket Goes to media as descriptor 3; undefined: media listens at `path`.
 * @property {() => void} close
 */

/** @returns {ControlListener} */
export function openControlListener() {
  // mkdtemp makes the folder with mode 0700: only this user can reach the control socket in it.
  const folder = mkdtempSync(join(folderForRun(), 'rufwerk-'))
  const path = join(folder, 'media.sock')
  const socket = bindOnly(path)
  return {
    path,
    socket,
    close: () => {
      socket?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function folderForRun() {
  try {
    accessSync(FOLDER_IN_MEMORY, constants.W_OK)
    return FOLDER_IN_MEMORY
  } catch {
    return tmpdir()
  }
}

/**
 * A socket that is bound but not listened on here: net.Server would accept connections in this process. Node
 * makes such handles for its cluster module, under a name that is not documented; without it media listens.
 * @param {string} path
 * @returns {{close: () => void} | undefined}
 */
function bindOnly(path) {
  /** @type {{_createServerHandle?: (path: string, port: number, family: number) => unknown}} */
  const internals = net
  const make = internals._createServerHandle
  if (typeof make !== 'function') return undefined
  const made = make(path, -1, -1) // A number is the error.
  return isClosable(made) ? made : undefined
}

/** @param {unknown} made @returns {made is {close: () => void}} */
function isClosable(made) {
  return typeof made === 'object' && made !== null && 'close' in made && typeof made.close === 'function'
}
