import assert from 'node:assert/strict'
import test from 'node:test'
import { type WallTime, wallTime } from '@rufwerk/core'
import {
  checkSchedule,
  type Moment,
  moment,
  readLocalTime,
  type Schedule,
  type WeeklySpan,
} from '@rufwerk/routing/calendar'
import fc from 'fast-check'

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
const EVERY_DAY = [...WORKDAYS, 'sat', 'sun'] as const
const NO_HOLIDAYS: Schedule['holidays'] = { parts: [], own: [] }
const EMPTY: Schedule = {
  timeZone: 'Europe/Berlin',
  opens: [],
  breaks: [],
  holidays: NO_HOLIDAYS,
  exceptions: [],
}
const OFFICE: Schedule = {
  ...EMPTY,
  opens: [
    { days: WORKDAYS, from: '08:00', to: '18:00' },
    { days: ['sat'], from: '09:00', to: '12:00' },
    { days: ['sat'], from: '13:00', to: '15:00' },
  ],
  breaks: [{ days: WORKDAYS, from: '12:00', to: '12:30' }],
  holidays: {
    region: 'de-by',
    parts: ['by-assumption'],
    own: [
      { name: 'Betriebsferien', on: '12-28', through: '01-02' },
      { name: 'Umzug', on: '2026-09-10', through: '2026-09-11' },
    ],
  },
  exceptions: [
    { name: 'Heiligabend', on: '12-24', opens: [{ from: '08:00', to: '12:00' }] },
    { name: 'Inventur', on: '2026-10-03', opens: [{ from: '10:00', to: '16:00' }] },
    { name: 'Betriebsausflug', on: '2026-07-01', opens: [] },
  ],
}
const NIGHT: Schedule = { ...EMPTY, opens: [{ days: EVERY_DAY, from: '22:00', to: '02:30' }] }

/** In Berlin's time, in summer +02:00. */
const at = (text: string) => wallTime(Date.parse(text.replace(/^(\S+) (\S+) (\S+)$/, '$1T$2:00$3')))
const utc = (time: WallTime | undefined) => time && new Date(time).toISOString().slice(0, 16)
const SUMMER = '+02:00'
const WINTER = '+01:00'

