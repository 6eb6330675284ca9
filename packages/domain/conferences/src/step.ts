// The machine of all rooms of a tenant: an input and the time go in, what to do comes out. Pure but for its
// state, which it owns and changes; it knows no socket, no clock and no timer.
import { act, sendAway } from './acts.ts'
import { enter, expireAtDoor, heardAtDoor, keyAtDoor } from './door.ts'
import { insideKey } from './keys.ts'
import { ROOMS_MAX } from './limits.ts'
import { leave, settle } from './members.ts'
import type { RoomId, RoomSettings } from './room.ts'
import type { RoomEnv, RoomInput, RoomOutput, Turn } from './signals.ts'
import { isInside, type Member, newRoom, type RoomSet } from './state.ts'
import { arm, endRoomsInTime } from './times.ts'

/** Changes `set`. Perform the outputs in order. */
export function step(set: RoomSet, input: RoomInput, env: RoomEnv): readonly RoomOutput[] {
  const turn: Turn = { set, env, out: [] }
  apply(turn, input)
  expire(turn)
  endRoomsInTime(turn)
  for (const room of [...set.rooms.values()]) settle(turn, room)
  arm(turn)
  return turn.out
}

function apply(turn: Turn, input: RoomInput): void {
  switch (input.type) {
    case 'configure':
      configure(turn, input.settings)
      return
    case 'remove':
      remove(turn, input.room)
      return
    case 'enter':
      enter(turn, input)
      return
    case 'act':
      act(turn, input)
      return
    case 'timer':
      return
    default:
      ofMember(turn, input)
  }
}

function ofMember(turn: Turn, input: RoomInput & { readonly type: 'key' | 'heard' | 'left' }): void {
  const member = turn.set.members.get(input.member)
  // Its end may have crossed what it did.
  if (member === undefined) return
  const { name } = member.state
  if (input.type === 'left') leave(turn, member, 'hung-up')
  else if (input.type === 'key') {
    if (name === 'asking') keyAtDoor(turn, member, input.key)
    else if (isInside(member)) insideKey(turn, member, input.key)
  } else if (name === 'leaving') end(turn, member)
  else heardAtDoor(turn, member)
}

/** What has taken too long: keys, a wait, last words. */
function expire(turn: Turn): void {
  for (const member of [...turn.set.members.values()]) {
    const { deadline, state } = member
    if (deadline === undefined || deadline > turn.env.now) continue
    member.deadline = undefined
    if (state.name === 'leaving') end(turn, member)
    else if (isInside(member)) {
      member.state.isCommanding = false
      member.room.hasBegun ||= member.room.settings.isPassing === true
    } else expireAtDoor(turn, member)
  }
}

function end(turn: Turn, member: Member): void {
  const { state } = member
  const isRefused = state.name === 'leaving' && state.isRefused
  leave(turn, member, 'ended')
  turn.out.push({ type: 'end', member: member.id, isRefused })
}

function configure(turn: Turn, settings: RoomSettings): void {
  const { rooms } = turn.set
  const known = rooms.get(settings.room)
  if (known !== undefined) known.settings = settings
  else if (rooms.size >= ROOMS_MAX) turn.out.push({ type: 'refused', code: 'limit' })
  else rooms.set(settings.room, newRoom(settings))
}

function remove(turn: Turn, id: RoomId): void {
  const room = turn.set.rooms.get(id)
  if (room === undefined) return
  // Nobody knows of it any more, and its last words need it only as the room of those who hear them.
  turn.set.rooms.delete(id)
  for (const member of [...room.members.values()]) sendAway(turn, member, 'removed')
}
