// Dates of the calendar as numbers: days since 1970-01-01 in the Gregorian calendar, without a time zone. And
// Easter, from which the movable holidays are counted.

/** Days since 1970-01-01. */
export type Day = number & { readonly unit: 'day' }

const DAY_MS = 86_400_000

/** ISO 8601: Monday is 0 here, so that it can be an index into WEEKDAYS. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** The day of a date; month 1–12. A day beyond the month counts on into the next one. */
export function dayOf(year: number, month: number, dayOfMonth: number): Day {
  return (Date.UTC(year, month - 1, dayOfMonth) / DAY_MS) as Day
}

export function plusDays(day: Day, days: number): Day {
  return (day + days) as Day
}

export function dateOf(day: Day): { year: number; month: number; dayOfMonth: number } {
  const date = new Date(day * DAY_MS)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate() }
}

/** 0 is Monday, 6 is Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: Day): number {
  return (((day + 3) % 7) + 7) % 7
}

/** As ISO 8601 writes it: 2026-11-22. */
export function writeDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The first day on or after `from` that is this weekday (0 is Monday). */
export function weekdayFrom(from: Day, weekday: number): Day {
  return plusDays(from, (weekday - weekdayOf(from) + 7) % 7)
}

/**
 * Easter Sunday in the Gregorian calendar, by the method known as Meeus, Jones and Butcher: `golden` is the
 * place in the cycle of 19 years, `moon` the age of the moon, and the rest finds the Sunday after the full
 * moon.
 */
export function easterSunday(year: number): Day {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const inCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - moon - (inCentury % 4)) % 7
  const late = Math.floor((golden + 11 * moon + 22 * toSunday) / 451)
  const sum = moon + toSunday - 7 * late + 114
  return dayOf(year, Math.floor(sum / 31), (sum % 31) + 1)
}
