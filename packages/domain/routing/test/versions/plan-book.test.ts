import assert from 'node:assert/strict'
import test from 'node:test'
import { createLog, type PersonId, type TenantId, wallTime } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type RoutingConfig } from '@rufwerk/routing'
import { MemoryPlanStore } from '@rufwerk/routing/testing'
import {
  applyPlan,
  CHANGES_WAITING_MAX,
  CHECKED_HERE,
  type Company,
  diffPlans,
  openPlanBook,
  type PlanChecker,
  type PlanStore,
  rollBack,
  VERSIONS_KEPT_MAX,
} from '@rufwerk/routing/versions'
import { ANNA, BERLIN, CONFIG, GROUP, MUNICH, PLAN } from '../company.ts'

const { dialPlan: _, ...PEOPLE } = CONFIG
const TENANT = CONFIG.tenant
const ADMIN = { tenant: TENANT, person: ANNA }
const COMPANY: Company = { config: PEOPLE, sites: new Set([BERLIN, MUNICH]) }
const AUTHOR = { tenant: TENANT, by: ANNA, at: wallTime(7) }
const UNREADABLE = { ok: false, error: { code: 'unreadable' } }
const OTHER = { ...PLAN, flows: [GROUP] }

const check = (plan: unknown) => CHECKED_HERE.check(plan, COMPANY)

const open = (
  store: PlanStore,
  lines: string[] = [],
  company = COMPANY,
  checker: PlanChecker = CHECKED_HERE,
) =>
  openPlanBook(
    {
      ...{ store, checker },
      companyOf: (tenant) => (tenant === TENANT ? company : undefined),
      wallTime: () => wallTime(7),
      log: createLog(
        'error',
        (line) => void lines.push(line),
        () => wallTime(0),
      ),
    },
    [TENANT],
  )

test('CFG-V1 a change names the version that is applied', async () => {
  const head = { version: 3, plan: EMPTY_DIAL_PLAN }
  const applied = await applyPlan(head, { expected: 3, plan: PLAN, note: 'Umzug' }, AUTHOR, check)
  assert.ok(applied.ok && applied.value)
  const { json, ...version } = applied.value
  assert.deepEqual(version, { ...AUTHOR, version: 4, codesKnown: 1, note: 'Umzug', plan: PLAN })
  assert.deepEqual(JSON.parse(json), PLAN)
  for (const expected of [0, 2, 4, Number.NaN]) {
    const refused = await applyPlan(head, { expected, plan: PLAN }, AUTHOR, check)
    assert.deepEqual(refused, { ok: false, error: { code: 'conflict', version: 3 } })
    const back = await rollBack(head, head, expected, AUTHOR, check)
    assert.deepEqual(back, { ok: false, error: { code: 'conflict', version: 3 } })
  }
  const wrong = await applyPlan(head, { expected: 3, plan: { ...PLAN, trunks: [] } }, AUTHOR, check)
  assert.equal(wrong.ok ? '' : wrong.error.code, 'wrong')
  const note = await applyPlan(head, { expected: 3, plan: PLAN, note: 'a\nb' }, AUTHOR, check)
  assert.equal(note.ok ? '' : note.error.code, 'wrong')
})

test('CFG-V2 the plan that is applied makes no version', async () => {
  const store = new MemoryPlanStore()
  const book = await open(store)
  const same = await book.change(ADMIN, { expected: 0, plan: EMPTY_DIAL_PLAN })
  assert.equal(same.ok && same.value.version, 0)
  const first = await book.change(ADMIN, { expected: 0, plan: PLAN })
  const again = await book.change(ADMIN, { expected: 1, plan: structuredClone(PLAN) })
  assert.deepEqual([first.ok && first.value.version, again.ok && again.value.version], [1, 1])
  assert.equal(store.rows.length, 1)
})

