// Records for admins over a real store: pages, tables, one number in all of it, and their end.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { CallEvent, Cdr } from '@rufwerk/calls'
import { type Hold, readNumberKey } from '@rufwerk/calls/records'
import { type CallId, type PersonId, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import type { TrunkId } from '@rufwerk/routing'
import { createRecordWriter } from '../src/archive/record-writer.ts'
import { createDatabase } from '../src/dialect.ts'
import type { GroupWriter } from '../src/group-writer.ts'
import { type CallArchive, openCallArchive, openStore, type Store } from '../src/index.ts'
import { callRecord } from '../src/testing/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rufwerk-archive-'))
after(() => rmSync(root, { recursive: true }))
const [tenant, other] = ['tenant-1', 'tenant-2'] as [TenantId, TenantId]
const T0 = 1_790_000_000_000
const DAY = 86_400_000
const from = (number: string): Cdr['from'] => ({ kind: 'outside', trunk: 'main' as TrunkId, number })
const key = readNumberKey('030 5550123', 'de')
assert.ok(key.ok)
const search = { tenant, number: key.value }

interface Opened {
  readonly dataDir: string
  readonly store: Store
  readonly archive: CallArchive
  readonly holds: Hold[]
}

async function open(name: string): Promise<Opened> {
  const dataDir = join(root, name)
  const opened = await openStore({ dataDir, log: SILENT_LOG })
  assert.ok(opened.ok)
  const holds: Hold[] = []
  const writer = opened.value.records
  const pause = () => Promise.resolve()
  const archive = openCallArchive(dataDir, { writer, holdsOf: async () => holds, log: SILENT_LOG, pause })
  return { dataDir, store: opened.value, archive, holds }
}

async function close({ archive, store }: Opened): Promise<void> {
  await archive.close()
  await store.close()
}

async function whole(table: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of table) text += piece
  return text
}

function eventOf(call: string, number: string): CallEvent {
  const why = { rule: 'outside' as const, values: { number } }
  return { tenant, call: call as CallId, at: wallTime(T0), type: 'dialled', why, detail: { tries: 1 } }
}

describe('pages and tables', () => {
  test('every record comes once, newest first, whatever comes meanwhile', async () => {
    const opened = await open('pages')
    const { store, archive } = opened
    for (let at = 0; at < 25; at += 1) store.journal.end(callRecord(`c${at}`, Math.floor(at / 4)), [])
    store.journal.end({ ...callRecord('foreign', 3), tenant: other }, [])
    await store.journal.committed()
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await archive.page(tenant, {}, { limit: 7, ...(cursor && { cursor }) })
      assert.ok(page)
      seen.push(...page.calls.map(({ call }) => call))
      cursor = page.next
      store.journal.end(callRecord(`late${seen.length}`, 99_000), [])
      await store.journal.committed()
    } while (cursor !== undefined)
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, at) => `c${24 - at}`),
    )
    await close(opened)
  })

  test('a cursor is good for its company and its filter only', async () => {
    const opened = await open('cursors')
    const { store, archive } = opened
    for (let at = 0; at < 3; at += 1) store.journal.end(callRecord(`c${at}`, at), [])
    store.journal.end({ ...callRecord('foreign', 1), tenant: other }, [])
    await store.journal.committed()
    const page = await archive.page(tenant, {}, { limit: 2 })
    assert.ok(page?.next)
    const cursor = page.next
    assert.equal(await archive.page(other, {}, { limit: 2, cursor }), undefined)
    assert.equal(await archive.page(tenant, { outcome: 'busy' }, { limit: 2, cursor }), undefined)
    for (const wrong of ['', 'x', 'a'.repeat(100), Buffer.from('1.1').toString('base64url')])
      assert.equal(await archive.page(tenant, {}, { limit: 2, cursor: wrong }), undefined, wrong)
    const rest = await archive.page(tenant, {}, { limit: 2, cursor })
    assert.deepEqual(
      rest?.calls.map(({ call }) => call),
      ['c0'],
    )
    await close(opened)
  })

  test('filters narrow by time, person, number, trunk and outcome', async () => {
    const opened = await open('filters')
    const { store, archive } = opened
    store.journal.end(callRecord('inside', 0), [])
    store.journal.end(callRecord('in', 1_000, { from: from('+49305550123') }), [])
    const { answeredAt: _, answeredBy: __, ...missed } = callRecord('missed', 2_000)
    store.journal.end({ ...missed, status: 486, endedBy: 'system' }, [])
    await store.journal.committed()
    const found = async (filter: Parameters<CallArchive['page']>[1]) =>
      (await archive.page(tenant, filter, { limit: 10 }))?.calls.map(({ call }) => call).join(' ')
    assert.equal(await found({ number: search.number }), 'in')
    assert.equal(await found({ trunk: 'main' }), 'in')
    assert.equal(await found({ outcome: 'busy' }), 'missed')
    assert.equal(await found({ person: 'person-1' as PersonId }), 'missed inside')
    assert.equal(await found({ since: wallTime(T0 + 1_000), until: wallTime(T0 + 2_000) }), 'in')
    await close(opened)
  })

  test('a table has all records with a head, and reads formulas as text', async () => {
    const opened = await open('table')
    const { store, archive } = opened
    const evil: Cdr['from'] = { ...from('+49305550123'), name: '=HYPERLINK("http://evil.example";"x")' }
    store.journal.end(callRecord('evil', 0, { from: evil }), [])
    for (let at = 1; at <= 1_200; at += 1) store.journal.end(callRecord(`c${at}`, at), [])
    await store.journal.committed()
    const lines = (await whole(archive.table(tenant, {}, ','))).split('\r\n')
    assert.equal(lines.length, 1 + 1_201 + 1)
    assert.match(lines[0] ?? '', /^call,started,/)
    assert.match(lines[1] ?? '', /^c1200,2026-09-21T/)
    assert.match(lines[1_201] ?? '', /,"'=HYPERLINK\(""http:\/\/evil\.example"";""x""\)",/)
    await close(opened)
  })
})

