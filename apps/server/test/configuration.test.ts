// A company's configuration as one file: out, compared, in; as a whole or not at all.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Actor } from '@rufwerk/accounts'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import type { Configuration } from '@rufwerk/contract/configuration'
import { SILENT_LOG } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { MemoryPlanStore } from '@rufwerk/routing/testing'
import { CHECKED_HERE } from '@rufwerk/routing/versions'
import { ConfigurationBook } from '../src/configuration/book.ts'
import { dialPlanSection } from '../src/configuration/dial-plan.ts'
import { peopleSection } from '../src/configuration/people.ts'
import type { ConfigSection } from '../src/configuration/section.ts'
import { trunksSection } from '../src/configuration/trunks.ts'
import { companyOf, openDialPlans } from '../src/dial-plans.ts'

const SECRET = 'not-to-be-seen'

async function company(t: { after(act: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-configuration-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const trunkFile = join(folder, 'trunks.json')
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const { accounts, now } = world
  const store = { dialPlans: new MemoryPlanStore() }
  const dialPlans = await openDialPlans({
    ...{ accounts, store, checker: CHECKED_HERE, ringSeconds: 25, wallTime: now, log: SILENT_LOG },
  })
  /** Its `apply` fails while it is broken. */
  const last: { isBroken: boolean | 'rejects' } = { isBroken: false }
  const failing: ConfigSection = {
    name: 'last',
    export: async () => undefined,
    prepare: async () => ({
      ok: true,
      value: {
        changes: [],
        apply: async () => {
          if (last.isBroken === 'rejects') throw new Error('the store has failed')
          return !last.isBroken
        },
        undo: async () => true,
      },
    }),
  }
  const sections = [
    peopleSection(accounts),
    dialPlanSection(dialPlans, (directory) => companyOf(directory, { ringSeconds: 25 })),
    trunksSection(trunkFile, SILENT_LOG),
    failing,
  ]
  const book = new ConfigurationBook({ accounts, sections, log: SILENT_LOG })
  const actor: Actor = session
  return { accounts, dialPlans, book, actor, trunkFile, last, ...actor }
}

type Sections = Record<string, { [name: string]: unknown }> & {
  people: { sites: { id: string; name: string }[]; people: Record<string, unknown>[] }
}

function fileOf(sections: Record<string, unknown>): Configuration {
  return { format: 'rufwerk-configuration', version: 1, sections }
}

test('what goes out comes in again and changes nothing; secrets do not go out', async (t) => {
  const { book, actor, trunkFile, tenant } = await company(t)
  const entry = { id: 'main', profile: 'sipgate', account: '123', password: SECRET }
  writeFileSync(trunkFile, JSON.stringify({ trunks: [entry] }), { mode: 0o600 })
  const { version, configuration } = await book.export(tenant)
  assert.doesNotMatch(JSON.stringify(configuration), new RegExp(SECRET))
  assert.deepEqual(configuration.sections.trunks, [{ id: 'main', profile: 'sipgate', account: '123' }])
  const checked = await book.check(actor, configuration)
  assert.deepEqual(checked, { version, changes: [], problems: [] })
  const done = await book.import(actor, configuration, version)
  assert.deepEqual(done, { ok: true, value: checked })
  assert.match(readFileSync(trunkFile, 'utf8'), new RegExp(SECRET), 'what stands there stays')
})

for (const kept of ['password', 'passwordSealed'])
  test(`a ${kept} in trunks.json goes nowhere else by an import; what cannot be read stays`, async (t) => {
    const { book, actor, trunkFile, tenant } = await company(t)
    const entry = { id: 'main', profile: 'generic', account: '123', domain: 'carrier.example' }
    const stored = JSON.stringify({ trunks: [{ ...entry, [kept]: SECRET }] })
    writeFileSync(trunkFile, stored, { mode: 0o600 })
    const { version, configuration } = await book.export(tenant)
    assert.doesNotMatch(JSON.stringify(configuration), new RegExp(SECRET))
    const moves = [
      { domain: 'thief.example' },
      { outboundProxy: { host: '192.0.2.9' } },
      { port: 5070 },
      { account: '124' },
      { transport: 'udp' },
    ]
    for (const move of moves) {
      const done = await book.import(actor, fileOf({ trunks: [{ ...entry, ...move }] }), version)
      assert.deepEqual(done.ok && done.value.problems.map(({ path }) => path), ['main'], JSON.stringify(move))
    }
    assert.equal(readFileSync(trunkFile, 'utf8'), stored)
    const renamed = await book.import(actor, fileOf({ trunks: [{ ...entry, name: 'Carrier' }] }), version)
    assert.deepEqual(renamed.ok && renamed.value.problems, [])
    assert.match(readFileSync(trunkFile, 'utf8'), new RegExp(SECRET))
    // As with a file of somebody else.
    rmSync(trunkFile)
    mkdirSync(trunkFile)
    const { problems } = await book.check(actor, fileOf({ trunks: [entry] }))
    assert.match(problems[0]?.sentence ?? '', /cannot be read/)
  })

test('the file of one company builds another: ids of the file become those that are there', async (t) => {
  const [first, second] = [await company(t), await company(t)]
  const [home] = first.accounts.directoryOf(first.tenant)?.sites.keys() ?? []
  assert.ok(home)
  const plan = {
    ...EMPTY_DIAL_PLAN,
    sites: [{ site: home, country: 'de', emergencyTrunks: [] }],
    people: [{ person: first.person, site: home, forwarding: {} }],
  }
  assert.ok((await first.dialPlans.change(first.actor, { expected: 0, plan })).ok)
  const out = await first.book.export(first.tenant)
  // As from a company where everything has another id.
  const text = JSON.stringify(out.configuration.sections)
  const foreign = text.replaceAll(home, 'site-there').replaceAll(first.person, 'person-there')
  const sections = JSON.parse(foreign) as Sections
  sections.people.sites.push({ id: 'site-new', name: 'Außenstelle' })
  const newcomer = { name: 'Neue', extension: '177', role: 'user', kind: 'person', language: 'de' }
  sections.people.people.push({ ...newcomer, id: 'person-new', site: 'site-new' })
  const [there] = second.accounts.directoryOf(second.tenant)?.sites.keys() ?? []
  const { version } = await second.book.export(second.tenant)
  const checked = await second.book.check(second.actor, fileOf(sections))
  assert.deepEqual(checked.problems, [])
  assert.deepEqual(
    checked.changes.map(({ section, path, what }) => `${section} ${path} ${what}`),
    [
      'people sites[Außenstelle].name added',
      'people people[177] added',
      `dialPlan sites[${there}] added`,
      `dialPlan people[${second.person}] added`,
    ],
  )
  assert.ok((await second.book.import(second.actor, fileOf(sections), version)).ok)
  const person = second.accounts.directoryOf(second.tenant)?.byExtension.get('177')
  assert.deepEqual([person?.name, person?.site], ['Neue', 'site-new'])
  const again = await second.book.import(second.actor, fileOf(sections), version)
  assert.deepEqual(again, { ok: false, error: 'conflict' }, 'the differences that were seen are others now')
})

test('when a later section cannot be applied, those before it are taken back', async (t) => {
  const { book, actor, accounts, dialPlans, last, trunkFile, tenant } = await company(t)
  const { version, configuration } = await book.export(tenant)
  const sections = structuredClone(configuration.sections) as Sections
  const [admin] = sections.people.people
  assert.ok(admin)
  const added = { id: 'person-new', site: admin.site, role: 'user', kind: 'person', language: 'de' }
  sections.people.people.push({ ...added, name: 'Neue', extension: '177' })
  admin.name = 'Anders'
  const trunks = [{ id: 'main', profile: 'sipgate', account: '123' }]
  const file = fileOf({ ...sections, trunks, last: {} })
  for (const how of [true, 'rejects'] as const) {
    last.isBroken = how
    assert.deepEqual(await book.import(actor, file, version), { ok: false, error: 'not-stored' })
    assert.deepEqual((await book.export(tenant)).configuration, configuration)
  }
  assert.equal(accounts.directoryOf(tenant)?.byExtension.get('177'), undefined)
  assert.equal(dialPlans.applied(tenant).version, 0)
  assert.equal(existsSync(trunkFile), false)
  last.isBroken = false
  assert.ok((await book.import(actor, file, version)).ok)
  assert.equal(accounts.directoryOf(tenant)?.byExtension.get('177')?.name, 'Neue')
  assert.equal(statSync(trunkFile).mode & 0o777, 0o600)
})

test('whatever is wrong is told with its place, and nothing is changed', async (t) => {
  const { book, actor, tenant } = await company(t)
  const { version, configuration } = await book.export(tenant)
  const good = configuration.sections as Sections
  const [admin] = good.people.people
  assert.ok(admin)
  let deep: unknown = 'x'
  for (let at = 0; at < 5_000; at += 1) deep = [deep]
  const people = (change: object) => ({
    people: { ...good.people, people: [{ ...admin, ...change }] },
  })
  const rows: [sections: Record<string, unknown>, place: string][] = [
    [{ nothing: {} }, 'nothing '],
    [{ people: { sites: [], people: [{ __proto__: null, id: 'x' }] } }, 'people people.0.site'],
    [people({ site: 'elsewhere' }), 'people people[0].site'],
    [people({ role: 'user' }), 'people people'],
    [people({ extension: '112' }), 'people people[0].extension'],
    [people({ more: 1 }), 'people people.0'],
    [{ dialPlan: { flows: 7 } }, 'dialPlan flows'],
    [{ dialPlan: deep }, 'dialPlan '],
    [{ trunks: [{ id: 'a', profile: 'none', account: 'x' }] }, 'trunks 0.profile'],
    [{ trunks: [{ id: 'a', profile: 'sipgate', account: 'x', password: SECRET }] }, 'trunks '],
  ]
  for (const [sections, place] of rows) {
    const { problems } = await book.check(actor, fileOf(sections))
    assert.ok(
      problems.some(({ section, path }) => `${section} ${path}` === place),
      `${place}: ${JSON.stringify(problems).slice(0, 300)}`,
    )
    assert.doesNotMatch(JSON.stringify(problems), new RegExp(SECRET))
    const done = await book.import(actor, fileOf(sections), version)
    assert.ok(done.ok && done.value.problems.length > 0)
  }
  const newer = await book.check(actor, { ...configuration, version: 2 })
  assert.match(newer.problems[0]?.sentence ?? '', /newer/)
  assert.deepEqual(await book.export(tenant), { version, configuration })
})
