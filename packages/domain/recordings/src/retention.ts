// How long a recording is kept: as long as its purpose said when it was made, unless it is held.
import type { WallTime } from '@rufwerk/core'
import type { CallRecording } from './recording.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/** When it is deleted; undefined while it is held. */
export function keptUntil({
  startedAt,
  purpose,
  hold,
}: Pick<CallRecording, 'startedAt' | 'purpose' | 'hold'>) {
  return hold === undefined ? ((startedAt + purpose.keepDays * DAY_MS) as WallTime) : undefined
}

export function isExpired(recording: Parameters<typeof keptUntil>[0], now: WallTime): boolean {
  const until = keptUntil(recording)
  return until !== undefined && until <= now
}
