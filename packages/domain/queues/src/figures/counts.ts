// What is counted of a queue: since the beginning of the day, and in pieces of 15 minutes. An outcome counts
// in the piece in which it happened, not in the one in which the caller came.
import { type Ms, ms, type WallTime, wallTime } from '@rufwerk/core'
import type { QueueConfig } from '../config.ts'
import { BUCKET_TIME, BUCKETS_MAX } from '../limits.ts'

/** Numbers of callers, and sums in milliseconds. Each caller has one outcome, the first. */
export interface QueueCounts {
  entered: number
  answered: number
  answeredInTime: number
  abandoned: number
  /** Of those: within the queue's `shortAbandon`. */
  abandonedShort: number
  full: number
  timeout: number
  unstaffed: number
  key: number
  removed: number
  /** Did not survive a restart. */
  lost: number
  /** Not outcomes: placed at the front again; calls that an agent did not answer. */
  requeued: number
  missed: number
  answeredWaitMs: number
  abandonedWaitMs: number
  longestWaitMs: number
  talkMs: number
}

export interface Bucket {
  /** Quarters of an hour since 1970-01-01 UTC. */
  readonly index: number
  readonly counts: QueueCounts
}

export interface Figures {
  today: QueueCounts
  /** The oldest first; pieces in which nothing happened are not there. */
  readonly buckets: Bucket[]
}

export function noCounts(): QueueCounts {
  return {
    ...{ entered: 0, answered: 0, answeredInTime: 0, abandoned: 0, abandonedShort: 0 },
    ...{ full: 0, timeout: 0, unstaffed: 0, key: 0, removed: 0, lost: 0, requeued: 0, missed: 0 },
    ...{ answeredWaitMs: 0, abandonedWaitMs: 0, longestWaitMs: 0, talkMs: 0 },
  }
}

export const COUNT_NAMES = Object.keys(noCounts()) as readonly (keyof QueueCounts)[]

export function count(figures: Figures, at: WallTime, change: (counts: QueueCounts) => void): void {
  change(figures.today)
  change(bucketAt(figures.buckets, at).counts)
}

function bucketAt(buckets: Bucket[], at: WallTime): Bucket {
  const index = Math.floor(at / BUCKET_TIME)
  const last = buckets.at(-1)
  // A clock that is set back counts in the newest piece, so that the list stays in order.
  if (last !== undefined && last.index >= index) return last
  const bucket: Bucket = { index, counts: noCounts() }
  buckets.push(bucket)
  if (buckets.length > BUCKETS_MAX) buckets.shift()
  return bucket
}

export function bucketStart(bucket: Bucket): WallTime {
  return wallTime(bucket.index * BUCKET_TIME)
}

/**
 * The part, 0 to 1, of the callers that was answered within the queue's `serviceTarget`. All are those who
 * were answered, and those who hung up while waiting as `abandonedCounts` says; who was sent elsewhere is not
 * among them. Undefined when there was nobody.
 */
export function serviceLevel(
  counts: QueueCounts,
  abandonedCounts: QueueConfig['abandonedCounts'],
): number | undefined {
  const abandoned = {
    always: counts.abandoned,
    exceptShort: counts.abandoned - counts.abandonedShort,
    never: 0,
  }[abandonedCounts]
  return part(counts.answeredInTime, counts.answered + abandoned)
}

/** The part, 0 to 1, of all who entered that hung up while waiting. */
export function abandonRate(counts: QueueCounts): number | undefined {
  return part(counts.abandoned, counts.entered)
}

/** How long the answered ones waited, on average. */
export function averageWait(counts: QueueCounts): Ms | undefined {
  const mean = part(counts.answeredWaitMs, counts.answered)
  return mean === undefined ? undefined : ms(mean)
}

function part(some: number, all: number): number | undefined {
  return all > 0 ? some / all : undefined
}
