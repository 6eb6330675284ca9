// All prompts that the system says by itself, in German and English. The sound is made from these texts by
// tools/make-prompts.ts; a company may replace each of them.
import { CALL_PROMPTS } from './calls.ts'
import { CONFERENCE_PROMPTS, QUEUE_PROMPTS, RECORDING_PROMPTS, SETTING_PROMPTS } from './services.ts'
import type { Language, PromptText } from './text.ts'
import { VOICEMAIL_TEXTS } from './voicemail.ts'
import { WORD_PROMPTS } from './words.ts'

export const CATALOGUE: readonly PromptText[] = [
  ...CALL_PROMPTS,
  ...VOICEMAIL_TEXTS,
  ...QUEUE_PROMPTS,
  ...CONFERENCE_PROMPTS,
  ...RECORDING_PROMPTS,
  ...SETTING_PROMPTS,
  ...WORD_PROMPTS,
]

/** Music has no language: its names stand beside `de` and `en` in names of files, such as `music-hold`. */
export const HOLD_MUSIC = 'hold'

const BY_NAME: ReadonlyMap<string, PromptText> = new Map(CATALOGUE.map((prompt) => [prompt.name, prompt]))

/** What can be said without anybody having recorded it. */
export function builtIn(name: string): PromptText | undefined {
  return BY_NAME.get(name)
}

/** The name of the sound file of a prompt, without ending. */
export function fileOf(language: Language | 'music', name: string): string {
  return `${language}-${name}`
}

/** The two parts of such a name; undefined when it is none. */
export function readFileName(
  file: string,
): { readonly language: Language | 'music'; readonly name: string } | undefined {
  const found = /^(de|en|music)-([A-Za-z0-9][A-Za-z0-9_-]{0,57})$/.exec(file)
  if (found === null) return undefined
  const [, language, name = ''] = found
  return { language: language as Language | 'music', name }
}
