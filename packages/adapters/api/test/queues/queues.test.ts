// Queues by HTTP and on the live channel: who sees what, and what refusals say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '@rufwerk/contract'
import { openStaffedOffice, type Staffed } from '../office.ts'

const SETTINGS = { queue: 'sales', name: 'Sales', members: [] }

async function errorOf(answer: Response) {
  return ApiError.parse(await answer.json()).error
}

test('settings that cannot be used are refused with their place; an id is taken once', async () => {
  const { ask, admin } = await openStaffedOffice()
  const as = admin.token
  const wrong = await errorOf(
    await ask('PUT', '/api/v1/queues/sales', { as, body: { ...SETTINGS, ringTime: 1 } }),
  )
  assert.deepEqual([wrong.code, wrong.field], ['bad-request', 'ringTime'])
  const other = await errorOf(await ask('PUT', '/api/v1/queues/other', { as, body: SETTINGS }))
  assert.deepEqual([other.code, other.field], ['bad-request', 'queue'])
  const taken = await errorOf(await ask('POST', '/api/v1/queues', { as, body: SETTINGS }))
  assert.deepEqual([taken.code, taken.field], ['conflict', 'queue'])
  assert.equal((await ask('DELETE', '/api/v1/queues/sales', { as })).status, 204)
  assert.equal((await errorOf(await ask('DELETE', '/api/v1/queues/sales', { as }))).code, 'not-found')
})

test('members and supervisors see what goes on in their queue, and others do not', async () => {
  const { ask, admin, user } = await openStaffedOffice()
  const look = async () => (await ask('GET', '/api/v1/queues/sales/live', { as: user.token })).status
  assert.equal(await look(), 404)
  const members = [{ agent: user.person.id, level: 0 }]
  await ask('PUT', '/api/v1/queues/sales', { as: admin.token, body: { ...SETTINGS, members } })
  assert.equal(await look(), 200)
  const supervision = { modes: ['listen'], supervisors: [user.person.id], announcement: 'queue-supervised' }
  await ask('PUT', '/api/v1/queues/sales', { as: admin.token, body: { ...SETTINGS, supervision } })
  assert.equal(await look(), 200)
})

test('agents act for themselves, admins for everybody; what is not possible is a sentence', async () => {
  const office: Staffed = await openStaffedOffice()
  const { ask, admin, user, desk } = office
  const act = (as: string, body: object) => ask('POST', '/api/v1/queue-agents', { as, body })
  assert.equal((await act(user.token, { does: 'pause', reason: 'Pause' })).status, 200)
  assert.equal((await act(admin.token, { does: 'logOut', agent: user.person.id })).status, 200)
  assert.deepEqual(desk.acts, [`${user.person.id} pause`, `${user.person.id} logOut`])
  desk.refusal = 'This agent is in no queue.'
  assert.equal((await errorOf(await act(user.token, { does: 'ready' }))).message, desk.refusal)
})
