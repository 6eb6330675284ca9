// What new calls are decided from, with accounts and a store as the server has them: people and plan
// together, over restarts, and with a stored plan that nobody can read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import { SILENT_LOG } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, route } from '@rufwerk/routing'
import { CHECKED_HERE } from '@rufwerk/routing/versions'
import { createMemoryStore } from '@rufwerk/store/testing'
import { NOBODY, openDialPlans, placeOfPrompt, reviewPlans } from '../src/dial-plans.ts'

const FLOW = { kind: 'hours', id: 'office', extension: '400', schedule: 'week' } as const
const SCHEDULE = {
  ...{ timeZone: 'Europe/Berlin', opens: [], breaks: [], exceptions: [] },
  holidays: { parts: [], own: [] },
}
const PLAN = {
  ...EMPTY_DIAL_PLAN,
  flows: [{ ...FLOW, open: { to: 'busy' }, closed: { to: 'announcement', prompt: 'closed' } }],
  schedules: [{ id: 'week', schedule: SCHEDULE }],
}

async function office() {
  const world = await newWorld()
  const { person, session } = await setUpCompany(world)
  const store = createMemoryStore()
  const open = () =>
    openDialPlans({
      ...{ accounts: world.accounts, store, checker: CHECKED_HERE },
      ...{ ringSeconds: 30, wallTime: world.now, log: SILENT_LOG },
    })
  return { world, person, session, store, open, actor: { tenant: person.tenant, person: person.id } }
}

test('without a plan the configuration is that of accounts; who comes is in the next one', async () => {
  const { world, person, session, open } = await office()
  const book = await open()
  const before = book.config(person.tenant)
  assert.equal(book.config(person.tenant), before)
  assert.deepEqual(
    [before?.ringTime, before?.dialPlan, before?.byExtension.has('180')],
    [30_000, undefined, false],
  )
  const added = await world.accounts.addPerson(session, { name: 'Neu', extension: '180' })
  assert.ok(added.ok)
  const after = book.config(person.tenant)
  assert.equal(after?.byExtension.get('180')?.name, 'Neu')
  assert.equal(after?.version, (before?.version ?? 0) + 1)
})

test('a plan is in force at once and after a restart; a phone that comes changes nothing of it', async () => {
  const { world, person, session, open, actor } = await office()
  const book = await open()
  const applied = await book.change(actor, { expected: 0, plan: PLAN })
  assert.ok(applied.ok, JSON.stringify(applied))
  const config = book.config(person.tenant)
  await world.accounts.createPhone(session, { person: person.id, name: 'Tisch' })
  assert.equal(book.config(person.tenant), config, 'The same object, with what was derived from it.')
  const again = await open()
  assert.deepEqual(again.config(person.tenant)?.dialPlan, PLAN)
  const call = { dialled: '400', caller: person.id, callerDevice: '' as never, at: world.now(), seed: 0 }
  const plan = route(again.config(person.tenant) ?? assert.fail(), NOBODY, call)
  assert.deepEqual([plan.node.why.rule, plan.configVersion], ['announcement', config?.version])
})

test('a plan that nobody can read does not keep the server from starting', async () => {
  const { person, store, open, actor, world } = await office()
  const book = await open()
  await book.change(actor, { expected: 0, plan: PLAN })
  const { tenant } = person
  await store.dialPlans.add({ tenant, version: 2, at: world.now(), by: person.id, plan: '{"flows":7}' }, 0)
  const again = await open()
  assert.deepEqual(again.config(tenant)?.dialPlan, PLAN)
  assert.deepEqual(
    again.troubles().map(({ kind, version, used }) => [kind, version, used]),
    [['unreadable', 2, 1]],
  )
})

test('a prompt that the plan in force names is known by its place', async () => {
  const { person, actor, open } = await office()
  const book = await open()
  assert.equal(placeOfPrompt(book.config(person.tenant), 'de-closed'), undefined)
  const applied = await book.change(actor, { expected: 0, plan: PLAN })
  assert.ok(applied.ok)
  const config = book.config(person.tenant)
  const place = 'flows[0].closed.prompt of the dial plan'
  assert.equal(placeOfPrompt(config, `${config?.language}-closed`), place)
  for (const file of ['music-closed', 'fr-closed', 'closed', `${config?.language}-break`])
    assert.equal(placeOfPrompt(config, file), undefined, file)
})

test('a stored plan that fits people no more is found a while after the start', async () => {
  const { person, open, store, world } = await office()
  const gone = { person: 'gone', site: person.site, forwarding: {} }
  const sites = [{ site: person.site, country: 'de', emergencyTrunks: [] }]
  const plan = JSON.stringify({ ...EMPTY_DIAL_PLAN, sites, people: [gone] })
  const version = { tenant: person.tenant, version: 1, at: world.now(), by: person.id }
  assert.equal(await store.dialPlans.add({ ...version, plan }, 0), 'committed')
  const book = await open()
  assert.deepEqual(book.troubles(), [], 'Nothing is checked at the start.')
  const armed: { readonly delay: number; readonly act: () => void }[] = []
  const timers = {
    arm: (delay: number, act: () => void) => {
      armed.push({ delay, act })
      return { [Symbol.dispose]: () => undefined }
    },
  }
  const done = [false, true]
  const reviewed: boolean[] = []
  const review = async () => {
    const isDone = done[reviewed.length] === true && (await book.review())
    reviewed.push(isDone)
    return isDone
  }
  reviewPlans({ review }, timers)
  for (let round = 0; round < 2; round += 1) {
    armed[round]?.act()
    while (reviewed.length <= round) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(
    [reviewed, armed.map(({ delay }) => delay)],
    [
      [false, true],
      [5_000, 5_000],
    ],
  )
  assert.deepEqual(
    book.troubles().map(({ kind, problems }) => [kind, problems[0]?.path]),
    [['wrong', 'people[0].person']],
  )
})
