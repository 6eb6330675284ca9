// Puts a backup into an empty data folder: whole or not at all. Believes nothing of the file before its tag
// was right, and no path and no size after.
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
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fail, ok, type Result } from '@rufwerk/core'
import { type Entry, readEntries } from './entries.ts'
import { DATABASE, databaseProblem } from './make.ts'
import { type BackupHeader, Damaged, SealedReader } from './sealed-file.ts'

export interface RestoreWish {
  readonly file: string
  /** The passphrase or the recovery key. */
  readonly secret: string
  readonly dataDir: string
}

export interface Restored extends Pick<BackupHeader, 'createdAt' | 'program'> {
  readonly files: number
}

export type RestoreProblem =
  /** Something is in the data folder: a backup never goes over it. */
  'not-empty' | 'no-file' | 'not-a-backup' | 'wrong-key' | 'damaged' | 'no-room' | 'failed'

const FREE_BYTES_MIN = 64 * 1024 * 1024

export function restoreBackup({ file, secret, dataDir }: RestoreWish): Result<Restored, RestoreProblem> {
  const folder = resolve(dataDir)
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
    return fail('not-empty')
  if (!existsSync(file)) return fail('no-file')
  const draft = `${folder}.unfinished`
  // Of another run that goes on, or of somebody else: not ours to remove.
  if (existsSync(draft)) return fail('not-empty')
  const opened = SealedReader.open(file, secret)
  if (!opened.ok) return opened
  try {
    mkdirSync(draft, { mode: 0o700, recursive: true })
    const { bavail, bsize } = statfsSync(draft)
    // Nothing is compressed: what comes out is never more than went in.
    if (bavail * bsize < statSync(file).size + FREE_BYTES_MIN) return fail('no-room')
    const files = unpack(opened.value, draft)
    const problem = databaseProblem(join(draft, DATABASE))
    if (problem !== undefined) return fail('damaged')
    if (existsSync(folder)) rmdirSync(folder)
    renameSync(draft, folder)
    const { createdAt, program } = opened.value.header
    return ok({ files, createdAt, program })
  } catch (error) {
    return fail(error instanceof Damaged ? 'damaged' : 'failed')
  } finally {
    opened.value.close()
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Looks through all of it as restoring does, and writes nothing. */
export function verifyBackup(file: string, secret: string): Result<Restored, RestoreProblem> {
  if (!existsSync(file)) return fail('no-file')
  const opened = SealedReader.open(file, secret)
  if (!opened.ok) return opened
  try {
    let files = 0
    for (const { content } of readEntries(opened.value.chunks())) {
      for (const _piece of content);
      files += 1
    }
    const { createdAt, program } = opened.value.header
    return ok({ files, createdAt, program })
  } catch (error) {
    return fail(error instanceof Damaged ? 'damaged' : 'failed')
  } finally {
    opened.value.close()
  }
}

function unpack(reader: SealedReader, folder: string): number {
  let files = 0
  let hasDatabase = false
  for (const entry of readEntries(reader.chunks())) {
    write(entry, join(folder, entry.path))
    if (entry.path === DATABASE) hasDatabase = true
    files += 1
  }
  if (!hasDatabase) throw new Damaged('there is no database in it')
  return files
}

/** Never over another file: two of one path are a forgery, too. */
function write({ content }: Entry, path: string): void {
  mkdirSync(dirname(path), { mode: 0o700, recursive: true })
  if (existsSync(path)) throw new Damaged('two files of one path')
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    for (const piece of content) for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
