// Opens the files of a data folder: lock, database, schema. Whatever goes wrong becomes a code and a
// sentence, and files that did not exist before are removed again.
import { closeSync, existsSync, mkdirSync, openSync, rmdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StoreErrorCode } from '../errors.ts'
import { sealAudit } from './audit-sealer.ts'
import { backUp } from './backup.ts'
import type { Refused } from './messages.ts'
import { APPLICATION_ID, MIGRATIONS, type Migration } from './migrations.ts'
import { isSqliteError, sqliteCode } from './sqlite-errors.ts'

export interface OpenDatabase {
  readonly database: DatabaseSync
  readonly generation: number
  close(): void
}

/** Less free space than this and a start is refused: there must be room to go on writing for a while. */
const FREE_BYTES_MIN = 16 * 1024 * 1024
/** Files up to this size are checked at every start; SQLite's own recovery covers a crash of any size. */
const CHECKED_BYTES_MAX = 32 * 1024 * 1024
/** Nothing is owed any more to legs of calls that ended before that, and of which there is no record. */
const ENDED_LEGS_MS = 600_000
const FORGET_LEGS = `DELETE FROM legs WHERE number NOT IN (SELECT number FROM live_calls) AND NOT EXISTS (
  SELECT 1 FROM cdrs WHERE cdrs.number = legs.number AND json_extract(record, '$.endedAt') > ?)`
/** The schema in which the log of administration is a chain. */
const CHAINED_SINCE = 15
const DATABASE_FILE = 'rufwerk.db'
const LOCK_FILE = 'rufwerk.lock'

class Refusal extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

interface Limits {
  readonly freeBytesMin: number
  /** Pages that the file may have; a stand-in for a full disk. */
  readonly pagesMax?: number
}

export interface OpenOptions {
  readonly limits?: Limits
  /** The schema to reach; that of this release when absent. */
  readonly migrations?: readonly Migration[]
}

export function openDatabase(
  dataDir: string,
  { limits = { freeBytesMin: FREE_BYTES_MIN }, migrations = MIGRATIONS }: OpenOptions = {},
): OpenDatabase | Refused {
  const folder = resolve(dataDir)
  const undo: (() => void)[] = []
  try {
    makeFolder(folder, undo)
    requireSpace(folder, limits.freeBytesMin)
    const lock = takeLock(folder, undo)
    const opened = openAndMigrate(folder, undo, limits, migrations)
    return {
      ...opened,
      close: () => {
        opened.database.close()
        lock.close()
      },
    }
  } catch (error) {
    for (const step of undo.toReversed()) step()
    const refusal = error instanceof Refusal ? error : refusalFor(folder, error)
    return { type: 'refused', code: refusal.code, message: refusal.message }
  }
}

function makeFolder(folder: string, undo: (() => void)[]): void {
  // One by one: Node's recursive mkdir never ends below /proc, where the parent is there and nothing can be
  // made.
  const absent: string[] = []
  for (let path = folder; !existsSync(path); path = resolve(path, '..')) absent.unshift(path)
  for (const path of absent) {
    mkdirSync(path, { mode: 0o700 })
    undo.push(() => rmdirSync(path))
  }
  if (!statSync(folder).isDirectory()) throw new Refusal('folder-unwritable', `${folder} is not a folder.`)
}

function requireSpace(folder: string, freeBytesMin: number): void {
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize >= freeBytesMin) return
  throw new Refusal('disk-full', diskFullMessage(folder))
}

/** A second process gets SQLITE_BUSY; the lock goes with the process, however it ends. */
function takeLock(folder: string, undo: (() => void)[]): DatabaseSync {
  const file = join(folder, LOCK_FILE)
  createPrivate(file, undo)
  const lock = new DatabaseSync(file, { timeout: 0 })
  undo.push(() => lock.close())
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    // The file belongs to the other one, even if it was made a moment ago.
    undo.splice(0, undo.length, () => lock.close())
    if (sqliteCode(error) !== 'busy') throw error
    const advice = 'Stop it first, or give this one its own folder.'
    throw new Refusal('locked', `The data folder ${folder} is in use by another Rufwerk. ${advice}`)
  }
  return lock
}

