// How much is remembered of where to connect to, and of what was refused.

/** Places of a configuration; more are not reached, which the view tells. */
export const TARGETS_MAX = 2_000
/** Addresses of names, the one learned longest ago is forgotten first. */
export const ADDRESSES_MAX = 4_096
/** Names that the DNS gave for those of the configuration. */
export const NAMES_MAX = 2_048
/** Different refusals that are remembered, the one seen longest ago is forgotten first. */
export const REFUSALS_MAX = 200
/** The same refusal is in the log at most so often. */
export const REPEATED_MS = 60_000
/** Lines of refusals in the log within `REPEATED_MS`, whatever they are; the others are counted. */
export const LINES_MAX = 30
/** Of a name or a path that is shown. */
export const SHOWN_CHARS_MAX = 253

/** For others, by name. */
export const EGRESS_LIMITS = {
  TARGETS_MAX,
  ADDRESSES_MAX,
  NAMES_MAX,
  REFUSALS_MAX,
  REPEATED_MS,
  LINES_MAX,
  SHOWN_CHARS_MAX,
}
