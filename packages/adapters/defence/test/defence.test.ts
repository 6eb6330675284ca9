// The thread of the defence with its file: what it takes in counts, is there after a restart, and can be
// neither changed nor forged. Real threads, a real database, a real server for advisories.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { createLog, SILENT_LOG } from '@rufwerk/core'
import { Defence, ORDERS_MAX, PAGE_MAX } from '@rufwerk/defence'
import { STORY_APP, STORY_TENANT, storyClients, storyList } from '@rufwerk/fleet/testing'

const FIXTURES = join(import.meta.dirname, '../../../domain/advisories/test/fixtures')
const FIRST = await readFile(join(FIXTURES, 'revision-first.json'), 'utf8')
const CORRECTED = await readFile(join(FIXTURES, 'revision-corrected.json'), 'utf8')
const { namespace } = JSON.parse(FIRST).document.publisher
const tenant = STORY_TENANT
const ADDRESS = `${namespace}/advisory.json`
const ISSUER = { namespace, addresses: [`${namespace}/`] }
const PIN = { tenant, issuer: ISSUER, publicKeys: [] }

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rufwerk-defence-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** The answer, or the test fails. */
async function answered<Value>(asked: Promise<{ ok: true; value: Value } | { ok: false; error: string }>) {
  const answer = await asked
  assert.ok(answer.ok, answer.ok ? '' : answer.error)
  return answer.value
}

const figures = async (defence: Defence) =>
  (await answered(defence.ask('exposure', { tenant, at: 5, from: 0, limit: 10 }))).all

test('150 devices: 6 affected, 3 unknown, the rest clean; all of it after a restart, too', async (t) => {
  const folder = await folderOf(t)
  const defence = new Defence(folder, SILENT_LOG)
  const imported = await answered(
    defence.ask('import', { tenant, format: 'table', text: storyList(150), at: 1 }),
  )
  assert.deepEqual([imported.devices, imported.refused, imported.unread], [150, 0, 0])
  assert.equal((await answered(defence.ask('pin', PIN))).type, 'counts')
  const received = await answered(defence.ask('receive', { tenant, text: FIRST, address: ADDRESS }))
  assert.equal(received.type === 'counts' && received.changed.length, 6)
  const all = { affected: 6, unknown: 3, underInvestigation: 0, clean: 141 }
  assert.deepEqual(await figures(defence), all)
  await defence.close()
  const again = new Defence(folder, SILENT_LOG)
  assert.deepEqual(await figures(again), all)
  const book = await answered(again.ask('book', { tenant }))
  assert.deepEqual(
    [book.issuers, book.documents.map(({ counts }) => counts)],
    [[{ ...ISSUER, keys: [] }], [true]],
  )
  assert.equal((await stat(join(folder, 'defence.db'))).mode & 0o777, 0o600)
  await again.close()
})

test('a corrected list changes exactly the difference; nobody pinned changes nothing', async (t) => {
  const defence = new Defence(await folderOf(t), SILENT_LOG)
  const clients = storyClients(1_000)
  await answered(defence.ask('report', { tenant, reports: clients.map(({ report }) => report) }))
  const twin = await answered(defence.ask('receive', { tenant, text: FIRST, address: ADDRESS }))
  assert.deepEqual(twin, { type: 'refused', why: 'issuer-unpinned' })
  assert.equal((await figures(defence)).affected, 0)
  await answered(defence.ask('pin', PIN))
  const elsewhere = { tenant, text: FIRST, address: 'https://elsewhere.example/advisory.json' }
  assert.deepEqual(await answered(defence.ask('receive', elsewhere)), {
    type: 'refused',
    why: 'issuer-unproven',
  })
  await answered(defence.ask('receive', { tenant, text: FIRST, address: ADDRESS }))
  assert.equal((await figures(defence)).affected, clients.filter(({ isInFirst }) => isInFirst).length)
  const corrected = await answered(defence.ask('receive', { tenant, text: CORRECTED, address: ADDRESS }))
  assert.ok(corrected.type === 'counts')
  const more = clients.filter(({ isInFirst, isAffected }) => isAffected && !isInFirst)
  assert.deepEqual(
    corrected.changed.filter(({ after }) => after === 'affected').map(({ device }) => device),
    more.map(({ report }) => `hostname ${report.device.hostname}`),
  )
  assert.equal(corrected.document?.revision, JSON.parse(CORRECTED).document.tracking.version)
  await defence.close()
})

