// Coming in and leaving, and what follows for the others: tones, the moderator whom they wait for, and being
// alone.
import { after } from '@rufwerk/core'
import { FAREWELL_MAX, PASSING_WAIT } from './limits.ts'
import { type Departure, type RoomPrompt, type Turn, tell } from './signals.ts'
import { insiders, isModerator, type Member, type Room } from './state.ts'

/** The one place where a member comes into the books. */
export function remember({ set }: Turn, member: Member): void {
  set.members.set(member.id, member)
  member.room.members.set(member.id, member)
}

/** Into the mix, from the door. Moderators are never muted by that. */
export function comeIn(turn: Turn, member: Member): void {
  const { room } = member
  const { entersMuted, hasTones, isPassing, room: name } = room.settings
  const isLeading = isModerator(member)
  const isHeard = hasTones && insiders(room).length > 0
  join(turn, member, entersMuted && !isLeading ? 'moderator' : undefined)
  member.deadline = isPassing ? after(turn.env.now, PASSING_WAIT) : undefined
  if (isHeard) turn.out.push({ type: 'tone', room: name, tone: 'entry' })
  if (isLeading)
    for (const other of [...room.members.values()]) if (other.state.name === 'waiting') comeIn(turn, other)
}

/** Into the mix that it was in before a restart: nobody else notices. */
export function comeBack(turn: Turn, member: Member, isMuted: boolean): void {
  join(turn, member, isMuted ? 'self' : undefined)
  if (member.room.settings.isPassing) member.deadline = after(turn.env.now, PASSING_WAIT)
}

function join(turn: Turn, member: Member, mutedBy: 'self' | 'moderator' | undefined): void {
  const { room, id } = member
  const { room: name } = room.settings
  const { at } = turn.env
  member.state = { name: 'inside', since: at, isCommanding: false, ...(mutedBy && { mutedBy }) }
  member.deadline = undefined
  member.isAnswered = true
  room.startedAt ??= at
  turn.out.push({ type: 'join', member: id, room: name, isMuted: mutedBy !== undefined })
  tell(turn, { type: 'entered', room: name, member: id, isModerator: isModerator(member) })
}

/** The one place where a member goes. */
export function leave(turn: Turn, member: Member, why: Departure): void {
  const { set } = turn
  if (!set.members.delete(member.id)) return
  member.room.members.delete(member.id)
  stepOut(turn, member, why)
}

/** Last words, then the end. Whoever was in the mix is out of it at once. */
export function farewell(turn: Turn, member: Member, why: Departure, words: RoomPrompt): void {
  if (member.state.name === 'leaving') return
  // The others hear nothing of it any more, whatever becomes of the words.
  turn.out.push({ type: 'play', member: member.id, prompts: [words], isEarly: !member.isAnswered })
  stepOut(turn, member, why)
  member.state = { name: 'leaving', isRefused: false }
  member.deadline = after(turn.env.now, FAREWELL_MAX)
}

function stepOut(turn: Turn, member: Member, why: Departure): void {
  if (member.state.name !== 'inside') return
  const { room, id } = member
  const { hasTones, room: name } = room.settings
  const wasModerator = isModerator(member)
  member.state = { name: 'leaving', isRefused: false }
  if (room.holding === id) room.holding = undefined
  tell(turn, { type: 'left', room: name, member: id, why })
  const others = insiders(room)
  if (hasTones && others.length > 0 && (why === 'hung-up' || why === 'kicked'))
    turn.out.push({ type: 'tone', room: name, tone: 'exit' })
  if (wasModerator && room.settings.endsWithModerator && !others.some(isModerator))
    for (const other of others) farewell(turn, other, 'moderator-left', 'conference-ended')
}

/** After each step: who is alone hears that, and who is not does not; an empty room is as new. */
export function settle(turn: Turn, room: Room): void {
  if (room.settings.isPassing) settlePassing(turn, room)
  const inside = insiders(room)
  const [alone] = inside.length === 1 ? inside : []
  const { holding } = room
  const { room: name } = room.settings
  if (holding !== undefined && holding !== alone?.id)
    turn.out.push({ type: 'tell', room: name, member: holding, what: 'silence' })
  if (alone !== undefined && holding !== alone.id && !room.settings.isPassing)
    turn.out.push({ type: 'tell', room: name, member: alone.id, what: 'hold' })
  room.holding = room.settings.isPassing ? undefined : alone?.id
  if (inside.length > 0) return
  room.startedAt = undefined
  room.isWarned = false
  if (room.members.size > 0) return
  room.isLocked = false
}

/**
 * A room for a while is over with the last but one. When only callers from outside are left, too: the company
 * would pay for two who talk through it. It begins with two, of whom one is of the house, or in PASSING_WAIT.
 */
function settlePassing(turn: Turn, room: Room): void {
  const inside = insiders(room)
  const isOurs = inside.some(({ guest }) => guest.person !== undefined)
  const isGoing = inside.length >= 2 && isOurs
  room.hasBegun ||= isGoing
  if (room.hasBegun && !isGoing)
    for (const member of inside) {
      leave(turn, member, 'alone')
      turn.out.push({ type: 'end', member: member.id, isRefused: false })
    }
  const wasUsed = room.hasBegun || room.startedAt !== undefined
  if (wasUsed && room.members.size === 0) turn.set.rooms.delete(room.settings.room)
}
