import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_IDLE_MAX, SESSION_LIFE_MAX, SIGN_IN_LINK_LIFE } from '../src/index.ts'
import { SIGN_IN_LINKS_PER_PERSON_MAX } from '../src/limits.ts'
import { code, GOOD_PASSWORD, newWorld, setUpCompany } from '../src/testing/index.ts'

const address = '192.0.2.7'

test('signs in by e-mail address in any case, and by extension', async () => {
  const world = await newWorld()
  await setUpCompany(world)
  for (const login of ['mia@muster.example', ' MIA@muster.example', '100']) {
    const signedIn = await world.accounts.signIn({ login, password: GOOD_PASSWORD, address })
    assert.equal(code(signedIn), 'ok')
  }
})

test('a wrong password, an unknown login and a person without password look the same', async () => {
  const world = await newWorld()
  await setUpCompany(world)
  for (const login of ['mia@muster.example', 'nobody@muster.example', '101', 'x'.repeat(1_000)]) {
    const attempt = { login, password: 'falsch falsch', address }
    assert.equal(code(await world.accounts.signIn(attempt)), 'wrong-credentials')
  }
})

test('unknown logins cost the same work: one look and one hash each', async () => {
  let hashes = 0
  const passwords = {
    hash: async () => '$argon2id$',
    verify: async () => {
      hashes += 1
      return false
    },
  }
  const world = await newWorld(undefined, passwords)
  await setUpCompany(world)
  for (const login of ['100', 'nobody', 'nobody@muster.example', '101']) {
    await world.accounts.signIn({ login, password: 'falsch falsch', address })
  }
  assert.equal(hashes, 4)
})

test('after ten failures an account waits, but not for an address that it signed in from', async () => {
  const world = await newWorld()
  await setUpCompany(world)
  const right = { login: '100', password: GOOD_PASSWORD }
  assert.equal(code(await world.accounts.signIn({ ...right, address: '10.0.0.5' })), 'ok')
  for (let tries = 0; tries < 10; tries += 1) {
    await world.accounts.signIn({ login: '100', password: 'falsch falsch', address: `192.0.2.${tries}` })
  }
  const refused = await world.accounts.signIn({ ...right, address: '192.0.2.99' })
  assert.equal(code(refused), 'too-many-attempts')
  assert.ok(!refused.ok && (refused.error.retryAfter ?? 0) > 0)
  assert.equal(code(await world.accounts.signIn({ ...right, address: '10.0.0.5' })), 'ok')
  world.pass(15 * 60_000)
  assert.equal(code(await world.accounts.signIn({ ...right, address: '192.0.2.99' })), 'ok')
})

test('after fifty failures an address waits, whatever the account', async () => {
  const world = await newWorld()
  await setUpCompany(world)
  for (let tries = 0; tries < 50; tries += 1) {
    await world.accounts.signIn({ login: `nobody${tries}`, password: 'falsch falsch', address })
  }
  const right = { login: '100', password: GOOD_PASSWORD }
  assert.equal(code(await world.accounts.signIn({ ...right, address })), 'too-many-attempts')
  assert.equal(code(await world.accounts.signIn({ ...right, address: '192.0.2.8' })), 'ok')
})

test('attempts sent at the same moment cannot pass the limit', async () => {
  const world = await newWorld()
  await setUpCompany(world)
  const tries = Array.from({ length: 30 }, (_, at) =>
    world.accounts.signIn({ login: '100', password: 'falsch falsch', address: `192.0.2.${at}` }),
  )
  const codes = (await Promise.all(tries)).map(code)
  assert.equal(codes.filter((each) => each === 'wrong-credentials').length, 10)
})

test('a sign-in link works once and not after three days', async () => {
  const world = await newWorld()
  const { colleagueLinks } = await setUpCompany(world)
  const [first, second] = colleagueLinks
  assert.ok(first && second)
  const signedIn = await world.accounts.signInByLink({ token: first.token, address })
  assert.ok(signedIn.ok && signedIn.value.person.extension === '101')
  assert.equal(code(await world.accounts.signInByLink({ token: first.token, address })), 'link-invalid')
  world.pass(SIGN_IN_LINK_LIFE)
  assert.equal(code(await world.accounts.signInByLink({ token: second.token, address })), 'link-invalid')
  assert.equal(code(await world.accounts.signInByLink({ token: 'rubbish', address })), 'link-invalid')
})

test('one open sign-in link more than a person may have voids the oldest, and no others', async () => {
  const world = await newWorld()
  const { session, colleagueLinks } = await setUpCompany(world)
  const [first, other] = colleagueLinks
  assert.ok(first && other)
  const tokens = [first.token]
  const add = async () => {
    world.pass(1_000)
    const link = await world.accounts.createSignInLink(session, first.person.id)
    assert.ok(link.ok)
    tokens.push(link.value.token)
  }
  const use = async (token = '') => code(await world.accounts.signInByLink({ token, address }))
  while (tokens.length < SIGN_IN_LINKS_PER_PERSON_MAX) await add()
  assert.equal(await use(tokens.shift()), 'ok', 'as many as allowed are all open')
  await add()
  const youngest = tokens.at(-1)
  await add()
  assert.equal(await use(tokens.shift()), 'link-invalid', 'one too many')
  assert.equal(await use(tokens[0]), 'ok', 'the next one stays')
  assert.equal(await use(youngest), 'ok')
  assert.equal(await use(tokens.at(-1)), 'ok')
  assert.equal(await use(other.token), 'ok', 'somebody else has links of their own')
})

