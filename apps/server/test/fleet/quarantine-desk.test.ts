// Who may stop whom at a desk over real accounts; what is stored, what is ended, and who is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BY_POLICY, type Session } from '@rufwerk/accounts'
import { countingRandomBytes, newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import { createLog, type DeviceId, type PersonId, SILENT_LOG } from '@rufwerk/core'
import { devicePort } from '../../src/devices.ts'
import { QuarantineDesk } from '../../src/fleet/quarantine-desk.ts'
import { adminMail, type Decided, tellAdmins } from '../../src/fleet/tell-admins.ts'
import { stoppedMail, tellStopped } from '../../src/fleet/tell-stopped.ts'

const WHY = 'A scanner flags it.'

interface Kept {
  readonly settings: Map<string, string>
  isFull: boolean
}

async function office(phones: number, kept: Kept = { settings: new Map(), isFull: false }) {
  const world = await newWorld()
  const { accounts } = world
  const { session, person } = await setUpCompany(world)
  const people = accounts.people(person.tenant)
  const devices: DeviceId[] = []
  for (let at = 0; at < phones; at += 1) {
    const owner = people[at % people.length] ?? person
    const made = await accounts.createPhone(session, { person: owner.id, name: `Phone ${at}` })
    assert.ok(made.ok)
    devices.push(made.value.device.id)
  }
  const added = await accounts.addPerson(session, { name: 'Bea', extension: '120', role: 'admin' })
  assert.ok(added.ok)
  const ended: string[] = []
  const told: string[] = []
  const decided: Decided[] = []
  const complaints: string[] = []
  const desk = new QuarantineDesk({
    store: {
      setting: async (name) => kept.settings.get(name),
      saveSetting: async (name, value) => {
        if (!kept.isFull) kept.settings.set(name, value)
        return !kept.isFull
      },
    },
    accounts,
    wallTime: world.now,
    randomBytes: countingRandomBytes(3),
    onStopped: (device) => void ended.push(device),
    tell: (_tenant, { id }) => void told.push(id),
    tellAdmins: (_tenant, one) => void decided.push(one),
    log: createLog('error', (line) => void complaints.push(line), world.now),
  })
  await desk.open(person.tenant)
  const second = { tenant: person.tenant, person: added.value.id }
  const port = devicePort(accounts, (device) => desk.restrictionOf(device))
  return { world, accounts, session, second, devices, desk, port, ended, told, decided, complaints, kept }
}

const stopOf = (devices: readonly DeviceId[]) => ({ type: 'stop', devices, why: WHY }) as const

test('one person stops a tenth, stored and in force at once; its secret is good for help only', async () => {
  const { desk, session, devices, port, ended, told, kept } = await office(20)
  const [first, second, third] = devices as [DeviceId, DeviceId, DeviceId]
  const acted = await desk.act(session, stopOf([first, second]))
  assert.deepEqual(acted, { ok: true, value: { stopped: 2, released: 0 } })
  assert.deepEqual(
    [ended, told],
    [
      [first, second],
      [first, second],
    ],
  )
  assert.equal(port.byId(first)?.quarantine, 'emergency')
  assert.ok(port.byId(first)?.secret)
  assert.equal(port.byId(third)?.quarantine, undefined)
  assert.match([...kept.settings.values()].join(), new RegExp(first))
  const view = desk.view(session.tenant)
  assert.deepEqual([view.stopped, view.fleet, view.aloneMax], [2, 20, 2])
  assert.deepEqual(
    view.stops.map(({ name, by, why }) => [name, by, why]),
    [
      ['Phone 0', 'Mia Muster', [WHY]],
      ['Phone 1', 'Mia Muster', [WHY]],
    ],
  )
})

test('beyond that another person has to agree, and nobody is stopped before', async () => {
  const { desk, session, second, devices, ended } = await office(20)
  const asked = await desk.act(session, stopOf(devices.slice(0, 3)))
  assert.ok(asked.ok && asked.value.stopped === 0)
  const request = asked.value.waits?.request ?? ''
  assert.deepEqual(asked.value.waits, { request, missing: 1 })
  assert.deepEqual(ended, [])
  assert.equal(desk.view(session.tenant).requests[0]?.missing, 1)
  const alone = await desk.act(session, { type: 'agree', request })
  assert.deepEqual(alone, { ok: false, error: 'same-person' })
  assert.deepEqual(ended, [])
  assert.deepEqual(await desk.act(second, { type: 'agree', request }), {
    ok: true,
    value: { stopped: 3, released: 0 },
  })
  assert.equal(ended.length, 3)
  assert.equal(desk.view(session.tenant).stops[0]?.confirmedBy, 'Bea')
})

test('two let go, and the secret of before is void then, and not before', async () => {
  const { desk, session, second, devices, port } = await office(20)
  const [first] = devices as [DeviceId]
  const before = port.byId(first)?.secret?.ha1
  assert.ok((await desk.act(session, stopOf([first]))).ok)
  const asked = await desk.act(session, { type: 'release', devices: [first], why: 'False alarm.' })
  assert.ok(asked.ok)
  assert.equal(port.byId(first)?.quarantine, 'emergency')
  assert.equal(port.byId(first)?.secret?.ha1, before)
  const request = asked.value.waits?.request ?? ''
  const done = await desk.act(second, { type: 'agree', request })
  assert.deepEqual(done, { ok: true, value: { stopped: 0, released: 1 } })
  assert.equal(port.byId(first)?.quarantine, undefined)
  assert.notEqual(port.byId(first)?.secret?.ha1, before)
  const again = await desk.act(session, stopOf([first]))
  assert.deepEqual(again, { ok: true, value: { stopped: 1, released: 0 } }, 'the same words stop it again')
})

test('a browser that is stopped is signed out; its person is not', async () => {
  const { desk, accounts, session, second, port } = await office(20)
  const link = await accounts.createSignInLink(session, second.person)
  assert.ok(link.ok)
  const signedIn = await accounts.signInByLink({ token: link.value.token, address: '192.0.2.1' })
  assert.ok(signedIn.ok)
  const browser = await accounts.browserDevice(signedIn.value.session as Session)
  assert.ok(browser.ok)
  const sessions: string[] = []
  accounts.events.on('sessionEnded', ({ device }) => void sessions.push(device ?? ''))
  assert.ok((await desk.act(session, stopOf([browser.value.id]))).ok)
  assert.deepEqual(sessions, [browser.value.id])
  assert.equal(port.byId(browser.value.id), undefined)
  assert.equal(await accounts.sessionOf(signedIn.value.token), undefined)
})

for (const isFull of [true, false])
  test(`what cannot be stored is not in force: ${isFull}`, async () => {
    const { desk, session, devices, ended, kept } = await office(20)
    kept.isFull = isFull
    const acted = await desk.act(session, stopOf(devices.slice(0, 1)))
    assert.deepEqual([acted.ok, ended.length], isFull ? [false, 0] : [true, 1])
  })

test('a restart keeps who is stopped, and ends what they may have opened', async () => {
  const kept: Kept = { settings: new Map(), isFull: false }
  const { desk, session, devices, accounts, world } = await office(20, kept)
  const [first] = devices as [DeviceId]
  assert.ok((await desk.act(session, stopOf([first]))).ok)
  const ended: string[] = []
  const again = new QuarantineDesk({
    store: { setting: async (name) => kept.settings.get(name), saveSetting: async () => true },
    ...{ accounts, wallTime: world.now, randomBytes: countingRandomBytes(4), log: SILENT_LOG },
    onStopped: (device) => void ended.push(device),
    tell: () => assert.fail('told twice'),
    tellAdmins: () => assert.fail('told twice'),
  })
  await again.open(session.tenant)
  again.enforceAll()
  assert.deepEqual(ended, [first])
  assert.equal(again.restrictionOf(first), 'emergency')
})

for (const text of ['{"format":"rufwerk-quarantine-1"}', undefined])
  test(`what is stored and cannot be read is told: ${text}`, async () => {
    const kept: Kept = { settings: new Map(), isFull: false }
    const { session } = await office(1)
    if (text !== undefined) kept.settings.set(`quarantine ${session.tenant}`, text)
    // Ids are counted anew in each office, so that the company is the same.
    const lines: string[] = []
    const { world, accounts } = await office(1)
    const desk = new QuarantineDesk({
      store: { setting: async (name) => kept.settings.get(name), saveSetting: async () => true },
      ...{ accounts, wallTime: world.now, randomBytes: countingRandomBytes(4) },
      onStopped: () => undefined,
      tell: () => undefined,
      tellAdmins: () => undefined,
      log: createLog('error', (line) => void lines.push(line), world.now),
    })
    await desk.open(session.tenant)
    assert.equal(lines.length, text === undefined ? 0 : 1)
  })

test('devices of nobody are refused, and what is not there', async () => {
  const { desk, session, devices } = await office(20)
  const refused = async (act: Parameters<QuarantineDesk['act']>[1]) => {
    const acted = await desk.act(session, act)
    return acted.ok ? 'ok' : acted.error
  }
  assert.equal(await refused(stopOf(['nobody' as DeviceId])), 'unknown-device')
  assert.equal(await refused({ type: 'release', devices, why: WHY }), 'not-stopped')
  assert.equal(await refused({ type: 'agree', request: 'r1' }), 'unknown-request')
  assert.equal(await refused({ type: 'withdraw', request: 'r1' }), 'unknown-request')
})

test('the person is told by mail how to go on, in both languages, where there is an address', async () => {
  const { accounts, session, devices } = await office(3)
  const sent: { to: string; text: string }[] = []
  const mailer = {
    send: async (mail: { to: string; text: string }) => {
      sent.push(mail)
      return { ok: true, value: undefined } as const
    },
  }
  const directory = accounts.directoryOf(session.tenant)
  for (const id of devices) {
    const device = directory?.byDevice.get(id)
    assert.ok(device)
    tellStopped({ accounts, mailer, origin: 'https://pbx.example', log: SILENT_LOG }, device)
  }
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['mia@muster.example'],
  )
  for (const language of ['de', 'en'] as const) {
    const facts = { language, device: 'Tisch', origin: 'https://pbx.example' } as const
    const phone = stoppedMail('a@b.example', { ...facts, kind: 'phone' })
    assert.match(phone.text, /https:\/\/pbx\.example/)
    assert.match(phone.text, /Notrufe|[Ee]mergency/)
    assert.doesNotMatch(
      stoppedMail('a@b.example', { ...facts, kind: 'browser' }).text,
      /Notrufe|[Ee]mergency/,
    )
  }
})

