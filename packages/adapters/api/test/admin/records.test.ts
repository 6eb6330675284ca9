// The records of the company and what is kept of one number, over HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '@rufwerk/accounts'
import { openStaffedOffice, recordOf, type Staffed } from '../office.ts'

async function audit({ world, admin }: Staffed): Promise<readonly AuditEntry[]> {
  const read = await world.accounts.audit(admin.session, 5)
  assert.ok(read.ok)
  return read.value
}

const ask = (office: Staffed, path: string, how: object = {}, method = 'GET') =>
  office.ask(method, `/api/v1${path}`, { as: office.admin.token, ...how })

test('a page has outcome, direction and trunks, and the filter of the query', async () => {
  const office = await openStaffedOffice()
  office.records.push(recordOf(office.admin.person, office.colleague))
  const query = '?since=2026-09-01T00:00:00Z&until=1800000000000&number=030%20123456&outcome=answered&limit=1'
  const page = (await (await ask(office, `/cdrs${query}`)).json()) as { records: object[] }
  assert.equal(page.records.length, 1)
  const [record] = page.records as { outcome: string; direction: string; trunks: string[] }[]
  assert.deepEqual([record?.outcome, record?.direction, record?.trunks], ['answered', 'inside', []])
  const number = { kind: 'e164', number: '+4930123456', callingCode: '49', national: '30123456' }
  const since = Date.parse('2026-09-01T00:00:00Z')
  assert.deepEqual(office.kept.filters, [{ since, until: 1_800_000_000_000, number, outcome: 'answered' }])
})

test('wrong filters and cursors are refused with the field', async () => {
  const office = await openStaffedOffice()
  const fields = ['since=yesterday', 'number=%3D1', 'outcome=x', 'person=..', 'limit=501', 'cursor=not-ours']
  for (const query of fields) {
    const answer = await ask(office, `/cdrs?${query}`)
    assert.equal(answer.status, 400, query)
    const { error } = (await answer.json()) as { error: { field?: string } }
    assert.equal(error.field, query.split('=')[0])
  }
})

test('a table is a file, written down before, with a byte order mark for German spreadsheets', async () => {
  const office = await openStaffedOffice()
  office.records.push(recordOf(office.admin.person, office.colleague))
  const answer = await ask(office, '/cdrs/csv?separator=semicolon')
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="calls-2026-09-21.csv"')
  const bytes = Buffer.from(await answer.arrayBuffer())
  assert.equal(bytes.toString('utf8'), `\uFEFFcall;dialled\r\ncall-1;${office.colleague.extension}\r\n`)
  assert.equal((await audit(office))[0]?.act, 'records-exported')
})

test('two tables at a time, and one that is given up makes room', async () => {
  const office = await openStaffedOffice()
  const begun = [await ask(office, '/cdrs/csv'), await ask(office, '/cdrs/csv')]
  const readers = begun.map((answer) => answer.body?.getReader())
  for (const reader of readers) await reader?.read()
  assert.equal((await ask(office, '/cdrs/csv')).status, 503)
  await readers[0]?.cancel()
  assert.equal((await ask(office, '/cdrs/csv')).status, 200)
})

test('erasing is written down without the number, which stands in no address and no log either', async () => {
  const office = await openStaffedOffice()
  const body = { number: '030 123456' }
  const erased = await ask(office, '/personal/erase', { body }, 'POST')
  const source = { name: 'calls', erased: 1, held: 1, unfinished: 0 }
  assert.deepEqual(await erased.json(), { sources: [source] })
  assert.deepEqual(office.kept.erased, ['+4930123456'])
  const [entry] = await audit(office)
  assert.deepEqual([entry?.act, entry?.subject, entry?.detail], ['personal-erased', '', { calls: '1' }])
  assert.doesNotMatch(JSON.stringify([await audit(office), office.logged]), /123456/)
})

test('an erasing that failed is told, and written down as such', async () => {
  const office = await openStaffedOffice()
  office.kept.isBroken = true
  const answer = await ask(office, '/personal/erase', { body: { number: '030 123456' } }, 'POST')
  assert.equal(answer.status, 503)
  assert.deepEqual((await audit(office))[0]?.detail, { failed: 'calls' })
})

test('an extension is not erased: it is of somebody of the house', async () => {
  const office = await openStaffedOffice()
  for (const route of ['find', 'export', 'erase']) {
    const answer = await ask(office, `/personal/${route}`, { body: { number: '101' } }, 'POST')
    assert.equal(answer.status, 400, route)
  }
  assert.deepEqual(office.kept.erased, [])
})

test('a hold says what it holds, and is taken back', async () => {
  const office = await openStaffedOffice()
  const nothing = await ask(office, '/cdrs/holds', { body: { reason: 'x' } }, 'POST')
  assert.equal(nothing.status, 400)
  const body = { reason: 'Rechtsstreit', number: '030 123456' }
  const added = (await (await ask(office, '/cdrs/holds', { body }, 'POST')).json()) as { id: string }
  const { holds } = (await (await ask(office, '/cdrs/holds')).json()) as { holds: object[] }
  assert.deepEqual(holds, [added])
  assert.equal((await ask(office, `/cdrs/holds/${added.id}`, {}, 'DELETE')).status, 204)
  assert.deepEqual(await (await ask(office, '/cdrs/holds')).json(), { holds: [] })
  const acts = (await audit(office)).map(({ act }) => act)
  assert.deepEqual(acts.slice(0, 2), ['hold-removed', 'hold-added'])
})
