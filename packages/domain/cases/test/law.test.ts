import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addMonths,
  authorityReport,
  LAWS,
  type LawClocks,
  type LawInput,
  lawDeadlines,
  lawStep,
  reportText,
  STAGES,
  tellLateLaw,
} from '../src/law/index.ts'
import { WORDS_CHARS_MAX } from '../src/limits.ts'
import { CARLAS, HOUR, House, hash } from './house.ts'

const at = (text: string) => Date.parse(text)
const AWARE = at('2027-01-29T22:30:00Z')
const LATER = at('2028-01-01T00:00:00Z')

/** An input without who and when. */
type Plain<T> = T extends LawInput ? Omit<T, 'by' | 'at'> & { readonly at?: number } : never

function said(inputs: readonly Plain<LawInput>[], before: LawClocks = []): LawClocks {
  return inputs.reduce((clocks, input) => {
    const done = lawStep(clocks, { by: 'anna', at: AWARE + HOUR, ...input } as LawInput)
    assert.ok(done.ok, JSON.stringify([input, done]))
    return done.value
  }, before)
}

function refused(clocks: LawClocks, input: Plain<LawInput>): string {
  const done = lawStep(clocks, { by: 'anna', at: AWARE + HOUR, ...input } as LawInput)
  assert.ok(!done.ok)
  return done.error
}

const EVERYTHING = said(LAWS.map((law) => ({ type: 'aware', law, becameAwareAt: AWARE }) as const))

const shown = (clocks: LawClocks, now: number) =>
  lawDeadlines(clocks, now).map(({ law, stage, due, state }) =>
    [law, stage, due === undefined ? '-' : new Date(due).toISOString().slice(0, 16), state].join(' '),
  )

test('CAS-L1 each law has its stages and times', () => {
  const submittedAt = at('2027-01-31T10:00:00Z')
  const clocks = said(
    [
      { type: 'submitted', law: 'nis2', stage: 'notification', reference: 'N-1', at: submittedAt },
      { type: 'submitted', law: 'cra-incident', stage: 'notification', reference: 'N-2', at: submittedAt },
      { type: 'measure-available', law: 'cra-vulnerability', availableAt: submittedAt, at: submittedAt },
    ],
    EVERYTHING,
  )
  assert.deepEqual(shown(clocks, submittedAt), [
    'nis2 early-warning 2027-01-30T22:30 late',
    'nis2 notification 2027-02-01T22:30 submitted',
    'nis2 final-report 2027-02-28T10:00 open',
    'gdpr notification 2027-02-01T22:30 open',
    'cra-vulnerability early-warning 2027-01-30T22:30 late',
    'cra-vulnerability notification 2027-02-01T22:30 open',
    'cra-vulnerability final-report 2027-02-14T10:00 open',
    'cra-incident early-warning 2027-01-30T22:30 late',
    'cra-incident notification 2027-02-01T22:30 submitted',
    'cra-incident final-report 2027-02-28T10:00 open',
  ])
})

