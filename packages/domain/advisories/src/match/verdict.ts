// What an advisory says about an installation, by what it was recognised, and where it stands.
import type { RangeProblem } from '../versions/range.ts'

/** The strictest first. */
export const VERDICTS = [
  ...(['affected', 'unknown', 'underInvestigation', 'fixed', 'notAffected', 'notMentioned'] as const),
] as const
export type Verdict = (typeof VERDICTS)[number]

/** The surest first. */
export const EVIDENCE = ['hash', 'purl', 'version', 'range', 'fileName'] as const
export type Evidence = (typeof EVIDENCE)[number]

/** Why somebody has to be asked. */
export type Doubt =
  | 'version-missing'
  | 'version-unreadable'
  | 'versions-differ'
  | 'listed-version-unreadable'
  | 'pre-release'
  | 'platform-missing'
  | 'part-of-another-product'
  | `range-${RangeProblem}`

export interface Statement {
  readonly verdict: Exclude<Verdict, 'notMentioned'>
  readonly by: Evidence
  /** Only where the verdict is `unknown`. */
  readonly doubt?: Doubt
  /** Namespace of the publisher, id and version of the document, product within it. */
  readonly issuer: string
  readonly advisory: string
  readonly revision: string
  readonly product: string
  readonly productName: string
}

export interface Match {
  readonly verdict: Verdict
  /** What decides: all of it says the verdict. */
  readonly because: readonly Statement[]
  /** What other advisories say; with a contradiction it says otherwise. */
  readonly others: readonly Statement[]
  /** Documents disagree about this installation. */
  readonly isContradicted: boolean
}

export function isStricter(a: Verdict, b: Verdict): boolean {
  return VERDICTS.indexOf(a) < VERDICTS.indexOf(b)
}

export function strictest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((found, next) => (isStricter(next, found) ? next : found), 'notMentioned')
}
