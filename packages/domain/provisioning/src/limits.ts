// Every number of this package, with its unit.

/** Hexadecimal digits of a hardware address (IEEE 802). */
export const MAC_DIGITS = 12
/** Lamps for colleagues, whatever a model has keys for: what a model lacks, it leaves out. */
export const COLLEAGUE_LAMPS_MAX = 24
/** How long a file name may be that is looked at. */
export const FILE_NAME_CHARS_MAX = 64
/** What a phone asks for as the life of its registration. */
export const REGISTRATION_SECONDS = 600
