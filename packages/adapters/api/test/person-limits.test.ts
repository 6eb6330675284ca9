// How much a signed-in person may do: changes, sign-in links, keys for the phone. Counted by person, so that
// neither more sessions nor more addresses help, and nobody pays for a colleague.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from '@hono/zod-openapi'
import { LIMITS } from '@rufwerk/api'
import { ApiError } from '@rufwerk/contract'
import { ELSEWHERE, openStaffedOffice, type Staffed } from './office.ts'

const PathItem = z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) }))

interface Row {
  readonly what: string
  readonly max: number
  readonly refillMs: number
  readonly ask: (office: Staffed, as: string) => Promise<Response>
}

const rows: readonly Row[] = [
  {
    what: 'changes',
    max: LIMITS.writesPerPersonMax,
    refillMs: LIMITS.writeRefillMs,
    ask: ({ ask }, as) => ask('DELETE', '/api/v1/devices/none', { as }),
  },
  {
    what: 'sign-in links',
    max: LIMITS.signInLinksPerPersonMax,
    refillMs: LIMITS.signInLinkRefillMs,
    ask: ({ ask, colleague }, as) => ask('POST', `/api/v1/people/${colleague.id}/link`, { as }),
  },
  {
    what: 'tickets of the phone',
    max: LIMITS.phoneKeysPerPersonMax,
    refillMs: LIMITS.phoneKeyRefillMs,
    ask: ({ ask }, as) => ask('POST', '/api/v1/phone/ticket', { as }),
  },
  {
    what: 'work on dial plans',
    max: LIMITS.planActsPerPersonMax,
    refillMs: LIMITS.planActRefillMs,
    ask: ({ ask }, as) => ask('POST', '/api/v1/dial-plan/check', { as, body: { plan: {} } }),
  },
]

async function askUntilLimited(office: Staffed, { ask }: Row, as: string): Promise<number> {
  for (let asked = 0; asked < 1_000; asked += 1) {
    const { status } = await ask(office, as)
    if (status === 429) return asked
  }
  return assert.fail('no limit')
}

for (const row of rows) {
  test(`${row.what} of a person have a limit; later there is one more; others have their own`, async () => {
    const office = await openStaffedOffice()
    const { admin, user } = office
    assert.equal(await askUntilLimited(office, row, admin.token), row.max)
    const refused = await row.ask(office, admin.token)
    assert.equal(refused.headers.get('retry-after'), String(Math.max(1, row.refillMs / 1000)))
    assert.equal(ApiError.parse(await refused.json()).error.code, 'rate-limited')
    assert.notEqual((await row.ask(office, user.token)).status, 429)
    office.clock.pass(row.refillMs)
    assert.notEqual((await row.ask(office, admin.token)).status, 429)
    assert.equal((await row.ask(office, admin.token)).status, 429)
  })

  test(`${row.what}: another session, or another address, of the same person does not help`, async () => {
    const office = await openStaffedOffice()
    const { admin, world } = office
    const link = await world.accounts.createSignInLink(admin.session, admin.person.id)
    assert.ok(link.ok)
    const second = await world.accounts.signInByLink({ token: link.value.token, address: ELSEWHERE.address })
    assert.ok(second.ok)
    await askUntilLimited(office, row, admin.token)
    assert.equal((await row.ask(office, second.value.token)).status, 429)
  })
}

test('at its limits a person still reads, has a phone, and signs out; the limits do not add up', async () => {
  const office = await openStaffedOffice()
  const { admin, ask } = office
  const [changes, links] = rows
  assert.ok(changes && links)
  await askUntilLimited(office, changes, admin.token)
  assert.equal((await links.ask(office, admin.token)).status, 201)
  assert.equal((await ask('GET', '/api/v1/people', { as: admin.token })).status, 200)
  assert.equal((await ask('POST', '/api/v1/phone/ticket', { as: admin.token })).status, 201)
  assert.equal((await ask('DELETE', '/api/v1/session', { as: admin.token })).status, 204)
})

test('requests without a session, or refused for their role, cost nobody anything', async () => {
  const office = await openStaffedOffice()
  const { admin, user, ask } = office
  const body = { name: 'Neu', extension: '333' }
  for (let asked = 0; asked <= LIMITS.writesPerPersonMax; asked += 1) {
    assert.equal((await ask('POST', '/api/v1/people', { body })).status, 401)
    assert.equal((await ask('POST', '/api/v1/people', { body, as: user.token })).status, 403)
  }
  assert.equal(office.api.size(), 0)
  assert.equal((await ask('POST', '/api/v1/people', { body, as: admin.token })).status, 201)
  office.clock.pass(LIMITS.writeRefillMs + LIMITS.attemptsSweepMs)
  assert.equal(office.api.size() + office.clock.size(), 0)
})

test('every route that changes something is counted, and signing out alone is not', async () => {
  const office = await openStaffedOffice()
  const answer = await office.ask('GET', '/api/v1/openapi.json')
  const { paths } = z.object({ paths: z.record(z.string(), PathItem) }).parse(await answer.json())
  const uncounted = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      method !== 'get' && !('429' in responses) ? [`${method} ${path}`] : [],
    ),
  )
  assert.deepEqual(uncounted, ['delete /api/v1/session'])
})
