// Limits of voicemail, with their units. What a box may set for itself lies within them.
import { minutes, ms, seconds } from '@rufwerk/core'

/** A shorter message is nobody's words: it is discarded, and the caller may try again. */
export const MESSAGE_SHORTEST = seconds(2)
/** What a box may set as its longest message. */
export const MESSAGE_LONGEST_MIN = seconds(10)
/** No longer than what the media process plays in one piece. */
export const MESSAGE_LONGEST_MAX = minutes(10)
/** Messages a box may hold, new and old; and how many it may set as its own limit. */
export const MESSAGES_PER_BOX_MAX = 1_000
/** All messages of a box together. */
export const BOX_LENGTH_MAX = minutes(600)
export const OWNERS_PER_BOX_MAX = 100
export const BOXES_PER_TENANT_MAX = 5_000
export const BOX_NAME_CHARS_MAX = 80
export const GREETING_LONGEST = minutes(2)
/** Times a caller may begin a message anew in one call. */
export const TAKES_MAX = 5

export const PIN_DIGITS_MIN = 4
export const PIN_DIGITS_MAX = 12
/** Wrong PINs in one call, and wrong keys or silences in a row, until the call is ended. */
export const WRONG_PINS_MAX = 3
export const MISSES_MAX = 3
/** Wrong PINs in a row, over all calls, before a box makes everybody wait. */
export const WRONG_PINS_FREE = 5
/** The first wait; each further wrong PIN doubles it. */
export const PIN_WAIT_FIRST = minutes(1)
export const PIN_WAIT_MAX = minutes(24 * 60)
/** Wrong PINs are forgotten after this long without another one; longer than the longest wait. */
export const PIN_FORGOTTEN_AFTER = minutes(48 * 60)
/** Boxes with wrong PINs that are remembered. */
export const GUARDED_BOXES_MAX = 10_000

/** Inputs of one call after which it is ended: nobody presses that many keys. */
export const INPUTS_PER_CALL_MAX = 2_000
/** How long a caller may think about a key, and between two digits of a number. */
export const KEY_WAIT = seconds(6)
export const DIGIT_WAIT = seconds(4)

export const DAY = ms(86_400_000)
export const RETENTION_DAYS_MAX = 3_650
