// What voicemail says, as names of sound files.
import type { WallTime } from '@rufwerk/core'
import type { Prompt } from '@rufwerk/messaging/talk'
import { fileOf, type Language, sayDigits, sayNumber, sayTime } from '@rufwerk/routing/prompts'

/** In which language it is said, and what the clock on the wall shows. */
export interface Speaker {
  readonly language: Language
  readonly timeZone: string
}

export function namesOf(
  prompt: Exclude<Prompt, { recording: unknown }>,
  { language, timeZone }: Speaker,
  now: WallTime,
): readonly string[] {
  if ('say' in prompt) return [fileOf(language, `voicemail-${prompt.say}`)]
  if ('number' in prompt) return sayNumber(language, prompt.number)
  if ('digits' in prompt) return sayDigits(language, prompt.digits)
  return sayTime(language, prompt.time, now, timeZone)
}
