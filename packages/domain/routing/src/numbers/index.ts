export {
  classAt,
  type DiallingPlace,
  type E164,
  type NumberClass,
  type NumberProblem,
  normalizeDialled,
  type OutsideNumber,
  partsOf,
  readE164,
  readNumber,
} from './number.ts'
export { type CarrierFormat, dialString, readFromCarrier, showNumber, writeForCarrier } from './writing.ts'
