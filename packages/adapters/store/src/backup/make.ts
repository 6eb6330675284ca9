// Makes a backup of a data folder while the server runs: a snapshot of the database by a connection of its
// own (what is committed meanwhile is not held up), then every file of the folder, encrypted, read back and
// compared. Blocks: for a thread of its own, which rests between pieces so that calls have the processor and
// the disk.
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { APPLICATION_ID } from '../worker/migrations.ts'
import { endOfEntries, isInside, readEntries, writeEntry } from './entries.ts'
import type { BackupKey } from './key.ts'
import { type Kept, nameOf, surplusOf } from './rotation.ts'
import { Damaged, SealedReader, SealedWriter } from './sealed-file.ts'

export interface BackupWish {
  readonly dataDir: string
  /** Where backups are kept; made with mode 0700 when absent. */
  readonly folder: string
  readonly key: BackupKey
  readonly kept: Kept
  /** UTC milliseconds. */
  readonly at: number
  readonly program: string
}

export interface BackupMade {
  readonly name: string
  readonly bytes: number
  readonly files: number
}

export const DATABASE = 'rufwerk.db'
const SNAPSHOT = 'unfinished-snapshot'
const PARTIAL = 'unfinished-backup'
/** What belongs to a run, or is a copy itself. */
const LEFT_OUT = new Set(['rufwerk.lock', 'rufwerk.sock', 'backups'])
/** Databases, beside the files that SQLite keeps with each: what is copied is a snapshot of each. */
const OF_DATABASE = /^([^/]+\.db)(?:-wal|-shm|-journal)?$/
const PIECE_BYTES = 256 * 1024
const REST_MS = 1
/** Must be free besides what is written. */
const FREE_BYTES_MIN = 64 * 1024 * 1024

/** Throws with a sentence when there is no sound backup; then nothing new is left behind. */
export function makeBackup(wish: BackupWish): BackupMade {
  const { dataDir, folder, kept } = wish
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700, recursive: true })
  const partial = join(folder, PARTIAL)
  const name = nameOf(new Date(wish.at))
  const databases = databasesOf(dataDir)
  const snapshots = databases.map((path) => ({ path, file: join(folder, `${SNAPSHOT}-${path}`) }))
  const drafts = [partial, ...snapshots.map(({ file }) => file)]
  try {
    for (const old of drafts) rmSync(old, { force: true })
    requireRoom(dataDir, folder)
    for (const { path, file } of snapshots) takeSnapshot(join(dataDir, path), file, path === DATABASE)
    const files = [...snapshots, ...filesOf(dataDir, folder)]
    const written = write(wish, partial, files)
    const sum = readBack(partial, wish.key)
    if (sum !== written.sum) throw new Damaged('what was read back is not what was written')
    const bytes = statSync(partial).size
    renameSync(partial, join(folder, name))
    sync(folder)
    for (const old of surplusOf(readdirSync(folder), kept)) rmSync(join(folder, old), { force: true })
    return { name, bytes, files: written.files }
  } finally {
    for (const rest of drafts) rmSync(rest, { force: true })
  }
}

function requireRoom(dataDir: string, folder: string): void {
  const { bavail, bsize } = statfsSync(folder)
  // The snapshot and the backup with the same in it, and the other files.
  const all = filesOf(dataDir, folder).reduce((sum, { file }) => sum + sizeOf(file), 0)
  const snapshots = databasesOf(dataDir).reduce((sum, name) => sum + sizeOf(join(dataDir, name)), 0)
  const wanted = all + 2 * snapshots + FREE_BYTES_MIN
  if (bavail * bsize < wanted)
    throw new Error(`there is no room in ${folder}: ${Math.ceil(wanted / 1024 / 1024)} MB must be free`)
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

/** The store's own first, then those of other parts, such as the inventory of devices. */
function databasesOf(dataDir: string): string[] {
  const others = readdirSync(dataDir).filter(
    (name) => OF_DATABASE.exec(name)?.[1] === name && name !== DATABASE,
  )
  return [DATABASE, ...others.toSorted()]
}

function takeSnapshot(file: string, into: string, isStore: boolean): void {
  // SQLite writes into an empty file as it is, so that it never belongs to others.
  closeSync(openSync(into, 'wx', 0o600))
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    database.prepare('VACUUM INTO ?').run(into)
  } finally {
    database.close()
  }
  const problem = databaseProblem(into, isStore)
  if (problem !== undefined) throw new Error(`the copy of the database is not sound: ${problem}`)
}

