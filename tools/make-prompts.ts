// Speaks every text of the catalogue into apps/media/prompts and plays the music on hold there. Run by hand
// after a text changes, with a voice of Debian (see make-prompts/voices.ts); the files are committed, so that
// a running system needs none. Only what has changed is made again.
//   node tools/run.mjs tools/make-prompts.ts [--all]
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROMPT_RATE, preparePrompt, writeG722Wav } from '@rufwerk/engine/prepare'
import {
  CATALOGUE,
  fileOf,
  HOLD_MUSIC,
  LANGUAGES,
  type Language,
  type PromptText,
} from '@rufwerk/routing/prompts'
import { beep, holdMusic } from './make-prompts/music.ts'
import { speak, type Voice, voiceFor } from './make-prompts/voices.ts'

export const PROMPTS_FOLDER = fileURLToPath(new URL('../apps/media/prompts', import.meta.url))
/** What each file was made from; tells a text that changed after its sound was made. */
export const MADE_FROM = 'made-from.json'

/** One line per file: the voice, and a hash of what was said. */
export type MadeFrom = Readonly<Record<string, string>>

export function markOf(text: string, voice: string): string {
  return `${voice} ${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

export function readMadeFrom(folder: string): MadeFrom {
  const file = join(folder, MADE_FROM)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as MadeFrom) : {}
}

function soundOf(prompt: PromptText, language: Language, voice: Voice, folder: string): Int16Array {
  if (prompt.isTone) return beep(PROMPT_RATE)
  const prepared = preparePrompt(speak(voice, prompt[language], folder), 'speech')
  if (!prepared.ok) throw new Error(`${fileOf(language, prompt.name)} is ${prepared.error}`)
  return prepared.value
}

function make(isAll: boolean): void {
  const before = isAll ? {} : readMadeFrom(PROMPTS_FOLDER)
  const now: Record<string, string> = {}
  const folder = mkdtempSync(join(tmpdir(), 'prompts-'))
  const add = (file: string, mark: string, sound: () => Int16Array): void => {
    now[file] = mark
    const path = join(PROMPTS_FOLDER, `${file}.wav`)
    if (before[file] === mark && existsSync(path)) return
    writeFileSync(path, writeG722Wav(sound()))
    console.log(file)
  }
  for (const language of LANGUAGES) {
    const voice = voiceFor(language)
    for (const prompt of CATALOGUE) {
      const mark = prompt.isTone ? 'tone' : markOf(prompt[language], voice)
      add(fileOf(language, prompt.name), mark, () => soundOf(prompt, language, voice, folder))
    }
  }
  add(fileOf('music', HOLD_MUSIC), 'tools/make-prompts/music.ts', () => holdMusic(PROMPT_RATE))
  for (const file of readdirSync(PROMPTS_FOLDER))
    if (file.endsWith('.wav') && !(file.slice(0, -4) in now)) rmSync(join(PROMPTS_FOLDER, file))
  writeFileSync(join(PROMPTS_FOLDER, MADE_FROM), `${JSON.stringify(now, undefined, 2)}\n`)
  rmSync(folder, { recursive: true })
}

if (import.meta.main) make(process.argv.includes('--all'))
