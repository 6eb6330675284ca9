// What the pages about security say of the numbers of the server, and never say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deCases } from '../src/i18n/de-cases.ts'
import { deSecurity } from '../src/i18n/de-security.ts'
import { enCases } from '../src/i18n/en-cases.ts'
import { enSecurity } from '../src/i18n/en-security.ts'
import { isWebAddress, isWebFolder, readIssuer } from '../src/state/security/advisory-file.ts'
import {
  actsOf,
  type CaseSummary,
  clockOf,
  isSha256,
  showDistance,
  wordsOfEntry,
} from '../src/state/security/cases.ts'
import { foundIn, headOf, nameOfDevice, orderedRows } from '../src/state/security/exposure.ts'

const NONE = { affected: 0, unknown: 0, underInvestigation: 0, clean: 0 }

test('without an advisory that counts nothing was compared, whatever the counts say', () => {
  assert.equal(headOf({ ...NONE, clean: 150 }, 0), 'nothing-compared')
  assert.equal(headOf(NONE, 0), 'nothing-compared')
  assert.equal(headOf(NONE, 1), 'no-devices')
})

test('one affected device is said before all, unknown ones before none', () => {
  assert.equal(headOf({ ...NONE, affected: 1, clean: 149 }, 1), 'affected')
  assert.equal(headOf({ ...NONE, unknown: 1, clean: 149 }, 1), 'unknown')
  assert.equal(headOf({ ...NONE, underInvestigation: 1, clean: 149 }, 1), 'unknown')
  assert.equal(headOf({ ...NONE, clean: 150 }, 1), 'none')
})

test('the sentence counts, in both languages', () => {
  assert.equal(deSecurity.head.affected(6, 150, 3), '6 von 150 Geräten sind betroffen, 3 sind unbekannt.')
  assert.equal(enSecurity.head.affected(6, 150, 3), '6 of 150 devices are affected, 3 are unknown.')
  assert.equal(enSecurity.head.affected(1, 150, 0), '1 of 150 devices is affected.')
})

/** All sentences; those with gaps filled with numbers and names. */
function sentences(words: object): string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'string') return [value]
    if (typeof value !== 'function') return sentences(value as object)
    return [value(1, 2, 3), value(0, 0, 0), value('a', 'b', 'c')].map(String)
  })
}

test('no word calls anything secure or safe, and German says "Sie"', () => {
  const [title, ...german] = [...sentences(deSecurity), ...sentences(deCases)]
  assert.equal(title, 'Sicherheit')
  for (const text of german) {
    assert.doesNotMatch(text, /\b(un)?(ge)?sicher(e|es|t)?\b/i, text)
    assert.doesNotMatch(text, /\b(du|dich|dein|deine|euer)\b/i, text)
  }
  for (const text of [...sentences(enSecurity), ...sentences(enCases)])
    assert.doesNotMatch(text, /\b(secure|safe)\b/i, text)
})

test('both languages have the same sentences, and none is empty or left in the other', () => {
  const german = [...sentences(deSecurity), ...sentences(deCases)]
  const english = [...sentences(enSecurity), ...sentences(enCases)]
  assert.equal(german.length, english.length)
  for (const [at, text] of german.entries()) {
    assert.notEqual(text.trim(), '')
    if (text.length > 32) assert.notEqual(english[at], text)
  }
})

test('a device is named by its name in the network, else by its account', () => {
  assert.equal(nameOfDevice({ device: 'x', names: { hostname: 'pc-1', account: '7' } }), 'pc-1')
  assert.equal(nameOfDevice({ device: 'x', names: { account: '7' } }), '7')
  assert.equal(nameOfDevice({ device: 'x', names: {} }), 'x')
})

test('what was found stays the words of whoever reported it', () => {
  const of = { source: 'csv', since: 0, lastSeen: 0, isContradicted: false, because: [] }
  assert.equal(foundIn({ ...of, product: 'App', version: '1.2' }), 'App 1.2')
  assert.equal(foundIn({ ...of, product: 'App' }), 'App')
  assert.equal(foundIn({ ...of, userAgent: '<b>Phone/1</b>' }), '<b>Phone/1</b>')
})

