// A copy before each migration: complete or not there, the newest five, and a start on it works.
import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { BACKUPS_KEPT, backUp, listBackups } from '../src/worker/backup.ts'
import { MIGRATIONS } from '../src/worker/migrations.ts'
import { type OpenDatabase, openDatabase } from '../src/worker/open-database.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-backup-'))
after(() => rmSync(root, { recursive: true }))

const latest = MIGRATIONS.at(-1)?.version ?? 0
const NEXT = [
  ...MIGRATIONS,
  { version: latest + 1, name: 'next', sql: 'CREATE TABLE next (a TEXT) STRICT; DELETE FROM settings' },
]

function open(folder: string, migrations = MIGRATIONS): OpenDatabase {
  const opened = openDatabase(folder, { migrations })
  assert.ok('database' in opened, 'message' in opened ? opened.message : '')
  return opened
}

function withSetting(folder: string): void {
  const first = open(folder)
  first.database.prepare("INSERT INTO settings VALUES ('a', 'b')").run()
  first.close()
}

const settingOf = ({ database }: OpenDatabase) =>
  database.prepare("SELECT value FROM settings WHERE name = 'a'").get()?.value

test('an older schema is copied before it is migrated, and a start on the copy finds everything', () => {
  const folder = join(root, 'older')
  withSetting(folder)
  const migrated = open(folder, NEXT)
  assert.equal(settingOf(migrated), undefined, 'The new schema has dropped it.')
  migrated.close()
  const [name = ''] = listBackups(folder)
  assert.match(name, new RegExp(`^rufwerk-schema-${latest}-[0-9]{8}T[0-9]{6}Z\\.db$`))
  const file = join(folder, 'backups', name)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'backups')).mode & 0o777, 0o700)

  // As the documentation says: the copy takes the place of the database, its side files go.
  for (const end of ['-wal', '-shm']) rmSync(join(folder, `rufwerk.db${end}`), { force: true })
  copyFileSync(file, join(folder, 'rufwerk.db'))
  const restored = open(folder)
  assert.equal(settingOf(restored), 'b')
  restored.close()
})

test('a new folder and the same schema need no copy', () => {
  const folder = join(root, 'same')
  withSetting(folder)
  open(folder).close()
  assert.equal(existsSync(join(folder, 'backups')), false)
})

test('without a copy there is no migration: the start is refused, nothing half-written stays', () => {
  const folder = join(root, 'refused')
  withSetting(folder)
  writeFileSync(join(folder, 'backups'), 'a file in the place of the folder')
  const refused = openDatabase(folder, { migrations: NEXT })
  assert.ok('code' in refused)
  assert.equal(refused.code, 'backup-failed')
  assert.match(refused.message, /could not be copied.*Nothing was changed/)
  rmSync(join(folder, 'backups'))
  const again = open(folder)
  assert.equal(settingOf(again), 'b')
  again.close()
})

test('a copy that cannot be finished leaves no file, and the copies before it stay', () => {
  const folder = join(root, 'unfinished')
  mkdirSync(join(folder, 'backups'), { recursive: true })
  const kept = 'rufwerk-schema-1-20260101T000000Z.db'
  writeFileSync(join(folder, 'backups', kept), '')
  const closed = new DatabaseSync(':memory:')
  closed.close()
  assert.throws(() => backUp(closed, folder, 1, new Date()))
  // Its own version is another than the one that is said: not the database that was meant.
  const wrong = new DatabaseSync(':memory:')
  assert.throws(() => backUp(wrong, folder, 7, new Date()), /not sound/)
  wrong.close()
  assert.deepEqual(readdirSync(join(folder, 'backups')), [kept])
})

test('the newest are kept, and files that are not ours', () => {
  const folder = join(root, 'many')
  withSetting(folder)
  const opened = open(folder)
  writeFileSync(join(root, 'many', 'note.txt'), '')
  for (let day = 1; day <= BACKUPS_KEPT + 2; day += 1)
    backUp(opened.database, folder, latest, new Date(Date.UTC(2026, 0, day)))
  writeFileSync(join(folder, 'backups', 'mine.db'), '')
  backUp(opened.database, folder, latest, new Date(Date.UTC(2026, 1, 1)))
  opened.close()
  assert.deepEqual(
    listBackups(folder).map((name) => name.slice(-19, -3)),
    ['20260201T000000Z', '20260107T000000Z', '20260106T000000Z', '20260105T000000Z', '20260104T000000Z'],
  )
  assert.ok(existsSync(join(folder, 'backups', 'mine.db')))
})
