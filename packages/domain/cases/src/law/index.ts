export {
  type Done,
  type LawClock,
  type LawClocks,
  type LawDeadline,
  type LawInput,
  type LawRefusal,
  lawDeadlines,
  lawStep,
  tellLateLaw,
  VERIFY,
} from './clock.ts'
export { addMonths, DUTIES, type Duty, dueAt, LAWS, type Law, STAGES, type Stage } from './duties.ts'
export {
  type AuthorityReport,
  authorityReport,
  type FactName,
  type Facts,
  type Language,
  reportText,
} from './report.ts'
