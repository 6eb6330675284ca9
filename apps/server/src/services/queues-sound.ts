// What callers of a queue hear while they wait: music, their position and how long it will probably take.
import type { LegSource } from '@rufwerk/calls'
import type { Ms } from '@rufwerk/core'
import { fileOf, type Language, sayPosition, sayWait } from '@rufwerk/routing/prompts'

/** Needs no file: what is heard when music is missing. */
export const HOLD_TONE: LegSource = { type: 'tone', tone: 'hold' }

/** Without a name the hold tone of the country. */
export function musicOf(music: string): LegSource {
  if (music === '') return HOLD_TONE
  return { type: 'prompt', names: [fileOf('music', music)], isLooped: true }
}

/** Undefined when there is nothing to say. */
export function announcementOf(
  language: Language,
  { position, wait }: { readonly position?: number; readonly wait?: Ms },
): LegSource | undefined {
  const names = [
    ...(position === undefined ? [] : sayPosition(language, position)),
    ...(wait === undefined ? [] : sayWait(language, wait)),
  ]
  return names.length === 0 ? undefined : { type: 'prompt', names, isLooped: false }
}
