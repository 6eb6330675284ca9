// The file with the connections of trunks: read, changed, refused without a word of what is in it.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Ms, SILENT_LOG, type TenantId } from '@rufwerk/core'
import { sealWith } from '@rufwerk/store'
import { readTrunkFile } from '../src/configuration/trunk-file-text.ts'
import { followTrunkFile } from '../src/trunk-file.ts'
import { Trunks } from '../src/trunks.ts'

const SECRET = 'not-to-be-seen'
const entry = (id: string, account = '4930') => ({ id, profile: 'sipgate', account, password: SECRET })

test('what is wrong is named by its place, and nothing of the file is told', () => {
  const rows: [string, string][] = [
    [SECRET, 'it is not JSON'],
    ['[]', 'the file is not as it should be'],
    [JSON.stringify({ trunks: [{ ...entry('a'), port: SECRET }] }), 'trunks.0.port is not as it should be'],
    [JSON.stringify({ trunks: [entry('a'), entry('a')] }), 'two trunks have the same id'],
  ]
  for (const [text, why] of rows) {
    const read = readTrunkFile(text)
    assert.equal(read.ok ? 'ok' : read.error, why)
  }
})

test('a changed file changes the trunks that changed; one that cannot be read changes none', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'trunk-file-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'trunks.json')
  const trunks = new Trunks(() => [])
  const logged: string[] = []
  const log = { ...SILENT_LOG, warn: write, error: write, info: write }
  function write(event: string, fields?: object): void {
    logged.push(`${event} ${JSON.stringify(fields)}`)
  }
  let look: (() => void) | undefined
  const timers = {
    now: () => 0 as never,
    arm: (_after: Ms, callback: () => void) => {
      look = callback
      return { [Symbol.dispose]: () => undefined }
    },
  }
  const again = async (text: string): Promise<void> => {
    writeFileSync(path, text, { mode: 0o600 })
    const due = look
    look = undefined
    due?.()
    while (look === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const tenant = { id: 't' as TenantId, country: 'de' } as const
  const seal = sealWith(new Uint8Array(32).fill(7))
  const following = await followTrunkFile({ path, tenant, trunks, timers, seal, log })
  t.after(() => following[Symbol.dispose]())
  assert.deepEqual(trunks.trunks(), [])
  await again(JSON.stringify({ trunks: [entry('a'), entry('b')] }))
  const [a, b] = trunks.trunks()
  assert.equal(a?.domain, 'sipconnect.sipgate.de')
  assert.equal(a?.identity.from, 'account')
  assert.equal(a?.password?.(), SECRET)
  const written = readFileSync(path, 'utf8')
  assert.ok(!written.includes(SECRET), 'what was read is sealed in the file')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await again(written)
  assert.equal(trunks.trunks()[0], a, 'and opened again')
  await again(written.replace('"a"', '"c"'))
  assert.equal(trunks.trunks()[0]?.password, undefined, 'it is of no use to another trunk')
  assert.ok(logged.some((line) => line.includes('cannot be opened')))
  await again(JSON.stringify({ trunks: [entry('a'), entry('b')] }))
  const known = trunks.trunks()[0]
  await again(JSON.stringify({ trunks: [entry('a'), entry('b', '4989')] }))
  assert.equal(trunks.trunks()[0], known)
  assert.notEqual(trunks.trunks()[1], b)
  await again(`${SECRET} is no JSON`)
  assert.equal(trunks.trunks()[0], known)
  assert.ok(logged.some((line) => line.includes('it is not JSON')))
  assert.ok(!logged.some((line) => line.includes(SECRET)))
})
