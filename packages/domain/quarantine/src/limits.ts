// How many may be stopped, by whom, and how much is kept.

/** Of the clients of a company, what one person or one policy stops within a day; at least one. */
export const SHARE_OF_ONE = 0.1
export const COUNTED_FOR_MS = 24 * 3_600_000
/** People who have to agree beyond that, and to every undoing. */
export const PEOPLE_FOR_MANY = 2
/** Clients of a company, in one request and stopped in all. */
export const CLIENTS_MAX = 100_000
/** Requests that wait for a second person, and how long each does. */
export const REQUESTS_MAX = 1_000
export const REQUEST_WAITS_MS = 7 * 24 * 3_600_000
/** Reasons of one stop; the newest stay. */
export const REASONS_MAX = 20
/** Characters of ids and texts. */
export const ID_CHARS_MAX = 512
export const TEXT_CHARS_MAX = 2_000
/** Characters of a stored state. */
export const STATE_CHARS_MAX = 256 * 1024 * 1024
