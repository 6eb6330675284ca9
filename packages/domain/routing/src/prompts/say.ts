// What is put together from single words, as names of sound files in the order in which they are played:
// numbers, positions, lengths, telephone numbers, times.
import type { Ms, WallTime } from '@rufwerk/core'
import { fileOf } from './catalogue.ts'
import type { Language } from './text.ts'
import { NUMBER_MAX } from './words.ts'

const MINUTE_MS = 60_000
const HOUR_MINUTES = 60
const DAY_MS = 24 * HOUR_MINUTES * MINUTE_MS

/** 0 to 100; beyond, that it is more. */
export function sayNumber(language: Language, value: number): string[] {
  const whole = Math.max(0, Math.trunc(value))
  return [fileOf(language, whole > NUMBER_MAX ? 'more-than-100' : `number-${whole}`)]
}

/** From 1. */
export function sayPosition(language: Language, position: number): string[] {
  if (position <= 1) return [fileOf(language, 'queue-next')]
  return [fileOf(language, 'queue-position'), ...sayNumber(language, position)]
}

/** An expected wait, in whole minutes, rounded up: nobody minds being served earlier. */
export function sayWait(language: Language, wait: Ms): string[] {
  const minutes = Math.ceil(wait / MINUTE_MS)
  if (wait < MINUTE_MS) return [fileOf(language, 'queue-wait-short')]
  if (minutes > HOUR_MINUTES) return [fileOf(language, 'queue-wait-long')]
  const length =
    minutes === 1
      ? [fileOf(language, 'one-minute')]
      : [...sayNumber(language, minutes), fileOf(language, 'minutes')]
  return [fileOf(language, 'queue-wait'), ...length]
}

const KEY_NAMES: Readonly<Record<string, string>> = { '+': 'plus', '*': 'star', '#': 'hash' }

/** Digit by digit; what cannot be dialled is left out. */
export function sayDigits(language: Language, digits: string): string[] {
  return [...digits].flatMap((digit) => {
    const name = /^[0-9]$/.test(digit) ? `number-${digit}` : KEY_NAMES[digit]
    return name === undefined ? [] : [fileOf(language, name)]
  })
}

/** A day and time as the clock on the wall in `timeZone` shows it; `now` decides what is today. */
export function sayTime(language: Language, at: WallTime, now: WallTime, timeZone: string): string[] {
  const shown = partsOf(at, timeZone)
  const name = (part: string): string => fileOf(language, part)
  const day = isSameDay(shown, partsOf(now, timeZone))
    ? [name('today')]
    : isSameDay(shown, partsOf(now - DAY_MS, timeZone))
      ? [name('yesterday')]
      : dayOf(language, shown).map(name)
  return [...day, name('at'), ...clockOf(language, shown).map(name)]
}

interface Shown {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

function dayOf(language: Language, { year, month, day }: Shown): string[] {
  const sunday0 = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  const weekday = `weekday-${sunday0 === 0 ? 7 : sunday0}`
  return language === 'de'
    ? [weekday, `day-${day}`, `month-${month}`]
    : [weekday, `month-${month}`, `day-${day}`]
}

function clockOf(language: Language, { hour, minute }: Shown): string[] {
  if (language === 'de') {
    const uhr = [hour === 1 ? 'hour-1' : `number-${hour}`, 'o-clock']
    return minute === 0 ? uhr : [...uhr, `number-${minute}`]
  }
  const past = minute === 0 ? [] : minute < 10 ? ['oh', `number-${minute}`] : [`number-${minute}`]
  return [`number-${hour % 12 === 0 ? 12 : hour % 12}`, ...past, hour < 12 ? 'am' : 'pm']
}

function isSameDay(one: Shown, other: Shown): boolean {
  return one.year === other.year && one.month === other.month && one.day === other.day
}

const formats = new Map<string, Intl.DateTimeFormat>()
/** Time zones kept ready; there are some 600. */
const FORMATS_MAX = 700

function partsOf(at: number, timeZone: string): Shown {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = formatFor(timeZone)
    if (formats.size < FORMATS_MAX) formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  return {
    ...{ year: part('year'), month: part('month'), day: part('day') },
    ...{ hour: part('hour'), minute: part('minute') },
  }
}

/** An unknown zone counts as UTC. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const options = {
    ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
    ...({ hour: 'numeric', minute: 'numeric', hourCycle: 'h23' } as const),
  }
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' })
  }
}
