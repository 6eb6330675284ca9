// Dial plans are checked in another thread: with the same verdicts, a bounded number of them, and without the
// thread of calls standing still.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createLog,
  type PersonId,
  SILENT_LOG,
  type SiteId,
  seconds,
  type TenantId,
  wallTime,
} from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type RoutingPerson } from '@rufwerk/routing'
import { CHECKED_HERE, type Company, type PlanChecker } from '@rufwerk/routing/versions'
import { CHECKS_MAX, PlanChecks } from '../src/plan-check/plan-checks.ts'

const SITE = 'berlin' as SiteId
const TRUNK = {
  ...{ id: 'main', country: 'de', areaCode: '30', mainNumber: '+49302312510', format: 'plus' },
  ...{
    numbers: [{ number: '+493023125', extensionDigits: 4 }],
    showsFirstCaller: false,
    isForEmergency: true,
  },
}
/** The longest part of a check in the thread of calls, of what it takes there as a whole. */
const STALL_SHARE_MAX = 0.3
const ROUNDS = 5
const BUSY = { to: 'busy' }

function companyOf(people: number): Company {
  const persons = Array.from({ length: people }, (_, at): [string, RoutingPerson] => {
    const extension = String(10_000 + at)
    return [extension, { person: `p${at}` as PersonId, extension, name: `Person ${at}`, kind: 'person' }]
  })
  return {
    config: {
      ...{ tenant: 'company' as TenantId, version: 1, country: 'de', language: 'de', isDemo: false },
      ...{ ringTime: seconds(25), byExtension: new Map(persons) },
    },
    sites: new Set([SITE]),
    performed: { services: new Set(['queue'] as const), codes: new Set(['echo', 'voicemail'] as const) },
    hasPrompt: (name) => name !== 'unheard',
  }
}

/** Flows that lead one to the next, and people who forward. */
function planOf(people: number, flows: number, last: object = BUSY) {
  const next = (at: number) => (at + 1 < flows ? { to: 'flow', flow: `f${at + 1}` } : last)
  return {
    ...EMPTY_DIAL_PLAN,
    sites: [{ site: SITE, country: 'de', areaCode: '30', emergencyTrunks: ['main'] }],
    trunks: [TRUNK],
    people: Array.from({ length: people }, (_, at) => ({
      ...{ person: `p${at}`, site: SITE, number: `+493023125${1_000 + at}` },
      forwarding: {},
    })),
    flows: Array.from({ length: flows }, (_, at) => ({
      ...{
        kind: 'ringGroup',
        id: `f${at}`,
        extension: String(50_000 + at),
        order: 'together',
        skipsBusy: true,
      },
      ...{ members: [{ person: `p${at}` }], memberTime: 9_000, ringTime: 9_000, nobody: next(at) },
    })),
  }
}

const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)
const circle: Record<string, unknown> = { ...EMPTY_DIAL_PLAN }
circle.flows = circle

const PLANS: readonly (readonly [name: string, plan: unknown])[] = [
  ['the empty plan', EMPTY_DIAL_PLAN],
  ['a good plan', planOf(30, 20)],
  ['a loop', planOf(30, 20, { to: 'flow', flow: 'f7' })],
  ['a target that is not there', planOf(30, 20, { to: 'flow', flow: 'f20' })],
  ['a person who is not there', planOf(40, 40)],
  ['a prompt that nobody has recorded', planOf(30, 20, { to: 'announcement', prompt: 'unheard' })],
  ['more mistakes than are told', { ...planOf(30, 20), blocked: Array.from({ length: 500 }, () => 0) }],
  ['many of each kind', { ...planOf(200, 200, { to: 'announcement', prompt: 'unheard' }), trunks: [] }],
  ['a service that is not performed', { ...planOf(3, 2), services: [{ kind: 'parking', id: 'lot' }] }],
  ['a field that no plan has', { ...planOf(3, 2), more: true }],
  ['fields that are missing', { flows: [] }],
  ['a dangerous name', JSON.parse('{"__proto__":{"flows":[]},"constructor":1}')],
  ['too large', planOf(8_000, 0)],
  ['no object', 7],
  ['nothing', undefined],
  ['nested too deeply to be written', { ...EMPTY_DIAL_PLAN, flows: deep }],
  ['in a circle', circle],
]

test('a plan has the same verdict in the thread and here', async () => {
  const checks = new PlanChecks(SILENT_LOG)
  const company = companyOf(30)
  const verdicts = new Set<string>()
  for (const [name, plan] of PLANS) {
    const here = await CHECKED_HERE.check(plan, company)
    assert.deepEqual(await checks.check(plan, company), here, name)
    verdicts.add(here.ok ? 'right' : here.error.code)
    for (const problem of here.ok || here.error.code !== 'wrong' ? [] : here.error.problems)
      verdicts.add(problem.code)
  }
  const codes = ['right', 'loop', 'points-to-nothing', 'no-such-prompt', 'not-performed', 'unknown-field']
  for (const code of [...codes, 'too-large', 'missing', 'not-an-object', 'not-a-list'])
    assert.ok(verdicts.has(code), `No plan of the table is ${code}.`)
  const other: Company = { ...company, sites: new Set(), hasPrompt: () => false }
  const plan = planOf(30, 20, { to: 'announcement', prompt: 'closed' })
  assert.deepEqual(await checks.check(plan, other), await CHECKED_HERE.check(plan, other))
  checks.close()
})

