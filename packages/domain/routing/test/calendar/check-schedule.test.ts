import assert from 'node:assert/strict'
import test from 'node:test'
import { checkSchedule, type Schedule } from '@rufwerk/routing/calendar'
import fc from 'fast-check'

const GOOD: Schedule = {
  timeZone: 'Europe/Berlin',
  opens: [
    { days: ['mon', 'tue'], from: '08:00', to: '24:00' },
    { days: ['fri'], from: '22:00', to: '02:00' },
  ],
  breaks: [{ days: ['mon'], from: '12:00', to: '12:30' }],
  holidays: {
    region: 'de-by',
    parts: ['by-augsburg'],
    own: [
      { name: 'Betriebsferien', on: '12-24', through: '01-02' },
      { name: 'Umzug', on: '2026-09-10' },
    ],
  },
  exceptions: [{ name: 'Heiligabend', on: '12-24', opens: [{ from: '08:00', to: '12:00' }] }],
  override: { state: 'open', until: 1_800_000_000_000 as never },
}

test('CAL-C1 a good schedule is handed back unchanged', () => {
  const checked = checkSchedule(GOOD)
  assert.ok(checked.ok)
  assert.equal(checked.value, GOOD)
})

const span = { days: ['mon'], from: '08:00', to: '12:00' }
const own = { name: 'x', on: '2026-09-10' }
const exception = { name: 'x', on: '2026-12-24', opens: [] }
const bad: [place: string, code: string, change: Record<string, unknown>][] = [
  ['timeZone', 'unknown-time-zone', { timeZone: 'Berlin' }],
  ['opens', 'not-a-list', { opens: {} }],
  ['opens', 'too-many', { opens: Array.from({ length: 201 }, () => span) }],
  ['opens[1]', 'not-an-object', { opens: [span, null] }],
  ['opens[0].from', 'not-a-time', { opens: [{ ...span, from: '8:00' }] }],
  ['opens[0].from', 'not-a-time', { opens: [{ ...span, from: '24:00' }] }],
  ['opens[0].to', 'not-a-time', { opens: [{ ...span, to: '24:30' }] }],
  ['opens[0]', 'no-length', { opens: [{ ...span, to: '08:00' }] }],
  ['opens[0].days', 'no-days', { opens: [{ ...span, days: [] }] }],
  ['opens[0].days[0]', 'unknown-day', { opens: [{ ...span, days: ['montag'] }] }],
  ['opens[0].days[1]', 'day-twice', { opens: [{ ...span, days: ['mon', 'mon'] }] }],
  ['opens[0].till', 'unknown-field', { opens: [{ ...span, till: 1 }] }],
  ['breaks[0].to', 'not-a-time', { breaks: [{ ...span, to: 12 }] }],
  ['holidays', 'not-an-object', { holidays: undefined }],
  ['holidays.region', 'unknown-region', { holidays: { region: 'by', parts: [], own: [] } }],
  ['holidays.parts[0]', 'unknown-part', { holidays: { region: 'de-by', parts: ['x'], own: [] } }],
  [
    'holidays.parts[0]',
    'part-of-another-region',
    { holidays: { region: 'de-be', parts: ['by-augsburg'], own: [] } },
  ],
  ['holidays.own[0].name', 'not-a-name', { holidays: { parts: [], own: [{ ...own, name: ' ' }] } }],
  ['holidays.own[0].on', 'not-a-date', { holidays: { parts: [], own: [{ ...own, on: '2026-02-30' }] } }],
  ['holidays.own[0].on', 'not-a-date', { holidays: { parts: [], own: [{ ...own, on: '2026-02-29' }] } }],
  [
    'holidays.own[0].on',
    'year-out-of-range',
    { holidays: { parts: [], own: [{ ...own, on: '2100-01-01' }] } },
  ],
  [
    'holidays.own[0].through',
    'mixed-dates',
    { holidays: { parts: [], own: [{ ...own, through: '09-11' }] } },
  ],
  [
    'holidays.own[0].through',
    'ends-before-it-begins',
    { holidays: { parts: [], own: [{ ...own, through: '2026-09-09' }] } },
  ],
  ['exceptions[1].on', 'date-twice', { exceptions: [exception, exception] }],
  ['exceptions[0].opens[0].to', 'not-a-time', { exceptions: [{ ...exception, opens: [{ from: '08:00' }] }] }],
  ['override.state', 'not-a-state', { override: { state: 'break' } }],
  ['override.until', 'not-an-instant', { override: { state: 'open', until: '18:00' } }],
  ['colour', 'unknown-field', { colour: 'green' }],
]
for (const [place, code, change] of bad)
  test(`CAL-C2 ${code} at ${place}`, () => {
    const checked = checkSchedule({ ...GOOD, ...change })
    assert.ok(!checked.ok)
    const found = checked.error.map((problem) => [problem.place, problem.code])
    assert.deepEqual(found, [[place, code]])
    assert.ok(checked.error[0]?.sentence.startsWith(`${place} `))
  })

test('CAL-C3 whatever comes in, the answer is a value', () => {
  for (const input of [undefined, null, 1, 'x', [], {}]) assert.equal(checkSchedule(input).ok, false)
  fc.assert(fc.property(fc.anything(), (input) => void checkSchedule(input)))
  fc.assert(fc.property(fc.anything(), (input) => void checkSchedule({ ...GOOD, opens: [input] })))
})
