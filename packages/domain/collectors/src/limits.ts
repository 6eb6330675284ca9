// How much of a report and of settings is looked at; beyond it the whole is refused, never a part.

/** Characters of a report, and of one line. */
export const REPORT_CHARS_MAX = 8 * 1024 * 1024
export const LINE_CHARS_MAX = 262_144
/** Lines of a report. A collector stops at 15,000 and says so. */
export const REPORT_LINES_MAX = 20_000
/** Characters of a path; Windows allows that many. */
export const PATH_CHARS_MAX = 32_767
/** Characters of names, versions and the like. */
export const WORD_CHARS_MAX = 256
/** Characters of what a step of removal says besides. */
export const DETAIL_CHARS_MAX = 2_000
/** Characters of the address in a script, and names that one looks for: each costs time for every file. */
export const SERVER_CHARS_MAX = 2_048
export const LIST_NAMES_MAX = 200
/** Files of one installation as it is handed on; more of them make another one of the same product. */
export const FILES_MAX = 1_000
