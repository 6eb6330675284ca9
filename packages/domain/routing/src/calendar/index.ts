export { timeZoneOf } from '../outside/limits.ts'
export {
  checkSchedule,
  HOLIDAY_NAME_CHARS_MAX,
  SCHEDULE_ENTRIES_MAX,
  type ScheduleProblem,
  type ScheduleProblemCode,
  SPANS_PER_DAY_MAX,
} from './check-schedule.ts'
export { type Day, writeDay } from './day.ts'
export {
  type Holiday,
  holidaysOf,
  REGION_PARTS,
  REGIONS,
  type Region,
  type RegionPart,
} from './holidays.ts'
export { type Moment, type MomentWhy, moment } from './moment.ts'
export type { OpeningException, OwnHoliday, Schedule, Span, WeeklySpan } from './schedule.ts'
export { readLocalTime } from './zone.ts'
