// SQLite leaves copies of rows in unused parts of pages when it moves them. After something was erased, the
// whole database is written anew at the next orderly end, when nobody waits for it.
import type { DatabaseSync } from 'node:sqlite'

/** The setting that says that it is to be done. */
export const REMNANTS = 'remnants'
/** A larger one would take longer than an end may: it waits for a smaller day. */
const DATABASE_BYTES_MAX = 256 * 1024 * 1024

/** Never throws: an end goes on without it, and the next one tries again. */
export function removeRemnants(database: DatabaseSync): void {
  try {
    if (!database.prepare('SELECT 1 FROM settings WHERE name = ?').get(REMNANTS)) return
    const [pages, bytes] = ['page_count', 'page_size'].map((name) => pragma(database, name))
    if ((pages ?? 0) * (bytes ?? 0) > DATABASE_BYTES_MAX) return
    database.exec('VACUUM')
    database.prepare('DELETE FROM settings WHERE name = ?').run(REMNANTS)
  } catch {
    // A full disk, mostly: there must be room for a second copy.
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
}
