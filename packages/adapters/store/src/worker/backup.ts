// A copy of the database before it is migrated, so that a bad release can be taken back. The copy is whole or
// not there: it is written under another name, checked, made durable and then renamed.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Older copies are removed once a new one is complete. */
export const BACKUPS_KEPT = 5
const BACKUP_FOLDER = 'backups'
const PARTIAL_FILE = 'unfinished'
const NAME = /^rufwerk-schema-[0-9]+-([0-9]{8}T[0-9]{6}Z)\.db$/

/** Copies to `folder`/backups/rufwerk-schema-VERSION-DATE.db. Throws when no sound copy could be made. */
export function backUp(database: DatabaseSync, folder: string, version: number, at: Date): string {
  const backups = join(folder, BACKUP_FOLDER)
  const isNew = !existsSync(backups)
  if (isNew) mkdirSync(backups, { mode: 0o700 })
  const partial = join(backups, PARTIAL_FILE)
  const date = at.toISOString().replace(/[-:]|\.[0-9]+/g, '')
  const file = join(backups, `rufwerk-schema-${version}-${date}.db`)
  try {
    rmSync(partial, { force: true })
    // SQLite writes into an empty file as it is, so that it never belongs to others.
    closeSync(openSync(partial, 'wx', 0o600))
    database.prepare('VACUUM INTO ?').run(partial)
    check(partial, version)
    sync(partial)
    renameSync(partial, file)
    sync(backups)
  } catch (error) {
    rmSync(partial, { force: true })
    if (isNew) rmdirSync(backups)
    throw error
  }
  for (const old of listBackups(folder).slice(BACKUPS_KEPT)) rmSync(join(backups, old), { force: true })
  return file
}

/** Names of the copies, newest first. */
export function listBackups(folder: string): string[] {
  const backups = join(folder, BACKUP_FOLDER)
  if (!existsSync(backups)) return []
  const dateOf = (name: string): string => NAME.exec(name)?.[1] ?? ''
  return readdirSync(backups)
    .filter((name) => NAME.test(name))
    .sort((a, b) => dateOf(b).localeCompare(dateOf(a)) || b.localeCompare(a))
}

function check(file: string, version: number): void {
  const copy = new DatabaseSync(file, { readOnly: true })
  try {
    const [answer] = Object.values(copy.prepare('PRAGMA quick_check(1)').get() ?? {})
    const [written] = Object.values(copy.prepare('PRAGMA user_version').get() ?? {})
    if (answer !== 'ok' || written !== version) throw new Error(`the copy is not sound: ${String(answer)}`)
  } finally {
    copy.close()
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
