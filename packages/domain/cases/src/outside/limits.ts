// How much somebody from outside may say, and how often a company listens.

/** Characters of what is told, of a name, and of an address for questions (RFC 5321 §4.5.3.1.3). */
export const TOLD_CHARS_MAX = 4_000
export const TOLD_NAME_CHARS_MAX = 200
export const CONTACT_CHARS_MAX = 254
/** Reports from outside that a company takes in 24 hours, from all addresses together. */
export const OUTSIDE_DAY_MAX = 200
/** The same of one webhook. */
export const WEBHOOK_DAY_MAX = 1_000
/** Webhooks of a company. */
export const WEBHOOKS_MAX = 20
/** How long the page of a report stays. */
export const OUTSIDE_KEPT_MS = 400 * 24 * 3_600_000