test('CAS-L2 a month is a calendar month, cut where one is shorter, and hours are hours', () => {
  const rows: readonly [from: string, to: string][] = [
    ['2027-01-31T23:59:59Z', '2027-02-28T23:59:59Z'],
    ['2028-01-31T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['2027-02-28T12:00:00Z', '2027-03-28T12:00:00Z'],
    ['2027-03-31T12:00:00Z', '2027-04-30T12:00:00Z'],
    ['2027-12-31T12:00:00Z', '2028-01-31T12:00:00Z'],
    ['2027-05-15T12:00:00Z', '2027-06-15T12:00:00Z'],
  ]
  for (const [from, to] of rows)
    assert.equal(new Date(addMonths(at(from), 1)).toISOString(), to.replace('Z', '.000Z'))
  const days = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') })
  fc.assert(
    fc.property(days, (from) => {
      const passed = addMonths(from, 1) - from
      assert.ok(passed >= 28 * 24 * HOUR && passed <= 31 * 24 * HOUR)
      assert.equal(passed % (24 * HOUR), 0)
    }),
  )
  // In Germany clocks go forward on 2027-03-28.
  const aware = at('2027-03-27T12:00:00+01:00')
  const clocks = said([{ type: 'aware', law: 'gdpr', becameAwareAt: aware, at: aware }])
  assert.equal(lawDeadlines(clocks, aware)[0]?.due, at('2027-03-30T13:00:00+02:00'))
})

test('CAS-L3 without a submitted notification or a measure the final report has no time', () => {
  const finals = (clocks: LawClocks) => shown(clocks, LATER).filter((line) => line.includes('final'))
  assert.deepEqual(finals(EVERYTHING), [
    'nis2 final-report - waits',
    'cra-vulnerability final-report - waits',
    'cra-incident final-report - waits',
  ])
  const none = said(
    [{ type: 'not-applicable', law: 'nis2', stage: 'notification', reason: 'not significant' }],
    EVERYTHING,
  )
  assert.equal(finals(none)[0], 'nis2 final-report - waits')
})

test('CAS-L4 awareness is stated by a person, not for later, and moved to earlier only', () => {
  const aware = (becameAwareAt: number) => ({ type: 'aware', law: 'gdpr', becameAwareAt }) as const
  assert.equal(refused([], aware(AWARE + HOUR + 1)), 'future')
  assert.equal(refused(EVERYTHING, aware(AWARE + 1)), 'later')
  assert.equal(refused([], { ...aware(AWARE), by: '' } as Plain<LawInput>), 'malformed')
  assert.equal(refused([], aware(Number.NaN)), 'malformed')
  const earlier = said([aware(AWARE - HOUR)], EVERYTHING)
  assert.equal(earlier.find(({ law }) => law === 'gdpr')?.becameAwareAt, AWARE - HOUR)
  assert.equal(
    refused([], { type: 'submitted', law: 'gdpr', stage: 'notification', reference: 'x' }),
    'not-aware',
  )
})

test('CAS-L5 submitted or not applicable once, with a person and words; late is told once', () => {
  const submitted = { type: 'submitted', law: 'nis2', stage: 'early-warning', reference: 'N-1' } as const
  const inTime = said([submitted], EVERYTHING)
  assert.equal(refused(inTime, submitted), 'done')
  assert.equal(refused(EVERYTHING, { ...submitted, reference: '' }), 'malformed')
  const none = { type: 'not-applicable', law: 'nis2', stage: 'early-warning', reason: '' } as const
  assert.equal(refused(EVERYTHING, none), 'malformed')
  assert.equal(refused(EVERYTHING, { ...submitted, law: 'gdpr' }), 'unknown-stage')
  const measure = { type: 'measure-available', law: 'gdpr', availableAt: AWARE } as const
  assert.equal(refused(EVERYTHING, measure), 'unknown-stage')
  const states = (clocks: LawClocks, now = LATER) => lawDeadlines(clocks, now)[0]
  assert.deepEqual([states(inTime)?.state, states(inTime)?.done?.by], ['submitted', 'anna'])
  const due = AWARE + 24 * HOUR
  assert.equal(states(said([{ ...submitted, at: due }], EVERYTHING))?.state, 'submitted')
  assert.equal(states(said([{ ...submitted, at: due + 1 }], EVERYTHING))?.state, 'submitted-late')
  assert.equal(states(said([{ ...none, reason: 'not in scope' }], EVERYTHING))?.state, 'not-applicable')
  assert.equal(tellLateLaw(EVERYTHING, due).overdue.length, 0, 'the last moment is in time')
  const told = tellLateLaw(inTime, due + 1)
  assert.deepEqual(
    told.overdue.map(({ law }) => law),
    ['cra-vulnerability', 'cra-incident'],
  )
  assert.deepEqual(tellLateLaw(told.clocks, due + 2).overdue, [])
  assert.equal(tellLateLaw(told.clocks, LATER).overdue.length, 4)
})

test('CAS-L6 a form says what is known and what is not, and that counsel verifies it', () => {
  const house = new House()
  house.reports(CARLAS, [hash(1)], {
    report: { hashes: [hash(1)], product: 'Phone', version: '1.2', words: 'flagged\nRoot cause:\n  none' },
  })
  const clock = EVERYTHING.find(({ law }) => law === 'nis2') ?? assert.fail()
  const form = authorityReport(house.one(), clock, 'final-report', 'en', {
    impact: ' 3 of 150 ',
    measures: ' ',
  })
  assert.ok(form.ok)
  const of = (name: string) => form.value.fields.find((field) => field.name === name)?.value
  assert.deepEqual(['products', 'indicators', 'impact'].map(of), ['Phone 1.2', hash(1), '3 of 150'])
  assert.deepEqual(['rootCause', 'measures', 'crossBorder', 'suspectedUnlawful'].map(of), [
    null,
    null,
    null,
    null,
  ])
  assert.deepEqual(JSON.parse(JSON.stringify(form.value)), form.value)
  const text = reportText(form.value)
  assert.match(
    text,
    /^Final report: Directive \(EU\) 2022\/2555, Art\. 23\(4\)\(d\) \(verify with counsel\)\n/,
  )
  assert.match(text, /\nRoot cause:\n {2}not known at the time of the report\n/)
  assert.equal(text.match(/^Root cause:/gm)?.length, 1, 'words of others are no field')
  for (const one of EVERYTHING)
    for (const stage of STAGES) {
      const german = authorityReport(house.one(), one, stage, 'de', {})
      const isThere = one.law !== 'gdpr' || stage === 'notification'
      assert.equal(german.ok, isThere, `${one.law} ${stage}`)
      if (!german.ok) continue
      const said = reportText(german.value)
      assert.match(said, /\(mit Rechtsbeistand prüfen\)/)
      assert.match(said, /zum Zeitpunkt der Meldung nicht bekannt/)
    }
  const long = authorityReport(house.one(), clock, 'notification', 'de', {
    impact: 'x'.repeat(WORDS_CHARS_MAX + 1),
  })
  assert.deepEqual(long, { ok: false, error: 'impact' })
})
