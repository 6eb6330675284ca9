export {
  type AdvisoryBook,
  type BookInput,
  type BookOutput,
  type BookStep,
  type Conflict,
  countingAdvisories,
  EMPTY_BOOK,
  type Issuer,
  type Origin,
  type Refusal,
  step,
} from './book.ts'
export { type Change, difference } from './difference.ts'
