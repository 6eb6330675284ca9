// /rooms: admins set conference rooms up; moderators see who is in theirs, mute, lock and send away.
// Everything is that of the visitor's tenant.
import type {
  Asker,
  RoomAct as DomainAct,
  RoomSettings as DomainSettings,
  MemberId,
  RoomId,
} from '@rufwerk/conferences'
import { Room, RoomAct, RoomLive, RoomSettings, Rooms } from '@rufwerk/contract/rooms'
import { fail, ms, ok, type PersonId, type Result, wallTime } from '@rufwerk/core'
import type { Refusal } from '../../error.ts'
import type { ApiPorts, RoomDesk, RoomRefusal } from '../../ports.ts'
import { type Route, signedInRoute, type Visitor } from '../../route.ts'

type DeskOf = (who: Visitor) => Result<RoomDesk, Refusal>

export function roomsRoutes({ rooms }: ApiPorts): readonly Route[] {
  if (rooms === undefined) return []
  const deskOf: DeskOf = ({ person }) => {
    const desk = rooms(person.tenant)
    return desk === undefined ? fail({ code: 'unavailable' }) : ok(desk)
  }
  return [...settingsRoutes(deskOf), ...moderatorRoutes(deskOf)]
}

function settingsRoutes(deskOf: DeskOf): readonly Route[] {
  const save = async (who: Visitor, body: RoomSettings, isNew: boolean): Promise<Result<Room, Refusal>> => {
    const desk = deskOf(who)
    if (!desk.ok) return desk
    const saved = await desk.value.save(roomSettingsOf(body), isNew)
    return saved.ok ? ok(roomSettingsView(saved.value)) : fail(roomRefusal(saved.error))
  }
  return [
    signedInRoute({
      name: 'rooms',
      method: 'get',
      path: '/rooms',
      summary: 'The conference rooms with their settings and PINs.',
      access: 'admin',
      status: 200,
      answer: Rooms,
      run: async ({ who }) => {
        const desk = deskOf(who)
        return desk.ok ? ok({ rooms: desk.value.settings().map(roomSettingsView) }) : desk
      },
    }),
    signedInRoute({
      name: 'createRoom',
      method: 'post',
      path: '/rooms',
      summary: 'Adds a room. Calls come to it by a service of the same id in the dial plan.',
      access: 'admin',
      body: RoomSettings,
      status: 201,
      answer: Room,
      refusals: ['limit-reached'],
      run: ({ who, body }) => save(who, body, true),
    }),
    signedInRoute({
      name: 'changeRoom',
      method: 'put',
      path: '/rooms/{id}',
      summary: 'Other settings for a room; who is in it stays.',
      access: 'admin',
      body: RoomSettings,
      status: 200,
      answer: Room,
      run: async ({ who, id, body }) => {
        if (body.room !== id) return fail({ code: 'bad-request', field: 'room' })
        return save(who, body, false)
      },
    }),
    signedInRoute({
      name: 'removeRoom',
      method: 'delete',
      path: '/rooms/{id}',
      summary: 'Removes a room; who is in it leaves.',
      access: 'admin',
      status: 204,
      run: async ({ who, id }) => {
        const desk = deskOf(who)
        if (!desk.ok) return desk
        const removed = await desk.value.remove(id as RoomId)
        return removed.ok ? removed : fail(roomRefusal(removed.error))
      },
    }),
  ]
}

function moderatorRoutes(deskOf: DeskOf): readonly Route[] {
  return [
    signedInRoute({
      name: 'roomLive',
      method: 'get',
      path: '/rooms/{id}/live',
      summary: 'Who is in a room; for its moderators and admins.',
      access: 'person',
      status: 200,
      answer: RoomLive,
      run: async ({ who, id }) => liveOf(deskOf(who), who, id as RoomId),
    }),
    signedInRoute({
      name: 'roomAct',
      method: 'post',
      path: '/rooms/{id}/acts',
      summary: 'Mutes, sends away, locks or ends; for moderators of the room and admins.',
      access: 'person',
      body: RoomAct,
      status: 200,
      answer: RoomLive,
      run: async ({ who, id, body }) => {
        const desk = deskOf(who)
        if (!desk.ok) return desk
        const room = id as RoomId
        const seen = liveOf(desk, who, room)
        if (!seen.ok) return seen
        const done = desk.value.act(room, askerOf(who), actOf(body))
        // Who has sent everybody away was a moderator until then.
        return done.ok ? ok(desk.value.live(room) ?? seen.value) : fail(roomRefusal(done.error))
      },
    }),
  ]
}

/** To who may not moderate it the room does not exist. */
function liveOf(desk: Result<RoomDesk, Refusal>, who: Visitor, room: RoomId): Result<RoomLive, Refusal> {
  if (!desk.ok) return desk
  const live = desk.value.mayModerate(room, askerOf(who)) ? desk.value.live(room) : undefined
  return live === undefined ? fail({ code: 'not-found' }) : ok(live)
}

function askerOf({ person }: Visitor): Asker {
  return { person: person.id, isAdmin: person.role === 'admin' }
}

function actOf(act: RoomAct): DomainAct {
  return 'member' in act ? { type: act.type, member: act.member as string as MemberId } : act
}

/** In the words of the domain. */
export function roomSettingsOf(
  given: RoomSettings,
): Partial<DomainSettings> & Pick<DomainSettings, 'room' | 'name'> {
  const { room, moderators, lengthMax, opensAt, closesAt, ...rest } = given
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...present,
    name: given.name,
    room: room as string as RoomId,
    ...(moderators && { moderators: moderators as string[] as PersonId[] }),
    ...(lengthMax !== undefined && { lengthMax: ms(lengthMax) }),
    ...(opensAt !== undefined && { opensAt: wallTime(opensAt) }),
    ...(closesAt !== undefined && { closesAt: wallTime(closesAt) }),
  }
}

function roomSettingsView({ isPassing: _, moderators, ...settings }: DomainSettings): Room {
  return { ...settings, moderators: [...moderators] }
}

function roomRefusal(refusal: RoomRefusal): Refusal {
  switch (refusal.code) {
    case 'wrong':
      return {
        code: 'bad-request',
        field: refusal.field,
        message: `The room cannot be so: ${refusal.problem}.`,
      }
    case 'taken':
      return { code: 'conflict', field: 'room', message: 'There is a room of this id already.' }
    case 'not-there':
      return { code: 'not-found' }
    case 'not-allowed':
      return { code: 'forbidden' }
    case 'too-many':
      return { code: 'limit-reached' }
    case 'not-stored':
      return { code: 'unavailable' }
  }
}
