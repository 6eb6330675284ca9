// Clocks of a time zone, by Intl alone: what the clock on the wall shows at a time, and when it shows a time.
// Offsets are kept per block of four days, because asking Intl is what takes time here. A zone is taken to
// change its clocks at most once within a block.
import { type WallTime, wallTime } from '@rufwerk/core'
import { type Day, dayOf } from './day.ts'
import { readClockTime, readDateRule } from './schedule.ts'

const DAY_MS = 86_400_000
const ZONES_MAX = 64
const BLOCK_MS = 4 * DAY_MS
const BLOCKS_KEPT_MAX = 1_000

/** The offset before and from a change on; `at` is the end of the block when there is none. */
interface Offsets {
  readonly before: number
  readonly at: number
  readonly after: number
}

export interface Zone {
  /** The name in the tz database, such as Europe/Berlin. */
  readonly name: string
  /** The date that the calendar on the wall shows. */
  dayAt(at: WallTime): Day
  /**
   * When the clock on the wall first shows this time of this day, in minutes from 0:00; 1,440 is 0:00 of the
   * next day. A time that the clock jumps over counts as the jump; of a time that comes twice the first one
   * counts.
   */
  timeOf(day: Day, minute: number): WallTime
}

const zones = new Map<string, Zone>()

/** True for a name that Intl knows. */
export function isTimeZone(name: string): boolean {
  return formatOf(name) !== undefined
}

/** A name that Intl does not know counts as UTC. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  if (zones.size >= ZONES_MAX) zones.clear()
  const zone = openZone(name, formatOf(name))
  zones.set(name, zone)
  return zone
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
  } catch {
    return undefined // Intl says by a RangeError that it does not know the zone.
  }
}

/** Milliseconds that the zone's clock is ahead of UTC. */
function offsetBy(format: Intl.DateTimeFormat, at: number): number {
  const shown: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

function openZone(name: string, format: Intl.DateTimeFormat | undefined): Zone {
  const offsets = new Map<number, Offsets>()
  const edges = new Map<number, number>()

  const edge = (block: number): number => {
    const known = edges.get(block)
    if (known !== undefined) return known
    const offset = format ? offsetBy(format, block * BLOCK_MS) : 0
    if (edges.size >= BLOCKS_KEPT_MAX) edges.clear()
    edges.set(block, offset)
    return offset
  }
  const offsetsOf = (block: number): Offsets => {
    const known = offsets.get(block)
    if (known) return known
    const before = edge(block)
    const after = edge(block + 1)
    const end = (block + 1) * BLOCK_MS
    const at = format && before !== after ? changeWithin(format, block * BLOCK_MS, end) : end
    const found = { before, at, after }
    if (offsets.size >= BLOCKS_KEPT_MAX) offsets.clear()
    offsets.set(block, found)
    return found
  }
  const dayAt = (at: WallTime): Day => {
    const { before, at: change, after } = offsetsOf(Math.floor(at / BLOCK_MS))
    return Math.floor((at + (at < change ? before : after)) / DAY_MS) as Day
  }
  const timeOf = (day: Day, minute: number): WallTime => {
    const local = day * DAY_MS + minute * 60_000
    // No zone is a day away from UTC: the time lies in this block or in one beside it.
    for (let block = Math.floor(local / BLOCK_MS) - 1; ; block++) {
      const { before, at: change, after } = offsetsOf(block)
      if (local - before < change) return wallTime(local - before)
      const late = local - after
      if (late < (block + 1) * BLOCK_MS) return wallTime(Math.max(late, change))
    }
  }
  return { name, dayAt, timeOf }
}

/** The first millisecond with the new offset; the offsets at both ends differ. */
function changeWithin(format: Intl.DateTimeFormat, from: number, to: number): number {
  const before = offsetBy(format, from)
  let low = from
  let high = to
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (offsetBy(format, middle) === before) low = middle
    else high = middle
  }
  return high
}

/**
 * When the clock of a zone shows this, as `2026-12-24T10:00`; undefined for what is no date and time, or no
 * zone.
 */
export function readLocalTime(text: string, timeZone: string): WallTime | undefined {
  const [date = '', time = '', ...more] = text.split('T')
  const read = readDateRule(date)
  const minute = readClockTime(time)
  const isWhole = more.length === 0 && read?.year !== undefined && minute !== undefined
  if (!isWhole || !isTimeZone(timeZone)) return undefined
  return zoneOf(timeZone).timeOf(dayOf(read.year, read.month, read.dayOfMonth), minute)
}
