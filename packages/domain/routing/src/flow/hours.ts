// Office hours: what a schedule says now, unless somebody has set the switch by hand.
import type { Deciding } from '../deciding.ts'
import type { HoursState } from '../dial-plan.ts'
import type { HoursSwitch, Target } from '../flow-types.ts'

/** Without schedules a company is always open. */
export function hoursAt(d: Deciding, schedule: string): HoursState {
  return d.live.hoursOverride?.(schedule) ?? d.config.hoursOf?.(schedule, d.at) ?? 'open'
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
