// Queues, rooms, boxes, own prompts and recording rules of a configuration file: out of one company and into
// another, without PINs; with whatever is wrong nothing is changed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actor } from '@rufwerk/accounts'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import { MemoryRoomStore } from '@rufwerk/conferences/testing'
import type { Configuration } from '@rufwerk/contract/configuration'
import { SILENT_LOG } from '@rufwerk/core'
import { openVoicemail } from '@rufwerk/messaging'
import { MemoryVoicemailStore } from '@rufwerk/messaging/testing'
import { MemoryQueueStore } from '@rufwerk/queues/testing'
import { NO_RECORDING, type RecordingRules } from '@rufwerk/recordings'
import { MemoryPlanStore } from '@rufwerk/routing/testing'
import { CHECKED_HERE } from '@rufwerk/routing/versions'
import { VirtualClock } from '@rufwerk/testing'
import { ConfigurationBook } from '../../src/configuration/book.ts'
import { allSections } from '../../src/configuration/sections.ts'
import { openDialPlans } from '../../src/dial-plans.ts'
import { startQueues } from '../../src/services/queues-start.ts'
import { openRooms } from '../../src/services/rooms-desk.ts'

const PIN = '471188'

async function company() {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const actor: Actor = session
  const { tenant, person } = actor
  const { accounts, now } = world
  const clock = new VirtualClock()
  const dialPlans = await openDialPlans({
    ...{ accounts, store: { dialPlans: new MemoryPlanStore() }, ringSeconds: 25, wallTime: now },
    log: SILENT_LOG,
    checker: CHECKED_HERE,
  })
  const settings = { accounts, tenant, clock, wallTime: now, log: SILENT_LOG, tell: () => undefined }
  const queues = await startQueues({
    ...{ ...settings, store: new MemoryQueueStore(), seed: 1 },
    ...{ wish: () => false, isReachable: () => false, config: () => dialPlans.config(tenant) },
  })
  const roomStore = new MemoryRoomStore()
  const rooms = await openRooms({ ...settings, store: roomStore, telephony: () => undefined })
  const book = await openVoicemail({
    store: new MemoryVoicemailStore(),
    pins: { hash: async (pin) => `of ${pin}`, verify: async (pin, stored) => stored === `of ${pin}` },
    wallTime: now,
    onChanged: () => undefined,
    onSoundGone: () => undefined,
  })
  /** Its rules cannot be stored while it is broken. */
  const recordings = {
    rules: NO_RECORDING,
    isBroken: false,
    rulesOf: () => recordings.rules,
    changeRules: async (_: unknown, rules: RecordingRules) => {
      if (!recordings.isBroken) recordings.rules = rules
      return !recordings.isBroken
    },
  }
  const own = ['de-welcome']
  const sections = allSections({
    ...{ accounts, dialPlans, ringSeconds: 25, trunkFile: '/none/trunks.json', recordings, log: SILENT_LOG },
    prompts: {
      list: () =>
        own.map((file) => ({
          ...{ file, language: 'de', name: 'welcome', isBuiltIn: true, isFixed: false },
          own: { seconds: 2, changedAt: now() },
        })),
    },
    voicemail: { book },
    telephony: () => ({ queues, rooms }),
  })
  const files = new ConfigurationBook({ accounts, sections, log: SILENT_LOG })
  return {
    accounts,
    dialPlans,
    queues: queues.desk,
    rooms,
    book,
    recordings,
    own,
    files,
    actor,
    tenant,
    person,
  }
}

type Company = Awaited<ReturnType<typeof company>>

/** Something of everything. */
async function furnished(): Promise<Company> {
  const all = await company()
  const { queues, rooms, book, recordings, tenant, person } = all
  const members = [{ agent: person, level: 0 }]
  assert.ok((await queues.save({ queue: 'sales', name: 'Sales', members, announce: null }, true)).ok)
  const room = { room: 'monday' as never, name: 'Monday', pin: PIN, isOpenToOutside: true }
  assert.ok((await rooms.save(room, true)).ok)
  const box = { name: 'Mia', kind: 'personal', owners: [person], longestMessage: 60_000 as never } as const
  const rest = { asksPinInside: false, callsBackFromOutside: false, takesMessages: true }
  const settings = { ...box, ...rest, messagesMax: 10, retention: { oldDays: 3 } }
  assert.ok((await book.add(tenant, person, settings, { pin: PIN, extensions: [] })).ok)
  recordings.rules = {
    ...{ isOn: true, purposes: [{ id: 'quality', name: 'Quality', keepDays: 30 }] },
    rules: [{ of: { queue: 'sales' }, calls: 'in', purpose: 'quality' }],
    ...{ objectors: [person], supervisors: [] },
  }
  return all
}

