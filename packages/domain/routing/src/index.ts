export {
  checkSchedule,
  HOLIDAY_NAME_CHARS_MAX,
  SCHEDULE_ENTRIES_MAX,
  type ScheduleProblem,
  type ScheduleProblemCode,
  SPANS_PER_DAY_MAX,
} from './calendar/check-schedule.ts'
export { type Day, writeDay } from './calendar/day.ts'
export {
  type Holiday,
  holidaysOf,
  REGION_PARTS,
  REGIONS,
  type Region,
  type RegionPart,
} from './calendar/holidays.ts'
export { type Moment, type MomentWhy, moment } from './calendar/moment.ts'
export type { OpeningException, OwnHoliday, Schedule, Span, WeeklySpan } from './calendar/schedule.ts'
export type { Live, RoutedCall, RoutingConfig, RoutingPerson } from './config.ts'
export { isEmergency } from './emergency.ts'
export type { Contact, Plan, PlanNode, Q850, Why } from './plan.ts'
export { DIALLED_CHARS_MAX, normalizeDialled, route } from './route.ts'
