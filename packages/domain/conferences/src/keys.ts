// Keys in a room: the star, and then what it shall be. A key alone does nothing, so that nobody is muted by
// a phone in a pocket.
import { after } from '@rufwerk/core'
import { kickLast, muteOthers, setLocked, setMuted } from './acts.ts'
import { COMMAND_WAIT } from './limits.ts'
import type { Turn } from './signals.ts'
import { type Inside, insiders, isModerator, type Member } from './state.ts'

export function insideKey(turn: Turn, member: Member & { state: Inside }, key: string): void {
  const { state } = member
  if (member.room.settings.isPassing) return
  if (!state.isCommanding) {
    state.isCommanding = key === '*'
    member.deadline = state.isCommanding ? after(turn.env.now, COMMAND_WAIT) : undefined
    return
  }
  state.isCommanding = false
  member.deadline = undefined
  if (key === '1') muteOneself(turn, member)
  if (!isModerator(member)) return
  const { room } = member
  switch (key) {
    case '2':
      setLocked(turn, room, !room.isLocked)
      turn.out.push({ type: 'tone', room: room.settings.room, tone: 'beep' })
      break
    case '3':
      kickLast(turn, room)
      break
    case '4': {
      const others = insiders(room).filter((other) => !isModerator(other))
      muteOthers(
        turn,
        room,
        others.some(({ state: { mutedBy } }) => mutedBy === undefined),
      )
      break
    }
  }
}

/** Who was muted by a moderator stays so. */
function muteOneself(turn: Turn, member: Member & { state: Inside }): void {
  const { mutedBy } = member.state
  const { room } = member.room.settings
  const isStuck = mutedBy === 'moderator' && !isModerator(member)
  if (!isStuck) setMuted(turn, member, mutedBy === undefined, 'self')
  // The tone of one who is alone would end with it.
  if (member.room.holding === member.id) return
  const what = member.state.mutedBy === undefined ? 'conference-unmuted' : 'conference-muted'
  turn.out.push({ type: 'tell', room, member: member.id, what })
}
