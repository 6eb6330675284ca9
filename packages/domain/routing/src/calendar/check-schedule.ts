// Reads a schedule from what somebody wrote or stored, and names the place of everything that is wrong with
// it. Nothing is repaired: a schedule with one problem is refused as a whole.
import { fail, ok, type Result, type WallTime } from '@rufwerk/core'
import { WEEKDAYS } from './day.ts'
import { HOLIDAY_YEAR_MAX, HOLIDAY_YEAR_MIN, isPartOf, REGION_PARTS, REGIONS } from './holidays.ts'
import { type CalendarDate, readClockTime, readDateRule, type Schedule } from './schedule.ts'
import { isTimeZone } from './zone.ts'

/** Weekly spans of one kind, the company's holidays and exceptions: at most this many each. */
export const SCHEDULE_ENTRIES_MAX = 200
/** Opening times of one exception. */
export const SPANS_PER_DAY_MAX = 10
export const HOLIDAY_NAME_CHARS_MAX = 80

const SENTENCES = {
  'not-an-object': 'must be an object with named fields',
  'not-a-list': 'must be a list',
  'too-many': `must have at most ${SCHEDULE_ENTRIES_MAX} entries, ${SPANS_PER_DAY_MAX} on one day`,
  'unknown-field': 'is no field of a schedule',
  'unknown-time-zone': 'must be a time zone such as Europe/Berlin',
  'unknown-region': `must be one of ${REGIONS.join(', ')}`,
  'unknown-part': `must be one of ${REGION_PARTS.join(', ')}`,
  'part-of-another-region': 'belongs to another region than the one chosen',
  'no-days': 'must name at least one day of the week',
  'unknown-day': `must be one of ${WEEKDAYS.join(', ')}`,
  'day-twice': 'names a day a second time',
  'not-a-time': 'must be a time of the day such as 08:30; an end may be 24:00',
  'no-length': 'ends when it begins; a whole day is 00:00 to 24:00',
  'not-a-date': 'must be a date of the calendar such as 2026-12-24, or 12-24 for every year',
  'year-out-of-range': `must lie in the years ${HOLIDAY_YEAR_MIN} to ${HOLIDAY_YEAR_MAX}`,
  'mixed-dates': 'must have a year if and only if the first day has one',
  'ends-before-it-begins': 'must not lie before the first day',
  'date-twice': 'has the date of an earlier exception',
  'not-a-name': `must be a text of 1 to ${HOLIDAY_NAME_CHARS_MAX} characters without line breaks`,
  'not-a-state': 'must be open or closed',
  'not-an-instant': 'must be milliseconds since 1970-01-01 UTC',
} as const

export type ScheduleProblemCode = keyof typeof SENTENCES

export interface ScheduleProblem {
  /** Where, as a path: `opens[2].to`. */
  readonly place: string
  readonly code: ScheduleProblemCode
  /** Place and what is asked for, in English. */
  readonly sentence: string
}

/** The schedule, unchanged, or all that is wrong with it. Never throws. */
export function checkSchedule(input: unknown): Result<Schedule, readonly ScheduleProblem[]> {
  const check = new Check()
  check.schedule(input)
  return check.problems.length === 0 ? ok(input as Schedule) : fail(check.problems)
}

type Fields = Readonly<Record<string, unknown>>

class Check {
  readonly problems: ScheduleProblem[] = []

