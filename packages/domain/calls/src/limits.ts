// What a call may take of time, legs and keys. What the exchange may hold is stated there.
import { type Ms, minutes, seconds } from '@rufwerk/core'

/** An announcement is cut off after this, whatever its prompts are. */
export const ANNOUNCEMENT_TIME: Ms = seconds(30)
/** At most this many contacts of a person ring. */
export const FORKS_MAX = 10
/** Legs of one node that ring at the same time. */
export const RINGS_MAX = 60
/** Legs that one call dials in its life; from then on nobody more rings. */
export const DIALS_MAX = 200
/** Times that route() is asked again for one call. */
export const REPLANS_MAX = 50
/** Keys that are kept of what a caller keys in. */
export const KEYS_MAX = 16
/** Times that the prompt for spelling a name is played. */
export const NAME_TRIES = 3
/** A trunk that has said nothing until then is given up when there is another one. */
export const TRUNK_SILENT_TIME: Ms = seconds(20)
/** The tone before an answered call ends without anybody. */
export const END_TONE_TIME: Ms = seconds(5)
/** During a call: keys that are further apart are no code, and a number that is keyed in is complete. */
export const KEY_PAUSE: Ms = seconds(4)
/** How long a change of a setting may take. */
export const SETTING_TIME: Ms = seconds(5)
/** A parked call that nobody has taken by then calls who has parked it. */
export const PARK_TIME: Ms = minutes(2)
/** Calls in a lot that has no places with numbers. */
export const LOT_MAX = 20
/** After a restart: until the phones that were registered are known again. */
export const REPLAN_AFTER_RESTART: Ms = seconds(2)
/** An answered call is ended after this: nobody talks for a day, but a phone can be forgotten. */
export const CALL_TIME_MAX: Ms = minutes(24 * 60)
/** After the end, how long the last facts of the legs are waited for; longer than 64*T1 of SIP. */
export const ENDING_TIME: Ms = seconds(40)

/** Causes of ITU-T Q.850 §2.2.7 that calls end with by themselves. */
export const CAUSE = {
  unallocated: 1,
  /** Preemption. */
  preemption: 8,
  normal: 16,
  busy: 17,
  noAnswer: 19,
  rejected: 21,
  /** Answered elsewhere. */
  elsewhere: 26,
  networkOutOfOrder: 38,
  temporaryFailure: 41,
  /** Service or option not implemented. */
  notImplemented: 79,
  /** Recovery on timer expiry. */
  timer: 102,
} as const

/** Forwardings of a call that are kept and told; older ones are left out. */
export const FORWARDINGS_MAX = 10
