export { csvLine, type Separator } from './csv.ts'
export { isAskedFor, type RecordFilter } from './filter.ts'
export {
  commonDigits,
  ERASED,
  isNumber,
  type NumberKey,
  readNumberKey,
} from './numbers.ts'
export { type Direction, directionOf, OUTCOMES, type Outcome, outcomeOf, trunksOf } from './outcome.ts'
export {
  type CallPapers,
  concerns,
  erased,
  fateOf,
  type Hold,
  isHeld,
  type RetentionRules,
  shortened,
} from './personal.ts'
export type {
  PersonalDataSource,
  PersonalErased,
  PersonalFile,
  PersonalFound,
  PersonalSearch,
} from './source.ts'
export { type NamedPerson, RECORD_COLUMNS, recordCells } from './table.ts'
