// What people do with conference rooms: admins set them up, moderators look on and act. Changes of settings
// are stored first and hold then.
import type { Accounts } from '@rufwerk/accounts'
import type { LiveFact, RoomDesk, RoomRefusal } from '@rufwerk/api'
import type { Exchange } from '@rufwerk/calls'
import {
  type Asker,
  checkRoom,
  ROOM_DEFAULTS,
  ROOMS_MAX,
  type RoomAct,
  type RoomEvent,
  type RoomId,
  type RoomSettings,
  type RoomStore,
} from '@rufwerk/conferences'
import type { RoomLive } from '@rufwerk/contract/rooms'
import { fail, type Log, type Ms, ms, ok, type PersonId, type Result, type TenantId } from '@rufwerk/core'
import type { UserAgent } from '@rufwerk/legs'
import { PASSING_PREFIX, Rooms, type RoomsParts } from './rooms.ts'
import { ThreeWay, type ThreeWayParts } from './rooms-three-way.ts'

/** Pages are told at most so often of a room. */
const TELL_AFTER: Ms = ms(250)

export interface RoomsDeskParts {
  readonly tenant: TenantId
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly store: RoomStore
  readonly clock: RoomsParts['clock']
  readonly tell: (fact: LiveFact) => void
}

export class RoomsDesk implements RoomDesk {
  readonly #parts: RoomsDeskParts
  readonly #settings: Map<RoomId, RoomSettings>
  readonly rooms: Rooms
  /** What calls are told to: rooms, and three-way conferences. */
  readonly port: ThreeWay
  /** Rooms of which pages are told soon. */
  readonly #news = new Map<RoomId, Disposable>()

  constructor(
    parts: RoomsDeskParts,
    rooms: Omit<RoomsParts, 'tenant' | 'clock' | 'onEvent'> & Pick<ThreeWayParts, 'exchange'>,
    settings: readonly RoomSettings[],
  ) {
    this.#parts = parts
    this.#settings = new Map(settings.map((room) => [room.room, room]))
    const { tenant, clock } = parts
    const onEvent = (event: RoomEvent): void => this.#happened(event.room)
    this.rooms = new Rooms({ ...rooms, tenant, clock, onEvent }, settings)
    this.port = new ThreeWay({ ...rooms, tenant, rooms: this.rooms })
  }

  settings(): readonly RoomSettings[] {
    return [...this.#settings.values()]
  }

  async save(
    given: Partial<RoomSettings> & Pick<RoomSettings, 'room' | 'name'>,
    isNew: boolean,
  ): Promise<Result<RoomSettings, RoomRefusal>> {
    const { tenant, store, accounts } = this.#parts
    const settings: RoomSettings = { ...ROOM_DEFAULTS, ...given }
    const checked = checkRoom(settings)
    if (!checked.ok) return fail({ code: 'wrong', ...checked.error })
    const people = accounts.directoryOf(tenant)?.byPerson
    if (settings.moderators.some((person) => !people?.has(person)))
      return fail({ code: 'wrong', field: 'moderators', problem: 'there is no such person' })
    const isKnown = this.#settings.has(settings.room)
    if (isNew && isKnown) return fail({ code: 'taken' })
    if (!isNew && !isKnown) return fail({ code: 'not-there' })
    if (isNew && this.#settings.size >= ROOMS_MAX) return fail({ code: 'too-many' })
    if (!(await store.saveRoom(tenant, settings))) return fail({ code: 'not-stored' })
    this.#settings.set(settings.room, settings)
    this.rooms.configure(settings)
    return ok(settings)
  }

  /** Who is in it leaves. */
  async remove(room: RoomId): Promise<Result<undefined, RoomRefusal>> {
    const { tenant, store } = this.#parts
    if (!this.#settings.has(room)) return fail({ code: 'not-there' })
    if (!(await store.removeRoom(tenant, room))) return fail({ code: 'not-stored' })
    this.#settings.delete(room)
    this.rooms.remove(room)
    return ok(undefined)
  }

  mayModerate(room: RoomId, by: Asker): boolean {
    return this.rooms.mayModerate(room, by)
  }

  live(room: RoomId): RoomLive | undefined {
    const view = this.rooms.view(room)
    if (view === undefined) return undefined
    const { isLocked, startedAt } = view
    const name = this.#settings.get(room)?.name ?? ''
    const members = view.members.map(({ member, guest, state, isModerator, isMuted, since }) => ({
      ...{ member, ...guest, state, isModerator, isMuted },
      ...(since !== undefined && { since }),
    }))
    return { room, name, isLocked, ...(startedAt !== undefined && { startedAt }), members }
  }

  act(room: RoomId, by: Asker, act: RoomAct): Result<undefined, RoomRefusal> {
    const refused = this.rooms.act(room, by, act)
    if (refused === undefined) return ok(undefined)
    return fail({ code: refused === 'not-allowed' ? 'not-allowed' : 'not-there' })
  }

  get tenant(): TenantId {
    return this.#parts.tenant
  }

  size(): number {
    return this.rooms.size() + this.port.size() + this.#news.size
  }

  close(): void {
    this.rooms.close()
    for (const timer of this.#news.values()) timer[Symbol.dispose]()
    this.#news.clear()
  }

  #happened(room: RoomId): void {
    if (this.#news.has(room) || room.startsWith(PASSING_PREFIX)) return
    const { clock, tenant, tell } = this.#parts
    const timer = clock.arm(TELL_AFTER, () => {
      this.#news.delete(room)
      const live = this.live(room)
      if (live !== undefined)
        tell({ type: 'room', tenant, people: this.#moderatorsOf(live, room), room: live })
    })
    this.#news.set(room, timer)
  }

  #moderatorsOf({ members }: RoomLive, room: RoomId): PersonId[] {
    const inside = members.flatMap(({ isModerator, person }) =>
      isModerator && person !== undefined ? [person as PersonId] : [],
    )
    return [...inside, ...(this.#settings.get(room)?.moderators ?? [])]
  }
}

export interface OpenRoomsParts {
  readonly tenant: TenantId
  readonly accounts: Pick<Accounts, 'directoryOf'>
  readonly store: RoomStore
  readonly clock: RoomsParts['clock']
  readonly wallTime: RoomsParts['wallTime']
  readonly log: Log
  readonly tell: (fact: LiveFact) => void
  /** Once it stands; before that no call comes. */
  readonly telephony: () =>
    | {
        readonly exchange: Pick<Exchange, 'wish' | 'talksOf' | 'lead'>
        readonly userAgent: Pick<UserAgent, 'announce' | 'mixOf'>
      }
    | undefined
}

/** Reads what is stored. */
export async function openRooms(parts: OpenRoomsParts): Promise<RoomsDesk> {
  const { tenant, accounts, store, wallTime, log, telephony } = parts
  return new RoomsDesk(
    parts,
    {
      ...{ wallTime, log },
      wish: (call, wish) => telephony()?.exchange.wish(call, wish) ?? false,
      announce: (announcement) => telephony()?.userAgent.announce(announcement),
      mixOf: (leg) => telephony()?.userAgent.mixOf(leg),
      exchange: () => telephony()?.exchange,
      language: () => accounts.directoryOf(tenant)?.tenant.language ?? 'en',
    },
    await store.loadRooms(tenant),
  )
}
