// What moderators do to others, by key or from a page.
import { farewell } from './members.ts'
import { type Asker, type Departure, type RoomInput, type RoomPrompt, type Turn, tell } from './signals.ts'
import { type Inside, insiders, isInside, isModerator, type Member, type Room } from './state.ts'

type Act = RoomInput & { readonly type: 'act' }

export function act(turn: Turn, { room: id, by, act: wanted }: Act): void {
  const { set, out } = turn
  const room = set.rooms.get(id)
  if (room === undefined) {
    out.push({ type: 'refused', code: 'unknown-room' })
    return
  }
  if (!isAllowed(room, by)) {
    out.push({ type: 'refused', code: 'not-allowed' })
    return
  }
  switch (wanted.type) {
    case 'lock':
    case 'unlock':
      setLocked(turn, room, wanted.type === 'lock')
      return
    case 'muteAll':
    case 'unmuteAll':
      muteOthers(turn, room, wanted.type === 'muteAll')
      return
    case 'end':
      for (const member of [...room.members.values()]) sendAway(turn, member, 'ended')
      return
    default:
      onMember(turn, room, wanted)
  }
}

/** An admin, one who is set as moderator, or one who is in the room as one. */
export function isAllowed(room: Room, { person, isAdmin }: Asker): boolean {
  if (isAdmin || room.settings.moderators.includes(person)) return true
  return insiders(room).some((member) => member.guest.person === person && isModerator(member))
}

function onMember(turn: Turn, room: Room, wanted: Extract<Act['act'], { member: unknown }>): void {
  const member = room.members.get(wanted.member)
  if (member === undefined || member.state.name === 'leaving')
    turn.out.push({ type: 'refused', code: 'unknown-member' })
  else if (wanted.type === 'kick') sendAway(turn, member, 'kicked')
  else if (isInside(member)) setMuted(turn, member, wanted.type === 'mute', 'moderator')
  else turn.out.push({ type: 'refused', code: 'unknown-member' })
}

/** Out of the room with a word, whatever it is at. */
export function sendAway(turn: Turn, member: Member, why: Departure): void {
  const words: RoomPrompt = why === 'kicked' ? 'conference-removed' : 'conference-ended'
  farewell(turn, member, why, words)
}

export function setMuted(
  turn: Turn,
  member: Member & { state: Inside },
  isMuted: boolean,
  by: 'self' | 'moderator',
): void {
  const { state, id } = member
  const { room } = member.room.settings
  const wasMuted = state.mutedBy !== undefined
  // A moderator may make the own choice of somebody binding.
  if (isMuted && wasMuted) state.mutedBy = by === 'moderator' ? by : state.mutedBy
  if (isMuted === wasMuted) return
  if (isMuted) state.mutedBy = by
  else delete state.mutedBy
  turn.out.push({ type: 'join', member: id, room, isMuted })
  tell(turn, { type: isMuted ? 'muted' : 'unmuted', room, member: id, by })
}

export function muteOthers(turn: Turn, room: Room, isMuted: boolean): void {
  for (const member of insiders(room)) if (!isModerator(member)) setMuted(turn, member, isMuted, 'moderator')
}

export function setLocked(turn: Turn, room: Room, isLocked: boolean): void {
  if (room.isLocked === isLocked) return
  room.isLocked = isLocked
  tell(turn, { type: isLocked ? 'locked' : 'unlocked', room: room.settings.room })
}

/** The one who came last and is no moderator. */
export function kickLast(turn: Turn, room: Room): void {
  const last = insiders(room).findLast((member) => !isModerator(member))
  if (last !== undefined) sendAway(turn, last, 'kicked')
}
