// Every number of this package that somebody may want to know or change, with its unit.
import { type Ms, minutes, seconds } from '@rufwerk/core'

/** Queues in a set. */
export const QUEUES_MAX = 200
/** Agents in a set; members of one queue. */
export const AGENTS_MAX = 1_000
export const MEMBERS_PER_QUEUE_MAX = 200
/** Callers in a set, waiting and talking; one more is refused as if its queue were full. */
export const CALLERS_MAX = 2_000
/** The longest a queue can be told to get, in waiting callers. */
export const QUEUE_LENGTH_MAX = 500
/** Agents that ring for one caller at the same time. */
export const RINGING_PER_CALLER_MAX = 30
/** Priorities and levels go from 0 to these. */
export const PRIORITY_MAX = 9
export const LEVEL_MAX = 9
/** Keys with a target; a telephone has no more. */
export const KEYS_MAX = 12

export const RING_TIME_MIN: Ms = seconds(5)
export const RING_TIME_MAX: Ms = seconds(120)
/** How long an agent who did not answer is left alone. At least a second, so that nothing rings in a loop. */
export const REST_TIME_MIN: Ms = seconds(1)
export const REST_TIME_MAX: Ms = minutes(5)
export const LEVEL_DELAY_MAX: Ms = minutes(30)
export const WRAP_UP_MAX: Ms = minutes(60)
/** Nobody waits longer, whatever a queue says. */
export const WAIT_MAX: Ms = minutes(240)
export const UNSTAFFED_DELAY_MAX: Ms = minutes(30)
/** Calls in a row that an agent may miss; a queue that says 0 never pauses anybody. */
export const MISSES_MAX = 20
export const ANNOUNCE_INTERVAL_MIN: Ms = seconds(10)
export const ANNOUNCE_INTERVAL_MAX: Ms = minutes(30)
export const SERVICE_TARGET_MAX: Ms = minutes(60)

/** An estimate beyond this is told as this. */
export const EXPECTED_WAIT_MAX: Ms = minutes(60)
/** What a conversation takes, for the estimate: before the first one ended, and the bounds afterwards. */
export const HANDLING_TIME_FIRST: Ms = minutes(3)
export const HANDLING_TIME_MIN: Ms = seconds(5)
export const HANDLING_TIME_MAX: Ms = minutes(60)
/** Each conversation moves the mean by an eighth of its difference. */
export const HANDLING_WEIGHT = 1 / 8

/** Figures are kept in pieces of this length, and this many of them: a day. */
export const BUCKET_TIME: Ms = minutes(15)
export const BUCKETS_MAX = 96

export const NAME_CHARS_MAX = 80
export const ID_CHARS_MAX = 64
export const NUMBER_CHARS_MAX = 64
/** More than a set at all its limits needs. */
export const SNAPSHOT_CHARS_MAX = 64 * 1024 * 1024
/** A snapshot older than this is not read: whoever waited then does not wait now. */
export const SNAPSHOT_AGE_MAX: Ms = minutes(24 * 60)
