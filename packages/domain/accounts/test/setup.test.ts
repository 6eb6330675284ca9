import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SETUP_LINK_LIFE } from '../src/index.ts'
import { code, newWorld, setUpCompany, setupRequest } from '../src/testing/index.ts'

test('set-up creates tenant, site, admin and colleagues, and signs the admin in', async () => {
  const world = await newWorld()
  assert.equal(world.accounts.setupState(), 'open')
  const done = await setUpCompany(world)
  assert.equal(world.accounts.setupState(), 'done')
  const [directory] = world.accounts.directories()
  assert.equal(directory?.tenant.name, 'Muster GmbH')
  assert.equal(directory?.sites.size, 1)
  assert.deepEqual(
    directory?.people.map(({ extension, role, email }) => [extension, role, email]),
    [
      ['100', 'admin', 'mia@muster.example'],
      ['101', 'user', undefined],
      ['102', 'user', undefined],
    ],
  )
  assert.equal(directory?.routing.byExtension.get('101')?.name, 'Anna Groß')
  assert.equal((await world.accounts.sessionOf(done.token))?.person, done.person.id)
  assert.equal(done.colleagueLinks.length, 2)
  const audit = await world.accounts.audit(done.session, 10)
  assert.deepEqual(audit.ok && audit.value.map((entry) => entry.act), ['set-up'])
})

test('the set-up link works once, and not after 15 minutes', async () => {
  const world = await newWorld()
  const link = await world.accounts.prepareSetup()
  assert.ok(link.ok)
  assert.equal(link.value.expiresAt - world.now(), 15 * 60_000)
  world.pass(SETUP_LINK_LIFE)
  assert.equal(code(await world.accounts.setUp(setupRequest(link.value.token))), 'setup-link-invalid')
  await setUpCompany(world)
  assert.equal(code(await world.accounts.prepareSetup()), 'setup-done')
  assert.equal(code(await world.accounts.setUp(setupRequest(link.value.token))), 'setup-done')
})

test('a new set-up link voids the one before', async () => {
  const world = await newWorld()
  const first = await world.accounts.prepareSetup()
  await world.accounts.prepareSetup()
  assert.ok(first.ok)
  assert.equal(code(await world.accounts.setUp(setupRequest(first.value.token))), 'setup-link-invalid')
})

test('of two set-ups with the same link one wins', async () => {
  const world = await newWorld()
  const link = await world.accounts.prepareSetup()
  assert.ok(link.ok)
  const request = setupRequest(link.value.token)
  const outcomes = await Promise.all([world.accounts.setUp(request), world.accounts.setUp(request)])
  assert.deepEqual(outcomes.map(code), ['ok', 'setup-done'])
  assert.equal(world.accounts.directories().length, 1)
})

const admin = setupRequest('').admin
const refusals: [why: string, changes: Parameters<typeof setupRequest>[1], expected: string][] = [
  ['no company', { company: ' ' }, 'name-invalid'],
  ['a control character', { company: 'A\u0007B' }, 'name-invalid'],
  ['an e-mail without @', { admin: { ...admin, email: 'mia' } }, 'email-invalid'],
  ['an emergency number', { admin: { ...admin, extension: '112' } }, 'extension-reserved'],
  ['letters', { colleagues: [{ name: 'Jan', extension: '1x' }] }, 'extension-invalid'],
  ['the same extension twice', { colleagues: [{ name: 'Jan', extension: '100' }] }, 'extension-taken'],
  ['a short password', { admin: { ...admin, password: 'kurz' } }, 'password-too-short'],
  ['the login as password', { admin: { ...admin, password: 'mia@muster.example' } }, 'password-is-login'],
  ['a trivial password', { admin: { ...admin, password: 'Passwort123!' } }, 'password-trivial'],
]
for (const [why, changes, expected] of refusals) {
  test(`set-up refuses ${why} with ${expected}, and the link stays good`, async () => {
    const world = await newWorld()
    const link = await world.accounts.prepareSetup()
    assert.ok(link.ok)
    assert.equal(code(await world.accounts.setUp(setupRequest(link.value.token, changes))), expected)
    assert.equal(world.accounts.setupState(), 'open')
    assert.equal(code(await world.accounts.setUp(setupRequest(link.value.token))), 'ok')
  })
}

test('when the store is full nothing is set up, and the link stays good', async () => {
  const world = await newWorld()
  const link = await world.accounts.prepareSetup()
  assert.ok(link.ok)
  world.store.isFull = true
  assert.equal(code(await world.accounts.setUp(setupRequest(link.value.token))), 'not-stored')
  assert.equal(world.accounts.setupState(), 'open')
  world.store.isFull = false
  assert.equal(code(await world.accounts.setUp(setupRequest(link.value.token))), 'ok')
})

test('no secret is in what is stored as nouns', async () => {
  const world = await newWorld()
  const done = await setUpCompany(world)
  const text = JSON.stringify(await world.store.rosters())
  for (const secret of [done.token, ...done.colleagueLinks.map((link) => link.token), '$argon2id$']) {
    assert.ok(!text.includes(secret))
  }
})
