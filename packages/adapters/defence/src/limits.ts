// How much the defence takes in at once, gives out at once, and waits for.

/** Orders that wait for the thread; more are refused. Reports of the phones are gathered before. */
export const ORDERS_MAX = 64
/** Reports of registrations that are gathered before they go to the thread, and for how long. */
export const GATHERED_MAX = 5_000
export const GATHERED_MS = 1_000
/** A device that says the same again is reported again after so long, so that the last time seen is near. */
export const REPEATED_MS = 3_600_000
/** Devices of which it is known what they said last; the one told of longest ago is forgotten first. */
export const TOLD_MAX = 100_000
/** Devices, or runs, of one answer. */
export const PAGE_MAX = 500
/** Changes of a company that are kept; later ones are refused and told. */
export const CHANGES_MAX = 20_000_000
/** Of a document that is fetched. */
export const DOCUMENT_BYTES_MAX = 16 * 1024 * 1024
export const FETCH_MS_MAX = 20_000
/** The thread ends when nobody has asked for so long: it takes some 20 MB. */
export const IDLE_MS_MAX = 10_000
/** The heap of the thread. */
export const HEAP_MB_MAX = 2_048
/** Of an OpenPGP key, and of a signature, in armor. */
export const KEY_CHARS_MAX = 64 * 1024
export const SIGNATURE_CHARS_MAX = 64 * 1024
export const GPGV_MS_MAX = 10_000
export const GPGV_OUTPUT_MAX = 16 * 1024
/** Of what a provider lists, so much is fetched at once, the newest first; the rest the next time. */
export const TAKEN_AT_ONCE_MAX = 100
/** Documents that a provider has changed longer ago are fetched by people only. */
export const LISTED_MS_MAX = 365 * 24 * 3_600_000
/** Addresses of a provider that could not be had and are asked for again; and as told to people. */
export const MISSED_MAX = 10_000
export const MISSED_TOLD_MAX = 20
/** Files of indicators of a case, and indicators in all of them. */
export const INDICATOR_FILES_MAX = 50
export const INDICATORS_MAX = 200_000
/** Searches of a case, hits that are kept of one, and what a packed log may unpack to. */
export const SEARCHES_MAX = 500
export const HITS_MAX = 1_000
export const UNPACKED_BYTES_MAX = 256 * 1024 * 1024
/** How often providers are asked. */
export const POLL_EVERY_MS = 3_600_000