test('CFG-V3 going back is a version of its own, and going back from that is where it was', async () => {
  const store = new MemoryPlanStore()
  const book = await open(store)
  const nothing = await book.rollBack(ADMIN, 0)
  assert.deepEqual(nothing, { ok: false, error: { code: 'nothing-before' } })
  await book.change(ADMIN, { expected: 0, plan: PLAN })
  await book.change(ADMIN, { expected: 1, plan: OTHER })
  const back = await book.rollBack(ADMIN, 2)
  assert.ok(back.ok)
  assert.deepEqual([back.value.version, back.value.entry?.restores, back.value.plan], [3, 1, PLAN])
  const forth = await book.rollBack(ADMIN, 3)
  assert.ok(forth.ok)
  assert.deepEqual([forth.value.version, forth.value.entry?.restores, forth.value.plan], [4, 2, OTHER])
  const diff = await book.diff(TENANT, 3, 4)
  assert.ok(diff.ok)
  assert.deepEqual(
    diff.value.changes.map(({ path, what }) => `${path} ${what}`),
    ['flows[all] added'],
  )
  assert.deepEqual(await book.diff(TENANT, 3, 9), UNREADABLE)
})

test('CFG-V3 before the first version there was the empty plan', async () => {
  const book = await open(new MemoryPlanStore())
  await book.change(ADMIN, { expected: 0, plan: PLAN })
  const back = await book.rollBack(ADMIN, 1)
  assert.deepEqual(back.ok && [back.value.version, back.value.plan], [2, EMPTY_DIAL_PLAN])
})

test('CFG-V3 what is not right any more is not gone back to', async () => {
  const store = new MemoryPlanStore()
  const book = await open(store)
  await book.change(ADMIN, { expected: 0, plan: OTHER })
  await book.change(ADMIN, { expected: 1, plan: PLAN })
  const newcomer = { person: 'eva' as PersonId, extension: '400', name: 'Eva', kind: 'person' as const }
  const config: RoutingConfig = {
    ...PEOPLE,
    byExtension: new Map([...PEOPLE.byExtension, ['400', newcomer]]),
  }
  const later = await open(store, [], { ...COMPANY, config })
  const refused = await later.rollBack(ADMIN, 2)
  assert.ok(!refused.ok && refused.error.code === 'wrong')
  assert.equal(refused.error.problems[0]?.code, 'duplicate-extension')
  assert.equal(later.applied(TENANT).version, 2)
})

test('CFG-B1 what is not stored is not seen, and changes take turns', async () => {
  const store = new MemoryPlanStore()
  const book = await open(store)
  for (const outcome of ['not-stored', 'conflict'] as const) {
    store.outcome = outcome
    const refused = await book.change(ADMIN, { expected: 0, plan: PLAN })
    assert.equal(refused.ok ? '' : refused.error.code, outcome)
    assert.equal(book.applied(TENANT).version, 0)
    assert.equal(book.config(TENANT), PEOPLE)
  }
  store.outcome = 'committed'
  const both = await Promise.all([
    book.change(ADMIN, { expected: 0, plan: PLAN }),
    book.change(ADMIN, { expected: 0, plan: OTHER }),
  ])
  assert.deepEqual(
    both.map((each) => (each.ok ? each.value.version : each.error.code)),
    [1, 'conflict'],
  )
})

test('CFG-B2 the configuration of before stays as it was', async () => {
  const book = await open(new MemoryPlanStore())
  await book.change(ADMIN, { expected: 0, plan: PLAN })
  const before = book.config(TENANT)
  assert.equal(book.config(TENANT), before)
  assert.equal(before?.version, PEOPLE.version + 1)
  const text = JSON.stringify(before?.dialPlan)
  await book.change(ADMIN, { expected: 1, plan: OTHER })
  const after = book.config(TENANT)
  assert.notEqual(after, before)
  assert.equal(after?.version, PEOPLE.version + 2)
  assert.equal(JSON.stringify(before?.dialPlan), text)
  assert.deepEqual([book.hasExtension(TENANT, '400'), book.hasExtension(TENANT, '100')], [true, false])
  assert.equal(book.config('nobody' as TenantId), undefined)
  const tried = await book.tryOut(TENANT, PLAN)
  assert.equal(tried.ok && tried.value.dialPlan?.flows.length, 0)
  assert.equal(book.config(TENANT), after)
})

