import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '@rufwerk/accounts'
import {
  beginVerification,
  endVerification,
  readLine,
  readPublicKey,
  type SignedHead,
  verifyEntry,
} from '@rufwerk/audit'
import type { PersonalSearch } from '@rufwerk/calls/records'
import { createLog, type PersonId, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import { SimulatedDisk } from '@rufwerk/store/testing'
import { AuditLog } from '../src/records/audit-log.ts'
import { OneTimer } from './support/one-timer.ts'

const TENANT = 'muster' as TenantId

async function open() {
  const arm = (delayMs: number, callback: () => void): Disposable => {
    const timer = setTimeout(callback, delayMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  }
  const clock = { now: () => performance.now(), arm }
  const disk = new SimulatedDisk({ clock, log: SILENT_LOG, commitMs: () => 0 })
  const store = await disk.open()
  const timer = new OneTimer()
  const lines: string[] = []
  const now = () => wallTime(1_000)
  const log = createLog('info', (line) => void lines.push(line), now)
  const audit = new AuditLog({
    store,
    key: new Uint8Array(32).fill(5),
    timers: timer.timers,
    wallTime: now,
    log,
  })
  const note = async (subject: string, detail: AuditEntry['detail'] = {}) => {
    const entry = {
      tenant: TENANT,
      at: now(),
      actor: 'anna' as PersonId,
      act: 'hold-added',
      subject,
      detail,
    } as const
    assert.equal(await store.accounts.apply([{ type: 'audit', entry }]), 'committed')
  }
  const minute = async () => {
    timer.runOut()
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return { audit, disk, store, lines, note, minute }
}

async function findingsOf(text: AsyncIterable<string> | undefined): Promise<string[]> {
  assert.ok(text)
  const heads: SignedHead[] = []
  let key = ''
  let state: ReturnType<typeof beginVerification> | undefined
  for await (const line of text) {
    const read = readLine(line.trimEnd())
    assert.ok(read.ok)
    if (read.value.type === 'audit') key = read.value.key
    else if (read.value.type === 'head') heads.push(read.value)
    else {
      state ??= beginVerification(TENANT, heads, readPublicKey(key) ?? assert.fail())
      if (read.value.type === 'entry') state = verifyEntry(state, read.value)
      else assert.equal(read.value.entries, state.seq)
    }
  }
  assert.ok(state)
  return endVerification(state).findings.map(({ code, seq }) => `${code} ${seq}`)
}

test('once a minute the end is signed when it has grown, and said in our own log', async () => {
  const { lines, note, minute, store } = await open()
  const said = () => lines.filter((line) => line.includes('audit.head')).length
  await minute()
  assert.equal(said(), 0)
  await note('1')
  await minute()
  await minute()
  assert.equal(said(), 1)
  await note('2')
  await minute()
  assert.equal(said(), 2)
  assert.deepEqual(
    (await store.audit.heads(TENANT)).map(({ seq }) => seq),
    [2],
  )
})

test('the file verifies; the same file after a change in the database does not', async () => {
  const { audit, disk, note } = await open()
  for (const subject of ['1', '2', '3']) await note(subject)
  assert.deepEqual(await findingsOf(await audit.file(TENANT)), [])
  disk.change("UPDATE audit SET actor = 'boris' WHERE seq = 2")
  assert.deepEqual(await findingsOf(await audit.file(TENANT)), ['told-changed 2'])
})

test('a head that was fetched before finds what its server has written anew', async () => {
  const { audit, disk, note } = await open()
  for (const subject of ['1', '2', '3']) await note(subject)
  const kept = (await audit.head(TENANT)) ?? assert.fail()
  // Whoever has the server takes the last two out and has the rest signed again.
  disk.change('DELETE FROM audit WHERE seq > 1; DELETE FROM audit_heads')
  await note('4')
  const text = await Array.fromAsync((await audit.file(TENANT)) ?? assert.fail())
  const lines = async function* (more: readonly object[]) {
    const [first = '', ...rest] = text
    yield first
    for (const head of more) yield JSON.stringify({ type: 'head', ...head })
    yield* rest
  }
  assert.deepEqual(await findingsOf(lines([])), [])
  const { key: _, ...head } = kept
  assert.deepEqual(await findingsOf(lines([head])), ['cut 3'])
})

test('pages are newest first, and go on', async () => {
  const { audit, note } = await open()
  for (const subject of ['1', '2', '3']) await note(subject)
  const numbers = async (page: { before?: number; limit: number }) =>
    (await audit.page(TENANT, page)).entries.map(({ seq }) => seq)
  assert.deepEqual(await numbers({ limit: 2 }), [3, 2])
  assert.deepEqual(await numbers({ limit: 2, before: 2 }), [1])
  assert.deepEqual(await numbers({ limit: 2, before: 1 }), [])
  assert.deepEqual((await audit.page('other' as TenantId, { limit: 2 })).entries, [])
})

test('what is kept of a number is found, exported and erased, and the chain holds', async () => {
  const { audit, note } = await open()
  await note('h1', { number: '+4930123456' })
  await note('h2', { number: '+4930999999' })
  const number = { kind: 'e164', number: '+4930123456', callingCode: '49', national: '30123456' } as const
  const search: PersonalSearch = { tenant: TENANT, number }
  const source = audit.personal()
  assert.equal((await source.find(search)).count, 1)
  const files = await Array.fromAsync(source.export(search))
  assert.deepEqual(
    files.map(({ path }) => path),
    ['1.json'],
  )
  assert.equal((await source.erase(search)).erased, 1)
  assert.equal((await source.find(search)).count, 0)
  const { entries } = await audit.page(TENANT, { limit: 5 })
  assert.deepEqual(
    entries.map(({ isErased, subject }) => [isErased, subject]),
    [
      [false, 'h2'],
      [true, ''],
    ],
  )
  assert.deepEqual(await findingsOf(await audit.file(TENANT)), [])
})
