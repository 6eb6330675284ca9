// Reports from outside: what is taken, what is refused, what a stranger sees, and what nobody can make of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  FORM_FIELDS,
  outsideStatus,
  readReportForm,
  reportFormPage,
  reportStatusPage,
  STYLE,
  saidInstead,
} from '../src/outside/index.ts'
import { ANNA, BERND, CARLAS, HOUR, House, hash, OUTSIDE } from './house.ts'

const form = (fields: Record<string, string>) => readReportForm(new URLSearchParams(fields))
const wrong = (fields: Record<string, string>) => {
  const read = form({ words: 'x', ...fields })
  return read.ok ? 'taken' : read.error
}
const LANGUAGES = ['de', 'en'] as const
const MARKUP = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`

test('CAS-O1 what is typed is text within its limits, and the field that is wrong is named', () => {
  const read = form({
    ...{ words: ' It flags\r\nthis. ', product: ' App ', version: '1', fileName: 'a.dll' },
    ...{ hash: hash(255).toUpperCase(), contact: ' Me@Example.org ' },
  })
  assert.deepEqual(read.ok && read.value, {
    report: {
      ...{ hashes: [hash(255)], words: 'It flags\nthis.', product: 'App', version: '1', fileName: 'a.dll' },
    },
    contact: 'Me@Example.org',
  })
  assert.deepEqual(form({ words: 'x'.repeat(4_000) }).ok, true)
  assert.deepEqual(
    [
      ...[wrong({ words: '' }), wrong({ words: 'x'.repeat(4_001) }), wrong({ words: 'a\u0000' })],
      ...[wrong({ product: 'x'.repeat(201) }), wrong({ version: 'a\nb' }), wrong({ fileName: 'a\u2028b' })],
      ...[wrong({ hash: 'abc' }), wrong({ hash: `${hash(1)}0` }), wrong({ other: 'x' })],
    ],
    ['words', 'words', 'words', 'product', 'version', 'fileName', 'hash', 'hash', 'taken'],
  )
})

test('CAS-O2 the address for questions is one mailbox, and nothing breaks out of a line', () => {
  const refused = [
    ...['a@example.org\r\nBcc: b@example.org', 'a@example.org\nBcc: b@example.org', 'a@b', 'me'],
    ...['a@example.org,b@example.org', 'a@example.org b@example.org', '<a@example.org>', 'a@@example.org'],
    ...['"a b"@example.org', `a@${'b'.repeat(64)}.org`, `${'a'.repeat(65)}@example.org`, 'a@example..org'],
    `${'a'.repeat(60)}@${'b.'.repeat(100)}org`,
  ]
  for (const contact of refused) assert.equal(wrong({ contact }), 'contact', contact)
  for (const contact of ["o'neil+x@a-b.example.org", '']) assert.equal(wrong({ contact }), 'taken', contact)
})

test('CAS-O3 pages have a language and no script; each field has its label, each word is text', () => {
  for (const language of LANGUAGES) {
    const page = { language, company: MARKUP }
    const typed = new URLSearchParams(FORM_FIELDS.map((name) => [name, MARKUP]))
    const status = outsideStatus(MARKUP, 0, undefined)
    const answered = { ...status, answer: { at: 1, words: MARKUP } }
    const closed = { ...status, closed: { at: 1, verdict: 'removed' as const } }
    const address = 'https://a.example/security/report/x'
    const pages = [
      ...[reportFormPage(page), reportFormPage(page, typed, 'contact'), saidInstead(page, 'full')],
      ...[status, answered, closed].map((one) => reportStatusPage(page, one, address)),
    ]
    for (const html of pages) {
      assert.match(html, new RegExp(`^<!DOCTYPE html>\\n<html lang="${language}">`))
      assert.doesNotMatch(html, /<script|<img|onerror=a[^l]|style=|javascript:/i)
      assert.equal(html.match(/<h1>/g)?.length, 1)
      assert.match(html, /<main id="content">/)
    }
    for (const name of FORM_FIELDS) {
      const html = reportFormPage(page, typed, name)
      assert.match(html, new RegExp(`<label for="${name}">`))
      assert.match(html, new RegExp(`id="${name}" name="${name}"[^>]*aria-invalid="true"`))
      assert.match(html, new RegExp(`<a href="#${name}">`))
    }
  }
  assert.match(STYLE, /@media print/)
})

test('CAS-O4 a stranger sees what happened after the report, and not what was known before', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)])
  house.at = HOUR
  house.act(ANNA, { type: 'answer', words: 'for the house alone' })
  house.at = 2 * HOUR
  house.reports(OUTSIDE, [hash(1)])
  const status = () => outsideStatus('r', 2 * HOUR, house.state.cases.get('c1'))
  const nothing = outsideStatus('r', 2 * HOUR, undefined)
  assert.deepEqual(status(), nothing)
  assert.deepEqual([nothing.answerDue, nothing.decisionDue], [26 * HOUR, 74 * HOUR])
  house.at = 3 * HOUR
  house.act(ANNA, { type: 'evidence', id: 'e1', kind: 'file-analysis', what: 'looked', sha256: hash(9) })
  house.act(ANNA, { type: 'propose', verdict: 'false-positive', why: 'secret words' })
  assert.deepEqual(status(), nothing)
  house.act(BERND, { type: 'confirm' })
  assert.deepEqual(status().closed, { at: 3 * HOUR, verdict: 'false-positive' })
  // The twin: a case of their own is answered.
  house.reports(OUTSIDE, [hash(2)])
  house.act(ANNA, { type: 'answer', words: 'thank you' }, 'c3')
  assert.equal(outsideStatus('r', 3 * HOUR, house.state.cases.get('c3')).answer?.words, 'thank you')
})
