export {
  defangAddress,
  defangDomain,
  defangText,
  defangUrl,
  plainDomain,
  readValue,
  refang,
  type ValueProblem,
} from './defang.ts'
export type { LogEvent, LogTime, Who } from './event.ts'
export { fits, readGlob } from './glob.ts'
export {
  createMatcher,
  type Match,
  type Matcher,
  matchEvent,
  matchFile,
  matchFileRules,
  matchHash,
} from './matcher.ts'
export {
  type Condition,
  type EventCategory,
  type GlobPart,
  type HashAlgorithm,
  type Indicator,
  type IndicatorKind,
  LIMITS,
  type Observable,
  type Provenance,
  type Reading,
  type Remark,
  type Rule,
  type TextTest,
  type Words,
} from './model.ts'
export { type RemarkCode, remarkOf } from './remarks.ts'
