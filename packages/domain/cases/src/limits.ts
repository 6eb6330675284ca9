// How long a case may wait, and how much is kept.

const HOUR_MS = 3_600_000

/** From the report to the first answer by a person. */
export const ANSWER_WITHIN_MS = 24 * HOUR_MS
/** From the report to the decision. In 2023 a week passed between the first reports and the warning. */
export const DECIDE_WITHIN_MS = 72 * HOUR_MS
/** Cases of a company. */
export const CASES_MAX = 10_000
/** Open ones that only people from outside reported: there is always room for those of the company. */
export const OUTSIDE_OPEN_MAX = 1_000
/** Reports kept in a case; more are counted. */
export const INTAKES_MAX = 200
/** People of the company who reported the same. */
export const REPORTERS_MAX = 10_000
/** Checksums of a report, and of a case. */
export const HASHES_OF_INTAKE_MAX = 50
export const HASHES_MAX = 1_000
export const TIMELINE_MAX = 5_000
export const EVIDENCE_MAX = 500
/** Characters of ids and names, and of what people write. */
export const ID_CHARS_MAX = 512
export const WORDS_CHARS_MAX = 4_000
/** Characters of a stored state. */
export const STATE_CHARS_MAX = 256 * 1024 * 1024
