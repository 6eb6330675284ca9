// Reports from outside at the desk, with the real thread and its file: a case with clocks, a page by a token
// that nobody keeps, as many as a day has, and security software with tokens that can be taken back.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Accounts, Directory } from '@rufwerk/accounts'
import { OUTSIDE_DAY_MAX, WEBHOOK_DAY_MAX, WEBHOOKS_MAX } from '@rufwerk/cases/outside'
import { type PersonId, SILENT_LOG, type TenantId, wallTime } from '@rufwerk/core'
import { Defence } from '@rufwerk/defence'
import { CasesDesk } from '../../src/fleet/cases-desk.ts'

const tenant = 'house' as TenantId
const anna = { tenant, person: 'anna' as PersonId, session: 's' as never }
const bea = { ...anna, person: 'bea' as PersonId }
const HOUR = 3_600_000
const HASH = 'a'.repeat(64)

function directoryOf(id: string, name: string): Directory {
  const byPerson = new Map([['anna', { name: 'Anna' }]])
  return { tenant: { id, name, language: 'de' }, byPerson } as unknown as Directory
}
const directories = [directoryOf('house', 'Haus'), directoryOf('second', 'Zweite')]
const accounts = {
  directories: () => directories,
  directoryOf: (id: string) => directories.find((one) => one.tenant.id === id),
} as unknown as Accounts

async function house(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'rufwerk-outside-'))
  let at = 1_800_000_000_000
  const randomBytes = (size: number) => crypto.getRandomValues(new Uint8Array(size))
  const open = () => {
    const defence = new Defence(folder, SILENT_LOG)
    const wall = () => wallTime(at)
    const desk = new CasesDesk({
      ...{ defence, accounts, randomBytes, wallTime: wall, log: SILENT_LOG, tell: () => undefined },
    })
    return { defence, desk }
  }
  let now = open()
  t.after(async () => {
    await now.defence.close()
    await rm(folder, { recursive: true })
  })
  return {
    folder,
    desk: () => now.desk,
    later: (ms: number) => {
      at += ms
    },
    restart: async () => {
      await now.defence.close()
      now = open()
    },
  }
}

async function value<Value>(asked: Promise<{ ok: true; value: Value } | { ok: false; error: string }>) {
  const answer = await asked
  assert.ok(answer.ok, answer.ok ? '' : answer.error)
  return answer.value
}

test('a report from outside is a case with a clock, and its page tells what becomes of it', async (t) => {
  const { folder, desk, later, restart } = await house(t)
  const report = { hashes: [HASH], words: 'It flags this.' }
  const token = await value(desk().outside.report({ report, contact: 'x@example.org' }))
  const [known] = (await value(desk().list(tenant))).cases
  assert.ok(known)
  assert.equal(known.answerDue - known.openedAt, 24 * HOUR)
  const { origins } = await value(desk().detail(tenant, known.id))
  assert.deepEqual(
    origins.map(({ kind, by, words }) => [kind, by, words]),
    [['outside', 'x@example.org', 'It flags this.']],
  )
  const status = async () => value(desk().outside.status(token))
  assert.deepEqual([(await status())?.answer, (await status())?.closed], [undefined, undefined])
  later(HOUR)
  await value(desk().act(anna, known.id, { type: 'answer', words: 'Thank you.' }))
  await restart()
  assert.equal((await status())?.answer?.words, 'Thank you.')
  const looked = { type: 'evidence', kind: 'file-analysis', what: 'Looked.', sha256: HASH } as const
  await value(desk().act(anna, known.id, looked))
  await value(desk().act(anna, known.id, { type: 'propose', verdict: 'false-positive', why: 'inner words' }))
  await value(desk().act(bea, known.id, { type: 'confirm' }))
  assert.equal((await status())?.closed?.verdict, 'false-positive')
  assert.equal(await value(desk().outside.status('u'.repeat(43))), undefined)
  assert.deepEqual((await value(desk().list('second' as TenantId))).cases, [], 'nobody else has it')
  const written = (await readFile(join(folder, 'defence.db'))).toString('latin1')
  assert.ok(!written.includes(token), 'the token is not kept')
})

