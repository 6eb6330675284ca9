// Federal holidays of the United States (5 U.S.C. 6103) with the days on which they are observed for a week
// of Monday to Friday: Friday for a Saturday, Monday for a Sunday (5 U.S.C. 6103 (b), Executive Order 11582).
// Inauguration Day, which concerns the area of Washington only, and days a President gives once are not here.
import { type Day, dayOf, plusDays, weekdayFrom, weekdayOf } from './day.ts'
import type { Holiday } from './holidays.ts'

interface Rule {
  readonly id: string
  readonly de: string
  readonly en: string
  readonly on: (year: number) => Day
  readonly since?: number
}

const MONDAY = 0
const THURSDAY = 3
const SATURDAY = 5
const SUNDAY = 6

const date = (month: number, dayOfMonth: number) => (year: number) => dayOf(year, month, dayOfMonth)
const nth = (count: number, weekday: number, month: number) => (year: number) =>
  plusDays(weekdayFrom(dayOf(year, month, 1), weekday), 7 * (count - 1))
const lastMondayOfMay = (year: number) => weekdayFrom(dayOf(year, 5, 25), MONDAY)

const NEW_YEAR: Rule = { id: 'new-year', de: 'Neujahr', en: "New Year's Day", on: date(1, 1) }

const RULES: readonly Rule[] = [
  NEW_YEAR,
  {
    id: 'king-day',
    de: 'Martin-Luther-King-Tag',
    en: 'Birthday of Martin Luther King, Jr.',
    on: nth(3, MONDAY, 1),
  },
  {
    id: 'washington-day',
    de: 'Geburtstag von George Washington',
    en: "Washington's Birthday",
    on: nth(3, MONDAY, 2),
  },
  { id: 'memorial-day', de: 'Volkstrauertag der USA', en: 'Memorial Day', on: lastMondayOfMay },
  // Public Law 117-17 of 17 June 2021.
  {
    id: 'juneteenth',
    de: 'Juneteenth',
    en: 'Juneteenth National Independence Day',
    on: date(6, 19),
    since: 2021,
  },
  { id: 'independence-day', de: 'Unabhängigkeitstag', en: 'Independence Day', on: date(7, 4) },
  { id: 'us-labor-day', de: 'Tag der Arbeit der USA', en: 'Labor Day', on: nth(1, MONDAY, 9) },
  { id: 'columbus-day', de: 'Kolumbus-Tag', en: 'Columbus Day', on: nth(2, MONDAY, 10) },
  { id: 'veterans-day', de: 'Tag der Veteranen', en: 'Veterans Day', on: date(11, 11) },
  { id: 'thanksgiving', de: 'Erntedankfest der USA', en: 'Thanksgiving Day', on: nth(4, THURSDAY, 11) },
  { id: 'christmas-day', de: 'Weihnachten', en: 'Christmas Day', on: date(12, 25) },
]

/** The holidays themselves, then the days on which others are observed. */
export function federalHolidays(year: number): Holiday[] {
  const own = RULES.filter((rule) => year >= (rule.since ?? year))
  const found = own.map((rule) => holiday(rule, rule.on(year), false))
  const observed = own.flatMap((rule) => observance(rule, year))
  // 1 January of the next year may be a Saturday, whose Friday is still in this one.
  observed.push(...observance(NEW_YEAR, year + 1))
  return [...found, ...observed.filter(({ day }) => day >= dayOf(year, 1, 1) && day <= dayOf(year, 12, 31))]
}

function observance(rule: Rule, year: number): Holiday[] {
  const day = rule.on(year)
  const weekday = weekdayOf(day)
  if (weekday === SATURDAY) return [holiday(rule, plusDays(day, -1), true)]
  return weekday === SUNDAY ? [holiday(rule, plusDays(day, 1), true)] : []
}

function holiday(rule: Rule, day: Day, isObserved: boolean): Holiday {
  const { id, de, en } = rule
  const name = isObserved ? { de: `${de} (arbeitsfrei)`, en: `${en} (observed)` } : { de, en }
  return { id, day, name, isObserved }
}
