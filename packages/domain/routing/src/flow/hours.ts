// Office hours: what a schedule says now, unless somebody has set the switch by hand.

import { type Moment, moment } from '../calendar/moment.ts'
import type { Deciding, Path } from '../deciding.ts'
import type { HoursState } from '../dial-plan.ts'
import type { HoursSwitch, Target } from '../flow-types.ts'

/** Undefined when there is no such schedule. */
export function hoursAt(d: Deciding, path: Path, schedule: string): HoursState | undefined {
  const rule = `schedule:${schedule}`
  const override = d.live.hoursOverride?.(schedule)
  if (override !== undefined) {
    d.look(path, rule, override, { by: 'switch' })
    return override
  }
  const known = d.index.schedules.get(schedule)
  if (known === undefined) {
    d.look(path, rule, 'unknown')
    return undefined
  }
  const now = moment(known, d.at)
  d.look(path, rule, now.state, reasonOf(now, d.config.language))
  return now.state
}

function reasonOf({ why, until }: Moment, language: 'de' | 'en'): Readonly<Record<string, string>> {
  const name = why.by === 'exception' ? why.name : why.by === 'holiday' ? why.name[language] : undefined
  return {
    by: why.by,
    ...(name !== undefined && { name }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  }
}

/** A break or a holiday without an own target is as closed. */
export function targetAt(flow: HoursSwitch, state: HoursState): Target {
  switch (state) {
    case 'open':
      return flow.open
    case 'break':
      return flow.break ?? flow.closed
    case 'holiday':
      return flow.holiday ?? flow.closed
    case 'closed':
      return flow.closed
  }
}
