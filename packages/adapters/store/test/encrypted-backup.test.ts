// Backups of a running store: encrypted, read back, restored; and what a forged or damaged one does, which is
// nothing.
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { SILENT_LOG } from '@rufwerk/core'
import { type BackupKey, newBackupKey, restoreBackup, runBackup, verifyBackup } from '@rufwerk/store/backup'
import { endOfEntries, isInside, writeEntry } from '../src/backup/entries.ts'
import { makeBackup } from '../src/backup/make.ts'
import { backupsAmong, nameOf, surplusOf } from '../src/backup/rotation.ts'
import { SealedWriter } from '../src/backup/sealed-file.ts'
import { openStore } from '../src/index.ts'
import { callRecord } from '../src/testing/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-safe-'))
after(() => rmSync(root, { recursive: true }))
const SECRET = 'correct horse battery staple'
const PLAIN = ['hidden-number-305550123', 'trunk-password-4711', 'master-key-in-the-clear']
const AT = Date.UTC(2026, 10, 22, 3)
let key: BackupKey
before(async () => {
  key = await newBackupKey(SECRET)
})

function wishOf(name: string) {
  const dataDir = join(root, name)
  return {
    dataDir,
    folder: join(dataDir, 'backups'),
    key,
    kept: { newest: 3, weeks: 2 },
    at: AT,
    program: '1',
  }
}

async function filled(name: string) {
  const wish = wishOf(name)
  const opened = await openStore({ dataDir: wish.dataDir, log: SILENT_LOG })
  assert.ok(opened.ok)
  const store = opened.value
  store.journal.end(callRecord('c1', 0, { dialled: PLAIN[0] ?? '' }), [])
  await store.journal.committed()
  writeFileSync(join(wish.dataDir, 'trunks.json'), PLAIN[1] ?? '', { mode: 0o600 })
  writeFileSync(join(wish.dataDir, 'master.key'), PLAIN[2] ?? '', { mode: 0o600 })
  mkdirSync(join(wish.dataDir, 'recordings', 'a'), { recursive: true })
  writeFileSync(join(wish.dataDir, 'recordings', 'a', 'one.bin'), Buffer.alloc(200_000, 7))
  writeFileSync(join(wish.dataDir, 'empty'), '')
  return { ...wish, store }
}

test('what a running store holds is restored as it was, and stands in no backup in the clear', async () => {
  const { store, ...wish } = await filled('whole')
  symlinkSync('/etc/passwd', join(wish.dataDir, 'link'))
  const made = await runBackup(wish)
  assert.ok(made.ok, made.ok ? '' : made.error)
  assert.equal(made.value.files, 5)
  assert.equal(await store.saveSetting('after', 'x'), true, 'the store goes on')
  await store.close()
  const file = join(wish.folder, made.value.name)
  assert.deepEqual(readdirSync(wish.folder), [made.value.name], 'nothing else is left')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const bytes = readFileSync(file)
  for (const secret of [...PLAIN, 'SQLite format', 'recordings', SECRET, key.key])
    assert.equal(bytes.includes(secret), false, secret)

  const into = join(root, 'restored')
  // Somebody else's, or that of a run which goes on.
  mkdirSync(`${into}.unfinished`)
  assert.deepEqual(restoreBackup({ file, secret: SECRET, dataDir: into }), { ok: false, error: 'not-empty' })
  assert.ok(existsSync(`${into}.unfinished`))
  rmdirSync(`${into}.unfinished`)
  const restored = restoreBackup({ file, secret: SECRET, dataDir: into })
  assert.deepEqual(restored, {
    ok: true,
    value: { files: 5, createdAt: '2026-11-22T03:00:00.000Z', program: '1' },
  })
  for (const name of ['trunks.json', 'master.key', 'recordings/a/one.bin', 'empty'])
    assert.deepEqual(readFileSync(join(into, name)), readFileSync(join(wish.dataDir, name)), name)
  assert.equal(statSync(into).mode & 0o777, 0o700)
  assert.equal(existsSync(join(into, 'link')), false)
  const again = await openStore({ dataDir: into, log: SILENT_LOG })
  assert.ok(again.ok)
  assert.equal((await again.value.history.call('tenant-1' as never, 'c1' as never))?.cdr.dialled, PLAIN[0])
  await again.value.close()
})

