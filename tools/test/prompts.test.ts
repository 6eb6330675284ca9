// The sound files that are shipped: made from the texts as they are, in both languages, one loudness; and
// every prompt that code names is in the catalogue, and the other way round.
import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { loudnessOf, MUSIC_LUFS, PROMPT_RATE, readWave, SPEECH_LUFS } from '@rufwerk/engine/prepare'
import { VOICEMAIL_PROMPTS } from '@rufwerk/messaging'
import { CATALOGUE, fileOf, HOLD_MUSIC, LANGUAGES } from '@rufwerk/routing/prompts'
import { markOf, PROMPTS_FOLDER, readMadeFrom } from '../make-prompts.ts'

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** Of all prompts together. */
const BYTES_MAX = 8 * 1024 * 1024
const HOLD_FILE = fileOf('music', HOLD_MUSIC)
const files = readdirSync(PROMPTS_FOLDER).filter((name) => name.endsWith('.wav'))
const wanted = CATALOGUE.flatMap(({ name }) => LANGUAGES.map((language) => fileOf(language, name)))

test('every prompt of the catalogue has its sound in both languages, and there are no others', () => {
  assert.deepEqual(files.toSorted(), [...wanted, HOLD_FILE].map((name) => `${name}.wav`).toSorted())
})

test('every sound was made from the text as it is now', () => {
  const made = readMadeFrom(PROMPTS_FOLDER)
  assert.deepEqual(Object.keys(made).toSorted(), [...wanted, HOLD_FILE].toSorted())
  for (const prompt of CATALOGUE)
    for (const language of LANGUAGES) {
      const file = fileOf(language, prompt.name)
      const [voice = ''] = (made[file] ?? '').split(' ')
      if (!prompt.isTone) assert.equal(made[file], markOf(prompt[language], voice), `make ${file} again`)
    }
})

test('the sounds have one loudness, no clipping and no silence, and take less than 8 MB', () => {
  let bytes = 0
  for (const file of files) {
    const path = join(PROMPTS_FOLDER, file)
    bytes += statSync(path).size
    const wave = readWave(readFileSync(path))
    assert.ok(wave.ok, file)
    assert.equal(wave.value.rate, PROMPT_RATE)
    const [samples = new Float32Array(0)] = wave.value.channels
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    assert.ok(peak < 0.85 && samples.length > 0.15 * PROMPT_RATE, `${file}: peak ${peak}, ${samples.length}`)
    const lufs = loudnessOf(samples, PROMPT_RATE)
    const target = file.startsWith('music') ? MUSIC_LUFS : SPEECH_LUFS
    // Where a short word has high peaks, they decide.
    const isTone = file.endsWith('-tone.wav')
    assert.ok(isTone || (lufs < target + 1 && lufs > target - 4), `${file}: ${lufs.toFixed(1)} LUFS`)
  }
  assert.ok(bytes < BYTES_MAX, `${bytes} bytes`)
})

/** Source of the product, without the catalogue itself. */
const source = globSync('{apps,packages}/**/src/**/*.ts', { cwd: PROJECT, exclude: ['**/node_modules/**'] })
  .filter((path) => !path.includes('/routing/src/prompts/') && !path.startsWith('apps/web/'))
  .map((path) => readFileSync(join(PROJECT, path), 'utf8'))
  .join('\n')
const names = new Set(CATALOGUE.map(({ name }) => name))

test('every prompt that code names is in the catalogue', () => {
  const announced = [...source.matchAll(/\bannounce\('([a-z-]+)'/g)].map(([, name]) => name)
  const written = [
    ...source.matchAll(/(?:\$\{[\w.?' ]+\}|de|en)-((?:demo|spell|recording|studio|queue)-[a-z-]+)[`']/g),
  ]
  const all = [...announced, ...written.map(([, name]) => name)].map((name) => name ?? '')
  assert.ok(all.length > 10)
  for (const name of all) assert.ok(names.has(name), `${name} is not in the catalogue`)
  for (const name of VOICEMAIL_PROMPTS) assert.ok(names.has(`voicemail-${name}`), `voicemail-${name}`)
})

/** What a dial plan or the settings of a queue may name, and nothing in the code does. */
const FOR_SETTINGS = ['welcome', 'closed', 'break', 'holiday', 'queue-supervised']
/** Put together by say.ts. */
const WORDS = /^(number|weekday|day|month|hour)-\d+$|^(more-than-100|plus|star|hash|today|yesterday)$/
const OTHER_WORDS = /^(at|o-clock|oh|am|pm|one-minute|minutes|queue-(position|next|wait(-short|-long)?))$/

test('every prompt of the catalogue is named by code, by settings, or put together', () => {
  const spoken: ReadonlySet<string> = new Set(VOICEMAIL_PROMPTS.map((name) => `voicemail-${name}`))
  const isKnown = (name: string): boolean =>
    FOR_SETTINGS.includes(name) || WORDS.test(name) || OTHER_WORDS.test(name) || spoken.has(name)
  const unsaid = [...names].filter(
    (name) => !isKnown(name) && !new RegExp(`['"\`-]${name}['"\`]`).test(source),
  )
  assert.deepEqual(unsaid, [])
})