const rows: [
  what: string,
  Schedule,
  at: string,
  state: Moment['state'],
  by: string,
  until: string | undefined,
][] = [
  ['CAL-M1 inside the hours', OFFICE, `2026-06-15 09:00 ${SUMMER}`, 'open', 'week', '2026-06-15T10:00'],
  ['CAL-M1 the first minute', OFFICE, `2026-06-15 08:00 ${SUMMER}`, 'open', 'week', '2026-06-15T10:00'],
  ['CAL-M1 the minute after', OFFICE, `2026-06-15 18:00 ${SUMMER}`, 'closed', 'week', '2026-06-16T06:00'],
  ['CAL-M1 two spans a day', OFFICE, `2026-06-20 12:30 ${SUMMER}`, 'closed', 'week', '2026-06-20T11:00'],
  ['CAL-M1 over the weekend', OFFICE, `2026-06-20 15:00 ${SUMMER}`, 'closed', 'week', '2026-06-22T06:00'],
  ['CAL-M2 a break', OFFICE, `2026-06-15 12:10 ${SUMMER}`, 'break', 'week', '2026-06-15T10:30'],
  ['CAL-M3 public holiday', OFFICE, `2026-05-01 10:00 ${SUMMER}`, 'holiday', 'holiday', '2026-05-01T22:00'],
  [
    'CAL-M3 of a part of a state',
    OFFICE,
    `2026-08-15 10:00 ${SUMMER}`,
    'holiday',
    'holiday',
    '2026-08-15T22:00',
  ],
  ['CAL-M3 at night, too', OFFICE, `2026-05-01 00:00 ${SUMMER}`, 'holiday', 'holiday', '2026-05-01T22:00'],
  [
    'CAL-M3 own, of several days',
    OFFICE,
    `2026-09-10 09:00 ${SUMMER}`,
    'holiday',
    'holiday',
    '2026-09-11T22:00',
  ],
  [
    'CAL-M3 own, across the new year',
    OFFICE,
    `2026-12-31 09:00 ${WINTER}`,
    'holiday',
    'holiday',
    '2027-01-02T23:00',
  ],
  [
    'CAL-M3 another name is a change',
    OFFICE,
    `2026-12-25 09:00 ${WINTER}`,
    'holiday',
    'holiday',
    '2026-12-25T23:00',
  ],
  [
    'CAL-M4 opens on a holiday',
    OFFICE,
    `2026-10-03 11:00 ${SUMMER}`,
    'open',
    'exception',
    '2026-10-03T14:00',
  ],
  [
    'CAL-M4 closed by exception',
    OFFICE,
    `2026-07-01 11:00 ${SUMMER}`,
    'closed',
    'exception',
    '2026-07-01T22:00',
  ],
  [
    'CAL-M4 breaks do not count',
    OFFICE,
    `2026-10-03 12:10 ${SUMMER}`,
    'open',
    'exception',
    '2026-10-03T14:00',
  ],
  ['CAL-M4 every year', OFFICE, `2031-12-24 13:00 ${WINTER}`, 'closed', 'exception', '2031-12-24T23:00'],
  ['CAL-M5 across midnight', NIGHT, `2026-06-15 23:00 ${SUMMER}`, 'open', 'week', '2026-06-16T00:30'],
  ['CAL-M5 after midnight', NIGHT, `2026-06-16 02:00 ${SUMMER}`, 'open', 'week', '2026-06-16T00:30'],
  [
    'CAL-M6 spring: 2:30 does not exist',
    NIGHT,
    `2026-03-29 01:00 ${WINTER}`,
    'open',
    'week',
    '2026-03-29T01:00',
  ],
  [
    'CAL-M6 spring: after the jump',
    NIGHT,
    `2026-03-29 03:00 ${SUMMER}`,
    'closed',
    'week',
    '2026-03-29T20:00',
  ],
  ['CAL-M6 autumn: the first 2:30', NIGHT, `2026-10-25 01:00 ${SUMMER}`, 'open', 'week', '2026-10-25T00:30'],
  [
    'CAL-M6 autumn: the second 2:10',
    NIGHT,
    `2026-10-25 02:10 ${WINTER}`,
    'closed',
    'week',
    '2026-10-25T21:00',
  ],
  ['CAL-M9 never changes', EMPTY, `2026-06-15 12:00 ${SUMMER}`, 'closed', 'week', undefined],
]
for (const [what, schedule, time, state, by, until] of rows)
  test(`${what}: ${time}`, () => {
    const found = moment(schedule, at(time))
    assert.deepEqual([found.state, found.why.by, utc(found.until)], [state, by, until])
  })

test('CAL-M3 the holiday is named in both languages', () => {
  const { why } = moment(OFFICE, at(`2026-05-14 10:00 ${SUMMER}`))
  const name = { de: 'Christi Himmelfahrt', en: 'Ascension Day' }
  assert.deepEqual(why, { by: 'holiday', id: 'ascension-day', name })
})

test('CAL-M4 an exception of one year comes before the same day of every year', () => {
  const { exceptions } = OFFICE
  const later = { name: 'Heiligabend 2026', on: '2026-12-24', opens: [{ from: '08:00', to: '10:00' }] }
  const schedule: Schedule = { ...OFFICE, exceptions: [...exceptions, later] }
  assert.equal(moment(schedule, at(`2026-12-24 11:00 ${WINTER}`)).state, 'closed')
  assert.equal(moment(schedule, at(`2027-12-24 11:00 ${WINTER}`)).state, 'open')
})

test('CAL-M5 a span that began before a holiday goes on, and on the holiday none begins', () => {
  const bar: Schedule = { ...NIGHT, holidays: { region: 'de-be', parts: [], own: [] } }
  assert.equal(moment(bar, at(`2026-05-01 01:00 ${SUMMER}`)).state, 'open')
  assert.equal(moment(bar, at(`2026-05-01 23:00 ${SUMMER}`)).state, 'holiday')
  assert.equal(moment(bar, at(`2026-05-02 01:00 ${SUMMER}`)).state, 'closed')
})

