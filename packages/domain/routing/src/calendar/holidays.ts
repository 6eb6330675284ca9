// Public holidays of a region in a year, with German and English names. The tables are in germany.ts and
// united-states.ts; each year is computed once and kept.
import { type Day, dateOf } from './day.ts'
import { GERMAN_PARTS, GERMAN_STATES, type GermanPart, type GermanState, germanHolidays } from './germany.ts'
import { federalHolidays } from './united-states.ts'

/** ISO 3166: the country, or country and state, in small letters. */
export type Region = GermanState | 'us'
/** A holiday that is one only in parts of a state, and is therefore chosen by name. */
export type RegionPart = GermanPart

export const REGIONS: readonly Region[] = [...GERMAN_STATES, 'us']
export const REGION_PARTS: readonly RegionPart[] = GERMAN_PARTS

/** The years for which the tables are right, by the laws that were known when they were written. */
export const HOLIDAY_YEAR_MIN = 1990
export const HOLIDAY_YEAR_MAX = 2099

export interface Holiday {
  /** Names the holiday in every year, such as `easter-monday`; a prompt can be recorded for it. */
  readonly id: string
  readonly day: Day
  readonly name: { readonly de: string; readonly en: string }
  /** A free day in place of a holiday that falls on a weekend; only in the United States. */
  readonly isObserved: boolean
}

/** A part belongs to one state, whose code it begins with. */
export function isPartOf(part: RegionPart, region: Region): boolean {
  return region === `de-${part.slice(0, 2)}`
}

const NONE: ReadonlyMap<Day, Holiday> = new Map()
/** Bounded: regions, times the choices of parts of one state, times years. */
const years = new Map<string, ReadonlyMap<Day, Holiday>>()

/**
 * The holidays of a year by day, in the order of the calendar; none outside of 1990–2099. Parts of other
 * regions mean nothing here.
 */
export function holidaysOf(
  region: Region,
  parts: readonly RegionPart[],
  year: number,
): ReadonlyMap<Day, Holiday> {
  const own = REGION_PARTS.filter((part) => parts.includes(part) && isPartOf(part, region))
  const key = `${region} ${own} ${year}`
  const known = years.get(key)
  if (known) return known
  if (!Number.isInteger(year) || year < HOLIDAY_YEAR_MIN || year > HOLIDAY_YEAR_MAX) return NONE
  const made = compute(region, own, year)
  years.set(key, made)
  return made
}

function compute(region: Region, own: readonly RegionPart[], year: number): ReadonlyMap<Day, Holiday> {
  const all = region === 'us' ? federalHolidays(year) : germanHolidays(region, own, year)
  const byDay = new Map<Day, Holiday>()
  // Two holidays on one day: the first of the table names it, as Labour Day does on 1 May 2008.
  for (const holiday of all.toSorted((a, b) => a.day - b.day))
    if (!byDay.has(holiday.day)) byDay.set(holiday.day, holiday)
  return byDay
}

/** The holiday that a day is in this region, if it is one. */
export function holidayOn(region: Region, parts: readonly RegionPart[], day: Day): Holiday | undefined {
  return holidaysOf(region, parts, dateOf(day).year).get(day)
}
