// What a schedule says at a time: open, break, holiday or closed, why, and when that changes next. A function
// of its arguments; what it computes per schedule is kept as long as the schedule object lives, which never
// changes.
import { type WallTime, wallTime } from '@rufwerk/core'
import { type Day, plusDays } from './day.ts'
import { type DayPlan, DayPlans, type HolidayName } from './day-plans.ts'
import type { Schedule } from './schedule.ts'

export type MomentWhy =
  | { readonly by: 'override' }
  /** A day with opening times of its own. */
  | { readonly by: 'exception'; readonly name: string }
  | ({ readonly by: 'holiday' } & HolidayName)
  /** The weekly opening times and breaks. */
  | { readonly by: 'week' }

export interface Moment {
  readonly state: 'open' | 'break' | 'holiday' | 'closed'
  readonly why: MomentWhy
  /** The first later time with another state or reason; undefined when none was found within about a year. */
  readonly until: WallTime | undefined
}

type Judged = Pick<Moment, 'state' | 'why'>
interface Stretch extends Moment {
  readonly from: WallTime
  /** Up to here the stretch is known; without `until` it only is for a block of days. */
  readonly to: WallTime
}

/** Times before and after count as these: 1970 and the end of 2199. */
const AT_MIN = Date.UTC(1970, 0, 2)
const AT_MAX = Date.UTC(2199, 11, 31)
/** How far `until` is searched at least: a year, so that a yearly exception is found. */
const SEARCH_DAYS = 400
/** The search ends at the same day for all times of one block, so that its outcome can be kept. */
const BLOCK_DAYS = 64
const STRETCHES_KEPT_MAX = 64

class Timeline {
  readonly #plans: DayPlans
  #stretches: Stretch[] = []

  constructor(schedule: Schedule) {
    this.#plans = new DayPlans(schedule)
  }

  at(at: WallTime): Moment {
    const known = this.#stretches.find(({ from, to }) => at >= from && at < to)
    if (known) return known
    const stretch = this.#search(at)
    if (this.#stretches.length >= STRETCHES_KEPT_MAX) this.#stretches = []
    this.#stretches.push(stretch)
    return stretch
  }

  #search(at: WallTime): Stretch {
    const today = this.#dayOf(at)
    const judged = this.#judge(at, today)
    const block = Math.floor(today / BLOCK_DAYS) + 1
    const last = block * BLOCK_DAYS + SEARCH_DAYS
    for (let day = today; day <= last; day = plusDays(day, 1)) {
      for (const boundary of this.#boundaries(day)) {
        if (boundary <= at || isSame(this.#judge(boundary, day), judged)) continue
        return { ...judged, from: at, to: boundary, until: boundary }
      }
    }
    const to = this.#plans.of((block * BLOCK_DAYS) as Day).begins
    return { ...judged, from: at, to, until: undefined }
  }

  /**
   * The day that a time counts to: where clocks go back over midnight, a day begins when it is first shown,
   * and the last minutes of the day before come no second time.
   */
  #dayOf(at: WallTime): Day {
    const shown = this.#plans.zone.dayAt(at)
    return at < this.#plans.of(shown).ends ? shown : plusDays(shown, 1)
  }

  /** All times of a day at which something may change, in order. */
  #boundaries(day: Day): WallTime[] {
    const plan = this.#plans.of(day)
    const times: WallTime[] = [plan.begins]
    for (const { opens, breaks } of [this.#plans.of(plusDays(day, -1)), plan])
      for (const { from, to } of [...opens, ...breaks]) times.push(from, to)
    return times.filter((time) => time >= plan.begins && time < plan.ends).sort((a, b) => a - b)
  }

  #judge(at: WallTime, day: Day): Judged {
    const plan = this.#plans.of(day)
    const before = this.#plans.of(plusDays(day, -1))
    // A span belongs to the day it begins on, and goes on past midnight whatever the next day is.
    for (const { exception, opens } of [plan, before])
      if (exception !== undefined && covers(opens, at)) return exceptional('open', exception)
    if (covers(plan.opens, at) || covers(before.opens, at)) {
      const isBreak = covers(plan.breaks, at) || covers(before.breaks, at)
      return { state: isBreak ? 'break' : 'open', why: WEEK }
    }
    return closed(plan)
  }
}

const WEEK: MomentWhy = { by: 'week' }

function closed({ exception, holiday }: DayPlan): Judged {
  if (exception !== undefined) return exceptional('closed', exception)
  return holiday ? { state: 'holiday', why: { by: 'holiday', ...holiday } } : { state: 'closed', why: WEEK }
}

function exceptional(state: 'open' | 'closed', name: string): Judged {
  return { state, why: { by: 'exception', name } }
}

function covers(intervals: DayPlan['opens'], at: WallTime): boolean {
  return intervals.some(({ from, to }) => at >= from && at < to)
}

function isSame(a: Judged, b: Judged): boolean {
  if (a.state !== b.state || a.why.by !== b.why.by) return false
  return nameOf(a.why) === nameOf(b.why)
}

function nameOf(why: MomentWhy): string {
  if (why.by === 'exception') return why.name
  return why.by === 'holiday' ? `${why.id} ${why.name.de}` : ''
}

const timelines = new WeakMap<Schedule, Timeline>()

/**
 * What the schedule says at a time. Never throws: what checkSchedule() refuses is passed over, and an unknown
 * zone counts as UTC.
 */
export function moment(schedule: Schedule, at: WallTime): Moment {
  const { override } = schedule
  if (override && (override.until === undefined || at < override.until))
    return { state: override.state, why: { by: 'override' }, until: override.until }
  let timeline = timelines.get(schedule)
  if (!timeline) {
    timeline = new Timeline(schedule)
    timelines.set(schedule, timeline)
  }
  const bounded = Math.min(Math.max(Number.isNaN(at) ? AT_MIN : at, AT_MIN), AT_MAX)
  const { state, why, until } = timeline.at(wallTime(bounded))
  return { state, why, until: until !== undefined && until > at ? until : undefined }
}