test('two plans are compared in the thread as here', async () => {
  const checks = new PlanChecks(SILENT_LOG)
  const plans = [EMPTY_DIAL_PLAN, planOf(30, 20), planOf(29, 25), { ...planOf(30, 20), more: 1 }]
  const texts = [...plans.map((plan) => JSON.stringify(plan)), '', '{', '7']
  const found = new Set<string>()
  for (const before of texts)
    for (const after of texts) {
      const here = await CHECKED_HERE.compare(before, after)
      assert.deepEqual(await checks.compare(before, after), here)
      found.add(here.ok ? `${here.value.changes.length > 0}` : here.error.code)
    }
  assert.deepEqual([...found].toSorted(), ['false', 'true', 'unreadable'])
  checks.close()
})

test('checks take turns, few of them wait, and the rest is told so', async () => {
  const checks = new PlanChecks(SILENT_LOG)
  const company = companyOf(30)
  const asked = Array.from({ length: CHECKS_MAX + 2 }, () => checks.check(planOf(30, 20), company))
  assert.equal(checks.size(), CHECKS_MAX)
  const told = (await Promise.all(asked)).map((verdict) => verdict.ok || verdict.error)
  const busy = { code: 'not-checked', why: 'busy' }
  assert.deepEqual(told, [...Array.from({ length: CHECKS_MAX }, () => true), busy, busy])
  assert.equal(checks.size(), 0)
  checks.close()
})

test('a check that takes too long is given up with its thread', async () => {
  const checks = new PlanChecks(SILENT_LOG, { checkMs: 1 })
  const company = companyOf(30)
  const told = await Promise.all([1, 2].map(() => checks.check(planOf(30, 20), company)))
  const slow = { ok: false, error: { code: 'not-checked', why: 'too-slow' } }
  assert.deepEqual(told, [slow, slow])
  assert.deepEqual([checks.size(), checks.hasThread()], [0, false])
})

test('a thread that breaks is replaced for the next plan, and told', async () => {
  const lines: string[] = []
  const log = createLog(
    'warn',
    (line) => void lines.push(line),
    () => wallTime(0),
  )
  const checks = new PlanChecks(log)
  const company = companyOf(30)
  const plan = planOf(30, 20)
  const right = await CHECKED_HERE.check(plan, company)
  assert.deepEqual(await checks.check(plan, company), right)
  // No company has this: looking into it throws where the check runs.
  const broken = { ...company, config: { ...company.config, byExtension: 7 as never } }
  const all = [checks.check(plan, broken), checks.check(plan, company), checks.check(plan, broken)]
  const told = await Promise.all([...all, checks.check(plan, company)])
  const fault = { ok: false, error: { code: 'not-checked', why: 'broken' } }
  assert.deepEqual(told, [fault, right, fault, right])
  assert.deepEqual([lines.length, lines.every((line) => line.includes('dial plan check'))], [2, true])
  // What cannot even be sent to a thread ends the same way, and the next is none the worse.
  const odd = { ...company, config: { ...company.config, name: () => 7 } }
  assert.deepEqual(await checks.check(plan, odd), fault)
  assert.deepEqual([await checks.check(plan, company), checks.size()], [right, 0])
  checks.close()
})

test('a thread that nobody needs ends, and comes again', async () => {
  const checks = new PlanChecks(SILENT_LOG, { idleMs: 20 })
  const company = companyOf(3)
  for (let round = 0; round < 2; round += 1) {
    assert.equal((await checks.check(planOf(3, 2), company)).ok, true)
    assert.equal(checks.hasThread(), true)
    while (checks.hasThread()) await new Promise((resolve) => setTimeout(resolve, 10))
  }
})

/** Processor time that this thread has used, in µs: what others do on the machine is not in it. */
function used(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

interface Cost {
  /** All of this thread, in µs of processor time. */
  readonly whole: number
  /** The longest part in one piece. */
  readonly longest: number
  /** How often something else had its turn. */
  readonly turns: number
}

/** What something takes of this thread. */
async function costOf(act: () => Promise<{ readonly ok: boolean }>): Promise<Cost> {
  const begun = used()
  let [before, longest, turns] = [begun, 0, 0]
  const look = () => {
    const now = used()
    longest = Math.max(longest, now - before)
    before = now
  }
  const turning = setInterval(() => {
    turns += 1
    look()
  }, 1)
  const done = await act()
  look()
  clearInterval(turning)
  assert.equal(done.ok, true, JSON.stringify(done).slice(0, 300))
  return { whole: used() - begun, longest, turns }
}

const LARGE = planOf(3_000, 1_000)
const LARGE_COMPANY = companyOf(5_000)
const [BEFORE, AFTER] = [JSON.stringify(LARGE), JSON.stringify(planOf(2_990, 1_000))]
const work: readonly (readonly [what: string, ask: (checker: PlanChecker) => Promise<{ ok: boolean }>])[] = [
  ['checked', (checker) => checker.check(LARGE, LARGE_COMPANY)],
  ['compared', (checker) => checker.compare(BEFORE, AFTER)],
]
for (const [what, ask] of work)
  test(`the thread of calls goes on while a large plan is ${what}`, async () => {
    const checks = new PlanChecks(SILENT_LOG)
    const [here, there]: [Cost[], Cost[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      here.push(await costOf(() => ask(CHECKED_HERE)))
      there.push(await costOf(() => ask(checks)))
    }
    checks.close()
    const least = (costs: readonly Cost[], of: 'whole' | 'longest') =>
      Math.min(...costs.map((one) => one[of]))
    const direct = least(here, 'longest')
    const told = JSON.stringify({ here, there })
    // The twin: in the same thread it is one piece, and nothing else has a turn.
    assert.ok(direct > 0.8 * least(here, 'whole'), told)
    assert.deepEqual([...new Set(here.map(({ turns }) => turns))], [0], told)
    assert.ok(least(there, 'longest') < STALL_SHARE_MAX * direct, told)
    assert.ok(least(there, 'whole') < 0.8 * direct, told)
    assert.ok(Math.max(...there.map(({ turns }) => turns)) > 5, told)
  })
