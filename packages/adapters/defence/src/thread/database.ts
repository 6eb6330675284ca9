// The file of the defence: devices and advisories as they are now, and a history that only grows. Apart from
// the telephone system's own records, so that neither waits for the other.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const FILE = 'defence.db'
const FILE_MODE = 0o600
const DEVICES = `
CREATE TABLE devices (tenant TEXT NOT NULL, key TEXT NOT NULL, device TEXT NOT NULL, names TEXT NOT NULL,
  PRIMARY KEY (tenant, key)) STRICT, WITHOUT ROWID;
CREATE TABLE changes (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, at INTEGER NOT NULL,
  change TEXT NOT NULL) STRICT;
CREATE INDEX changes_of ON changes (tenant, number);
CREATE TRIGGER changes_stay
  BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER changes_last
  BEFORE DELETE ON changes BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TABLE issuers (tenant TEXT NOT NULL, namespace TEXT NOT NULL, issuer TEXT NOT NULL,
  PRIMARY KEY (tenant, namespace)) STRICT, WITHOUT ROWID;
CREATE TABLE documents (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, issuer TEXT NOT NULL,
  id TEXT NOT NULL, revision TEXT NOT NULL, document TEXT NOT NULL,
  UNIQUE (tenant, issuer, id, revision)) STRICT;
CREATE TABLE conflicts (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, conflict TEXT NOT NULL,
  UNIQUE (tenant, conflict)) STRICT;
`

const CASES = `
CREATE TABLE cases (tenant TEXT PRIMARY KEY, cases TEXT NOT NULL) STRICT, WITHOUT ROWID;
`
const FEEDS = `
CREATE TABLE keys (tenant TEXT NOT NULL, fingerprint TEXT NOT NULL, key TEXT NOT NULL,
  PRIMARY KEY (tenant, fingerprint)) STRICT, WITHOUT ROWID;
CREATE TABLE feeds (tenant TEXT NOT NULL, namespace TEXT NOT NULL, feed TEXT NOT NULL,
  PRIMARY KEY (tenant, namespace)) STRICT, WITHOUT ROWID;
CREATE TABLE listed (tenant TEXT NOT NULL, namespace TEXT NOT NULL, address TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (tenant, namespace, address)) STRICT, WITHOUT ROWID;
`
const WORK = `
CREATE TABLE allowed (tenant TEXT PRIMARY KEY, rules TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE playbooks (tenant TEXT NOT NULL, issuer TEXT NOT NULL, advisory TEXT NOT NULL,
  steps TEXT NOT NULL, PRIMARY KEY (tenant, issuer, advisory)) STRICT, WITHOUT ROWID;
`
const OUTSIDE = `
CREATE TABLE outside (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, source TEXT NOT NULL,
  at INTEGER NOT NULL, digest TEXT NOT NULL UNIQUE, receipt TEXT NOT NULL, "case" TEXT NOT NULL) STRICT;
CREATE INDEX outside_of ON outside (tenant, source, at);
CREATE TABLE webhooks (tenant TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL,
  "by" TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID;
`
const SEARCHES = `
CREATE TABLE indicators (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, case_id TEXT NOT NULL,
  file TEXT NOT NULL) STRICT;
CREATE INDEX indicators_of ON indicators (tenant, case_id);
CREATE TABLE searches (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, case_id TEXT NOT NULL,
  search TEXT NOT NULL) STRICT;
CREATE INDEX searches_of ON searches (tenant, case_id);
`
const WARNINGS = `
CREATE TABLE warnings (revision INTEGER PRIMARY KEY, tenant TEXT NOT NULL, "case" TEXT NOT NULL,
  at INTEGER NOT NULL, "by" TEXT NOT NULL, warning TEXT NOT NULL) STRICT;
CREATE INDEX warnings_of ON warnings (tenant, revision);
CREATE TRIGGER warnings_stay
  BEFORE UPDATE ON warnings BEGIN SELECT RAISE(ABORT, 'what was published stays'); END;
CREATE TRIGGER warnings_last
  BEFORE DELETE ON warnings BEGIN SELECT RAISE(ABORT, 'what was published stays'); END;
`
/** In the order in which they came: an older file gets what it lacks, a newer one is refused. */
const MIGRATIONS = [DEVICES, CASES, FEEDS, WORK, OUTSIDE, SEARCHES, WARNINGS]

/** Throws where the folder cannot be used, or the file is newer or damaged. */
export function openDatabase(folder: string): DatabaseSync {
  const path = join(folder, FILE)
  const database = new DatabaseSync(path)
  try {
    chmodSync(path, FILE_MODE)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    if (found > MIGRATIONS.length) throw new Error(`${FILE} is of a newer release`)
    const lacking = MIGRATIONS.slice(found).join('')
    if (lacking !== '') database.exec(`BEGIN; ${lacking} PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** All of it, or nothing. */
export function together(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
