// What callers of a queue hear while they wait: music, their position and how long it will probably take.
import type { LegSource } from '@rufwerk/calls'
import type { Ms } from '@rufwerk/core'

/** Needs no file: what is heard when music is missing. */
export const HOLD_TONE: LegSource = { type: 'tone', tone: 'hold' }
const MINUTE = 60_000
const WAIT_MINUTES_MAX = 60
/** Numbers that there are words for. */
const NUMBER_MAX = 100

/** Without a name the hold tone of the country. */
export function musicOf(music: string): LegSource {
  if (music === '') return HOLD_TONE
  return { type: 'prompt', names: [`music-${music}`], isLooped: true }
}

/** Undefined when there is nothing to say. */
export function announcementOf(
  language: 'de' | 'en',
  { position, wait }: { readonly position?: number; readonly wait?: Ms },
): LegSource | undefined {
  const words = [
    ...(position === undefined ? [] : positionWords(position)),
    ...(wait === undefined ? [] : waitWords(wait)),
  ]
  if (words.length === 0) return undefined
  return { type: 'prompt', names: words.map((word) => `${language}-${word}`), isLooped: false }
}

function positionWords(position: number): readonly string[] {
  if (position <= 1) return ['queue-next']
  return ['queue-position', position > NUMBER_MAX ? `more-than-${NUMBER_MAX}` : `number-${position}`]
}

/** Rounded up to minutes: nobody minds being served earlier. */
function waitWords(wait: Ms): readonly string[] {
  const minutes = Math.ceil(wait / MINUTE)
  if (wait < MINUTE) return ['queue-wait-short']
  if (minutes > WAIT_MINUTES_MAX) return ['queue-wait-long']
  return minutes === 1 ? ['queue-wait', 'one-minute'] : ['queue-wait', `number-${minutes}`, 'minutes']
}
