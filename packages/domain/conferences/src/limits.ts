// Limits of conference rooms, with their units. What a room may set for itself lies within them.
import { type Ms, minutes, seconds } from '@rufwerk/core'

/** Rooms of a tenant, and those that three-way conferences make for a while. */
export const ROOMS_MAX = 500
/** Who is in a room or at its door; a mix takes as many. */
export const ROOM_MEMBERS_MAX = 100
export const ROOM_NAME_CHARS_MAX = 80
export const ROOM_MODERATORS_MAX = 50

export const ROOM_PIN_DIGITS_MIN = 4
export const ROOM_PIN_DIGITS_MAX = 12
/** Wrong PINs, or none, in one call until it is ended. */
export const PIN_TRIES = 3
/** Wrong PINs of a room, over all calls, before nobody is asked for a while. */
export const WRONG_PINS_FREE = 10
/** The first wait; each further wrong PIN doubles it. */
export const PIN_WAIT_FIRST: Ms = minutes(1)
export const PIN_WAIT_MAX: Ms = minutes(60)
/** Wrong PINs are forgotten after this long without another one; longer than the longest wait. */
export const PIN_FORGOTTEN_AFTER: Ms = minutes(120)

/** From the end of the prompt to the first key, and between two: what was keyed until then counts. */
export const KEY_WAIT: Ms = seconds(8)
/** After the star in a room, until its second key. */
export const COMMAND_WAIT: Ms = seconds(4)
/** The last words to somebody are cut off after this. */
export const FAREWELL_MAX: Ms = seconds(15)
/** Who has begun a room for a while is alone for so long at most, until the others are there. */
export const PASSING_WAIT: Ms = seconds(15)
/** How long somebody waits for a moderator. */
export const WAIT_MAX: Ms = minutes(60)
/** A conference ends after this at the latest. */
export const ROOM_LENGTH_MAX: Ms = minutes(24 * 60)
export const ROOM_LENGTH_MIN: Ms = minutes(5)
/** So long before the end everybody hears a tone. */
export const END_WARNING: Ms = minutes(1)