test('voiding secrets is for admins; ids of nobody are left out', async () => {
  const { accounts, session, devices } = await office(2)
  const people = accounts.people(session.tenant)
  const user = people.find(({ role }) => role !== 'admin')?.id ?? ('' as PersonId)
  const byUser = await accounts.voidSecrets({ tenant: session.tenant, person: user }, devices)
  assert.equal(byUser.ok, false)
  const nobody = await accounts.voidSecrets(session, ['nobody' as DeviceId])
  assert.equal(nobody.ok, true)
  const audit = await accounts.audit(session, 1)
  assert.ok(audit.ok && audit.value[0]?.act !== 'secrets-voided')
})

test('admins are told what a policy did and what waits for them', async () => {
  const { desk, session, second, devices, decided } = await office(20)
  const [one, two, ...others] = devices
  assert.ok(one && two)
  await desk.act(session, stopOf([one]))
  assert.deepEqual(decided, [], 'a person did it, and knows')
  const reason = { kind: 'policy', policy: 'old: App' } as const
  const policy = { tenant: session.tenant, person: BY_POLICY }
  await desk.stopFor(policy, reason, [two])
  assert.deepEqual(decided.splice(0), [{ does: 'stop', stopped: 1, waiting: 0, missing: 0, why: 'old: App' }])
  const waits = await desk.act(session, stopOf(others))
  assert.deepEqual(decided.splice(0), [
    { by: session.person, does: 'stop', stopped: 0, waiting: others.length, missing: 1, why: WHY },
  ])
  assert.ok(waits.ok && waits.value.waits)
  await desk.act(second, { type: 'agree', request: waits.value.waits.request })
  assert.deepEqual(decided, [], 'it is decided')
})