test('CFG-B3 a stored plan that cannot be read: the newest that can be is in force', async () => {
  for (const rubbish of ['', '{', '[]', JSON.stringify({ ...PLAN, fromTheFuture: true })]) {
    const store = new MemoryPlanStore()
    const book = await open(store)
    await book.change(ADMIN, { expected: 0, plan: PLAN })
    await book.change(ADMIN, { expected: 1, plan: OTHER })
    store.rows = store.rows.map((row) => (row.version === 2 ? { ...row, plan: rubbish } : row))
    const lines: string[] = []
    const again = await open(store, lines)
    const { version, plan, trouble } = again.applied(TENANT)
    assert.deepEqual([version, plan, trouble?.kind, trouble?.used], [2, PLAN, 'unreadable', 1])
    assert.deepEqual([lines.length, again.troubles().length], [1, 1])
    assert.deepEqual(await again.diff(TENANT, 1, 2), UNREADABLE)
    const mended = await again.change(ADMIN, { expected: 2, plan: PLAN })
    assert.deepEqual([mended.ok && mended.value.version, again.troubles().length], [3, 0])
  }
  const store = new MemoryPlanStore()
  store.rows.push({ ...AUTHOR, version: 9, plan: 'x' })
  const book = await open(store)
  assert.deepEqual([book.applied(TENANT).plan, book.applied(TENANT).trouble?.used], [EMPTY_DIAL_PLAN, 0])
})

test('CFG-B4 a stored plan that is wrong by now stays in force', async () => {
  const store = new MemoryPlanStore()
  await (await open(store)).change(ADMIN, { expected: 0, plan: PLAN })
  const book = await open(store, [], { ...COMPANY, sites: new Set() })
  const config = book.config(TENANT)
  assert.equal(await book.review(), true)
  assert.equal(book.config(TENANT), config, 'Nothing changes for calls.')
  const { plan, trouble } = book.applied(TENANT)
  assert.deepEqual([plan, trouble?.kind, trouble?.used], [PLAN, 'wrong', 1])
  assert.equal(trouble?.problems[0]?.code, 'unknown-site')
  const [told] = book.troubles()
  assert.equal(told, trouble)
})

/** Says what it is told to, and counts. */
function otherChecker() {
  const told = <Done>(why: 'busy' | 'too-slow' | 'broken' | undefined, done: () => Done) =>
    why === undefined ? done() : { ok: false as const, error: { code: 'not-checked' as const, why } }
  const checker = {
    why: undefined as 'busy' | 'too-slow' | 'broken' | undefined,
    asked: 0,
    check: async (plan: unknown, company: Company) => {
      checker.asked += 1
      return told(checker.why, () => CHECKED_HERE.check(plan, company))
    },
    compare: async (before: string, after: string) =>
      told(checker.why, () => CHECKED_HERE.compare(before, after)),
  }
  return checker
}

test('CFG-B6 what was checked when it was stored is not checked again when it is loaded', async () => {
  const store = new MemoryPlanStore()
  await (await open(store)).change(ADMIN, { expected: 0, plan: PLAN })
  const lines: string[] = []
  const checker = otherChecker()
  const book = await open(store, lines, { ...COMPANY, sites: new Set() }, checker)
  assert.deepEqual([checker.asked, book.config(TENANT)?.dialPlan, book.troubles()], [0, PLAN, []])
  for (const why of ['busy', 'too-slow', 'broken'] as const) {
    checker.why = why
    assert.equal(await book.review(), false, 'Asked again later.')
  }
  assert.deepEqual([book.troubles(), lines], [[], []])
  checker.why = undefined
  assert.equal(await book.review(), true)
  assert.deepEqual([book.troubles().length, lines.length, checker.asked], [1, 1, 4])
  const fresh = await open(new MemoryPlanStore(), [], COMPANY, checker)
  assert.deepEqual([await fresh.review(), checker.asked], [true, 4], 'Without a version nothing is asked.')
})

