export { type AdvisoryIndex, indexAdvisories } from './index-advisories.ts'
export type { Installation } from './installation.ts'
export { match } from './match.ts'
export { productKey } from './product-names.ts'
export {
  type Doubt,
  EVIDENCE,
  type Evidence,
  isStricter,
  type Match,
  type Statement,
  VERDICTS,
  type Verdict,
} from './verdict.ts'
