// How long somebody may look into a case from outside, and how many may at once.

export const LASTS_MS_MAX = 14 * 24 * 3_600_000
/** What a second admin has not agreed to by then lapses. */
export const AGREED_WITHIN_MS = 7 * 24 * 3_600_000
/** Of one case, open or waiting. */
export const INVESTIGATORS_PER_CASE_MAX = 10
/** Of all cases; those that are over are forgotten first. */
export const INVESTIGATORS_MAX = 1_000
export const NAME_CHARS_MAX = 200
export const WHY_CHARS_MAX = 500