test('CAL-M6 days of 23 and 25 hours', () => {
  const always: Schedule = { ...EMPTY, holidays: { parts: [], own: [{ name: 'x', on: '2026-03-29' }] } }
  const short = moment(always, at(`2026-03-29 00:00 ${WINTER}`)).until ?? 0
  assert.equal(short - at(`2026-03-29 00:00 ${WINTER}`), 23 * 3_600_000)
  const other: Schedule = { ...EMPTY, holidays: { parts: [], own: [{ name: 'x', on: '2026-10-25' }] } }
  const long = moment(other, at(`2026-10-25 00:00 ${SUMMER}`)).until ?? 0
  assert.equal(long - at(`2026-10-25 00:00 ${SUMMER}`), 25 * 3_600_000)
})

const zones: [zone: string, at: string, state: Moment['state']][] = [
  ['America/New_York', '2026-03-08T12:30Z', 'open'],
  ['America/New_York', '2026-03-08T11:30Z', 'closed'],
  ['America/New_York', '2026-11-01T12:30Z', 'closed'],
  ['Asia/Kolkata', '2026-06-15T02:30Z', 'open'],
  ['Asia/Kolkata', '2026-06-15T02:29Z', 'closed'],
  // Samoa had no 30 December 2011.
  ['Pacific/Apia', '2011-12-30T18:30Z', 'open'],
  ['Australia/Lord_Howe', '2026-10-03T21:00Z', 'open'],
]
for (const [timeZone, time, state] of zones)
  test(`CAL-M6 8 to 18 in ${timeZone} at ${time}`, () => {
    const schedule = { ...EMPTY, timeZone, opens: [{ days: EVERY_DAY, from: '08:00', to: '18:00' }] }
    assert.equal(moment(schedule, wallTime(Date.parse(time))).state, state)
  })

test('CAL-M7 what was set by hand counts until its time, or for ever', () => {
  const until = at(`2026-06-15 20:00 ${SUMMER}`)
  const opened: Schedule = { ...OFFICE, override: { state: 'open', until } }
  const during = moment(opened, at(`2026-06-15 19:00 ${SUMMER}`))
  assert.deepEqual(during, { state: 'open', why: { by: 'override' }, until })
  assert.equal(moment(opened, until).state, 'closed')
  const closed = moment({ ...OFFICE, override: { state: 'closed' } }, at(`2026-06-15 09:00 ${SUMMER}`))
  assert.deepEqual([closed.state, closed.until], ['closed', undefined])
})

test('CAL-M9 a change more than a year away is found when it is within 400 days', () => {
  const once: Schedule = { ...EMPTY, exceptions: [{ name: 'x', on: '02-01', opens: [] }] }
  assert.equal(utc(moment(once, at(`2026-02-02 00:00 ${WINTER}`)).until), '2027-01-31T23:00')
})

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '59'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`)
const span = fc.record({ from: clock, to: clock })
const weekly = fc.array(
  fc.record({ days: fc.subarray([...EVERY_DAY], { minLength: 1 }), from: clock, to: clock }),
  { maxLength: 4 },
) satisfies fc.Arbitrary<WeeklySpan[]>
const date = fc
  .tuple(
    fc.constantFrom('', '2026-', '2027-'),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map(([year, month, day]) => `${year}${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  timeZone: fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Nowhere/At_All'),
  opens: weekly,
  breaks: weekly,
  holidays: fc.record({
    region: fc.constantFrom('de-by', 'de-sn', 'us'),
    parts: fc.constant([]),
    own: fc.array(fc.record({ name: fc.constantFrom('a', 'b'), on: date, through: date }), { maxLength: 2 }),
  }),
  exceptions: fc.array(
    fc.record({ name: fc.constantFrom('a', 'b'), on: date, opens: fc.array(span, { maxLength: 2 }) }),
    { maxLength: 2 },
  ),
})
const anyTime = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) })