function openAndMigrate(
  folder: string,
  undo: (() => void)[],
  { pagesMax }: Limits,
  migrations: readonly Migration[],
): Omit<OpenDatabase, 'close'> {
  const file = join(folder, DATABASE_FILE)
  const target = migrations.at(-1)?.version ?? 0
  createPrivate(file, undo)
  const database = new DatabaseSync(file, { timeout: 2_000 })
  undo.push(() => database.close())
  const version = checkFile(database, file, target)
  if (version > 0 && version < target) backUpFirst(database, folder, version)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  // What is deleted is overwritten in the pages that are written anyway: keys of erased recordings, too.
  database.exec('PRAGMA secure_delete = FAST')
  database.exec('PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 2000; PRAGMA temp_store = MEMORY')
  if (pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${pagesMax}`)
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const migration of migrations.filter((each) => each.version > version)) {
      database.exec(migration.sql)
      const applied = database.prepare('INSERT INTO schema_versions VALUES (?, ?, ?)')
      applied.run(migration.version, migration.name, Date.now())
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${target}`)
    database.prepare(FORGET_LEGS).run(Date.now() - ENDED_LEGS_MS)
    if (target >= CHAINED_SINCE) sealAudit(database)
    const generation = countUp(database)
    database.exec('COMMIT')
    return { database, generation }
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Without a copy to go back to, nothing is changed. */
function backUpFirst(database: DatabaseSync, folder: string, version: number): void {
  try {
    backUp(database, folder, version, new Date())
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const what = `The database in ${folder} is to be updated and could not be copied before (${why})`
    const advice = `Nothing was changed. Make room, or give the right to write to ${join(folder, 'backups')}.`
    throw new Refusal('backup-failed', `${what}. ${advice}`)
  }
}

/** Returns the schema version: 0 for a new file. */
function checkFile(database: DatabaseSync, file: string, target: number): number {
  const application = pragma(database, 'application_id')
  const version = pragma(database, 'user_version')
  const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get()
  if (Number(tables?.n) === 0) return 0
  if (application !== APPLICATION_ID) {
    throw new Refusal('foreign-file', `${file} is a database of another program. Move it away.`)
  }
  if (version > target) {
    const what = `was written by a newer Rufwerk (schema ${version}, this one knows ${target})`
    throw new Refusal('newer-schema', `${file} ${what}. Start the newer one, or restore a backup.`)
  }
  if (statSync(file).size <= CHECKED_BYTES_MAX) {
    const [answer] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})
    if (answer !== 'ok') throw new Refusal('corrupt-file', corruptMessage(file, String(answer)))
  }
  return version
}

function countUp(database: DatabaseSync): number {
  const sql = `INSERT INTO settings VALUES ('generation', '1')
    ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value`
  return Number(database.prepare(sql).get()?.value)
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}

/** An empty file that only its owner reads; SQLite gives its side files the same mode. */
function createPrivate(file: string, undo: (() => void)[]): void {
  if (existsSync(file)) return
  closeSync(openSync(file, 'a', 0o600))
  undo.push(() => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true })
  })
}

function refusalFor(folder: string, error: unknown): Refusal {
  const text = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const sqlite = sqliteCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || sqlite === 'full') {
    return new Refusal('disk-full', diskFullMessage(folder))
  }
  if (sqlite === 'corrupt')
    return new Refusal('corrupt-file', corruptMessage(join(folder, DATABASE_FILE), text))
  const isDenied = sqlite === 'readonly' || sqlite === 'cannot-open'
  if (isDenied || (typeof code === 'string' && !isSqliteError(error))) {
    const advice = 'Give this user the right to write there, or choose another folder.'
    return new Refusal('folder-unwritable', `Cannot write to the data folder ${folder} (${text}). ${advice}`)
  }
  return new Refusal('failed', `The data folder ${folder} could not be opened: ${text}.`)
}

function diskFullMessage(folder: string): string {
  const megabytes = FREE_BYTES_MIN / 1024 / 1024
  const advice = 'Make room, or choose a folder on another disk.'
  return `The disk of the data folder ${folder} is full (${megabytes} MB must be free). ${advice}`
}

function corruptMessage(file: string, why: string): string {
  return `${file} is damaged (${why}). Restore a backup, or move the file away to start anew.`
}