/** What is wrong with a database file; undefined: it is sound. `isStore`: it must be the store's own. */
export function databaseProblem(file: string, isStore = true): string | undefined {
  const copy = new DatabaseSync(file, { readOnly: true })
  try {
    const ask = (pragma: string) => Object.values(copy.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]
    if (isStore && ask('application_id') !== APPLICATION_ID) return 'it is of another program'
    const answer = ask('integrity_check(1)')
    return answer === 'ok' ? undefined : String(answer)
  } finally {
    copy.close()
  }
}

interface SourceFile {
  readonly path: string
  readonly file: string
}

/** Plain files below the folder, without links, sockets and what is being written. */
function filesOf(dataDir: string, folder: string): SourceFile[] {
  const found: SourceFile[] = []
  const skipped = relative(resolve(dataDir), resolve(folder))
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const path = relative(dataDir, file)
    const [top = ''] = path.split('/')
    const isDraft = /\.(new|part)$/.test(entry.name)
    if (!entry.isFile() || isDraft || LEFT_OUT.has(top) || OF_DATABASE.test(path)) continue
    if (skipped !== '' && (path === skipped || path.startsWith(`${skipped}/`))) continue
    if (!isInside(path)) throw new Error(`a file has a name that a backup cannot hold: ${path}`)
    found.push({ path, file })
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** `sum` is over all that was written, in the clear. */
function write(wish: BackupWish, partial: string, files: readonly SourceFile[]) {
  const about = { createdAt: new Date(wish.at).toISOString(), program: wish.program }
  const writer = new SealedWriter(partial, wish.key, about)
  const sum = createHash('sha256')
  let count = 0
  try {
    for (const { path, file } of files) {
      const descriptor = openExisting(file)
      if (descriptor === undefined) continue
      try {
        const { size } = fstatSync(descriptor)
        for (const piece of writeEntry({ path, size }, contentOf(descriptor, size))) {
          sum.update(piece)
          writer.write(piece)
        }
        count += 1
      } finally {
        closeSync(descriptor)
      }
    }
    sum.update(endOfEntries())
    writer.write(endOfEntries())
    writer.finish()
  } finally {
    writer.close()
  }
  return { files: count, sum: sum.digest('hex') }
}

/** Undefined: it has gone since it was listed. */
function openExisting(file: string): number | undefined {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** What is appended meanwhile is for the next backup. */
function* contentOf(descriptor: number, size: number): Iterable<Uint8Array> {
  for (let at = 0; at < size; ) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, size - at))
    const length = readSync(descriptor, piece, 0, piece.length, at)
    if (length === 0) return
    at += length
    yield piece.subarray(0, length)
    rest()
  }
}

/** Every tag and every sum; the sum over all of it in the clear. */
function readBack(partial: string, key: BackupKey): string {
  const opened = SealedReader.open(partial, key)
  if (!opened.ok) throw new Damaged(opened.error)
  const sum = createHash('sha256')
  try {
    for (const { content } of readEntries(counted(opened.value.chunks(), sum)))
      for (const _piece of content) rest()
  } finally {
    opened.value.close()
  }
  return sum.digest('hex')
}

function* counted(
  chunks: Iterable<Uint8Array>,
  sum: { update(bytes: Uint8Array): unknown },
): Iterable<Uint8Array> {
  for (const chunk of chunks) {
    sum.update(chunk)
    yield chunk
  }
}

const NEVER = new Int32Array(new SharedArrayBuffer(4))

function rest(): void {
  Atomics.wait(NEVER, 0, 0, REST_MS)
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