describe('a backup that was tampered with', () => {
  let file: string
  let sound: Buffer
  before(async () => {
    const { store, ...wish } = await filled('tampered')
    await store.close()
    file = join(wish.folder, makeBackup(wish).name)
    sound = readFileSync(file)
  })

  function outcome(bytes: Buffer, secret = SECRET): string {
    const forged = join(root, 'forged.backup')
    writeFileSync(forged, bytes)
    const into = join(root, 'into')
    const restored = restoreBackup({ file: forged, secret, dataDir: into })
    const isThere = [into, `${into}.unfinished`].some((path) => existsSync(path))
    assert.equal(isThere, restored.ok, 'nothing is left of one that was refused')
    if (restored.ok) rmSync(into, { recursive: true })
    return restored.ok ? 'restored' : restored.error
  }

  test('is refused wherever a byte was changed, cut off or added; its twin is restored', () => {
    const head = sound.indexOf('\n', 20)
    const flipped = (at: number) => {
      const bytes = Buffer.from(sound)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      return bytes
    }
    for (const at of [head + 1, head + 70_000, sound.length - 1])
      assert.equal(outcome(flipped(at)), 'damaged', String(at))
    assert.equal(outcome(flipped(3)), 'not-a-backup')
    assert.match(outcome(flipped(sound.indexOf('createdAt') + 14)), /wrong-key|not-a-backup/)
    const chunk = 64 * 1024 + 16
    assert.equal(outcome(sound.subarray(0, head + 1 + chunk)), 'damaged', 'whole chunks are missing')
    assert.equal(outcome(sound.subarray(0, sound.length - 5)), 'damaged')
    assert.equal(outcome(Buffer.concat([sound, Buffer.alloc(40)])), 'damaged')
    const [first, second] = [head + 1, head + 1 + chunk]
    const swapped = Buffer.concat([
      sound.subarray(0, first),
      sound.subarray(second, second + chunk),
      sound.subarray(first, second),
      sound.subarray(second + chunk),
    ])
    assert.equal(outcome(swapped), 'damaged', 'chunks in another order')
    assert.equal(outcome(Buffer.alloc(0)), 'not-a-backup')
    assert.equal(outcome(sound), 'restored')
  })

  test('opens with the right words only, and asks for no more work than ours do', () => {
    assert.equal(outcome(sound, 'wrong horse'), 'wrong-key')
    assert.equal(outcome(sound, ` ${SECRET}\n`), 'restored')
    assert.deepEqual(verifyBackup(file, SECRET).ok, true)
    const greedy = sound.toString('latin1').replace(/"memoryKib":\d+/, '"memoryKib":99999999')
    assert.equal(outcome(Buffer.from(greedy, 'latin1')), 'not-a-backup')
  })

  test('never goes over a folder with something in it', () => {
    const full = join(root, 'full')
    mkdirSync(full)
    writeFileSync(join(full, 'x'), '')
    assert.deepEqual(restoreBackup({ file, secret: SECRET, dataDir: full }), {
      ok: false,
      error: 'not-empty',
    })
    assert.deepEqual(readdirSync(full), ['x'])
  })

  test('by somebody with the key leaves no folder, and lies about no size', () => {
    const head = (path: string, size: number) => {
      const text = Buffer.from(JSON.stringify({ path, size }))
      const length = Buffer.alloc(4)
      length.writeUInt32BE(text.length)
      return Buffer.concat([length, text])
    }
    const database = [...writeEntry({ path: 'rufwerk.db', size: 1 }, [Buffer.from('x')])]
    const rows: [name: string, bytes: readonly Uint8Array[]][] = [
      ['above', [head('../evil', 1), Buffer.from('x')]],
      ['absolute', [head('/etc/evil', 1), Buffer.from('x')]],
      ['size without end', [head('a', Number.MAX_SAFE_INTEGER), Buffer.alloc(1_000)]],
      ['negative size', [head('a', -1)]],
      ['long head', [Buffer.from([0x7f, 0xff, 0xff, 0xff])]],
      ['twice', [...database, ...database, endOfEntries()]],
      ['no database', [endOfEntries()]],
      ['wrong database', [...database, endOfEntries()]],
      ['more behind the end', [...database, endOfEntries(), Buffer.from('x')]],
      ['no end', database],
    ]
    for (const [name, pieces] of rows) {
      const path = join(root, 'made.backup')
      rmSync(path, { force: true })
      const writer = new SealedWriter(path, key, { createdAt: 'x', program: 'x' })
      for (const piece of pieces) writer.write(piece)
      writer.finish()
      writer.close()
      const told = outcome(readFileSync(path))
      assert.ok(told === 'damaged' || told === 'failed', `${name}: ${told}`)
      assert.equal(existsSync(join(root, 'evil')), false)
    }
  })
})