test('the most affected site comes first, what nobody knows last', () => {
  const row = (name: string, affected: number) => ({ name, counts: { ...NONE, affected } })
  const ordered = orderedRows([row('', 0), row('Ulm', 0), row('Bonn', 0), row('Köln', 2)])
  assert.deepEqual(
    ordered.map(({ name }) => name),
    ['Köln', 'Bonn', 'Ulm', ''],
  )
})

test('a document suggests its issuer and address; what is none suggests nothing', () => {
  const document = {
    publisher: { namespace: 'https://a.example' },
    references: [
      { category: 'external', url: 'https://b.example/x.json' },
      { category: 'self', url: 'https://a.example/csaf/x.json' },
    ],
  }
  assert.deepEqual(readIssuer(JSON.stringify({ document })), {
    namespace: 'https://a.example',
    address: 'https://a.example/csaf/x.json',
  })
  for (const text of ['', '[', 'null', '[]', '{"document":7}', '{"document":{"references":[null,7]}}'])
    assert.deepEqual(readIssuer(text), {}, text)
  const plain = { document: { references: [{ category: 'self', url: 'javascript:alert(1)' }] } }
  assert.deepEqual(readIssuer(JSON.stringify(plain)), {})
})

test('addresses and folders are those that the interface takes', () => {
  assert.deepEqual(
    ['https://a.example/x.json', 'https://a.example/', 'http://a.example/x'].map(isWebAddress),
    [...[true, false, false]],
  )
  assert.deepEqual(['https://a.example/', 'https://a.example/x', 'https://a/?x=/'].map(isWebFolder), [
    ...[true, false, false],
  ])
})

const CASE: CaseSummary = {
  ...{ id: 'k1', hashes: [], level: 2, status: 'open', reports: 1, openedAt: 0 },
  ...{ answerDue: 1_000, decisionDue: 3_000 },
}

test('first the answer is due, then the decision; a closed case has no clock', () => {
  assert.deepEqual(clockOf(CASE, 1_000), { what: 'answer', due: 1_000, isLate: false })
  assert.deepEqual(clockOf(CASE, 1_001), { what: 'answer', due: 1_000, isLate: true })
  assert.deepEqual(clockOf({ ...CASE, answeredAt: 900 }, 2_000), {
    ...{ what: 'decision', due: 3_000, isLate: false },
  })
  assert.equal(clockOf({ ...CASE, status: 'closed' }, 9_000), undefined)
})

test('how far away a deadline is, in whole units', () => {
  const HOUR = 3_600_000
  assert.equal(showDistance(5.9 * HOUR, 0, 'en-GB'), 'in 5 hours')
  assert.equal(showDistance(0, 71 * HOUR, 'de'), 'vor 2 Tagen')
  assert.equal(showDistance(1.5 * HOUR, 0, 'de'), 'in 90 Minuten')
})

test('only what may be done is offered: nothing to a closed case, an answer once', () => {
  assert.deepEqual(actsOf({ status: 'closed' }), [])
  assert.deepEqual(actsOf({ status: 'proposed' }), ['confirm', 'reject', 'note'])
  assert.equal(actsOf({ status: 'open' })[0], 'answer')
  assert.equal(actsOf({ status: 'open', answeredAt: 1 }).includes('answer'), false)
})

test('of the timeline only words of people are shown', () => {
  assert.equal(wordsOfEntry({ at: 0, act: 'opened', words: 'person p101' }), '')
  assert.equal(wordsOfEntry({ at: 0, act: 'noted', words: 'seen' }), 'seen')
  assert.equal(wordsOfEntry({ at: 0, act: 'proposed', words: 'not-affected: looked' }), 'looked')
  assert.deepEqual(['a'.repeat(64), 'a'.repeat(63), 'g'.repeat(64)].map(isSha256), [true, false, false])
})