function fileOf(sections: Record<string, unknown>): Configuration {
  return { format: 'rufwerk-configuration', version: 1, sections }
}

const here = (rows: readonly { section: string; path: string; what: string }[]) =>
  rows.map(({ section, path, what }) => `${section} ${path} ${what}`)

test('what goes out comes in again and changes nothing; no PIN goes out', async () => {
  const { files, actor, tenant } = await furnished()
  const { version, configuration } = await files.export(tenant)
  const names = ['people', 'dialPlan', 'prompts', 'voicemail', 'queues', 'rooms', 'recording']
  assert.deepEqual(Object.keys(configuration.sections), names)
  assert.doesNotMatch(JSON.stringify(configuration), new RegExp(PIN))
  assert.deepEqual(await files.check(actor, configuration), { version, changes: [], problems: [] })
})

test('the file of one company builds queues, boxes and recording of another', async () => {
  const [first, second] = [await furnished(), await company()]
  const { configuration } = await first.files.export(first.tenant)
  const sections = structuredClone(configuration.sections) as Record<string, Record<string, unknown>[]>
  const { version } = await second.files.export(second.tenant)
  const refused = await second.files.check(second.actor, fileOf(sections))
  assert.deepEqual(
    refused.problems.map(({ section, path }) => `${section} ${path}`),
    ['rooms 0.pin'],
    'the PIN of a new room is in no export',
  )
  Object.assign(sections.rooms?.[0] ?? {}, { pin: PIN })
  const checked = await second.files.check(second.actor, fileOf(sections))
  assert.deepEqual(checked.problems, [])
  assert.deepEqual(here(checked.changes), [
    `voicemail ${second.person} added`,
    'queues sales added',
    'rooms monday added',
    'recording rules changed',
  ])
  assert.doesNotMatch(JSON.stringify(checked), new RegExp(PIN))
  assert.ok((await second.files.import(second.actor, fileOf(sections), version)).ok)
  const [queue] = second.queues.settings()
  assert.deepEqual(queue?.members, [{ agent: second.person, level: 0 }], 'by the extension')
  assert.equal(queue?.announce, undefined)
  assert.equal(second.rooms.settings()[0]?.pin, PIN)
  assert.equal(second.book.box(second.tenant, second.person)?.hasPin, false)
  assert.deepEqual(second.recordings.rules.objectors, [second.person])
  const again = await second.files.check(second.actor, fileOf(sections))
  assert.deepEqual(here(again.changes), [])
})

test('a known box and a known room keep their PINs; other settings change', async () => {
  const { files, actor, tenant, person, rooms, book } = await furnished()
  const { version, configuration } = await files.export(tenant)
  const sections = structuredClone(configuration.sections) as Record<string, Record<string, unknown>[]>
  Object.assign(sections.rooms?.[0] ?? {}, { membersMax: 5, pin: '908172' })
  Object.assign(sections.voicemail?.[0] ?? {}, { messagesMax: 20 })
  const done = await files.import(actor, fileOf(sections), version)
  assert.ok(done.ok)
  assert.deepEqual(here(done.value.changes), [`voicemail ${person} changed`, 'rooms monday changed'])
  const [room] = rooms.settings()
  assert.deepEqual([room?.membersMax, room?.pin], [5, PIN])
  const box = book.box(tenant, person)
  assert.deepEqual([box?.messagesMax, box?.hasPin], [20, true])
})

