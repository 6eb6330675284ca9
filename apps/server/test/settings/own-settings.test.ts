// What people set by code or page: in force at once, over restarts, heard as done or refused, and not without
// the store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import { PERFORMED_CODES, type SettingsPort } from '@rufwerk/calls'
import { type PersonId, SILENT_LOG } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type Live, route } from '@rufwerk/routing'
import { type OwnSettingsBook, openOwnSettings } from '@rufwerk/routing/own'
import { MemoryOwnSettings } from '@rufwerk/routing/testing'
import { CHECKED_HERE } from '@rufwerk/routing/versions'
import { createMemoryStore } from '@rufwerk/store/testing'
import { openDialPlans } from '../../src/dial-plans.ts'
import { Settings } from '../../src/settings.ts'

const TRUNK = {
  ...{ id: 'main', country: 'de', areaCode: '30', mainNumber: '+49302312510', numbers: [], format: 'plus' },
  ...{ showsFirstCaller: false, isForEmergency: true },
} as const

async function office() {
  const world = await newWorld()
  const { person } = await setUpCompany(world)
  const { tenant } = person
  const [first, second] = world.accounts.people(tenant).filter(({ id }) => id !== person.id)
  assert.ok(first && second)
  const store = createMemoryStore()
  const plans = await openDialPlans({
    ...{
      accounts: world.accounts,
      store,
      ringSeconds: 30,
      wallTime: world.now,
      log: SILENT_LOG,
      checker: CHECKED_HERE,
    },
  })
  const codes = [...PERFORMED_CODES].map((does, at) => ({ code: `*9${at}`, does }))
  const plan = { ...EMPTY_DIAL_PLAN, trunks: [TRUNK], outbound: [{ id: 'all', trunks: ['main'] }], codes }
  const applied = await plans.change({ tenant, person: person.id }, { expected: 0, plan })
  assert.ok(applied.ok, JSON.stringify(applied))
  const rows = new MemoryOwnSettings()
  let own: OwnSettingsBook | undefined
  const changed: string[] = []
  const live: Live = {
    contactsOf: (of) => [{ device: `${of}-phone` as never, binding: of }],
    stateOf: (of) => own?.stateOf(of) ?? 'available',
    forwardOf: (of) => own?.forwardOf(of),
  }
  const open = async () => {
    const book: OwnSettingsBook = await openOwnSettings({
      store: rows,
      configOf: (id) => plans.config(id),
      tenantOf: (of) => world.accounts.directories().find(({ byPerson }) => byPerson.has(of))?.tenant.id,
      live: () => live,
      onChanged: (of) => changed.push(`${of === second.id ? 'second' : of} ${book.stateOf(of)}`),
      ...{ wallTime: world.now, log: SILENT_LOG },
    })
    own = book
    return new Settings({ own: book, languageOf: () => 'de' })
  }
  /** What happens to a call of `first` to `second`. */
  const called = () => {
    const call = { dialled: second.extension, caller: first.id, callerDevice: '' as never, seed: 0 }
    const config = plans.config(tenant) ?? assert.fail()
    const { node } = route(config, live, { ...call, at: world.now() })
    return node.do === 'ring' ? `ring ${node.person}` : node.why.rule
  }
  return { open, called, changed, rows, admin: person, first, second, own: () => own ?? assert.fail() }
}

test('a state and a forward count for the next call, and after a restart', async () => {
  const { open, called, second, admin, own } = await office()
  const settings = await open()
  assert.equal(called(), `ring ${second.id}`)
  assert.deepEqual(await settings.change(second.id, 'doNotDisturb', ''), {
    isChanged: true,
    prompt: 'de-state-do-not-disturb',
  })
  assert.equal(called(), 'do-not-disturb')
  const forwarded = await settings.change(second.id, 'forwardAll', admin.extension)
  assert.deepEqual(forwarded, { isChanged: true, prompt: 'de-forward-set' })
  assert.equal(called(), `ring ${admin.id}`)
  const again = await open()
  assert.equal(called(), `ring ${admin.id}`)
  assert.equal((await again.change(second.id, 'forwardOff', '')).prompt, 'de-forward-off')
  assert.equal(called(), 'do-not-disturb')
  assert.equal((await again.change(second.id, 'away', '')).prompt, 'de-state-away')
  assert.equal((await again.change(second.id, 'available', '')).prompt, 'de-state-available')
  assert.equal(called(), `ring ${second.id}`)
  assert.equal(own().size(), 0)
})

test('what is refused is heard, with its reason, and changes nothing', async () => {
  const { open, called, second, first, own } = await office()
  const settings = await open()
  const rows: [dialled: string, prompt: string][] = [
    ['0043 1 5123456', 'de-forward-refused'],
    ['0900 1234567', 'de-forward-refused'],
    ['112', 'de-forward-refused'],
    ['199', 'de-forward-unknown'],
    [second.extension, 'de-forward-loop'],
  ]
  for (const [dialled, prompt] of rows)
    assert.deepEqual(await settings.change(second.id, 'forwardAll', dialled), { isChanged: false, prompt })
  await own().forwardTo(first.id, second.extension)
  const back = await settings.change(second.id, 'forwardAll', first.extension)
  assert.equal(back.prompt, 'de-forward-loop')
  assert.equal(called(), `ring ${second.id}`)
})

test('the twin: the same number may be forwarded to by who may call it', async () => {
  const { open, second, own } = await office()
  const settings = await open()
  assert.ok((await settings.change(second.id, 'forwardAll', '030 555123')).isChanged)
  assert.deepEqual(own().forwardOf(second.id), { to: 'outside', number: '+4930555123' })
})

test('without the store nothing changes, and that is heard', async () => {
  const { open, called, rows, second } = await office()
  const settings = await open()
  rows.canWrite = false
  const answer = await settings.change(second.id, 'doNotDisturb', '')
  assert.deepEqual(answer, { isChanged: false, prompt: 'de-setting-failed' })
  assert.equal(called(), `ring ${second.id}`)
  const nobody = await settings.change('nobody' as PersonId, 'away', '')
  assert.deepEqual(nobody, { isChanged: false, prompt: 'de-setting-failed' })
})

test('codes of queues are handed on', async () => {
  const { open, second, own } = await office()
  const settings = await open()
  await assert.rejects(settings.change(second.id, 'queueIn', ''), RangeError)
  const queues: SettingsPort = {
    change: async (_, action, value) => ({ isChanged: true, prompt: `${action} ${value}` }),
  }
  const both = new Settings({ own: own(), languageOf: () => 'de', queues })
  assert.equal((await both.change(second.id, 'queueIn', '7')).prompt, 'queueIn 7')
})

test('a change is told once it is in force, and only then', async () => {
  const { open, rows, second, changed } = await office()
  const settings = await open()
  await settings.change(second.id, 'doNotDisturb', '')
  assert.deepEqual(changed, ['second doNotDisturb'])
  rows.canWrite = false
  await settings.change(second.id, 'available', '')
  assert.deepEqual(changed, ['second doNotDisturb'])
})
