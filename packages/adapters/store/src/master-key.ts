// The one file with a secret in it: 32 random bytes, mode 0600. Keys for each purpose are derived from it
// (RFC 5869), so that no key is used for two things.
import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '@rufwerk/core'
import type { StoreError } from './errors.ts'

export interface MasterKey {
  /** 32 bytes for one purpose, always the same for the same purpose and key file (HKDF-SHA-256). */
  keyFor(purpose: string): Uint8Array
}

const KEY_BYTES = 32
const KEY_FILE = 'master.key'

/** Reads the key file of a data folder, or makes it. A key that others may read is refused. */
export async function loadMasterKey(dataDir: string): Promise<Result<MasterKey, StoreError>> {
  const file = join(dataDir, KEY_FILE)
  try {
    await mkdir(dataDir, { mode: 0o700 }).catch(unlessThere)
    const secret = (await readKey(file)) ?? (await makeKey(file))
    if (secret.length !== KEY_BYTES) {
      const what = `it has ${secret.length} bytes instead of ${KEY_BYTES}`
      return fail({ code: 'corrupt-file', message: `${file} is damaged: ${what}. Restore it from a backup.` })
    }
    if (((await stat(file)).mode & 0o077) !== 0) {
      const message = `${file} can be read by others. Run: chmod 600 ${file}`
      return fail({ code: 'key-exposed', message })
    }
    const derive = (purpose: string) => hkdfSync('sha256', secret, '', `rufwerk ${purpose}`, KEY_BYTES)
    return ok({ keyFor: (purpose) => new Uint8Array(derive(purpose)) })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
    const code = isFull ? 'disk-full' : 'folder-unwritable'
    return fail({ code, message: `The key file ${file} could not be read or made (${why}).` })
  }
}

async function readKey(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Written whole and synced under another name first, then linked: there is never half a key. */
async function makeKey(file: string): Promise<Uint8Array> {
  const draft = `${file}.${process.pid}.new`
  try {
    const key = await open(draft, 'wx', 0o600)
    try {
      await key.writeFile(randomBytes(KEY_BYTES))
      await key.sync()
    } finally {
      await key.close()
    }
    await link(draft, file)
  } catch (error) {
    const wasFirst = !(error instanceof Error && 'code' in error && error.code === 'EEXIST')
    if (wasFirst) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file)
}

/** Another start made the folder at the same moment, or openStore did before. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