describe('one number in all that is kept', () => {
  test('is found, exported and erased, in records and events, and is in no file afterwards', async () => {
    const opened = await open('erase')
    const { dataDir, store, archive } = opened
    for (let at = 0; at < 300; at += 1) {
      const isTheirs = at % 3 === 0
      const number = isTheirs ? '+49305550123' : `+4940777${1_000 + at}`
      store.journal.end(callRecord(`c${at}`, at, { from: from(number) }), [eventOf(`c${at}`, number)])
    }
    store.journal.append([eventOf('lives', '+49305550123')])
    await store.journal.committed()
    assert.deepEqual(await archive.personal.find(search), {
      ...{ count: 100, held: 0, oldest: T0, newest: T0 + 297 },
    })
    const [file] = await Array.fromAsync(archive.personal.export(search))
    assert.equal(file?.path, 'calls.jsonl')
    const text = Buffer.concat(await Array.fromAsync(file?.content ?? [])).toString()
    assert.equal(text.trimEnd().split('\n').length, 100)
    assert.doesNotMatch(text, /40777/)

    assert.deepEqual(await archive.personal.erase(search), { erased: 100, held: 0, unfinished: 1 })
    assert.equal((await archive.personal.find(search)).count, 0)
    const call = await store.history.call(tenant, 'c3' as CallId)
    assert.deepEqual(call?.cdr.from, { kind: 'outside', trunk: 'main', number: 'erased' })
    const untouched = await store.history.call(tenant, 'c4' as CallId)
    assert.deepEqual(untouched?.cdr.from, from('+49407771004'))
    store.journal.end(callRecord('lives', 400, { from: from('+49305550123') }), [])
    await store.journal.committed()
    assert.equal((await archive.personal.erase(search)).erased, 1, 'when it is over')
    await close(opened)
    for (const name of readdirSync(dataDir)) {
      const bytes = readFileSync(join(dataDir, name))
      assert.equal(bytes.includes('5550123'), false, name)
    }
  })

  test('what is held is found and not erased', async () => {
    const opened = await open('held')
    const { store, archive, holds } = opened
    for (const call of ['c1', 'c2'])
      store.journal.end(callRecord(call, 0, { from: from('+49305550123') }), [])
    await store.journal.committed()
    const by = 'person-1' as PersonId
    holds.push({ id: 'h', tenant, at: wallTime(T0), by, reason: 'a suit', call: 'c1' as CallId })
    assert.equal((await archive.personal.find(search)).held, 1)
    assert.deepEqual(await archive.personal.erase(search), { erased: 1, held: 1, unfinished: 0 })
    holds.pop()
    assert.deepEqual(await archive.personal.erase(search), { erased: 1, held: 0, unfinished: 0 })
    await close(opened)
  })
})

test('who forgets something while another one does is still careful when that one has done', async () => {
  const asked: string[] = []
  const writer = { transaction: async () => 'written' as const } as unknown as GroupWriter
  const query = async (sql: string) => {
    asked.push(sql)
    return [{ busy: 0 }]
  }
  const records = createRecordWriter(createDatabase(query), { writer, query }, SILENT_LOG)
  const long = Promise.withResolvers<void>()
  const first = records.forgetting(() => long.promise)
  await records.forgetting(async () => undefined)
  assert.equal(asked.includes('PRAGMA secure_delete = OFF'), false)
  long.resolve()
  await first
  assert.equal(asked.filter((sql) => sql === 'PRAGMA secure_delete = OFF').length, 1)
})

test('time shortens and removes, a little at a time, and not what is held', async () => {
  const opened = await open('sweep')
  const { store, archive, holds } = opened
  for (let day = 0; day < 700; day += 1) {
    const number = '+49305550123'
    store.journal.end(callRecord(`c${day}`, day * DAY, { from: from(number) }), [eventOf(`c${day}`, number)])
  }
  await store.journal.committed()
  const by = 'person-1' as PersonId
  const hold = { id: 'h', tenant, at: wallTime(T0), by, reason: 'a suit' }
  holds.push({ ...hold, call: 'c5' as CallId }, { ...hold, call: 'c690' as CallId })
  const now = wallTime(T0 + 699.5 * DAY)
  const rules = { keepDays: 30, shortenAfterDays: 7 }
  assert.deepEqual(await archive.sweep(tenant, rules, now), { removed: 669, shortened: 22 })
  assert.deepEqual(await archive.sweep(tenant, rules, now), { removed: 0, shortened: 0 })
  const numberOf = async (day: number) => {
    const found = await store.history.call(tenant, `c${day}` as CallId)
    const { from } = found?.cdr ?? {}
    const shown = [from?.kind === 'outside' ? from.number : '', found?.events[0]?.why?.values.number]
    return found && shown.join(' ')
  }
  const [full, short] = ['+49305550123 +49305550123', '+49305550xxx +49305550xxx']
  assert.deepEqual(await Promise.all([4, 5, 669, 670].map(numberOf)), [undefined, full, undefined, short])
  assert.deepEqual(await Promise.all([690, 692, 693].map(numberOf)), [full, short, full])
  await close(opened)
})