test('a day has so many reports from outside, also after a restart; those of the company pass', async (t) => {
  const { desk, later, restart } = await house(t)
  const send = (words: string) => desk().outside.report({ report: { hashes: [], words } })
  for (let number = 0; number < OUTSIDE_DAY_MAX; number += 1) await value(send(`report ${number}`))
  await restart()
  assert.deepEqual(await send('one more'), { ok: false, error: 'full' })
  const own = await value(desk().report(anna, { hashes: [], words: 'mine' }))
  assert.equal(own.how, 'opened')
  assert.equal((await value(desk().list(tenant))).open, OUTSIDE_DAY_MAX + 1)
  later(25 * HOUR)
  await value(send('tomorrow'))
})

test('a webhook reports until its token is taken back; nobody else can use it', async (t) => {
  const { folder, desk, restart } = await house(t)
  const { outside } = desk()
  const { id, token } = await value(outside.addWebhook(anna, 'Scanner'))
  const report = { hashes: [HASH.toUpperCase(), HASH], words: '' }
  assert.equal((await value(outside.fromWebhook(token, report))).how, 'opened')
  assert.deepEqual(await outside.fromWebhook(token, { hashes: [], words: '' }), {
    ...{ ok: false, error: 'nothing-said' },
  })
  const [known] = (await value(desk().list(tenant))).cases
  assert.ok(known)
  const { origins } = await value(desk().detail(tenant, known.id))
  assert.deepEqual([origins[0]?.kind, origins[0]?.by], ['webhook', 'Scanner'])
  const wrong = [
    ...['', 'x', `${token}x`, token.replace('house', 'second'), token.replace('house', 'nobody')],
    token.slice(0, -1),
  ]
  for (const one of wrong)
    assert.deepEqual(await outside.fromWebhook(one, report), { ok: false, error: 'unknown-token' }, one)
  const { webhooks } = await value(outside.webhooks(tenant))
  assert.deepEqual([webhooks.length, webhooks[0]?.name, webhooks[0]?.madeBy], [1, 'Scanner', 'Anna'])
  assert.deepEqual((await value(outside.webhooks('second' as TenantId))).webhooks, [])
  assert.equal(await value(outside.removeWebhook('second' as TenantId, id)), false)
  await restart()
  assert.equal((await value(desk().outside.fromWebhook(token, report))).how, 'joined')
  const written = (await readFile(join(folder, 'defence.db'))).toString('latin1')
  assert.ok(!written.includes(token), 'the token is not kept')
  assert.equal(await value(desk().outside.removeWebhook(tenant, id)), true)
  assert.deepEqual(await desk().outside.fromWebhook(token, report), { ok: false, error: 'unknown-token' })
})

test('webhooks are limited in number and by day', async (t) => {
  const { desk } = await house(t)
  const { outside } = desk()
  const made = []
  for (let number = 0; number < WEBHOOKS_MAX; number += 1)
    made.push(await value(outside.addWebhook(anna, `w${number}`)))
  assert.deepEqual(await outside.addWebhook(anna, 'one more'), { ok: false, error: 'full' })
  const [first, second] = made
  assert.ok(first && second)
  // All about one file: one case.
  const report = { hashes: [HASH], words: 'x' }
  for (let number = 0; number < WEBHOOK_DAY_MAX; number += 1)
    await value(outside.fromWebhook(first.token, report))
  assert.deepEqual(await outside.fromWebhook(first.token, report), { ok: false, error: 'full' })
  await value(outside.fromWebhook(second.token, report))
  const { cases } = await value(desk().list(tenant))
  assert.deepEqual([cases.length, cases[0]?.reports], [1, WEBHOOK_DAY_MAX + 1])
})