test('names that lead elsewhere are no names inside', () => {
  for (const path of [
    '',
    '.',
    '..',
    '../a',
    'a/..',
    'a//b',
    '/a',
    'a\\b',
    'a\0',
    'a\n',
    'x'.repeat(256),
    'a/'.repeat(9),
  ])
    assert.equal(isInside(path), false, path)
  for (const path of ['a', 'a/b.c', '.hidden', 'ä ö/ü', 'a/b/c/d/e/f/g/h']) assert.ok(isInside(path), path)
})

test('databases of other parts are copied with what is not in the file itself yet', async () => {
  const { store, ...wish } = await filled('side')
  await store.close()
  const side = new DatabaseSync(join(wish.dataDir, 'other.db'))
  side.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a TEXT)')
  side.exec("INSERT INTO t VALUES ('last')")
  const into = join(root, 'side-restored')
  const file = join(wish.folder, makeBackup(wish).name)
  side.close()
  assert.ok(restoreBackup({ file, secret: SECRET, dataDir: into }).ok)
  assert.deepEqual(
    readdirSync(into).filter((name) => name.startsWith('other')),
    ['other.db'],
  )
  const copy = new DatabaseSync(join(into, 'other.db'))
  assert.equal(copy.prepare('SELECT a FROM t').get()?.a, 'last')
  copy.close()
  truncateSync(join(wish.dataDir, 'other.db'), 5_000)
  const failed = await runBackup({ ...wish, at: AT + 1_000 })
  assert.equal(failed.ok, false, 'a damaged one is no backup')
})

test('a backup that fails leaves nothing and removes nothing', async () => {
  const { store, ...wish } = await filled('fails')
  await store.close()
  makeBackup(wish)
  truncateSync(join(wish.dataDir, 'rufwerk.db'), 5_000)
  for (const end of ['-wal', '-shm']) rmSync(join(wish.dataDir, `rufwerk.db${end}`), { force: true })
  const failed = await runBackup({ ...wish, at: AT + 1_000 })
  assert.equal(failed.ok, false)
  assert.deepEqual(readdirSync(wish.folder), [nameOf(new Date(AT))])
})

test('the newest stay, and the last of each of some weeks before', () => {
  const days = Array.from({ length: 30 }, (_, day) => nameOf(new Date(AT - day * 86_400_000)))
  const names = [...days, 'other.txt', 'rufwerk-schema-3-20261122T030000Z.db']
  const gone = surplusOf(names, { newest: 3, weeks: 2 })
  const left = backupsAmong(names).filter((name) => !gone.includes(name))
  assert.deepEqual(
    left.map((name) => name.slice(8, 16)),
    ['20261122', '20261121', '20261120', '20261119', '20261118'],
  )
  assert.deepEqual(surplusOf(days.slice(0, 3), { newest: 3, weeks: 2 }), [])
})
