// What is exported is what our own search reads back: every value again, and nothing that was not understood.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Indicator,
  type IndicatorKind,
  SIGMA_CATEGORIES,
  writeIndicatorCsv,
  writeSigma,
  writeStix,
} from '@rufwerk/evidence/indicators'
import { readIndicators } from '@rufwerk/indicators/readers'

const VALUES: readonly (readonly [IndicatorKind, string, shown: string])[] = [
  ['domain', 'evil.example', 'evil[.]example'],
  ['ipv4', '192.0.2.1', '192[.]0[.]2[.]1'],
  ['sha256', 'a'.repeat(64), 'a'.repeat(64)],
  ['sha1', 'b'.repeat(40), 'b'.repeat(40)],
  ['md5', 'c'.repeat(32), 'c'.repeat(32)],
  ['file-name', "it's.dll", "it's.dll"],
]
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const INDICATORS: readonly Indicator[] = VALUES.map(([kind, value], at) => ({
  ...{ id: idOf(at), kind, value, source: 'CSAF', seenAt: 1 },
}))
const IDS = Object.fromEntries(SIGMA_CATEGORIES.map((category, at) => [category, idOf(90 + at)])) as never

function read(text: { readonly ok: boolean; readonly value?: string }) {
  assert.ok(text.ok && text.value !== undefined)
  return readIndicators(text.value, { caseId: 'c', document: 'd' } as never)
}

test('STIX is read back, value by value', () => {
  const { format, indicators, remarks } = read(writeStix(INDICATORS, { id: idOf(99), at: 2 }))
  assert.deepEqual(remarks, [])
  assert.match(format, /stix/i)
  assert.deepEqual(
    indicators.map(({ text }) => text),
    VALUES.map(([, , shown]) => shown),
  )
})

test('Sigma is read back as one rule for each kind of log', () => {
  const { rules, remarks } = read(writeSigma(INDICATORS, { name: 'F-1', ids: IDS, at: 2 }))
  assert.deepEqual(remarks, [])
  assert.equal(rules.length, SIGMA_CATEGORIES.length)
})

test('CSV is read back, value by value', () => {
  const { indicators } = read(writeIndicatorCsv(INDICATORS))
  const found = indicators.map(({ text }) => text)
  for (const [, , shown] of VALUES) assert.ok(found.includes(shown), shown)
})
