import assert from 'node:assert/strict'
import test from 'node:test'
import { SILENT_LOG, wallTime } from '@rufwerk/core'
import { checkConfig, DEFAULT_CODES, type DialPlan, EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { MemoryPlanStore } from '@rufwerk/routing/testing'
import { CHECKED_HERE, CODES_EDITION, newCodes, openPlanBook } from '@rufwerk/routing/versions'
import { ANNA, BERLIN, CONFIG, MUNICH } from '../company.ts'

const { dialPlan: _, ...config } = CONFIG
const TENANT = CONFIG.tenant
const ADMIN = { tenant: TENANT, person: ANNA }
const AT = { tenant: TENANT, by: ANNA, at: wallTime(7) }
const ECHO = { code: '*43', does: 'echo' } as const
const PROMPT = { code: '*58', does: 'recordPrompt' } as const
const RECORD = { code: '*1', does: 'record' } as const

const planWith = (...codes: DialPlan['codes'][number][]): DialPlan => ({ ...EMPTY_DIAL_PLAN, codes })
const codesOf = (codes: readonly { readonly code: string }[]) => codes.map(({ code }) => code)

/** A company whose plan was stored before there were new codes. */
async function company(plan = planWith(ECHO)) {
  const store = new MemoryPlanStore()
  store.rows.push({ ...AT, version: 1, plan: JSON.stringify(plan) })
  const ports = { store, checker: CHECKED_HERE, wallTime: () => wallTime(8), log: SILENT_LOG }
  const companyOf = () => ({ config, sites: new Set([BERLIN, MUNICH]) })
  const open = () => openPlanBook({ ...ports, companyOf }, [TENANT])
  return { store, open, book: await open() }
}

const rows: readonly [what: string, plan: DialPlan, told: readonly string[]][] = [
  ['a plan that has neither', planWith(ECHO), ['*58', '*1']],
  ['a plan without codes', planWith(), ['*58', '*1']],
  ['a plan that does the same by another code', planWith({ ...PROMPT, code: '*77' }), ['*1']],
  ['a plan that has one of them', planWith(RECORD), ['*58']],
  ['a plan that has both', planWith(RECORD, PROMPT), []],
  ['a plan that uses the code', planWith({ code: '*58', does: 'echo' }), ['*1']],
  // *5 and an 8 means somebody's 8 today.
  ['a plan with a shorter code and an argument', planWith({ code: '*5', does: 'pickUp' }), ['*1']],
  ['a plan with a shorter code and nothing behind it', planWith({ code: '*5', does: 'echo' }), ['*58', '*1']],
  ['a plan with a longer code', planWith({ code: '*581', does: 'echo' }), ['*58', '*1']],
  ['keys of a call that begin alike', planWith({ code: '*12', does: 'join' }), ['*58']],
  ['keys of a call that end alike', planWith({ code: '**1', does: 'transfer' }), ['*58']],
  ['a dialled code that begins alike', planWith({ code: '*12', does: 'pickUp' }), ['*58', '*1']],
]
for (const [what, plan, told] of rows) {
  test(`CFG-N1 ${what} is told of ${told.join(' and ') || 'nothing'}, and stays as it is`, async () => {
    const { book, store } = await company(plan)
    assert.deepEqual(codesOf(book.newCodes(TENANT)), told)
    assert.deepEqual(book.config(TENANT)?.dialPlan, plan)
    assert.equal(store.rows.length, 1)
    assert.deepEqual(newCodes(plan, CODES_EDITION), [], 'Who knows those of today is told nothing.')
    // All of it at once is a plan without mistakes.
    const all = { ...plan, codes: [...plan.codes, ...book.newCodes(TENANT)] }
    assert.deepEqual(checkConfig({ ...config, dialPlan: all }), [])
  })
}

test('CFG-N1 only what calls can be led to is told, and nothing while the plan cannot be read', async () => {
  const performed = { services: new Set<never>(), codes: new Set(['record'] as const) }
  assert.deepEqual(codesOf(newCodes(planWith(ECHO), 1, performed)), ['*1'])
  const { store, open } = await company()
  store.rows.push({ ...AT, version: 2, plan: '{' })
  const book = await open()
  assert.deepEqual(book.newCodes(TENANT), [])
  const answered = await book.answerCodes(ADMIN, { expected: 2, add: ['*1'] })
  assert.equal(answered.ok ? '' : answered.error.code, 'wrong')
})

test('CFG-N2 what is wanted is a version that can be taken back, the rest is put away', async () => {
  const { store, book, open } = await company()
  const answered = await book.answerCodes(ADMIN, { expected: 1, add: ['*1'] })
  assert.ok(answered.ok, JSON.stringify(answered))
  const { version, plan, entry } = answered.value
  assert.deepEqual([version, codesOf(plan.codes), entry?.note], [2, ['*43', '*1'], 'codes *1'])
  assert.deepEqual(book.newCodes(TENANT), [])
  assert.deepEqual((await open()).newCodes(TENANT), [], 'Also after a restart.')
  const back = await book.rollBack(ADMIN, 2)
  assert.deepEqual(back.ok && codesOf(back.value.plan.codes), ['*43'])
  const changed = await book.change(ADMIN, { expected: 3, plan: planWith() })
  assert.ok(changed.ok)
  assert.deepEqual((await open()).newCodes(TENANT), [], 'Who has answered, has.')
  assert.equal(store.rows.length, 4)
})

test('CFG-N2 none is an answer, too; what is not new and another version are refused', async () => {
  const { store, book } = await company()
  for (const [expected, add, code] of [
    [0, ['*1'], 'conflict'],
    [1, ['*43'], 'wrong'],
    [1, ['*1', '*99'], 'wrong'],
  ] as const) {
    const refused = await book.answerCodes(ADMIN, { expected, add })
    assert.equal(refused.ok ? '' : refused.error.code, code)
  }
  const wrong = await book.answerCodes(ADMIN, { expected: 1, add: ['*1', '*99'] })
  assert.ok(!wrong.ok && wrong.error.code === 'wrong')
  assert.equal(wrong.error.problems[0]?.sentence, 'add[1] names *99, which is none of the new codes.')
  assert.equal(store.rows.length, 1)
  const none = await book.answerCodes(ADMIN, { expected: 1, add: [] })
  assert.deepEqual(none.ok && [none.value.version, none.value.plan], [2, planWith(ECHO)])
  assert.deepEqual(book.newCodes(TENANT), [])
  const again = await book.answerCodes(ADMIN, { expected: 2, add: [] })
  assert.deepEqual([again.ok && again.value.version, store.rows.length], [2, 2])
})

test('CFG-N3 who has not answered is told further', async () => {
  const { book, open } = await company()
  await book.change(ADMIN, { expected: 1, plan: planWith(ECHO, { code: '*8', does: 'pickUpGroup' }) })
  await book.change(ADMIN, { expected: 2, plan: planWith() })
  await book.rollBack(ADMIN, 3)
  assert.equal(book.applied(TENANT).version, 4)
  for (const each of [book, await open()]) assert.deepEqual(codesOf(each.newCodes(TENANT)), ['*58', '*1'])
})

test('CFG-N3 without a plan all usual codes are told, with a first plan none', async () => {
  const store = new MemoryPlanStore()
  const ports = { store, checker: CHECKED_HERE, wallTime: () => wallTime(8), log: SILENT_LOG }
  const companyOf = () => ({ config, sites: new Set([BERLIN, MUNICH]) })
  const [book, other] = await Promise.all([1, 2].map(() => openPlanBook({ ...ports, companyOf }, [TENANT])))
  assert.ok(book && other)
  const all = codesOf(DEFAULT_CODES)
  const has = codesOf(EMPTY_DIAL_PLAN.codes)
  assert.deepEqual(
    codesOf(book.newCodes(TENANT)),
    all.filter((code) => !has.includes(code)),
  )
  const first = await book.change(ADMIN, { expected: 0, plan: planWith(ECHO) })
  assert.ok(first.ok)
  assert.deepEqual(book.newCodes(TENANT), [])
  store.rows = []
  const taken = await other.answerCodes(ADMIN, {
    expected: 0,
    add: all.filter((code) => !has.includes(code)),
  })
  assert.deepEqual(taken.ok && codesOf(taken.value.plan.codes).toSorted(), all.toSorted())
})
