// Points that come and are forgiven, and how long a block lasts.
import {
  BLOCK_AT,
  FIRST_BLOCK_MS,
  KNOWN_FACTOR,
  LEAK_PER_MINUTE,
  LONGEST_BLOCK_MS,
  LONGEST_UNPROVEN_BLOCK_MS,
  POINTS_KEPT,
} from './limits.ts'
import type { Block, Scope, Source } from './state.ts'

const MINUTE_MS = 60_000

/** Points at which a source is blocked. */
export const thresholdOf = (isKnown: boolean): number => (isKnown ? BLOCK_AT * KNOWN_FACTOR : BLOCK_AT)

/** As it is at `at`: what cannot be proven is forgiven first, so that forged packets keep nothing up. */
export function forgiven(source: Source, at: number): Source {
  const passed = Math.max(0, at - source.at)
  if (passed === 0) return source
  const leak = (passed / MINUTE_MS) * LEAK_PER_MINUTE
  const { proven, unproven } = source.points
  const rest = Math.max(0, leak - unproven)
  return {
    ...source,
    at,
    points: { proven: Math.max(0, proven - rest), unproven: Math.max(0, unproven - leak) },
  }
}

export function withPoints(source: Source, points: number, isProven: boolean, threshold: number): Source {
  const most = threshold * POINTS_KEPT
  const { proven, unproven } = source.points
  return {
    ...source,
    points: isProven
      ? { proven: Math.min(most, proven + points), unproven }
      : { proven, unproven: Math.min(most, unproven + points) },
  }
}

/** What the points are enough for. */
export function scopeOf({ points: { proven, unproven } }: Source, threshold: number): Scope | undefined {
  if (proven >= threshold) return 'all'
  return proven + unproven >= threshold ? 'udp' : undefined
}

/** The next block of somebody who had `level` of them before. */
export function newBlock(level: number, scope: Scope, at: number): Block {
  const most = scope === 'all' ? LONGEST_BLOCK_MS : LONGEST_UNPROVEN_BLOCK_MS
  return { since: at, until: at + Math.min(most, FIRST_BLOCK_MS * 2 ** level), scope, dropped: 0 }
}
