// The pauses of a recording: where they are, and a beep that marks them for who listens.
import type { Chunk } from './format.ts'

/** A part of a recording in ms from its beginning. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export type PauseSound = 'silence' | 'beep'

const BEEP_HZ = 1_400
const BEEP_MS = 200
const BEEP_PEAK = 3_600

/** `chunks`: the marks at least, in their order. */
export function pausesOf(chunks: readonly Pick<Chunk, 'kind' | 'positionMs'>[], lengthMs: number): Span[] {
  const pauses: Span[] = []
  let fromMs: number | undefined
  for (const { kind, positionMs } of chunks) {
    if (kind === 'paused') fromMs ??= positionMs
    if (kind !== 'resumed' || fromMs === undefined) continue
    pauses.push({ fromMs, toMs: positionMs })
    fromMs = undefined
  }
  if (fromMs !== undefined) pauses.push({ fromMs, toMs: lengthMs })
  return pauses
}

/**
 * A beep where each pause begins and where it ends, inside the pause, so that nothing that was said is
 * covered. `first`: where in the recording the first sample of `sound` is.
 */
export function beepAt(sound: Int16Array, rate: number, pauses: readonly Span[], first = 0): void {
  for (const { fromMs, toMs } of pauses)
    for (const start of [fromMs, Math.max(fromMs, toMs - BEEP_MS)]) {
      const begin = Math.round((start * rate) / 1000)
      const end = Math.round((Math.min(toMs, start + BEEP_MS) * rate) / 1000)
      for (let at = Math.max(begin, first); at < Math.min(end, first + sound.length); at += 1)
        sound[at - first] = BEEP_PEAK * Math.sin((2 * Math.PI * BEEP_HZ * (at - begin)) / rate)
    }
}
