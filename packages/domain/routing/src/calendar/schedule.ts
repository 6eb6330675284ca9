// Office hours as data: times of a clock on a wall and dates of a calendar, as an administrator writes them
// and as they are stored. What they mean at a time: moment.ts; whether they make sense: check-schedule.ts.
import type { WallTime } from '@rufwerk/core'
import type { Weekday } from './day.ts'
import type { Region, RegionPart } from './holidays.ts'

/** Hours and minutes of a day, `08:30`; as an end also `24:00`. */
export type ClockTime = string
/** One date, `2026-12-24`, or the same of every year, `12-24`. 02-29 is in leap years only. */
export type DateRule = string

/** From `from` up to, not including, `to`. An end before its start is on the next day. */
export interface Span {
  readonly from: ClockTime
  readonly to: ClockTime
}

/** The same span on several days of the week; one that crosses midnight belongs to the day it begins on. */
export interface WeeklySpan extends Span {
  readonly days: readonly Weekday[]
}

/** The company's own holiday. */
export interface OwnHoliday {
  readonly name: string
  readonly on: DateRule
  /** The last day, of the same form as `on`; a yearly one may lie in the next year. Absent: one day. */
  readonly through?: DateRule
}

/** A day with opening times of its own, also on a holiday; without any it is closed. */
export interface OpeningException {
  readonly name: string
  readonly on: DateRule
  readonly opens: readonly Span[]
}

export interface Schedule {
  /** A name of the tz database, such as Europe/Berlin. */
  readonly timeZone: string
  readonly opens: readonly WeeklySpan[]
  /** Only matter while the weekly hours say open. */
  readonly breaks: readonly WeeklySpan[]
  readonly holidays: {
    /** Whose public holidays count; none when absent. */
    readonly region?: Region
    /** Holidays of parts of the region. */
    readonly parts: readonly RegionPart[]
    readonly own: readonly OwnHoliday[]
  }
  readonly exceptions: readonly OpeningException[]
  /** Somebody opened or closed by hand. */
  readonly override?: {
    readonly state: 'open' | 'closed'
    /** When the rest of the schedule counts again; never when absent. */
    readonly until?: WallTime
  }
}

export const MINUTES_PER_DAY = 1_440

/** Minutes from 0:00, at most 1,440; undefined for what is not a time of a day. */
export function readClockTime(text: string): number | undefined {
  const match = /^(\d\d):(\d\d)$/.exec(text)
  if (!match) return undefined
  const minutes = Number(match[1]) * 60 + Number(match[2])
  return Number(match[2]) < 60 && minutes <= MINUTES_PER_DAY ? minutes : undefined
}

/** Start and end in minutes from 0:00 of the day it begins on; undefined for what is not a span. */
export function readSpan(span: Span): { from: number; to: number } | undefined {
  const from = readClockTime(span.from)
  const to = readClockTime(span.to)
  if (from === undefined || to === undefined || from === to || from === MINUTES_PER_DAY) return undefined
  return { from, to: to > from ? to : to + MINUTES_PER_DAY }
}

/** A date, once when it has a year. */
export interface CalendarDate {
  readonly year?: number
  readonly month: number
  readonly dayOfMonth: number
}

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Undefined for what is not a date of the calendar. */
export function readDateRule(text: string): CalendarDate | undefined {
  const match = /^(?:(\d{4})-)?(\d\d)-(\d\d)$/.exec(text)
  if (!match) return undefined
  const month = Number(match[2])
  const dayOfMonth = Number(match[3])
  if (dayOfMonth < 1 || dayOfMonth > (DAYS_OF_MONTH[month - 1] ?? 0)) return undefined
  if (match[1] === undefined) return { month, dayOfMonth }
  const year = Number(match[1])
  return dayOfMonth === 29 && month === 2 && !isLeap(year) ? undefined : { year, month, dayOfMonth }
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
