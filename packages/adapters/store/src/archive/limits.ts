// How much one question to the archive looks at.

/** Rows read for one question; a sparse filter gives short pages. */
export const SCANNED_MAX = 5_000
/** Rows of one statement. */
export const STRIDE = 500
/** Lines of one piece of a table. */
export const TABLE_LINES_MAX = 500
/** Changes that one question gives, all of which are one transaction. */
export const CHANGES_MAX = 200
/** Papers of one question: with their events they are long. */
export const PAPERS_MAX = 100
/** Records on a page. */
export const PAGE_RECORDS_MAX = 500
/** The thread ends after so long without a question, in ms. */
export const IDLE_MS = 60_000
/** Between two transactions of a sweep or an erasing, so that calls come first, in ms. */
export const PAUSE_MS = 20
