// Every usual code that a plan can be told of has words in both languages.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deedOf, newCodesWords } from '../src/views/settings/new-codes-words.ts'

const CODES = join(import.meta.dirname, '../../../packages/domain/routing/src/codes.ts')

test('what a usual code does is said in both languages', () => {
  const deeds = [...readFileSync(CODES, 'utf8').matchAll(/\{ code: '[^']+', does: '(\w+)' \}/g)]
  assert.ok(deeds.length >= 24, String(deeds.length))
  for (const [, does = ''] of deeds)
    for (const language of ['de', 'en']) assert.notEqual(deedOf(does, language), does, `${does} ${language}`)
})

test('a code of a later version is named by what the plan calls it', () => {
  assert.equal(deedOf('teleport', 'de'), 'teleport')
})

test('both languages say the same of each code', () => {
  const [de, en] = [newCodesWords('de'), newCodesWords('en-US')]
  assert.deepEqual(Object.keys(de.does), Object.keys(en.does))
  for (const [does, words] of Object.entries(de.does)) assert.notEqual(deedOf(does, 'en'), words)
})