test('CFG-B6 a plan that was applied during the review has no trouble of the one before', async () => {
  const store = new MemoryPlanStore()
  await (await open(store)).change(ADMIN, { expected: 0, plan: PLAN })
  const book = await open(store, [], { ...COMPANY, sites: new Set() })
  const reviewed = book.review()
  // Without sites this is right, and it is stored while the first is looked at.
  const mended = book.change(ADMIN, { expected: 1, plan: EMPTY_DIAL_PLAN })
  const [, changed] = await Promise.all([reviewed, mended])
  assert.ok(changed.ok)
  assert.deepEqual([book.applied(TENANT).version, book.troubles()], [2, []])
})

test('CFG-B7 a plan that was not checked is not applied, and few changes wait', async () => {
  const store = new MemoryPlanStore()
  const checker = otherChecker()
  const book = await open(store, [], COMPANY, checker)
  for (const why of ['busy', 'too-slow', 'broken'] as const) {
    checker.why = why
    const refused = { ok: false, error: { code: 'not-checked', why } }
    assert.deepEqual(await book.change(ADMIN, { expected: 0, plan: PLAN }), refused)
    assert.deepEqual(await book.tryOut(TENANT, PLAN), refused)
    assert.deepEqual(await book.diff(TENANT, 0, 0), refused)
    assert.deepEqual(await book.changes(TENANT, PLAN), refused)
  }
  assert.equal(store.rows.length, 0)
  checker.why = undefined
  const wants = Array.from({ length: CHANGES_WAITING_MAX + 2 }, (_, version) =>
    book.change(ADMIN, { expected: version, plan: version % 2 ? OTHER : PLAN }),
  )
  const told = (await Promise.all(wants)).map((each) => (each.ok ? 'applied' : each.error.code))
  const applied = Array.from({ length: CHANGES_WAITING_MAX }, () => 'applied')
  assert.deepEqual(told, [...applied, 'not-checked', 'not-checked'])
  const next = await book.change(ADMIN, { expected: CHANGES_WAITING_MAX, plan: PLAN })
  assert.ok(next.ok, 'Who has had his turn does not wait any more.')
})

test('CFG-D4 two versions are compared as they are stored, and a plan with the one in force', async () => {
  const store = new MemoryPlanStore()
  const book = await open(store)
  await book.change(ADMIN, { expected: 0, plan: PLAN })
  const direct = { ok: true, value: diffPlans(PLAN, OTHER) }
  assert.deepEqual(await book.changes(TENANT, OTHER), direct)
  await book.change(ADMIN, { expected: 1, plan: OTHER })
  assert.deepEqual(await book.diff(TENANT, 1, 2), direct)
  assert.deepEqual(await book.diff(TENANT, 0, 1), { ok: true, value: diffPlans(EMPTY_DIAL_PLAN, PLAN) })
  store.rows = store.rows.map((row) => (row.version === 1 ? { ...row, plan: '{' } : row))
  assert.deepEqual(await book.diff(TENANT, 1, 2), UNREADABLE)
  const back = await book.rollBack(ADMIN, 2)
  assert.deepEqual([back.ok ? '' : back.error.code, book.applied(TENANT).version], ['wrong', 2])
})

test('CFG-B5 old versions go', async () => {
  const store = new MemoryPlanStore()
  const book = await open(store)
  for (let version = 0; version < VERSIONS_KEPT_MAX + 3; version += 1)
    await book.change(ADMIN, { expected: version, plan: version % 2 ? OTHER : PLAN })
  const kept = await book.versions(TENANT)
  assert.deepEqual([kept.length, kept[0]?.version, kept.at(-1)?.version], [VERSIONS_KEPT_MAX, 53, 4])
})