test('who ran what between two times, from a history that nobody can change', async (t) => {
  const folder = await folderOf(t)
  const defence = new Defence(folder, SILENT_LOG)
  const report = (version: string, seenAt: number) => ({
    ...({ seenAt, source: 'csv', tenant, device: { hostname: 'pc-1' }, kind: 'computer' } as const),
    ...({ addresses: [], coverage: 'part', installations: [{ product: 'App', version }] } as const),
  })
  await answered(defence.ask('report', { tenant, reports: [report('1.0', 10)] }))
  await answered(defence.ask('report', { tenant, reports: [report('2.0', 20)] }))
  const ran = (from: number, until: number) =>
    answered(defence.ask('ran', { tenant, from, until, product: 'App' })).then(({ runs }) =>
      runs.map(({ found, from: since, until: last }) => [found.version, since, last]),
    )
  assert.deepEqual(await ran(0, 15), [['1.0', 10, 20]])
  assert.deepEqual(await ran(21, 30), [])
  assert.deepEqual(await ran(15, 30), [
    ['1.0', 10, 20],
    ['2.0', 20, 20],
  ])
  await defence.close()
  const database = new DatabaseSync(join(folder, 'defence.db'))
  assert.throws(() => database.exec('DELETE FROM changes'), /only grows/)
  assert.throws(() => database.exec("UPDATE changes SET change = '{}'"), /only grows/)
  database.close()
})

test('a damaged inventory calls nobody clean: it is not answered, and other companies are', async (t) => {
  const folder = await folderOf(t)
  const before = new Defence(folder, SILENT_LOG)
  await answered(before.ask('import', { tenant, format: 'table', text: storyList(20), at: 1 }))
  await before.close()
  const database = new DatabaseSync(join(folder, 'defence.db'))
  database.exec("UPDATE devices SET device = '{}' WHERE key = 'hostname pc-7'")
  database.close()
  const defence = new Defence(folder, SILENT_LOG)
  const page = { at: 5, from: 0, limit: 10 }
  assert.deepEqual(await defence.ask('exposure', { tenant, ...page }), { ok: false, error: 'failed' })
  assert.equal((await answered(defence.ask('exposure', { tenant: 'other', ...page }))).total, 0)
  await defence.close()
})

test('companies share nothing: reports of one are refused by another', async (t) => {
  const defence = new Defence(await folderOf(t), SILENT_LOG)
  const [client] = storyClients(1)
  assert.ok(client)
  const taken = await answered(defence.ask('report', { tenant: 'other', reports: [client.report] }))
  assert.deepEqual([taken.devices, taken.refused], [0, 1])
  assert.equal((await answered(defence.ask('report', { tenant, reports: [client.report] }))).devices, 1)
  await defence.close()
})

test('what is no list and no advisory is refused in a sentence', async (t) => {
  const defence = new Defence(await folderOf(t), SILENT_LOG)
  const list = await answered(defence.ask('import', { tenant, format: 'table', text: 'a;b\n1;2\n', at: 1 }))
  assert.equal(list.devices, 0)
  assert.equal(list.remarks.length > 0, true)
  const report = await answered(defence.ask('import', { tenant, format: 'collector', text: '{"', at: 1 }))
  const [remark] = report.remarks
  assert.ok(remark && 'de' in remark && remark.de.length > 10 && report.unread === 1)
  await answered(defence.ask('pin', PIN))
  const received = await answered(
    defence.ask('receive', { tenant, text: '{"document":{}}', address: ADDRESS }),
  )
  assert.ok(received.type === 'malformed' && received.findings.length > 0)
  const pinned = await answered(
    defence.ask('pin', { ...PIN, issuer: { ...ISSUER, addresses: ['http://x/'] } }),
  )
  assert.deepEqual(pinned, { type: 'refused', why: 'pin-malformed' })
  await defence.close()
})

test('another document under the same name and version is told, after a restart, too', async (t) => {
  const folder = await folderOf(t)
  const defence = new Defence(folder, SILENT_LOG)
  await answered(defence.ask('pin', PIN))
  await answered(defence.ask('receive', { tenant, text: FIRST, address: ADDRESS }))
  const other = JSON.parse(FIRST)
  other.document.title = 'Another one'
  const conflict = await answered(
    defence.ask('receive', { tenant, text: JSON.stringify(other), address: ADDRESS }),
  )
  assert.equal(conflict.type, 'conflict')
  await defence.close()
  const again = new Defence(folder, SILENT_LOG)
  assert.equal((await answered(again.ask('book', { tenant }))).conflicts.length, 1)
  await again.close()
})

test('pages and orders are limited; affected come first', async (t) => {
  const defence = new Defence(await folderOf(t), SILENT_LOG)
  await answered(defence.ask('import', { tenant, format: 'table', text: storyList(700), at: 1 }))
  await answered(defence.ask('pin', PIN))
  await answered(defence.ask('receive', { tenant, text: FIRST, address: ADDRESS }))
  const wish = { tenant, at: 5, from: 0, limit: 10_000 }
  const page = await answered(defence.ask('exposure', wish))
  assert.equal(page.devices.length, PAGE_MAX)
  assert.deepEqual(
    page.devices.slice(0, 10).map(({ state }) => state),
    [...Array(6).fill('affected'), ...Array(3).fill('unknown'), 'clean'],
  )
  assert.equal((await answered(defence.ask('exposure', { ...wish, state: 'unknown' }))).total, 3)
  const many = Array.from({ length: ORDERS_MAX + 5 }, () => defence.ask('book', { tenant }))
  const busy = (await Promise.all(many)).filter((one) => !one.ok && one.error === 'busy')
  assert.equal(busy.length, 5)
  await defence.close()
  assert.deepEqual(await defence.ask('book', { tenant }), { ok: false, error: 'failed' })
})