test('queues of a file may lead to each other and to boxes of its dial plan', async () => {
  const { files, actor, tenant, person, accounts } = await company()
  const { version, configuration } = await files.export(tenant)
  const end = { to: 'end' }
  const leading = (queue: string, full: object) => ({
    ...{ queue, name: queue, members: [] },
    overflow: { full, timeout: end, unstaffed: end, removed: end },
  })
  const queues = [
    leading('one', { to: 'queue', queue: 'two' }),
    leading('two', { to: 'queue', queue: 'one' }),
    leading('three', { to: 'voicemail', person }),
  ]
  const boxless = await files.check(actor, fileOf({ queues }))
  assert.deepEqual(
    boxless.problems.map(({ path }) => path),
    ['2.overflow.full.person'],
  )
  const plan = configuration.sections.dialPlan as object
  const services = [{ kind: 'voicemail', id: person }]
  const site = accounts.directoryOf(tenant)?.byPerson.get(person)?.site
  const sites = [{ site, country: 'de', emergencyTrunks: [] }]
  const dialPlan = { ...plan, sites, services, people: [{ person, site, forwarding: {}, voicemail: person }] }
  const done = await files.import(actor, fileOf({ dialPlan, queues }), version)
  assert.ok(done.ok)
  assert.deepEqual(done.value.problems, [])
})

test('whatever is wrong is told with its place, and nothing is changed', async () => {
  const { files, actor, tenant, person } = await furnished()
  const before = await files.export(tenant)
  const queue = { queue: 'new', name: 'New', members: [] }
  const room = { room: 'new', name: 'New' }
  const box = { id: 'shared', name: 'Shared', kind: 'shared', owners: [person] }
  const rules = { isOn: true, purposes: [], rules: [], objectors: [], supervisors: [] }
  const rows: [sections: Record<string, unknown>, place: string][] = [
    [{ queues: [{ ...queue, more: 1 }] }, 'queues 0'],
    [{ queues: [queue, queue] }, 'queues 1'],
    [{ queues: [{ ...queue, members: [{ agent: 'nobody', level: 0 }] }] }, 'queues 0.members.0.agent'],
    [{ queues: [{ ...queue, ringTime: 1 }] }, 'queues 0.ringTime'],
    [{ queues: 7 }, 'queues '],
    [{ rooms: [{ ...room, moderators: ['nobody'] }] }, 'rooms 0.moderators'],
    [{ rooms: [{ ...room, isOpenToOutside: true }] }, 'rooms 0.pin'],
    [{ rooms: [{ ...room, hasModeratorPin: true, pin: PIN }] }, 'rooms 0.moderatorPin'],
    [{ rooms: Array.from({ length: 500 }, (_, at) => ({ ...room, room: `r${at}` })) }, 'rooms '],
    [{ voicemail: [{ ...box, owners: ['nobody'] }] }, 'voicemail 0.owners'],
    [{ voicemail: [{ ...box, kind: 'personal' }] }, 'voicemail 0.id'],
    [{ voicemail: [{ ...box, pin: '1234' }] }, 'voicemail 0.pin'],
    [{ voicemail: [{ ...box, id: person }] }, 'voicemail 0.id'],
    [{ recording: { ...rules, objectors: ['nobody'] } }, 'recording objectors.0'],
    [
      { recording: { ...rules, rules: [{ of: { trunk: 'main' }, calls: 'in' }] } },
      'recording rules.0.purpose',
    ],
    [{ prompts: [{ file: 'de-summer' }] }, 'prompts 0.file'],
  ]
  for (const [sections, place] of rows) {
    const { problems } = await files.check(actor, fileOf(sections))
    const places = problems.map(({ section, path }) => `${section} ${path}`)
    assert.ok(places.includes(place), `${place}: ${JSON.stringify(problems)}`)
    assert.doesNotMatch(JSON.stringify(problems), new RegExp(PIN))
    const done = await files.import(
      actor,
      fileOf({ ...before.configuration.sections, ...sections }),
      before.version,
    )
    assert.ok(done.ok && done.value.problems.length > 0)
  }
  assert.deepEqual(await files.export(tenant), before)
})

test('when the last section cannot be stored, queues, rooms and boxes are as before', async () => {
  const { files, actor, tenant, person, recordings } = await furnished()
  const before = await files.export(tenant)
  const sections = structuredClone(before.configuration.sections) as Record<string, object[]>
  sections.queues?.push({ queue: 'new', name: 'New', members: [] })
  sections.rooms?.push({ room: 'new', name: 'New' })
  sections.voicemail?.push({ id: 'shared', name: 'Shared', kind: 'shared', owners: [person] })
  Object.assign(sections.queues?.[0] ?? {}, { name: 'Other' })
  Object.assign(sections.recording ?? {}, { isOn: false })
  recordings.isBroken = true
  const done = await files.import(actor, fileOf(sections), before.version)
  assert.deepEqual(done, { ok: false, error: 'not-stored' })
  assert.deepEqual(await files.export(tenant), before)
})
