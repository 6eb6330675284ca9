// Trunks over HTTP: what an admin sets and sees, what is refused, and that no password comes out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrunkRefusal } from '@rufwerk/api/trunks'
import { ApiError } from '@rufwerk/contract'
import { Trunk, Trunks } from '@rufwerk/contract/trunks'
import { openStaffedOffice } from '../office.ts'

const PATH = '/api/v1/trunks'
const PASSWORD = 'only-the-carrier-knows'
const BODY = { id: 'main', profile: 'sipgate', account: '1234567t0', password: PASSWORD }

async function refusal(answer: Response): Promise<unknown> {
  const { error } = ApiError.parse(await answer.json())
  return [answer.status, error.code, error.field]
}

test('an admin adds a trunk, sees how it is doing without its password, and removes it', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const made = await office.ask('POST', PATH, { as, body: BODY })
  const text = await made.text()
  assert.equal(made.status, 201)
  assert.ok(!text.includes(PASSWORD))
  const trunk = Trunk.parse(JSON.parse(text))
  assert.deepEqual([trunk.account, trunk.hasPassword, trunk.isUp], ['1234567t0', true, false])
  const again = await office.ask('POST', PATH, { as, body: BODY })
  assert.deepEqual(await refusal(again), [409, 'conflict', 'id'])
  const listed = await (await office.ask('GET', PATH, { as })).text()
  assert.ok(!listed.includes(PASSWORD))
  assert.deepEqual(Trunks.parse(JSON.parse(listed)).trunks, [trunk])
  const { password: _, ...rest } = BODY
  const changed = await office.ask('PUT', `${PATH}/main`, { as, body: { ...rest, name: 'Sipgate' } })
  assert.deepEqual([changed.status, Trunk.parse(await changed.json()).name], [200, 'Sipgate'])
  assert.equal((await office.ask('DELETE', `${PATH}/main`, { as })).status, 204)
  assert.deepEqual(await refusal(await office.ask('DELETE', `${PATH}/main`, { as })), [
    404,
    'not-found',
    undefined,
  ])
})

test('what is no trunk is refused with its field', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  for (const [body, field] of [
    [{ ...BODY, id: 'other' }, 'id'],
    [{ ...BODY, profile: 'nobody' }, 'profile'],
    [{ ...BODY, passwordSealed: 'of another' }, undefined],
    [{ ...BODY, port: 'a' }, 'port'],
  ] as const) {
    office.trunks(office.admin.person.tenant).put('main')
    const answer = await office.ask('PUT', `${PATH}/main`, { as, body })
    const [status, code, told] = (await refusal(answer)) as unknown[]
    assert.deepEqual([status, code], [400, 'bad-request'])
    if (field !== undefined) assert.equal(told, field)
  }
})

test('each reason why it was not done has its answer', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const rows: readonly (readonly [TrunkRefusal, number, string])[] = [
    [{ code: 'wrong', field: 'domain', sentence: 'The trunk cannot be so.' }, 400, 'bad-request'],
    [{ code: 'too-many' }, 409, 'limit-reached'],
    [{ code: 'unreadable' }, 409, 'conflict'],
    [{ code: 'not-stored' }, 503, 'unavailable'],
  ]
  for (const [why, status, code] of rows) {
    office.trunks(office.admin.person.tenant).refusal = why
    const answer = await office.ask('POST', PATH, { as, body: BODY })
    const field = why.code === 'wrong' ? why.field : undefined
    assert.deepEqual(await refusal(answer), [status, code, field])
  }
})