test('accounts of those who are affected by one advisory, once each; the others are counted', async (t) => {
  const defence = new Defence(await folderOf(t), SILENT_LOG)
  const text =
    'Gerät;SIP-Konto;Betriebssystem;Programm;Version\n' +
    `pc-1;anna-1;Windows 11;${STORY_APP};18.12.416\npc-2;anna-1;Windows 11;${STORY_APP};18.12.407\n` +
    `pc-3;;Windows 11;${STORY_APP};18.12.416\npc-4;berta-1;Windows 11;${STORY_APP};18.12.422\n`
  await answered(defence.ask('import', { tenant, format: 'table', text, at: 1 }))
  await answered(defence.ask('pin', PIN))
  await answered(defence.ask('receive', { tenant, text: FIRST, address: ADDRESS }))
  const { id } = JSON.parse(FIRST).document.tracking
  const of = { tenant, issuer: namespace, advisory: id, at: 5 }
  const affected = await answered(defence.ask('affected', of))
  assert.deepEqual([affected?.accounts, affected?.without], [['anna-1'], 1])
  assert.equal(await answered(defence.ask('affected', { ...of, advisory: 'other' })), undefined)
  await answered(defence.ask('unpin', { tenant, namespace }))
  assert.equal(await answered(defence.ask('affected', of)), undefined)
  await defence.close()
})

test('the thread ends when nobody asks, and what it knew is there again', async (t) => {
  const defence = new Defence(await folderOf(t), SILENT_LOG, { idleMs: 1 })
  await answered(defence.ask('import', { tenant, format: 'table', text: storyList(20), at: 1 }))
  while (defence.hasThread()) await new Promise((resolve) => setTimeout(resolve, 5))
  const page = await answered(defence.ask('exposure', { tenant, at: 5, from: 0, limit: 1 }))
  assert.equal(page.total, 20)
  await defence.close()
})

test('a file of a newer release, or no file at all, fails with the reason in the log', async (t) => {
  const folder = await folderOf(t)
  const first = new Defence(folder, SILENT_LOG)
  await answered(first.ask('book', { tenant }))
  await first.close()
  const database = new DatabaseSync(join(folder, 'defence.db'))
  database.exec('PRAGMA user_version = 99')
  database.close()
  const lines: string[] = []
  const log = createLog(
    'error',
    (line) => void lines.push(line),
    () => 0 as never,
  )
  const defence = new Defence(folder, log)
  assert.deepEqual(await defence.ask('book', { tenant }), { ok: false, error: 'failed' })
  assert.match(lines.join(), /newer release/)
  await defence.close()
})

test('cases are there again after a restart, also in a file of the release before', async (t) => {
  const folder = await folderOf(t)
  const report = { hashes: ['a'.repeat(64)], words: 'flagged' }
  const intake = (id: string) => ({
    ...({
      type: 'intake',
      id,
      receipt: `r-${id}`,
      at: 1,
      origin: { kind: 'person', person: 'ben' },
    } as const),
    ...{ report, ownReleases: [], level: 2 as const },
  })
  const first = new Defence(folder, SILENT_LOG)
  await answered(first.ask('book', { tenant }))
  await first.close()
  const database = new DatabaseSync(join(folder, 'defence.db'))
  const later = ['keys', 'feeds', 'listed', 'allowed', 'playbooks', 'outside', 'webhooks', 'warnings']
  for (const table of ['cases', ...later, 'indicators', 'searches']) database.exec(`DROP TABLE ${table}`)
  database.exec('PRAGMA user_version = 1')
  database.close()
  const second = new Defence(folder, SILENT_LOG)
  const out = await answered(second.ask('stepCases', { tenant, input: intake('c1') }))
  assert.deepEqual(
    out.map(({ type }) => type),
    ['received'],
  )
  await second.close()
  const third = new Defence(folder, SILENT_LOG)
  const again = await answered(third.ask('stepCases', { tenant, input: intake('c2') }))
  assert.ok(again.some((one) => one.type === 'received' && one.how === 'joined' && one.case === 'c1'))
  const { figures, cases } = await answered(third.ask('caseList', { tenant, limit: 10 }))
  assert.deepEqual([figures.open, cases[0]?.intakes.length], [1, 2])
  assert.equal((await answered(third.ask('caseList', { tenant: 'other', limit: 10 }))).cases.length, 0)
  assert.equal(await answered(third.ask('case', { tenant: 'other', id: 'c1' })), undefined)
  await third.close()
})
