// Conference rooms over HTTP and the live channel: who may set them up, look on and act.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '@rufwerk/contract'
import { Room, RoomLive, Rooms } from '@rufwerk/contract/rooms'
import { openStaffedOffice, type Staffed } from '../office.ts'

const PATH = '/api/v1/rooms'

async function refusal(answer: Response): Promise<unknown> {
  const { error } = ApiError.parse(await answer.json())
  return [answer.status, error.code, error.field]
}

function desk(office: Staffed) {
  return office.rooms(office.admin.person.tenant)
}

test('a room is added, read with its PIN, changed and removed by an admin', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const body = { room: 'sales', name: 'Sales', pin: '4711', lengthMax: 600_000, opensAt: 5 }
  const made = await office.ask('POST', PATH, { as, body })
  assert.equal(made.status, 201)
  const room = Room.parse(await made.json())
  assert.deepEqual([room.pin, room.asksInside, room.lengthMax, room.opensAt], ['4711', true, 600_000, 5])
  assert.deepEqual(await refusal(await office.ask('POST', PATH, { as, body })), [409, 'conflict', 'room'])
  const open = { room: 'sales', name: 'Sales', isOpenToOutside: true }
  const wrong = await office.ask('PUT', `${PATH}/sales`, { as, body: open })
  assert.deepEqual(await refusal(wrong), [400, 'bad-request', 'pin'])
  const other = await office.ask('PUT', `${PATH}/other`, { as, body: open })
  assert.deepEqual(await refusal(other), [400, 'bad-request', 'room'])
  const unknown = await office.ask('PUT', `${PATH}/none`, {
    as,
    body: { ...open, room: 'none', pin: '4711' },
  })
  assert.deepEqual(await refusal(unknown), [404, 'not-found', undefined])
  const extra = await office.ask('POST', PATH, { as, body: { ...body, isPassing: true } })
  assert.equal(((await refusal(extra)) as unknown[])[1], 'bad-request')
  assert.equal((await office.ask('DELETE', `${PATH}/sales`, { as })).status, 204)
  const listed = Rooms.parse(await (await office.ask('GET', PATH, { as })).json())
  assert.deepEqual(listed.rooms, [])
})

test('moderators see who is in their room and act; to others there is none', async () => {
  const office = await openStaffedOffice()
  desk(office).put('mine', office.user.person.id)
  desk(office).put('theirs')
  const as = office.user.token
  const live = RoomLive.parse(await (await office.ask('GET', `${PATH}/mine/live`, { as })).json())
  assert.deepEqual(
    live.members.map(({ member, isMuted }) => [member, isMuted]),
    [['call-1', true]],
  )
  const body = { type: 'kick', member: 'call-1' }
  assert.equal((await office.ask('POST', `${PATH}/mine/acts`, { as, body })).status, 200)
  assert.deepEqual(desk(office).acts, [body])
  assert.deepEqual(await refusal(await office.ask('GET', `${PATH}/theirs/live`, { as })), [
    404,
    'not-found',
    undefined,
  ])
  const acted = await office.ask('POST', `${PATH}/theirs/acts`, { as, body })
  assert.deepEqual(await refusal(acted), [404, 'not-found', undefined])
  const stranger = await office.ask('GET', `${PATH}/mine/live`, { as: office.stranger.token })
  assert.deepEqual(await refusal(stranger), [404, 'not-found', undefined])
  const odd = await office.ask('POST', `${PATH}/mine/acts`, { as, body: { type: 'lock', member: 'call-1' } })
  assert.equal(((await refusal(odd)) as unknown[])[1], 'bad-request')
  assert.equal(desk(office).acts.length, 1)
})
