// How much a bundle of evidence holds.

export const ENTRIES_MAX = 1_000
export const ENTRY_BYTES_MAX = 256 * 1024 * 1024
/** Of the whole file. */
export const BUNDLE_BYTES_MAX = 1024 * 1024 * 1024
/** Characters of a title, a name and the like. */
export const TEXT_CHARS_MAX = 500
/** Of the name of an entry: what a header of ustar holds with the folder before it. */
export const NAME_CHARS_MAX = 80
/** Findings that are told of one bundle. */
export const FINDINGS_MAX = 100
