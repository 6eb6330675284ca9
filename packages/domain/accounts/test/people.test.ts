import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PersonId } from '@rufwerk/core'
import { code, newWorld, setUpCompany } from '../src/testing/index.ts'

test('an admin adds people; the directory’s version grows and everybody hears', async () => {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const versions: number[] = []
  using _changed = world.accounts.events.on('directoryChanged', ({ version }) => versions.push(version))
  const old = world.accounts.directoryOf(session.tenant)
  const added = await world.accounts.addPerson(session, {
    name: 'Eva Blum',
    extension: '20',
    email: 'EVA@x.de',
  })
  assert.ok(added.ok && added.value.email === 'eva@x.de')
  assert.deepEqual(versions, [2])
  assert.equal(old?.byExtension.has('20'), false, 'The old snapshot does not change.')
  const extensions = world.accounts.people(session.tenant).map((person) => person.extension)
  assert.deepEqual(extensions, ['20', '100', '101', '102'])
  const reopened = await newWorld(world.store)
  assert.equal(reopened.accounts.directoryOf(session.tenant)?.version, 2)
})

test('a device changes the snapshot, but not the version that routing decides from', async () => {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const before = world.accounts.directoryOf(session.tenant)
  await world.accounts.browserDevice(session)
  const behind = world.accounts.directoryOf(session.tenant)
  assert.notEqual(behind, before)
  assert.equal(behind?.version, before?.version)
  assert.equal(behind?.routing, before?.routing)
})

test('refuses taken extensions and addresses, and whoever is no admin', async () => {
  const world = await newWorld()
  const { session, colleagueLinks } = await setUpCompany(world)
  const eva = { name: 'Eva Blum', extension: '103' }
  const add = (changes: object) => world.accounts.addPerson(session, { ...eva, ...changes })
  assert.equal(code(await add({ extension: '101' })), 'extension-taken')
  assert.equal(code(await add({ email: 'mia@muster.example' })), 'email-taken')
  assert.equal(code(await add({ name: '' })), 'name-invalid')
  const came = await world.accounts.signInByLink({ token: colleagueLinks[0]?.token ?? '', address: '::1' })
  assert.ok(came.ok)
  assert.equal(code(await world.accounts.addPerson(came.value.session, eva)), 'not-allowed')
  assert.equal(code(await world.accounts.audit(came.value.session, 5)), 'not-allowed')
  const link = await world.accounts.createSignInLink(came.value.session, session.person)
  assert.equal(code(link), 'not-allowed')
})

test('two additions of the same extension at the same moment: one wins', async () => {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const eva = { name: 'Eva Blum', extension: '103' }
  const both = [world.accounts.addPerson(session, eva), world.accounts.addPerson(session, eva)]
  assert.deepEqual((await Promise.all(both)).map(code), ['ok', 'extension-taken'])
})

test('admin work is in the audit, newest first', async () => {
  const world = await newWorld()
  const { session, person } = await setUpCompany(world)
  await world.accounts.addPerson(session, { name: 'Eva Blum', extension: '103' })
  await world.accounts.createPhone(session, { person: person.id, name: 'Tisch' })
  await world.accounts.createSignInLink(session, person.id)
  const unknown = await world.accounts.createSignInLink(session, 'nobody' as PersonId)
  assert.equal(code(unknown), 'unknown-person')
  const audit = await world.accounts.audit(session, 10)
  const acts = audit.ok ? audit.value.map((entry) => entry.act) : []
  assert.deepEqual(acts, ['link-created', 'phone-created', 'person-added', 'set-up'])
})

test('a failing listener does not keep the others from hearing', async () => {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  let heard = 0
  using _broken = world.accounts.events.on('directoryChanged', () => {
    throw new Error('broken listener')
  })
  using _sound = world.accounts.events.on('directoryChanged', () => {
    heard += 1
  })
  assert.equal(code(await world.accounts.addPerson(session, { name: 'Eva Blum', extension: '103' })), 'ok')
  assert.equal(heard, 1)
})
