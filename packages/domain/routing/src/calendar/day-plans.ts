// What a schedule says about single days, as times: when its spans begin and end by the clock of its zone,
// which holiday and which exception it is. Computed once per day and kept; what cannot be read is left out.
import type { WallTime } from '@rufwerk/core'
import { type Day, dateOf, dayOf, plusDays, WEEKDAYS, weekdayOf } from './day.ts'
import { holidayOn, REGIONS } from './holidays.ts'
import {
  type CalendarDate,
  isLeap,
  MINUTES_PER_DAY,
  type OwnHoliday,
  readDateRule,
  readSpan,
  type Schedule,
  type Span,
  type WeeklySpan,
} from './schedule.ts'
import { type Zone, zoneOf } from './zone.ts'

export interface Interval {
  readonly from: WallTime
  readonly to: WallTime
}

/** The holiday's name in both languages; one of the company's own has the same in both. */
export interface HolidayName {
  /** Of a public holiday only. */
  readonly id?: string
  readonly name: { readonly de: string; readonly en: string }
}

export interface DayPlan {
  readonly begins: WallTime
  readonly ends: WallTime
  /** Opening times that begin on this day; none on a holiday. */
  readonly opens: readonly Interval[]
  readonly breaks: readonly Interval[]
  readonly holiday?: HolidayName
  /** The name of the exception whose opening times these are. */
  readonly exception?: string
}

const PLANS_KEPT_MAX = 2_000

type Minutes = { readonly from: number; readonly to: number }
type Week = readonly (readonly Minutes[])[]

export class DayPlans {
  readonly zone: Zone
  readonly #schedule: Schedule
  readonly #opens: Week
  readonly #breaks: Week
  readonly #exceptions: { on: CalendarDate; name: string; opens: readonly Minutes[] }[]
  readonly #own: { on: CalendarDate; through: CalendarDate; name: string }[]
  readonly #plans = new Map<Day, DayPlan>()

  constructor(schedule: Schedule) {
    this.#schedule = schedule
    this.zone = zoneOf(schedule.timeZone)
    this.#opens = byWeekday(schedule.opens)
    this.#breaks = byWeekday(schedule.breaks)
    const exceptions = schedule.exceptions.flatMap(({ on, name, opens }) => {
      const date = readDateRule(on)
      return date ? [{ on: date, name, opens: readable(opens) }] : []
    })
    // What was written for one year comes before what is so every year.
    const isYearly = ({ on }: { on: CalendarDate }) => Number(on.year === undefined)
    this.#exceptions = exceptions.sort((a, b) => isYearly(a) - isYearly(b))
    this.#own = schedule.holidays.own.flatMap(readOwn)
  }

  of(day: Day): DayPlan {
    const known = this.#plans.get(day)
    if (known) return known
    if (this.#plans.size >= PLANS_KEPT_MAX) this.#plans.clear()
    const plan = this.#make(day)
    this.#plans.set(day, plan)
    return plan
  }

  #make(day: Day): DayPlan {
    const begins = this.zone.timeOf(day, 0)
    const ends = this.zone.timeOf(day, MINUTES_PER_DAY)
    const weekday = weekdayOf(day)
    const breaks = this.#intervals(day, this.#breaks[weekday] ?? [])
    const exception = this.#exceptions.find(({ on }) => isOn(on, day))
    if (exception) {
      const opens = this.#intervals(day, exception.opens)
      return { begins, ends, opens, breaks, exception: exception.name }
    }
    const holiday = this.#holidayOn(day)
    if (holiday) return { begins, ends, opens: [], breaks, holiday }
    return { begins, ends, opens: this.#intervals(day, this.#opens[weekday] ?? []), breaks }
  }

  #holidayOn(day: Day): HolidayName | undefined {
    const own = this.#own.find(({ on, through }) => isWithin(on, through, day))
    if (own) return { name: { de: own.name, en: own.name } }
    const { region, parts } = this.#schedule.holidays
    if (region === undefined || !REGIONS.includes(region)) return undefined
    const found = holidayOn(region, parts, day)
    return found && { id: found.id, name: found.name }
  }

  /** What the clocks leave of the spans: one that lies in a gap is empty and left out. */
  #intervals(day: Day, spans: readonly Minutes[]): Interval[] {
    const { zone } = this
    const all = spans.map(({ from, to }) => ({ from: zone.timeOf(day, from), to: zone.timeOf(day, to) }))
    return all.filter(({ from, to }) => from < to)
  }
}

function readable(spans: readonly Span[]): Minutes[] {
  return spans.map(readSpan).filter((span) => span !== undefined)
}

function byWeekday(spans: readonly WeeklySpan[]): Week {
  return WEEKDAYS.map((weekday) => readable(spans.filter(({ days }) => days.includes(weekday))))
}

function readOwn({ name, on, through }: OwnHoliday) {
  const first = readDateRule(on)
  const last = through === undefined ? first : readDateRule(through)
  const isReadable = first && last && (first.year === undefined) === (last.year === undefined)
  return isReadable ? [{ name, on: first, through: last }] : []
}

function isOn({ year, month, dayOfMonth }: CalendarDate, day: Day): boolean {
  const date = dateOf(day)
  return date.month === month && date.dayOfMonth === dayOfMonth && (year === undefined || date.year === year)
}

function isWithin(first: CalendarDate, last: CalendarDate, day: Day): boolean {
  if (first === last) return isOn(first, day)
  const { year } = dateOf(day)
  if (first.year !== undefined && last.year !== undefined)
    return day >= inYear(first, first.year, 1) && day <= inYear(last, last.year, 0)
  const start = inYear(first, year, 1)
  const end = inYear(last, year, 0)
  // A yearly range may cross the new year: 24 December to 1 January.
  return start <= end || isBefore(first, last) ? day >= start && day <= end : day >= start || day <= end
}

function isBefore(a: CalendarDate, b: CalendarDate): boolean {
  return a.month < b.month || (a.month === b.month && a.dayOfMonth <= b.dayOfMonth)
}

/** In a year without 29 February a range begins on 1 March (`later` 1) or ends on 28 February (0). */
function inYear({ month, dayOfMonth }: CalendarDate, year: number, later: 0 | 1): Day {
  const day = dayOf(year, month, dayOfMonth)
  const isMissing = month === 2 && dayOfMonth === 29 && !isLeap(year)
  return isMissing && later === 0 ? plusDays(day, -1) : day
}
