// Both languages say the same things, and every key that the pages ask for is there.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ErrorCode } from '@rufwerk/contract'
import { de } from '../src/i18n/de.ts'
import { en } from '../src/i18n/en.ts'

function flatten(words: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [name, value] of Object.entries(words)) {
    if (typeof value === 'string') flat.set(prefix + name, value)
    else for (const [key, text] of flatten(value as object, `${prefix}${name}.`)) flat.set(key, text)
  }
  return flat
}

const german = flatten(de)
const english = flatten(en)

test('both languages have the same keys with the same gaps to fill', () => {
  assert.deepEqual([...english.keys()].sort(), [...german.keys()].sort())
  const gaps = (text: string | undefined): string[] => [...new Set(text?.match(/\{\{\w+\}\}/g))].sort()
  for (const [key, text] of german) assert.deepEqual(gaps(english.get(key)), gaps(text), key)
})

test('no sentence is empty or left in the other language', () => {
  for (const [key, text] of german) {
    assert.notEqual(text.trim(), '', key)
    assert.notEqual(english.get(key)?.trim(), '', key)
    if (text.replace(/\{\{\w+\}\}/g, '').length > 24) assert.notEqual(english.get(key), text, key)
  }
})

test('German addresses people as "Sie"', () => {
  for (const [key, text] of german) assert.doesNotMatch(text, /\b(du|dich|dein|deine|euer)\b/i, key)
})

test('every key that a page names exists', () => {
  const root = join(import.meta.dirname, '../src')
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file)) continue
    const source = readFileSync(join(root, file), 'utf8')
    for (const [, key = ''] of source.matchAll(/\bt\(\s*'([\w.-]+)'/g)) {
      assert.ok(german.has(key) || german.has(`${key}_one`), `${file}: ${key}`)
    }
  }
})

test('every refusal of the server has a sentence', () => {
  for (const code of [...ErrorCode.options, 'offline']) {
    assert.ok(german.has(`error.${code}`) || german.has(`error.${code}_one`), code)
  }
})
