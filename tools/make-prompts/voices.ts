// The voices of Debian that prompts are made with, best first; the first that is installed is taken. What
// each may be used for: docs/decisions/0016-voices-of-the-prompts.md.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RawSound, readWave } from '@rufwerk/engine/prepare'
import type { Language } from '@rufwerk/routing/prompts'

const VOICES = {
  pico2wave: (text: string, file: string, language: Language) => [
    ...['-l', language === 'de' ? 'de-DE' : 'en-GB', '-w', file, text],
  ],
  flite: (text: string, file: string) => ['-voice', 'slt', '-t', text, '-o', file],
  'espeak-ng': (text: string, file: string, language: Language) => [
    ...['-v', language === 'de' ? 'de+f2' : 'en-gb+f2', '-s', '168', '-p', '45', '-g', '4', '-w', file, text],
  ],
} as const

type Speaker = keyof typeof VOICES
/** Named in made-from.json: the program and the language. */
export type Voice = `${Speaker}/${Language}`

const CHOICE: Readonly<Record<Language, readonly Speaker[]>> = {
  de: ['pico2wave', 'espeak-ng'],
  en: ['pico2wave', 'flite', 'espeak-ng'],
}

export function voiceFor(language: Language): Voice {
  const speaker = CHOICE[language].find((name) => spawnSync(name, ['--help']).error === undefined)
  if (speaker === undefined) throw new Error(`none of ${CHOICE[language].join(', ')} is installed`)
  return `${speaker}/${language}`
}

/** What the voice says, as it says it. */
export function speak(voice: Voice, text: string, folder: string): RawSound {
  const [speaker, language] = voice.split('/') as [Speaker, Language]
  const file = join(folder, 'said.wav')
  execFileSync(speaker, VOICES[speaker](text, file, language))
  const read = readWave(readFileSync(file))
  if (!read.ok) throw new Error(`${speaker} wrote a file that is ${read.error}`)
  return read.value
}
