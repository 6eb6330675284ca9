import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minutes, ms, seconds, wallTime } from '@rufwerk/core'
import {
  builtIn,
  CATALOGUE,
  fileOf,
  LANGUAGES,
  NUMBER_MAX,
  readFileName,
  sayDigits,
  sayNumber,
  sayPosition,
  sayTime,
  sayWait,
} from '../../src/prompts/index.ts'

const texts = (files: readonly string[]): string =>
  files
    .map((file) => {
      const { language = 'music', name = '' } = readFileName(file) ?? {}
      assert.ok(language !== 'music', file)
      const prompt = builtIn(name)
      assert.ok(prompt, file)
      return prompt[language]
    })
    .join(' ')

test('RT-P1 the catalogue says everything once and in both languages, and names can be file names', () => {
  assert.equal(new Set(CATALOGUE.map(({ name }) => name)).size, CATALOGUE.length)
  for (const { name, de, en, use, isTone } of CATALOGUE) {
    assert.ok(isTone || (de.length > 0 && en.length > 0), name)
    assert.ok(use.length > 0, name)
    for (const language of LANGUAGES)
      assert.deepEqual(readFileName(fileOf(language, name)), { language, name })
  }
})

test('RT-P1 German says "Sie", and nothing is left in the other language', () => {
  for (const { name, de } of CATALOGUE) assert.doesNotMatch(de, /\b(du|dein\w*|dich|dir|please)\b/i, name)
})

test('RT-P2 numbers are one prompt up to 100, and more beyond', () => {
  const row = (from: number) => [texts(sayNumber('de', from)), texts(sayNumber('en', from))]
  assert.deepEqual(row(0), ['null', 'zero'])
  assert.deepEqual(row(1), ['eins', 'one'])
  assert.deepEqual(row(12), ['zwölf', 'twelve'])
  assert.deepEqual(row(16), ['sechzehn', 'sixteen'])
  assert.deepEqual(row(17), ['siebzehn', 'seventeen'])
  assert.deepEqual(row(21), ['einundzwanzig', 'twenty-one'])
  assert.deepEqual(row(30), ['dreißig', 'thirty'])
  assert.deepEqual(row(99), ['neunundneunzig', 'ninety-nine'])
  assert.deepEqual(row(NUMBER_MAX), ['hundert', 'one hundred'])
  assert.deepEqual(row(101), ['mehr als hundert', 'more than one hundred'])
  assert.deepEqual(row(-1), row(0))
  const all = Array.from({ length: NUMBER_MAX + 1 }, (_, value) => texts(sayNumber('de', value)))
  assert.equal(new Set(all).size, NUMBER_MAX + 1)
})

test('RT-P2 a position is told from the second one on', () => {
  assert.equal(texts(sayPosition('de', 3)), 'Sie sind an Position drei')
  assert.equal(texts(sayPosition('en', 3)), 'You are at position three')
  assert.deepEqual(sayPosition('de', 1), ['de-queue-next'])
})

test('RT-P2 a wait is told in whole minutes, rounded up, and its ends in words', () => {
  assert.equal(texts(sayWait('de', seconds(61))), 'Ihre voraussichtliche Wartezeit beträgt zwei Minuten.')
  assert.equal(texts(sayWait('de', minutes(1))), 'Ihre voraussichtliche Wartezeit beträgt eine Minute.')
  assert.equal(texts(sayWait('en', minutes(60))), 'Your expected wait is sixty minutes.')
  assert.deepEqual(sayWait('en', seconds(59)), ['en-queue-wait-short'])
  assert.deepEqual(sayWait('en', ms(0)), ['en-queue-wait-short'])
  assert.deepEqual(sayWait('en', minutes(61)), ['en-queue-wait-long'])
})

test('RT-P2 digits are read one by one', () => {
  assert.equal(texts(sayDigits('de', '+49*0#')), 'plus vier neun Stern null Raute')
  assert.deepEqual(sayDigits('en', 'abc../'), [])
})

test('RT-P3 times are told as the clock on the wall shows them', () => {
  const zone = 'Europe/Berlin'
  const at = (text: string) => wallTime(Date.parse(text))
  const now = at('2026-11-22T18:00:00+01:00')
  const de = (text: string) => texts(sayTime('de', at(text), now, zone))
  const en = (text: string) => texts(sayTime('en', at(text), now, zone))
  assert.equal(de('2026-11-22T14:05:59+01:00'), 'heute um vierzehn Uhr fünf')
  assert.equal(en('2026-11-22T14:05:59+01:00'), 'today at two oh five p.m.')
  assert.equal(de('2026-11-21T01:00:00+01:00'), 'gestern um ein Uhr')
  assert.equal(en('2026-11-21T00:30:00+01:00'), 'yesterday at twelve thirty a.m.')
  assert.equal(de('2026-05-03T09:31:00+02:00'), 'am Sonntag, dem dritten Mai um neun Uhr einunddreißig')
  assert.equal(en('2026-05-03T12:00:00+02:00'), 'on Sunday, May third at twelve p.m.')
  assert.equal(
    texts(sayTime('de', at('2026-11-22T23:30:00Z'), now, 'no/zone')),
    'heute um dreiundzwanzig Uhr dreißig',
  )
})

test('RT-P3 every day of a year can be said', () => {
  const now = wallTime(Date.UTC(2030, 0, 1))
  for (let day = 0; day < 366; day += 1)
    for (const language of LANGUAGES) {
      const told = texts(
        sayTime(language, wallTime(Date.UTC(2028, 0, 1 + day, day % 24, day % 60)), now, 'UTC'),
      )
      assert.ok(told.length > 10)
    }
})
