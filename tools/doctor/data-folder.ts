// The data folder: rights, space, whether somebody works in it, and whether the database is sound. Reads
// only.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Finding, fine, problem, reasonOf, warning } from './finding.ts'

const MEGABYTE = 1024 * 1024
/** The store refuses to start below this. */
const FREE_MB_MIN = 16
const FREE_MB_LOW = 500
const OTHERS_MAY = 0o077

export function checkData(folder: string): Finding[] {
  if (!existsSync(folder)) {
    const text = `${folder} is not there yet; the first start makes it`
    return [
      fine('data', text, `${folder} gibt es noch nicht; der erste Start legt ihn an`),
      checkSpace(folder),
    ]
  }
  return [checkRights(folder), checkSpace(folder), checkKey(folder), checkDatabase(folder)]
}

function checkRights(folder: string): Finding {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return problem(
      'data',
      { en: `no right to write in ${folder}`, de: `kein Schreibrecht in ${folder}` },
      { en: 'Start as the user to whom it belongs.', de: 'Als der Benutzer starten, dem er gehört.' },
    )
  }
  if ((statSync(folder).mode & OTHERS_MAY) === 0)
    return fine('data', `data in ${folder}`, `Daten in ${folder}`)
  return warning(
    'data',
    { en: `others may look into ${folder}`, de: `andere dürfen in ${folder} sehen` },
    { en: `chmod 700 ${folder}`, de: `chmod 700 ${folder}` },
  )
}

function checkSpace(folder: string): Finding {
  let there = folder
  while (!existsSync(there)) there = dirname(there)
  const { bavail, bsize } = statfsSync(there)
  const free = Math.floor((bavail * bsize) / MEGABYTE)
  const text = { en: `${free} MB free`, de: `${free} MB frei` }
  const advice = { en: 'Make room on the disk.', de: 'Platz auf der Platte schaffen.' }
  if (free < FREE_MB_MIN) return problem('disk', text, advice)
  return free < FREE_MB_LOW ? warning('disk', text, advice) : fine('disk', text.en, text.de)
}

function checkKey(folder: string): Finding {
  const file = join(folder, 'master.key')
  if (!existsSync(file)) return fine('key', 'no master key yet', 'noch kein Hauptschlüssel')
  if ((statSync(file).mode & OTHERS_MAY) === 0)
    return fine(
      'key',
      'the master key is closed to others',
      'der Hauptschlüssel ist vor anderen verschlossen',
    )
  return problem(
    'key',
    { en: `others may read ${file}`, de: `andere dürfen ${file} lesen` },
    { en: `chmod 600 ${file}`, de: `chmod 600 ${file}` },
  )
}

function checkDatabase(folder: string): Finding {
  const file = join(folder, 'rufwerk.db')
  if (!existsSync(file)) return fine('database', 'no database yet', 'noch keine Datenbank')
  const advice = {
    en: `Stop Rufwerk and put a copy of ${join(folder, 'backups')} in its place.`,
    de: `Rufwerk anhalten und eine Sicherung aus ${join(folder, 'backups')} an die Stelle legen.`,
  }
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 })
    try {
      const [answer] = Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})
      if (answer === 'ok') return fine('database', 'the database is sound', 'die Datenbank ist unversehrt')
      const text = { en: `the database is damaged: ${answer}`, de: `die Datenbank ist beschädigt: ${answer}` }
      return problem('database', text, advice)
    } finally {
      database.close()
    }
  } catch (error) {
    const why = reasonOf(error)
    const text = { en: `the database cannot be read: ${why}`, de: `die Datenbank ist nicht lesbar: ${why}` }
    return problem('database', text, advice)
  }
}

/** Whether a server has the folder: its lock is an exclusive transaction, held as long as it lives. */
export function isRunning(folder: string): boolean {
  const file = join(folder, 'rufwerk.lock')
  if (!existsSync(file)) return false
  try {
    const lock = new DatabaseSync(file, { timeout: 0, readOnly: true })
    try {
      lock.prepare('SELECT count(*) FROM sqlite_schema').get()
      return false
    } finally {
      lock.close()
    }
  } catch {
    return true
  }
}
