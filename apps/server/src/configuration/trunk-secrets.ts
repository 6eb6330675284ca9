// Passwords of trunks in their file: written there by people as they are, sealed by the server under the
// master key as soon as it has read them. Whoever has the file alone registers nowhere with it.
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import type { TrunkEntry } from '@rufwerk/contract/trunk-file'
import type { Log } from '@rufwerk/core'
import type { Seal } from '@rufwerk/store'

const placeOf = ({ id }: TrunkEntry): string => `trunk/${id}`

/** With the password as it is; without one where it was sealed for another trunk or under another key. */
export function openPassword({ passwordSealed, ...entry }: TrunkEntry, seal: Seal): TrunkEntry {
  if (entry.password !== undefined || passwordSealed === undefined) return entry
  const password = seal.open(passwordSealed, placeOf(entry))
  return { ...entry, ...(password !== undefined && { password }) }
}

/** Undefined: there is nothing to seal. */
export function sealPasswords(entries: readonly TrunkEntry[], seal: Seal): TrunkEntry[] | undefined {
  if (entries.every(({ password }) => password === undefined)) return undefined
  return entries.map((entry) => {
    const { password, ...rest } = entry
    return password === undefined ? rest : { ...rest, passwordSealed: seal.close(password, placeOf(entry)) }
  })
}

export function trunkFileText(trunks: readonly TrunkEntry[]): string {
  return `${JSON.stringify({ trunks }, undefined, 2)}\n`
}

/** Whole or not at all, and private from its first byte; undefined: there is no file. False: as before. */
export async function putTrunkFile(path: string, text: string | undefined, log: Log): Promise<boolean> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.new`
  try {
    if (text === undefined) await rm(path, { force: true })
    else {
      await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
      await rename(draft, path)
    }
    return true
  } catch (error) {
    await rm(draft, { force: true })
    log.error('trunks not written', { error: error instanceof Error ? error.name : 'unknown' })
    return false
  }
}
