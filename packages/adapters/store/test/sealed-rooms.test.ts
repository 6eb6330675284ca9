// PINs of rooms at rest: unreadable, sealed later where they were plain, and never open when they are lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROOM_DEFAULTS, type RoomId, type RoomSettings } from '@rufwerk/conferences'
import { MemoryRoomStore } from '@rufwerk/conferences/testing'
import { SILENT_LOG, type TenantId } from '@rufwerk/core'
import { sealedRooms } from '../src/rooms/sealed-rooms.ts'

const TENANT = 'tenant' as TenantId
const KEY = new Uint8Array(32).fill(5)
const ROOM: RoomSettings = {
  ...{ ...ROOM_DEFAULTS, room: 'monday' as RoomId, name: 'Monday' },
  ...{ pin: '471188', moderatorPin: '840215' },
}
const open = (store: MemoryRoomStore, key = KEY) => sealedRooms(store, { key, log: SILENT_LOG })

test('PINs are stored so that only the key reads them, each in its place', async () => {
  const store = new MemoryRoomStore()
  const rooms = open(store)
  const { pin: _, moderatorPin: __, ...without } = ROOM
  const free: RoomSettings = { ...without, room: 'free' as RoomId }
  assert.ok(await rooms.saveRoom(TENANT, ROOM))
  assert.ok(await rooms.saveRoom(TENANT, free))
  assert.deepEqual(await rooms.loadRooms(TENANT), [ROOM, free])
  const [kept = assert.fail('no room')] = await store.loadRooms(TENANT)
  assert.doesNotMatch(JSON.stringify(kept), /471188|840215/)
  const { pin = '', moderatorPin = '' } = kept
  await store.saveRoom(TENANT, { ...kept, pin: moderatorPin, moderatorPin: pin })
  const [swapped] = await rooms.loadRooms(TENANT)
  assert.ok(![ROOM.pin, ROOM.moderatorPin].includes(swapped?.pin))
})

test('plain PINs of before are sealed when they are read, as soon as the disk takes it', async () => {
  const store = new MemoryRoomStore()
  await store.saveRoom(TENANT, ROOM)
  store.isFull = true
  assert.deepEqual(await open(store).loadRooms(TENANT), [ROOM])
  store.isFull = false
  assert.deepEqual(await open(store).loadRooms(TENANT), [ROOM])
  assert.doesNotMatch(JSON.stringify(await store.loadRooms(TENANT)), /471188|840215/)
  assert.deepEqual(await open(store).loadRooms(TENANT), [ROOM])
})

test('without the right key a room has PINs that nobody knows, rather than none', async () => {
  const store = new MemoryRoomStore()
  await open(store).saveRoom(TENANT, ROOM)
  const [lost] = await open(store, new Uint8Array(32)).loadRooms(TENANT)
  assert.match(lost?.pin ?? '', /^[0-9]{12}$/)
  assert.match(lost?.moderatorPin ?? '', /^[0-9]{12}$/)
  assert.notEqual(lost?.pin, ROOM.pin)
  assert.deepEqual(await open(store).loadRooms(TENANT), [ROOM])
})