test('of many sign-in links that are made at the same moment the limit stays', async () => {
  const world = await newWorld()
  const { session, colleagueLinks } = await setUpCompany(world)
  const person = colleagueLinks[0]?.person.id
  assert.ok(person)
  const many = Array.from({ length: 3 * SIGN_IN_LINKS_PER_PERSON_MAX }, () =>
    world.accounts.createSignInLink(session, person),
  )
  let usable = 0
  for (const link of await Promise.all(many)) {
    assert.ok(link.ok)
    const came = await world.accounts.signInByLink({ token: link.value.token, address })
    if (came.ok) usable += 1
  }
  assert.ok(usable >= 1 && usable <= SIGN_IN_LINKS_PER_PERSON_MAX, `${usable}`)
})

test('a session ends by sign-out, by idleness and by age, and says so', async () => {
  const world = await newWorld()
  const { session, token } = await setUpCompany(world)
  const device = await world.accounts.browserDevice(session)
  assert.ok(device.ok)
  const facts: unknown[] = []
  using _ended = world.accounts.events.on('sessionEnded', (fact) => facts.push(fact))
  world.pass(SESSION_IDLE_MAX - 1)
  assert.ok(await world.accounts.sessionOf(token))
  world.pass(SESSION_IDLE_MAX - 1)
  assert.ok(await world.accounts.sessionOf(token), 'Being used keeps it alive.')
  assert.equal(code(await world.accounts.signOut(session)), 'ok')
  assert.equal(await world.accounts.sessionOf(token), undefined)
  assert.deepEqual(facts, [{ session: session.id, device: device.value.id }])
  assert.equal(world.accounts.directoryOfDevice(device.value.id), undefined)

  const signIn = () => world.accounts.signIn({ login: '100', password: GOOD_PASSWORD, address })
  const idle = await signIn()
  world.pass(SESSION_IDLE_MAX)
  assert.equal(idle.ok && (await world.accounts.sessionOf(idle.value.token)), undefined)
  const old = await signIn()
  assert.ok(old.ok)
  for (let passed = 0; passed < SESSION_LIFE_MAX; passed += SESSION_IDLE_MAX / 2) {
    assert.ok(await world.accounts.sessionOf(old.value.token))
    world.pass(SESSION_IDLE_MAX / 2)
  }
  assert.equal(await world.accounts.sessionOf(old.value.token), undefined)
  await world.accounts.sweep()
  assert.equal(facts.length, 3)
})

test('a person has at most 20 sessions: the one seen longest ago ends', async () => {
  const world = await newWorld()
  const first = await setUpCompany(world)
  for (let count = 0; count < 20; count += 1) {
    world.pass(1_000)
    assert.ok((await world.accounts.signIn({ login: '100', password: GOOD_PASSWORD, address })).ok)
  }
  assert.equal(await world.accounts.sessionOf(first.token), undefined)
  assert.equal((await world.store.sessionsOf(first.person.tenant, first.person.id)).length, 20)
})

test('a changed password ends the other sessions; the current one must be known', async () => {
  const world = await newWorld()
  const { session, token } = await setUpCompany(world)
  const other = await world.accounts.signIn({ login: '100', password: GOOD_PASSWORD, address })
  assert.ok(other.ok)
  const next = 'ein neues Fahrrad 9'
  const change = (current: string | undefined, wanted = next) =>
    world.accounts.changePassword(session, { ...(current && { current }), next: wanted })
  assert.equal(code(await change(undefined)), 'password-wrong')
  assert.equal(code(await change('falsch falsch')), 'password-wrong')
  assert.equal(code(await change(GOOD_PASSWORD, 'mustergmbh1')), 'password-is-login')
  assert.equal(code(await change(GOOD_PASSWORD)), 'ok')
  assert.ok(await world.accounts.sessionOf(token))
  assert.equal(await world.accounts.sessionOf(other.value.token), undefined)
  const attempt = { login: '100', address }
  assert.equal(
    code(await world.accounts.signIn({ ...attempt, password: GOOD_PASSWORD })),
    'wrong-credentials',
  )
  assert.equal(code(await world.accounts.signIn({ ...attempt, password: next })), 'ok')
})

test('who came by a link sets a first password without an old one', async () => {
  const world = await newWorld()
  const { colleagueLinks } = await setUpCompany(world)
  const came = await world.accounts.signInByLink({ token: colleagueLinks[0]?.token ?? '', address })
  assert.ok(came.ok)
  assert.equal(await world.accounts.hasPassword(came.value.session), false)
  const changed = await world.accounts.changePassword(came.value.session, { next: GOOD_PASSWORD })
  assert.equal(code(changed), 'ok')
  assert.equal(await world.accounts.hasPassword(came.value.session), true)
  assert.equal(code(await world.accounts.signIn({ login: '101', password: GOOD_PASSWORD, address })), 'ok')
})
