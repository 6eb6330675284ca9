// Three-way conferences: who dials the code comes into a room for a while, and with them whoever they talk
// with in other calls. Each is led there as by a transfer, with its own record and what it may cost; the room
// ends with the last but one, and when only callers from outside are left.
import { randomBytes } from 'node:crypto'
import type { Exchange, ServicePort, Visit, VisitEvent } from '@rufwerk/calls'
import { ROOM_DEFAULTS, ROOM_MEMBERS_MAX, type RoomId, type RoomSettings } from '@rufwerk/conferences'
import { type CallId, type LegId, minutes, type TenantId } from '@rufwerk/core'
import { PASSING_PREFIX, type Rooms } from './rooms.ts'

/** Of the name of such a room: 128 bits. */
const NAME_BYTES = 16
/** Calls that somebody can join at once. */
const JOINED_MAX = 5

export interface ThreeWayParts {
  readonly tenant: TenantId
  readonly rooms: Rooms
  readonly exchange: () => Pick<Exchange, 'talksOf' | 'lead'> | undefined
  /** The mix that a leg is in by now. */
  readonly mixOf: (leg: LegId) => { readonly mix: string } | undefined
}

const PASSING: Omit<RoomSettings, 'room'> = {
  ...ROOM_DEFAULTS,
  ...{ name: '', isPassing: true, asksInside: false, isOpenToOutside: true, hasTones: false },
  membersMax: ROOM_MEMBERS_MAX,
  lengthMax: minutes(24 * 60),
}

export class ThreeWay implements ServicePort {
  readonly #parts: ThreeWayParts
  /** Into which room who is being led comes; removed when they have, or with the one who leads. */
  readonly #led = new Map<LegId, { readonly room: RoomId; readonly by: CallId }>()

  constructor(parts: ThreeWayParts) {
    this.#parts = parts
  }

  enter(visit: Visit): boolean {
    const { rooms, mixOf } = this.#parts
    const { call, leg, caller, node, isAnswered } = visit
    if (node.do !== 'conference' || !node.joins) return rooms.enter(visit)
    const led = this.#led.get(leg)
    this.#led.delete(leg)
    if (led !== undefined) return rooms.admit(call, leg, caller, led.room, isAnswered)
    const mix = isAnswered ? mixOf(leg)?.mix : undefined
    if (mix?.startsWith(PASSING_PREFIX)) return this.#comeBack(visit, mix as RoomId)
    return this.#begin(visit)
  }

  happened(call: CallId, event: VisitEvent): void {
    if (event.type === 'left') for (const [leg, { by }] of this.#led) if (by === call) this.#led.delete(leg)
    this.#parts.rooms.happened(call, event)
  }

  size(): number {
    return this.#led.size
  }

  /** After a restart. */
  #comeBack({ call, leg, caller, isAnswered }: Visit, room: RoomId): boolean {
    const { rooms } = this.#parts
    if (rooms.view(room) === undefined) rooms.configure({ ...PASSING, room })
    return rooms.admit(call, leg, caller, room, isAnswered)
  }

  #begin({ call, leg, caller, node, isAnswered }: Visit): boolean {
    const { rooms, tenant, exchange } = this.#parts
    const calls = exchange()
    const dialled = node.why.values.code
    if (caller.kind === 'outside' || calls === undefined || dialled === undefined) return false
    const talks = calls.talksOf(tenant, caller.person).slice(0, JOINED_MAX)
    if (talks.length === 0) return false
    const room = `${PASSING_PREFIX}${randomBytes(NAME_BYTES).toString('hex')}` as RoomId
    rooms.configure({ ...PASSING, room })
    if (!rooms.admit(call, leg, caller, room, isAnswered)) {
      rooms.remove(room)
      return false
    }
    for (const { own, other } of talks) {
      this.#led.set(other, { room, by: call })
      calls.lead(own, dialled)
    }
    return true
  }
}
