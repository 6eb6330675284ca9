// The rooms of a company in memory, with one member in each: what the API needs of them, and no calls.
import type { RoomDesk, RoomRefusal } from '@rufwerk/api'
import {
  type Asker,
  checkRoom,
  ROOM_DEFAULTS,
  type RoomAct,
  type RoomId,
  type RoomSettings,
} from '@rufwerk/conferences'
import type { RoomLive } from '@rufwerk/contract/rooms'
import { fail, ok, type PersonId, type Result, type TenantId } from '@rufwerk/core'

/** One for each company, made when it is asked for. */
export function roomDesks(): (tenant: TenantId) => FakeRoomDesk {
  const desks = new Map<TenantId, FakeRoomDesk>()
  return (tenant) => {
    const desk = desks.get(tenant) ?? new FakeRoomDesk()
    desks.set(tenant, desk)
    return desk
  }
}

export class FakeRoomDesk implements RoomDesk {
  readonly #rooms = new Map<RoomId, RoomSettings>()
  readonly acts: RoomAct[] = []

  settings(): readonly RoomSettings[] {
    return [...this.#rooms.values()]
  }

  async save(
    given: Partial<RoomSettings> & Pick<RoomSettings, 'room' | 'name'>,
    isNew: boolean,
  ): Promise<Result<RoomSettings, RoomRefusal>> {
    const settings = { ...ROOM_DEFAULTS, ...given }
    const checked = checkRoom(settings)
    if (!checked.ok) return fail({ code: 'wrong', ...checked.error })
    if (isNew === this.#rooms.has(given.room)) return fail({ code: isNew ? 'taken' : 'not-there' })
    this.#rooms.set(given.room, settings)
    return ok(settings)
  }

  async remove(room: RoomId): Promise<Result<undefined, RoomRefusal>> {
    return this.#rooms.delete(room) ? ok(undefined) : fail({ code: 'not-there' })
  }

  mayModerate(room: RoomId, { person, isAdmin }: Asker): boolean {
    const settings = this.#rooms.get(room)
    return settings !== undefined && (isAdmin || settings.moderators.includes(person))
  }

  live(room: RoomId): RoomLive | undefined {
    const settings = this.#rooms.get(room)
    if (settings === undefined) return undefined
    const member = { member: 'call-1', name: '+4930123', state: 'inside', isModerator: false } as const
    return {
      room,
      name: settings.name,
      isLocked: false,
      startedAt: 1,
      members: [{ ...member, isMuted: true, since: 1 }],
    }
  }

  act(_room: RoomId, _by: Asker, act: RoomAct): Result<undefined, RoomRefusal> {
    this.acts.push(act)
    return ok(undefined)
  }

  /** A room is there before the first request. */
  put(room: string, ...moderators: readonly PersonId[]): string {
    const id = room as RoomId
    this.#rooms.set(id, { ...ROOM_DEFAULTS, room: id, name: 'Monday', pin: '4711', moderators })
    return room
  }
}
