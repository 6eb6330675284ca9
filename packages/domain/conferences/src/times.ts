// The times of rooms: when one ends, the tone before that, and the one timer of all.
import { after, type Instant, instant, ms } from '@rufwerk/core'
import { sendAway } from './acts.ts'
import { END_WARNING } from './limits.ts'
import type { Turn } from './signals.ts'
import { insiders, type Room } from './state.ts'

export function endRoomsInTime(turn: Turn): void {
  const { now } = turn.env
  for (const room of turn.set.rooms.values()) {
    const end = endOf(turn, room)
    if (end === undefined) continue
    if (now >= end) for (const member of [...room.members.values()]) sendAway(turn, member, 'time')
    else if (now >= end - END_WARNING && !room.isWarned && insiders(room).length > 0) {
      room.isWarned = true
      turn.out.push({ type: 'tone', room: room.settings.room, tone: 'beep' })
    }
  }
}

/** Asks for the timer only when it is another one than before. */
export function arm(turn: Turn): void {
  const { set, out } = turn
  const next = nextOf(turn)
  if (next === set.armedAt) return
  set.armedAt = next
  out.push(next === undefined ? { type: 'disarm' } : { type: 'arm', at: next })
}

function nextOf(turn: Turn): Instant | undefined {
  const { set } = turn
  const times: Instant[] = []
  for (const { deadline } of set.members.values()) if (deadline !== undefined) times.push(deadline)
  for (const room of set.rooms.values()) {
    const end = endOf(turn, room)
    if (end !== undefined) times.push(room.isWarned ? end : instant(Math.max(0, end - END_WARNING)))
  }
  return times.length === 0 ? undefined : instant(Math.min(...times))
}

/** Undefined while nobody is in it. The wall clock may be set: then the timer comes for nothing, or late. */
function endOf({ env: { now, at } }: Turn, { settings, startedAt }: Room): Instant | undefined {
  if (startedAt === undefined) return undefined
  const { closesAt = Number.POSITIVE_INFINITY, lengthMax } = settings
  const left = Math.min(startedAt + lengthMax, closesAt) - at
  return after(now, ms(Math.max(0, left)))
}
