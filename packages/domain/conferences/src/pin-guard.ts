// Wrong PINs of one room over all calls: after some in a row nobody is asked for a while, and each further
// one makes that longer. A right one does not forget them: who guesses could wait for it.
import { after, type Instant } from '@rufwerk/core'
import { PIN_FORGOTTEN_AFTER, PIN_WAIT_FIRST, PIN_WAIT_MAX, WRONG_PINS_FREE } from './limits.ts'
import type { Room } from './state.ts'

export function noteWrongPin(room: Room, now: Instant): void {
  const before = remembered(room, now)?.count ?? 0
  room.wrongPins = { count: before + 1, last: now }
}

export function isBlocked(room: Room, now: Instant): boolean {
  const wrong = remembered(room, now)
  if (wrong === undefined || wrong.count < WRONG_PINS_FREE) return false
  const wait = Math.min(PIN_WAIT_FIRST * 2 ** (wrong.count - WRONG_PINS_FREE), PIN_WAIT_MAX)
  return now - wrong.last < wait
}

function remembered({ wrongPins }: Room, now: Instant): Room['wrongPins'] {
  if (wrongPins === undefined) return undefined
  return now >= after(wrongPins.last, PIN_FORGOTTEN_AFTER) ? undefined : wrongPins
}
