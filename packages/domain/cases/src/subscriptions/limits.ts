// How many ask for warnings by mail, how often, and how long a mail that asks back is good.

/** Subscriptions, and those that wait to be confirmed. */
export const SUBSCRIPTIONS_MAX = 100_000
export const PENDING_MAX = 10_000
export const CONFIRM_WITHIN_MS = 24 * 3_600_000
/** Mails to one address, and questions of one source, that are counted together. */
export const ADDRESS_MAILS_MAX = 3
export const SOURCE_ASKS_MAX = 20
export const COUNTED_FOR_MS = 24 * 3_600_000
/** Sources that are counted at once. */
export const SOURCES_MAX = 100_000