  schedule(input: unknown): void {
    const fields = ['timeZone', 'opens', 'breaks', 'holidays', 'exceptions', 'override']
    const schedule = this.#object(input, '', fields)
    if (!schedule) return
    const { timeZone, opens, breaks, holidays, exceptions, override } = schedule
    if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) this.#add('timeZone', 'unknown-time-zone')
    for (const [place, spans] of Object.entries({ opens, breaks }))
      this.#each(spans, place, SCHEDULE_ENTRIES_MAX, (span, at) => this.#weekly(span, at))
    this.#holidays(holidays)
    const seen = new Set<unknown>()
    this.#each(exceptions, 'exceptions', SCHEDULE_ENTRIES_MAX, (exception, at) =>
      this.#exception(exception, at, seen),
    )
    if (override !== undefined) this.#override(override)
  }

  #weekly(input: unknown, place: string): void {
    const span = this.#object(input, place, ['days', 'from', 'to'])
    if (!span) return
    const seen = new Set<unknown>()
    const count = this.#each(span.days, `${place}.days`, WEEKDAYS.length, (day, at) => {
      if (!WEEKDAYS.some((known) => known === day)) this.#add(at, 'unknown-day')
      else if (seen.has(day)) this.#add(at, 'day-twice')
      seen.add(day)
    })
    if (count === 0) this.#add(`${place}.days`, 'no-days')
    this.#times(span, place)
  }

  #times({ from, to }: Fields, place: string): void {
    const start = typeof from === 'string' ? readClockTime(from) : undefined
    const end = typeof to === 'string' ? readClockTime(to) : undefined
    if (start === undefined || from === '24:00') this.#add(`${place}.from`, 'not-a-time')
    if (end === undefined) this.#add(`${place}.to`, 'not-a-time')
    if (start !== undefined && start === end) this.#add(place, 'no-length')
  }

  #holidays(input: unknown): void {
    const holidays = this.#object(input, 'holidays', ['region', 'parts', 'own'])
    if (!holidays) return
    const region = REGIONS.find((known) => known === holidays.region)
    if (holidays.region !== undefined && !region) this.#add('holidays.region', 'unknown-region')
    this.#each(holidays.parts, 'holidays.parts', REGION_PARTS.length, (input, at) => {
      const part = REGION_PARTS.find((known) => known === input)
      if (!part) this.#add(at, 'unknown-part')
      else if (!region || !isPartOf(part, region)) this.#add(at, 'part-of-another-region')
    })
    this.#each(holidays.own, 'holidays.own', SCHEDULE_ENTRIES_MAX, (own, at) => this.#own(own, at))
  }

  #own(input: unknown, place: string): void {
    const own = this.#object(input, place, ['name', 'on', 'through'])
    if (!own) return
    this.#name(own.name, place)
    const first = this.#date(own.on, `${place}.on`)
    if (own.through === undefined) return
    const last = this.#date(own.through, `${place}.through`)
    if (!first || !last) return
    if ((first.year === undefined) !== (last.year === undefined)) this.#add(`${place}.through`, 'mixed-dates')
    else if (first.year !== undefined && String(own.through) < String(own.on))
      this.#add(`${place}.through`, 'ends-before-it-begins')
  }

  #exception(input: unknown, place: string, seen: Set<unknown>): void {
    const exception = this.#object(input, place, ['name', 'on', 'opens'])
    if (!exception) return
    this.#name(exception.name, place)
    this.#date(exception.on, `${place}.on`)
    if (seen.has(exception.on)) this.#add(`${place}.on`, 'date-twice')
    seen.add(exception.on)
    this.#each(exception.opens, `${place}.opens`, SPANS_PER_DAY_MAX, (input, at) => {
      const span = this.#object(input, at, ['from', 'to'])
      if (span) this.#times(span, at)
    })
  }

  #override(input: unknown): void {
    const override = this.#object(input, 'override', ['state', 'until'])
    if (!override) return
    if (override.state !== 'open' && override.state !== 'closed') this.#add('override.state', 'not-a-state')
    const { until } = override
    if (until !== undefined && !isWallTime(until)) this.#add('override.until', 'not-an-instant')
  }

  #name(name: unknown, place: string): void {
    const isName = typeof name === 'string' && /\S/.test(name) && !/\p{Cc}/u.test(name)
    if (!isName || name.length > HOLIDAY_NAME_CHARS_MAX) this.#add(`${place}.name`, 'not-a-name')
  }

  #date(date: unknown, place: string): CalendarDate | undefined {
    const read = typeof date === 'string' ? readDateRule(date) : undefined
    if (!read) this.#add(place, 'not-a-date')
    else if (read.year !== undefined && (read.year < HOLIDAY_YEAR_MIN || read.year > HOLIDAY_YEAR_MAX))
      this.#add(place, 'year-out-of-range')
    return read
  }

  #object(input: unknown, place: string, fields: readonly string[]): Fields | undefined {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      this.#add(place, 'not-an-object')
      return undefined
    }
    const unknown = Object.keys(input).find((field) => !fields.includes(field))
    if (unknown !== undefined) this.#add(place ? `${place}.${unknown}` : unknown, 'unknown-field')
    return input as Fields
  }

  /** How many entries there were; undefined when it is no list. */
  #each(
    list: unknown,
    place: string,
    max: number,
    check: (entry: unknown, at: string) => void,
  ): number | undefined {
    if (!Array.isArray(list)) {
      this.#add(place, 'not-a-list')
      return undefined
    }
    if (list.length > max) this.#add(place, 'too-many')
    for (const [index, entry] of list.slice(0, max).entries()) check(entry, `${place}[${index}]`)
    return list.length
  }

  #add(place: string, code: ScheduleProblemCode): void {
    const where = place === '' ? 'schedule' : place
    this.problems.push({ place: where, code, sentence: `${where} ${SENTENCES[code]}` })
  }
}

function isWallTime(value: unknown): value is WallTime {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
