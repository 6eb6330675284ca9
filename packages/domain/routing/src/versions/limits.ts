// How large a dial plan may be and how much of its past is kept.
import { type Ms, minutes } from '@rufwerk/core'

/** Bytes of a plan as JSON in UTF-8, without spaces. */
export const PLAN_BYTES_MAX = 512 * 1024
/** Versions of a tenant that are kept; the oldest goes when one more comes. */
export const VERSIONS_KEPT_MAX = 50
/** Changes that are checked and stored, one after the other, or wait for that; a further one is refused. */
export const CHANGES_WAITING_MAX = 8
/** Problems that are named; the rest is found when these are mended. */
export const PROBLEMS_MAX = 100
/** Changes that a comparison names. */
export const CHANGES_MAX = 1_000
/** Of a note that somebody writes beside a change. */
export const NOTE_CHARS_MAX = 200

export const ID_CHARS_MAX = 64
/** Of a number as somebody writes it, with spaces. */
export const NUMBER_CHARS_MAX = 40
/** The longest time that a plan may ask for: ringing, waiting for a key. */
export const PLAN_TIME_MAX: Ms = minutes(60)

/** Entries of the lists. */
export const ENTRIES_MAX = {
  sites: 500,
  /** Of one site; check/network-errors.ts has the limit of all. */
  networks: 200,
  trunks: 200,
  rules: 1_000,
  people: 10_000,
  blocked: 10_000,
  rates: 2_000,
  schedules: 200,
  flows: 1_000,
  services: 2_000,
  slots: 200,
  codes: 100,
  speedDial: 2_000,
  numbers: 1_000,
  /** Of a ring group; more never ring. */
  members: 50,
  keys: 12,
  /** Prefixes, callers, countries, people and sites of one rule. */
  ofRule: 1_000,
} as const
