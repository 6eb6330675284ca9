// What counts how much, how long a block lasts, and how much is kept of all that.
import type { AttackKind } from './state.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Points of one observation. A canary that is reached over a proven address is enough by itself. */
export const POINTS: Readonly<Record<AttackKind, number>> = {
  'unknown-name': 1,
  'wrong-credentials': 2,
  canary: 20,
  stranger: 1,
  unreadable: 1,
}
/** The same for a canary where the sender's address may be forged. */
export const CANARY_UNPROVEN_POINTS = 5
/** A message that a block dropped: a phone that repeats itself must not keep its own block up. */
export const DROPPED_POINTS = 0.1
/** With so many points a source is blocked. */
export const BLOCK_AT = 20
/** So many times as much where phones have proved who they are: an office shares one address. */
export const KNOWN_FACTOR = 3
/** Points that are forgiven in a minute: a phone that tries an old password twice a minute is no attack. */
export const LEAK_PER_MINUTE = 5
/** Of what is needed for a block, so many times are remembered at most. */
export const POINTS_KEPT = 2

export const FIRST_BLOCK_MS = MINUTE
export const LONGEST_BLOCK_MS = 24 * HOUR
/** Where nothing proves that the sender is at that address. */
export const LONGEST_UNPROVEN_BLOCK_MS = 15 * MINUTE
/** After so long without a sign of it, the next block is a first one again. */
export const FORGOTTEN_AFTER_MS = 24 * HOUR
/** A flow without a further proof of who it is, and an address where phones have been. */
export const FLOW_KEPT_MS = 24 * HOUR
export const KNOWN_KEPT_MS = 7 * 24 * HOUR
/** A proof is noted anew when the one before is so old. */
export const NOTED_EVERY_MS = HOUR
/** The same of the same source is told so often. */
export const TOLD_EVERY_MS = MINUTE
export const TICK_EVERY_MS = 10 * SECOND

export const LIMITS = {
  /** Sources of observations; further ones are counted and not remembered. */
  sourcesMax: 20_000,
  /** Of these, so many whose address nothing proves, so that forged ones do not crowd out the others. */
  unprovenSourcesMax: 15_000,
  /** Blocks at the same time; further ones are told and not made. */
  blocksMax: 10_000,
  /** Flows of phones that proved who they are; further ones are counted and not exempt. */
  flowsMax: 100_000,
  /** Addresses where phones have been. */
  knownMax: 100_000,
  /** Who was told of lately; beyond, nothing new is told, and counted. */
  toldMax: 20_000,
  /** Events kept to be shown; the oldest go. */
  eventsMax: 200,
  /** Characters of a name that somebody tried. */
  nameCharsMax: 64,
  /** Requests a second that a block lets through where phones are known. */
  lanePerSecond: 2,
} as const