test('CAL-M8 until is the next change: nothing differs before it, and something does at it', () => {
  const fractions = [0, 0.001, 0.25, 0.5, 0.75, 0.999]
  fc.assert(
    fc.property(anySchedule, anyTime, (schedule, time) => {
      const found = moment(schedule, wallTime(time))
      const end = found.until ?? time + 300 * 86_400_000
      assert.ok(end > time)
      for (const fraction of fractions) {
        const between = wallTime(Math.floor(time + (end - time - 1) * fraction))
        // A copy, so that nothing is remembered from the first answer.
        const { state, why } = moment({ ...schedule }, between)
        assert.deepEqual({ state, why }, { state: found.state, why: found.why })
      }
      if (found.until === undefined) return
      const { state, why } = moment({ ...schedule }, found.until)
      assert.notDeepEqual({ state, why }, { state: found.state, why: found.why })
    }),
    { numRuns: 60 },
  )
})

test('CAL-M1 a day is judged as a clock on the wall would', () => {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: 'Europe/Berlin', weekday: 'short', hour: '2-digit', minute: '2-digit' },
  })
  const plain: Schedule = { ...EMPTY, opens: OFFICE.opens, breaks: OFFICE.breaks }
  fc.assert(
    fc.property(anyTime, (time) => {
      const [day = '', clockTime = ''] = format.format(time).toLowerCase().split(' ')
      const isIn = ({ days, from, to }: WeeklySpan) =>
        days.some((name) => day.startsWith(name)) && clockTime >= from && clockTime < to
      const isOpen = plain.opens.some(isIn)
      const expected = isOpen ? (plain.breaks.some(isIn) ? 'break' : 'open') : 'closed'
      assert.equal(moment(plain, wallTime(time)).state, expected)
    }),
  )
})

test('CAL-M10 no time and no schedule makes it throw', () => {
  const times = [Number.NaN, -1e20, 0, 8.64e15, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]
  const broken: Schedule = {
    ...OFFICE,
    timeZone: 'Nowhere/At_All',
    opens: [{ days: ['mon'], from: 'noon', to: '99:99' }],
    exceptions: [{ name: '', on: '13-41', opens: [] }],
  }
  for (const schedule of [OFFICE, NIGHT, EMPTY, broken])
    for (const time of times) assert.ok(moment(schedule, wallTime(time)).state)
  assert.equal(checkSchedule(broken).ok, false)
})

test('CAL-M11 a thousand evaluations cost well under 100 ms of processor time', () => {
  const measure = () => {
    const schedule = { ...OFFICE }
    const before = process.cpuUsage()
    for (let n = 0; n < 1000; n++)
      moment(schedule, wallTime(Date.UTC(2026, 0, 1) + ((n * 7919) % 1000) * 3.1e7))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  // What is compiled and what else runs on the machine must not decide.
  assert.ok(Math.min(measure(), measure(), measure()) < 100)
})

test('CAL-M12 what the clock of a zone shows is a moment', () => {
  const read = (text: string, zone = 'Europe/Berlin') => {
    const at = readLocalTime(text, zone)
    return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16)
  }
  assert.equal(read('2026-12-24T10:00'), '2026-12-24T09:00')
  assert.equal(read('2026-07-01T10:00'), '2026-07-01T08:00')
  assert.equal(read('2026-07-01T10:00', 'America/New_York'), '2026-07-01T14:00')
  assert.equal(read('2026-03-29T02:30'), '2026-03-29T01:00', 'The clock jumps over it.')
  assert.equal(read('2026-12-31T24:00'), '2026-12-31T23:00')
  for (const text of [
    '',
    '2026-12-24',
    '12-24T10:00',
    '2026-02-29T10:00',
    '2026-12-24T25:00',
    '2026-12-24T10:00T',
  ])
    assert.equal(read(text), undefined, text)
  assert.equal(read('2026-12-24T10:00', 'Nowhere/Else'), undefined)
})