test('the mail goes to other admins with an address, with the way to the page', async () => {
  const { accounts, session } = await office(1)
  const add = (name: string, extension: string, role: 'admin' | 'user', email?: string) =>
    accounts.addPerson(session, { name, extension, role, ...(email !== undefined && { email }) })
  const dora = await add('Dora', '140', 'admin', 'dora@muster.example')
  await add('Emil', '141', 'user', 'emil@muster.example')
  await add('Fia', '142', 'admin')
  assert.ok(dora.ok)
  const sent: string[] = []
  const mailer = {
    send: async ({ to }: { readonly to: string }) => {
      sent.push(to)
      return { ok: true } as never
    },
  }
  const decided = { does: 'release', stopped: 0, waiting: 2, missing: 1, why: 'A false alarm.' } as const
  const parts = { accounts, mailerOf: () => mailer, origin: 'https://pbx.example', log: SILENT_LOG }
  tellAdmins(parts, session.tenant, { ...decided, by: session.person })
  assert.deepEqual(sent.splice(0), ['dora@muster.example'])
  tellAdmins(parts, session.tenant, { ...decided, by: dora.value.id })
  assert.ok(!sent.includes('dora@muster.example'))
  for (const language of ['de', 'en'] as const) {
    const { text, subject } = adminMail('a@b.example', {
      ...decided,
      language,
      origin: 'https://pbx.example',
    })
    assert.ok(text.includes('https://pbx.example/security/stops') && text.includes('A false alarm.'))
    assert.match(subject, /2/)
  }
})
