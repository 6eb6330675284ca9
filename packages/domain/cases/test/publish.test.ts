// A warning as it is published and revised: checked as a whole, its history kept.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Draft, documentsOf, listPage, publish, type Warning } from '../src/warn/index.ts'
import { hash } from './house.ts'
import { oasisRules } from './oasis.ts'

const AT = Date.parse('2026-11-24T00:00:00Z')
const both = (de: string, en: string) => ({ de, en })
const DRAFT: Draft = {
  ...{ level: 2, title: both('Titel', 'Title'), summary: both('Was geschah', 'What happened') },
  advice: [both('Entfernen.', 'Remove it.')],
  products: [
    {
      ...{ vendor: 'V', product: 'P', version: '1', status: 'affected' },
      file: { name: 'a.exe', sha256: hash(1) },
    },
    { vendor: 'V', product: 'P', version: '2', status: 'fixed' },
  ],
  checked: { at: AT - 1, by: 'Anna', what: both('150 Geräte', '150 devices') },
  ...{ phase: 'incident-response', change: both('Erste', 'First') },
}
const NAMING = { urn: 'urn:uuid:11111111-2222-8333-8444-555555555555', number: '2026-1' }

function published(before: Warning | undefined, more: Partial<Draft> = {}, at = AT): Warning {
  const made = publish(before, { ...DRAFT, ...more }, NAMING, at)
  assert.ok(made.ok, made.ok ? '' : JSON.stringify(made.error))
  return made.value
}
const refused = (more: object, before?: Warning, at = AT) => {
  const made = publish(before, { ...DRAFT, ...more } as Draft, NAMING, at)
  return made.ok ? 'published' : made.error
}

test('CAS-P1 a revision adds to the history; names stay, and no document is taken back', async () => {
  const first = published(undefined)
  const second = published(first, { phase: 'vex', level: 4, change: both('Zweite', 'Second') }, AT + 1)
  assert.deepEqual([second.urn, second.number, second.level], [NAMING.urn, NAMING.number, 4])
  assert.deepEqual(
    second.revisions.map(({ at, phase, summary }) => [at, phase, summary.en]),
    [
      [AT, 'incident-response', 'First'],
      [AT + 1, 'vex', 'Second'],
    ],
  )
  assert.equal(refused({ phase: 'advisory' }, second, AT + 2), 'phase-back')
  const places = { publisher: { category: 'user', name: 'H', namespace: 'https://h.example' } as const }
  const documents = documentsOf(second, { ...places, language: 'de', pageOf: () => 'https://h.example/1' })
  assert.ok(documents.ok && documents.value.length === 3)
  for (const { text } of documents.value) assert.deepEqual(await oasisRules(JSON.parse(text)), [])
})

test('CAS-P2 what cannot be a page, a mail and a document is refused with its place', () => {
  const wrong = (place: string) => ({ wrong: place })
  assert.deepEqual(
    [
      ...[refused({ title: both('', 'x') }), refused({ title: both('a\nb', 'x') })],
      ...[refused({ title: both('x'.repeat(151), 'x') }), refused({ summary: both('x', ' ') })],
      ...[refused({ change: both('\u0000', 'x') }), refused({ advice: [both('x', '\ud800')] })],
      ...[refused({ advice: Array.from({ length: 31 }, () => both('x', 'x')) }), refused({ products: [] })],
      ...[refused({ products: [DRAFT.products[1], DRAFT.products[1]] })],
      ...[refused({ products: [{ ...DRAFT.products[1], vendor: 'a\nb' }] })],
      ...[refused({ checked: { ...DRAFT.checked, at: AT + 1 } }), refused({}, published(undefined), AT - 1)],
      refused({ products: [{ ...DRAFT.products[0], file: { name: 'x', sha256: 'no' } }] }),
    ],
    [
      ...['title', 'title', 'title', 'text', 'text', 'text', 'text', 'products', 'products', 'products'],
      ...['time', 'time', 'document'],
    ].map(wrong),
  )
})

test('CAS-P3 the list shows all warnings, those that changed last first, and words are text', () => {
  const first = published(undefined, { title: both('<b>Alt</b>', '<b>Old</b>') })
  const other = { ...published(undefined, { title: both('Neu', 'New') }, AT + 60_000), number: '2026-2' }
  for (const language of ['de', 'en'] as const) {
    const html = listPage([first, other], { language, company: '<i>' })
    assert.ok(html.indexOf('2026-2') < html.indexOf('2026-1:'))
    assert.doesNotMatch(html, /<b>|<i>|<script/)
    assert.match(html, new RegExp(`^<!DOCTYPE html>\\n<html lang="${language}">`))
  }
})
