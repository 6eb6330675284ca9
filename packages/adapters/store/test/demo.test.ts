import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createPasswordHasher, openAccounts } from '@rufwerk/accounts'
import { CHEAP_HASH_COST, countingRandomBytes } from '@rufwerk/accounts/testing'
import { SILENT_LOG, wallTime } from '@rufwerk/core'
import { demoCalls } from '../src/demo/calls.ts'
import { demoCompany } from '../src/demo/company.ts'
import { createChance } from '../src/demo/random.ts'
import { createDemo, demoLinks, openStore } from '../src/index.ts'
import { createMemoryStore } from '../src/testing/index.ts'

// Thursday, 21 May 2026, 12:00 UTC.
const now = wallTime(Date.UTC(2026, 4, 21, 12))
const company = demoCompany(now, countingRandomBytes(3))
const month = (seed: number) => demoCalls({ tenant: company.tenant.id, people: company.people, now, seed })
const calls = month(1)
const share = (is: (call: (typeof calls)[number]) => boolean) => calls.filter(is).length / calls.length

test('the company has twelve people on two sites, a voice at 101 and no emergency number', () => {
  const people = company.people.map((each) => each.person)
  assert.equal(people.length, 12)
  assert.equal(new Set(people.map((person) => person.site)).size, 2)
  assert.equal(people.find((person) => person.extension === '101')?.kind, 'voice')
  assert.equal(people.find((person) => person.extension === '100')?.role, 'admin')
  assert.ok(people.every((person) => !['110', '112'].includes(person.extension)))
  for (const { email } of people) assert.match(email ?? '', /^[a-z.]+@muster\.example$/)
})

test('the same seed tells the same story, another seed another one', () => {
  assert.deepEqual(month(1), calls)
  assert.notDeepEqual(
    month(2).map((call) => call.cdr.startedAt),
    calls.map((call) => call.cdr.startedAt),
  )
})

test('a month of calls, all in the past, in office hours of working days', () => {
  assert.ok(calls.length > 900 && calls.length < 1_800, String(calls.length))
  for (const { cdr } of calls) {
    assert.ok(cdr.endedAt < now && cdr.startedAt <= cdr.endedAt)
    const hour = new Date(cdr.startedAt).getUTCHours()
    assert.ok(hour >= 6 && hour <= 16)
    assert.notEqual(new Date(cdr.startedAt).getUTCDay(), 0)
  }
  assert.ok(share(({ cdr }) => new Date(cdr.startedAt).getUTCDay() === 6) < 0.02)
  assert.equal(new Set(calls.map(({ cdr }) => cdr.call)).size, calls.length)
})

test('outcomes, causes and lengths are plausible', () => {
  const answered = calls.filter(({ cdr }) => cdr.answeredAt !== undefined)
  assert.ok(answered.length / calls.length > 0.55 && answered.length / calls.length < 0.75)
  assert.ok(share(({ cdr }) => cdr.cause === 17) > 0.03)
  assert.ok(share(({ cdr }) => cdr.cause === 19) > 0.06)
  const seconds = answered
    .map(({ cdr }) => (cdr.endedAt - (cdr.answeredAt ?? 0)) / 1_000)
    .toSorted((a, b) => a - b)
  const median = seconds[seconds.length >> 1] ?? 0
  assert.ok(median > 80 && median < 180, String(median))
  assert.ok((seconds.at(-1) ?? 0) > 900)
  for (const { cdr } of calls) {
    assert.equal(cdr.quality.length, cdr.answeredAt === undefined ? 0 : 2)
    for (const { quality } of cdr.quality) {
      assert.ok((quality.mos ?? 0) >= 1 && (quality.mos ?? 9) <= 4.5)
      assert.ok(quality.lost <= quality.packetsSent)
    }
  }
})

test('outside numbers are those reserved for fiction; nobody calls oneself; the voice does not call', () => {
  for (const { cdr } of calls) {
    if (cdr.dialled.startsWith('+')) assert.match(cdr.dialled, /^\+493023125\d{3}$/)
    assert.ok(cdr.from.kind === 'inside')
    assert.notEqual(cdr.to, cdr.from.person)
    assert.notEqual(cdr.from.extension, '101')
  }
  assert.ok(share(({ cdr }) => cdr.dialled.startsWith('+')) > 0.08)
})

test('events are in order, begin with created and belong to their call', () => {
  for (const { cdr, events } of calls) {
    assert.equal(events[0]?.type, 'requested')
    for (const [at, event] of events.entries()) {
      assert.equal(event.call, cdr.call)
      assert.ok(event.at >= (events[at - 1]?.at ?? 0))
    }
  }
})

test('chance: between is inclusive, weighted follows the weights, log-normal has its median', () => {
  const chance = createChance(5)
  const rolls = Array.from({ length: 6_000 }, () => chance.between(1, 6))
  assert.deepEqual([Math.min(...rolls), Math.max(...rolls)], [1, 6])
  const picks = rolls.map(() =>
    chance.weighted([
      ['a', 3],
      ['b', 1],
      ['c', 0],
    ]),
  )
  const a = picks.filter((pick) => pick === 'a').length / picks.length
  assert.ok(a > 0.72 && a < 0.78 && !picks.includes('c'))
  const lengths = rolls.map(() => chance.logNormal(100, 0.5)).toSorted((x, y) => x - y)
  const median = lengths[3_000] ?? 0
  assert.ok(median > 95 && median < 105)
})

test('the demonstration is made once, on SQLite, and two of its people can sign in', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'rufwerk-demo-'))
  after(() => rmSync(dataDir, { recursive: true }))
  const opened = await openStore({ dataDir, log: SILENT_LOG })
  assert.ok(opened.ok)
  const store = opened.value
  const randomBytes = countingRandomBytes(9)
  const options = { now, seed: 1, randomBytes }
  assert.equal(await createDemo(store, options), 'created')
  assert.equal(await createDemo(store, options), 'exists')
  const passwords = createPasswordHasher(randomBytes, CHEAP_HASH_COST)
  const accounts = await openAccounts({
    store: store.accounts,
    passwords,
    wallTime: () => now,
    randomBytes,
    log: SILENT_LOG,
  })
  const [directory] = accounts.directories()
  assert.ok(directory?.tenant.isDemo)
  const links = await demoLinks(accounts, directory)
  assert.ok(links.ok)
  assert.deepEqual(
    links.value.map((link) => link.person.extension),
    ['100', '102'],
  )
  const [link] = links.value
  const signedIn = await accounts.signInByLink({ token: link?.token ?? '', address: '127.0.0.1' })
  assert.ok(signedIn.ok)
  const { tenant, id } = signedIn.value.person
  const page = await store.history.callsOf(tenant, id, { limit: 50 })
  assert.equal(page?.calls.length, 50)
  const call = await store.history.call(tenant, page?.calls[0]?.call ?? ('' as never))
  assert.ok((call?.events.length ?? 0) >= 3)
  await store.close()
})

test('a store that holds a company is left alone', async () => {
  const store = createMemoryStore()
  await store.accounts.apply(company.changes)
  assert.equal(await createDemo(store, { now, seed: 1, randomBytes: countingRandomBytes(2) }), 'exists')
})
