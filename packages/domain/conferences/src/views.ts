// What moderators and admins see of a room.
import type { WallTime } from '@rufwerk/core'
import { isAllowed } from './acts.ts'
import type { RoomId } from './room.ts'
import type { Asker, Guest, MemberId } from './signals.ts'
import { isInside, isModerator, type Room, type RoomSet } from './state.ts'

export interface MemberView {
  readonly member: MemberId
  readonly guest: Guest
  /** `waiting`: for a moderator. */
  readonly state: 'inside' | 'waiting'
  readonly isModerator: boolean
  readonly isMuted: boolean
  /** Since when it is in; absent while it waits. */
  readonly since?: WallTime
}

export interface RoomView {
  readonly room: RoomId
  readonly isLocked: boolean
  readonly startedAt?: WallTime
  /** In the order in which they came; who is asked for the PIN is not among them. */
  readonly members: readonly MemberView[]
}

export function roomView(set: RoomSet, id: RoomId): RoomView | undefined {
  const room = set.rooms.get(id)
  return room && viewOf(room)
}

function viewOf({ settings, isLocked, startedAt, members }: Room): RoomView {
  const views: MemberView[] = []
  for (const member of members.values()) {
    const { id, guest, state } = member
    const shared = { member: id, guest, isModerator: isModerator(member) }
    if (isInside(member)) {
      const { mutedBy, since } = member.state
      views.push({ ...shared, state: 'inside', isMuted: mutedBy !== undefined, since })
    } else if (state.name === 'waiting') views.push({ ...shared, state: 'waiting', isMuted: false })
  }
  return { room: settings.room, isLocked, ...(startedAt !== undefined && { startedAt }), members: views }
}

/** Whether they may moderate it now; false when there is no such room. */
export function mayModerate(set: RoomSet, id: RoomId, by: Asker): boolean {
  const room = set.rooms.get(id)
  return room !== undefined && isAllowed(room, by)
}
