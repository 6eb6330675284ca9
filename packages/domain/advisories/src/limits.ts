// How much of what others write is looked at; beyond it the whole is refused, never a part.

/** Characters of what a client says about its version. */
export const VERSION_CHARS_MAX = 256
/** Numbers of a dotted version, and digits of each. */
export const VERSION_NUMBERS_MAX = 8
export const NUMBER_DIGITS_MAX = 9
/** Characters of a `vers:` or `vls` text, and constraints in it. */
export const RANGE_CHARS_MAX = 4096
export const CONSTRAINTS_MAX = 100
/** Characters of an advisory, and how deep its values nest. */
export const ADVISORY_CHARS_MAX = 8 * 1024 * 1024
export const DEPTH_MAX = 64
/** Values of an advisory: objects, lists, texts, numbers and the rest, all together. */
export const VALUES_MAX = 500_000
/** Characters of one text, and of one key. */
export const TEXT_CHARS_MAX = 200_000
export const KEY_CHARS_MAX = 200
/** Products that an advisory may define, and product numbers it may mention, groups resolved. */
export const PRODUCTS_MAX = 20_000
/** Findings told about one advisory; what follows is not looked for. */
export const FINDINGS_MAX = 100
/** Issuers of a book, and documents in it: the newest revision of each. */
export const ISSUERS_MAX = 100
export const ADVISORIES_MAX = 20_000
/** Files of an installation that are compared. */
export const FILES_MAX = 1_000
/** Conflicts kept for people; the oldest goes. */
export const CONFLICTS_MAX = 100
/** Keys and addresses of an issuer. */
export const PINS_MAX = 20
/** Folders, and feeds, of one provider. */
export const DISTRIBUTIONS_MAX = 20
/** Characters of a list of documents, and documents in it. */
export const LISTING_CHARS_MAX = 32 * 1024 * 1024
export const LISTED_MAX = 200_000
