export { cellOf, writeIndicatorCsv } from './csv.ts'
export {
  checkIndicators,
  INDICATOR_KINDS,
  INDICATORS_MAX,
  type Indicator,
  type IndicatorKind,
  type IndicatorProblem,
} from './indicator.ts'
export { SIGMA_CATEGORIES, type SigmaWish, writeSigma } from './sigma.ts'
export { type StixWish, writeStix } from './stix.ts'
