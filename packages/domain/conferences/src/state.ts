// The state of all rooms of a tenant: what is set, who is there, and what each is at.
import type { Instant, WallTime } from '@rufwerk/core'
import type { RoomId, RoomSettings } from './room.ts'
import type { Guest, MemberId } from './signals.ts'

/** At the door: the PIN is asked for. */
export interface Asking {
  readonly name: 'asking'
  digits: string
  triesLeft: number
}

/** Waits for a moderator. */
export interface Waiting {
  readonly name: 'waiting'
}

export interface Inside {
  readonly name: 'inside'
  readonly since: WallTime
  /** Who muted it; absent: it is heard. */
  mutedBy?: 'self' | 'moderator'
  /** The star was pressed: the next key says what. */
  isCommanding: boolean
}

/** Hears last words, and is ended. */
export interface Leaving {
  readonly name: 'leaving'
  readonly isRefused: boolean
}

export interface Member {
  readonly id: MemberId
  readonly room: Room
  readonly guest: Guest
  /** It has heard more than a refusal. */
  isAnswered: boolean
  /** Keyed the PIN of moderators. */
  hasModeratorPin: boolean
  state: Asking | Waiting | Inside | Leaving
  /** What it is at is over then. */
  deadline: Instant | undefined
}

export interface Room {
  settings: RoomSettings
  /** In the order in which they came. */
  readonly members: Map<MemberId, Member>
  isLocked: boolean
  /** Since the first of who is in came. */
  startedAt: WallTime | undefined
  /** Of a room for a while: those that it is for have come, or had the time to. */
  hasBegun: boolean
  /** Who hears the tone of one who is alone. */
  holding: MemberId | undefined
  /** The tone before the end was given. */
  isWarned: boolean
  /** How many wrong PINs came in a row, and when the last one. */
  wrongPins: { count: number; last: Instant } | undefined
}

export interface RoomSet {
  readonly rooms: Map<RoomId, Room>
  readonly members: Map<MemberId, Member>
  /** As told by the last `arm`. */
  armedAt: Instant | undefined
}

export function newRoomSet(): RoomSet {
  return { rooms: new Map(), members: new Map(), armedAt: undefined }
}

export function newRoom(settings: RoomSettings): Room {
  return {
    settings,
    members: new Map(),
    isLocked: false,
    startedAt: undefined,
    hasBegun: false,
    holding: undefined,
    isWarned: false,
    wrongPins: undefined,
  }
}

/** Who is in or at a door; zero when nobody is. What is set does not count, rooms for a while do. */
export function size(set: RoomSet): number {
  let count = set.members.size
  for (const room of set.rooms.values()) {
    count += room.members.size
    if (room.settings.isPassing) count += 1
  }
  return count
}

export function isModerator({ guest, hasModeratorPin, room }: Member): boolean {
  const { person } = guest
  return hasModeratorPin || (person !== undefined && room.settings.moderators.includes(person))
}

/** Those who hear each other. */
export function insiders({ members }: Room): (Member & { state: Inside })[] {
  return [...members.values()].filter(isInside)
}

export function isInside(member: Member): member is Member & { state: Inside } {
  return member.state.name === 'inside'
}
