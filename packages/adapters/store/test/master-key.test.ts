import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadMasterKey } from '../src/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-key-'))
after(() => rmSync(root, { recursive: true }))

test('is made once with mode 0600 and gives each purpose its own lasting key', async () => {
  const dataDir = join(root, 'fresh')
  const first = await loadMasterKey(dataDir)
  const second = await loadMasterKey(dataDir)
  assert.ok(first.ok && second.ok)
  assert.equal(first.value.keyFor('nonce').length, 32)
  assert.deepEqual(first.value.keyFor('nonce'), second.value.keyFor('nonce'))
  assert.notDeepEqual(first.value.keyFor('nonce'), first.value.keyFor('recordings'))
  assert.equal(statSync(join(dataDir, 'master.key')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(dataDir), ['master.key'])
})

test('made twice at the same moment it is one key', async () => {
  const dataDir = join(root, 'race')
  const both = await Promise.all([loadMasterKey(dataDir), loadMasterKey(dataDir)])
  const keys = both.map((each) =>
    each.ok ? Buffer.from(each.value.keyFor('nonce')).toString('hex') : 'failed',
  )
  assert.equal(new Set(keys).size, 1)
})

test('a key that others can read, a short one and an unwritable folder are refused', async () => {
  const open = join(root, 'open')
  assert.ok((await loadMasterKey(open)).ok)
  chmodSync(join(open, 'master.key'), 0o644)
  const exposed = await loadMasterKey(open)
  assert.equal(!exposed.ok && exposed.error.code, 'key-exposed')
  writeFileSync(join(open, 'master.key'), 'short')
  const short = await loadMasterKey(open)
  assert.equal(!short.ok && short.error.code, 'corrupt-file')
  const below = await loadMasterKey(join(open, 'master.key', 'x'))
  assert.equal(!below.ok && below.error.code, 'folder-unwritable')
})
