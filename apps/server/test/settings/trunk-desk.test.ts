// How carriers are reached, set by an admin over HTTP: on a real disk, with sealed passwords.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TRUNKS_MAX } from '@rufwerk/contract/trunk-file'
import { SILENT_LOG, type TenantId } from '@rufwerk/core'
import type { TrunkState } from '@rufwerk/legs/trunks'
import { sealWith } from '@rufwerk/store'
import { TrunkFileDesk } from '../../src/configuration/trunk-desk.ts'
import { readTrunkFile } from '../../src/configuration/trunk-file-text.ts'
import { openPassword } from '../../src/configuration/trunk-secrets.ts'

const PASSWORD = 'only-the-carrier-knows'
const SETTINGS = { id: 'main', profile: 'sipgate', account: '1234567t0', password: PASSWORD } as const
const seal = sealWith(new Uint8Array(32).fill(7))

function open(t: TestContext, state?: Partial<TrunkState>) {
  const folder = mkdtempSync(join(tmpdir(), 'trunk-desk-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'trunks.json')
  const logged: string[] = []
  const note = (event: string, fields?: object) => void logged.push(`${event} ${JSON.stringify(fields)}`)
  const desk = new TrunkFileDesk({
    ...{ path, seal, product: 'Rufwerk/0', tenant: { id: 't' as TenantId, country: 'de' } },
    stateOf: () => state as TrunkState | undefined,
    log: { ...SILENT_LOG, info: note, warn: note, error: note },
  })
  const entries = () => {
    const read = readTrunkFile(readFileSync(path, 'utf8'))
    assert.ok(read.ok)
    return read.value
  }
  const passwordOf = (id: string) => {
    const entry = entries().find((one) => one.id === id)
    assert.ok(entry)
    return openPassword(entry, seal).password
  }
  return { desk, path, entries, passwordOf, logged }
}

test('a trunk is written with a sealed password, which stands nowhere as it is', async (t) => {
  const problem = { why: 'wrong-password', status: 403 } as const
  const { desk, path, passwordOf, logged } = open(t, { isUp: false, calls: 2, problem })
  const saved = await desk.save(SETTINGS, true)
  assert.ok(saved.ok)
  const { isUp, calls, hasPassword } = saved.value
  assert.deepEqual([isUp, calls, hasPassword, saved.value.problem], [false, 2, true, problem])
  const text = readFileSync(path, 'utf8')
  for (const told of [text, JSON.stringify(saved), JSON.stringify(await desk.list()), ...logged])
    assert.ok(!told.includes(PASSWORD), told)
  assert.ok(!JSON.stringify(await desk.list()).includes('passwordSealed'))
  assert.equal(passwordOf('main'), PASSWORD)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a change keeps the password for the same server and user, and for no other', async (t) => {
  const { desk, entries, passwordOf } = open(t)
  assert.ok((await desk.save(SETTINGS, true)).ok)
  const taken = await desk.save(SETTINGS, true)
  assert.ok(!taken.ok && taken.error.code === 'taken')
  const unknown = await desk.save({ ...SETTINGS, id: 'other' }, false)
  assert.ok(!unknown.ok && unknown.error.code === 'not-there')
  const { password: _, ...rest } = SETTINGS
  assert.ok((await desk.save({ ...rest, name: 'Sipgate', srtp: 'required' }, false)).ok)
  assert.deepEqual([entries()[0]?.name, passwordOf('main')], ['Sipgate', PASSWORD])
  const before = JSON.stringify(entries())
  for (const moved of [
    { domain: 'thief.example' },
    { outboundProxy: { host: 'thief.example' } },
    { tlsName: 'thief.example' },
    { account: 'somebody' },
    { profile: 'generic', domain: 'thief.example' },
  ] as const) {
    const refused = await desk.save({ ...rest, ...moved }, false)
    assert.ok(!refused.ok && refused.error.code === 'wrong' && refused.error.field === 'password')
  }
  assert.equal(JSON.stringify(entries()), before)
  const domain = 'new.example'
  assert.ok((await desk.save({ ...rest, domain, password: 'another one' }, false)).ok)
  assert.equal(passwordOf('main'), 'another one')
})

test('what no carrier could be reached with is refused, and nothing is written', async (t) => {
  const { desk, path } = open(t)
  const { password: _, ...rest } = SETTINGS
  for (const [given, field] of [
    [rest, 'password'],
    [{ ...SETTINGS, domain: 'not a name' }, 'domain'],
    [{ ...SETTINGS, port: 70_000 }, 'domain'],
    [{ ...SETTINGS, account: 'a@b' }, 'account'],
    [{ ...SETTINGS, outboundProxy: { host: '' } }, 'outboundProxy'],
    [{ ...SETTINGS, sources: ['everybody'] }, 'sources'],
    [{ ...SETTINGS, called: [] }, 'called'],
    [{ ...SETTINGS, authorities: ['-----BEGIN CERTIFICATE-----'] }, 'authorities'],
  ] as const) {
    const refused = await desk.save(given as Parameters<typeof desk.save>[0], true)
    assert.ok(!refused.ok && refused.error.code === 'wrong', field)
    assert.equal(refused.error.field, field)
  }
  assert.throws(() => statSync(path))
})

test('changes at the same moment lose nothing, and there are as many trunks as may be', async (t) => {
  const { desk, entries } = open(t)
  const saves = Array.from({ length: TRUNKS_MAX }, (_, at) => desk.save({ ...SETTINGS, id: `t${at}` }, true))
  assert.ok((await Promise.all(saves)).every(({ ok }) => ok))
  assert.equal(entries().length, TRUNKS_MAX)
  const further = await desk.save({ ...SETTINGS, id: 'further' }, true)
  assert.ok(!further.ok && further.error.code === 'too-many')
  assert.ok((await desk.remove('t7')).ok)
  const again = await desk.remove('t7')
  assert.ok(!again.ok && again.error.code === 'not-there')
  assert.ok((await desk.save({ ...SETTINGS, id: 'further' }, true)).ok)
})

test('a file that cannot be read is not written over', async (t) => {
  const { desk, path } = open(t)
  writeFileSync(path, 'no JSON')
  for (const done of [await desk.list(), await desk.save(SETTINGS, true), await desk.remove('main')])
    assert.ok(!done.ok && done.error.code === 'unreadable')
  assert.equal(readFileSync(path, 'utf8'), 'no JSON')
})
