// Ranges of versions: `vers:` (VERS, clause 5 of the draft Ecma standard) and the `vls` of CSAF 2.0
// §3.1.2.3.2. A scheme that is not defined here, or a version its scheme does not know, cannot be evaluated:
// not a "no".
import { CONSTRAINTS_MAX, RANGE_CHARS_MAX } from '../limits.ts'
import { compareVersions, parseVersion, type Version } from './generic.ts'
import { compareDeb, compareRpm, type PackageVersion, parseDeb, parseRpm } from './packages.ts'
import { compareSemver, parseSemver, type SemanticVersion } from './semver.ts'

const COMPARATORS = ['>=', '<=', '!=', '<', '>'] as const
export type Comparator = (typeof COMPARATORS)[number] | '='

export interface Constraint {
  readonly comparator: Comparator
  readonly version: string
}

export interface VersionRange {
  /** `npm`, `deb` …; `vls` where none is named; `all` for every version of anything. */
  readonly scheme: string
  /** `*` is every version. */
  readonly constraints: readonly Constraint[] | '*'
}

export type RangeProblem =
  | 'malformed'
  | 'too-long'
  | 'scheme-unknown'
  | 'version-unknown'
  | 'order'
  | 'sequence'

/** Why a range does not say whether a version is in it. */
export interface NotEvaluated {
  readonly problem: RangeProblem
}

/**
 * `vers:npm/>=1.0.0|<2.0.0`, `vers:all/*`, or constraints alone (`vls`). Sequence is checked when it is
 * used.
 */
export function parseRange(text: string): VersionRange | NotEvaluated {
  if (text.length > RANGE_CHARS_MAX) return { problem: 'too-long' }
  if (/[^\x21-\x7e]/.test(text)) return { problem: 'malformed' }
  const match = /^vers:([a-z][a-z0-9.-]*)\/(.+)$/.exec(text)
  if (!match) return text.startsWith('vers:') ? { problem: 'malformed' } : parseConstraints('vls', text)
  const [, scheme = '', rest = ''] = match
  if (rest === '*') return { scheme, constraints: '*' }
  return scheme === 'all' ? { problem: 'malformed' } : parseConstraints(scheme, rest)
}

function parseConstraints(scheme: string, text: string): VersionRange | NotEvaluated {
  const parts = text.split('|')
  if (parts.length > CONSTRAINTS_MAX) return { problem: 'too-long' }
  const constraints: Constraint[] = []
  for (const part of parts) {
    const comparator = COMPARATORS.find((sign) => part.startsWith(sign)) ?? '='
    const encoded = comparator === '=' ? part : part.slice(comparator.length)
    const version = decodeOnce(encoded)
    if (version === undefined) return { problem: 'malformed' }
    constraints.push({ comparator, version })
  }
  return { scheme, constraints }
}

function decodeOnce(text: string): string | undefined {
  if (text === '' || /[<>=!*]/.test(text) || /%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return /[^\x20-\x7e]/.test(decoded) ? undefined : decoded
}

interface Scheme<T> {
  readonly parse: (text: string) => T | undefined
  readonly compare: (a: T, b: T) => number
}

const generic: Scheme<Version> = {
  parse: (text) => {
    const version = parseVersion(text)
    return version === 'unreadable' ? undefined : version
  },
  compare: compareVersions,
}
const semantic: Scheme<SemanticVersion> = { parse: parseSemver, compare: compareSemver }
const deb: Scheme<PackageVersion> = { parse: parseDeb, compare: compareDeb }
const rpm: Scheme<PackageVersion> = { parse: parseRpm, compare: compareRpm }

/** Is this version (as its scheme writes it) in the range? */
export function isInRange(range: VersionRange, version: string): boolean | NotEvaluated {
  if (range.constraints === '*') return range.scheme === 'invalid' ? { problem: 'malformed' } : true
  switch (range.scheme) {
    // CSAF 2.0 §3.1.2.3.2 leaves `vls` to the best effort of a tool: dotted numbers, or nothing.
    case 'vls':
    case 'generic':
      return contains(generic, range.constraints, version)
    case 'semver':
    case 'npm':
      return contains(semantic, range.constraints, version)
    case 'deb':
      return contains(deb, range.constraints, version)
    case 'rpm':
      return contains(rpm, range.constraints, version)
    default:
      return { problem: 'scheme-unknown' }
  }
}

interface Bound<T> {
  readonly comparator: Comparator
  readonly version: T
}

function contains<T>(
  scheme: Scheme<T>,
  constraints: readonly Constraint[],
  text: string,
): boolean | NotEvaluated {
  const tested = scheme.parse(text)
  const bounds: Bound<T>[] = []
  for (const { comparator, version } of constraints) {
    const parsed = scheme.parse(version)
    if (parsed === undefined) return { problem: 'version-unknown' }
    bounds.push({ comparator, version: parsed })
  }
  const problem = sequenceProblem(scheme, bounds)
  if (problem) return { problem }
  if (tested === undefined) return { problem: 'version-unknown' }
  const equal = bounds.find((bound) => scheme.compare(bound.version, tested) === 0)
  if (equal) return ['=', '<=', '>='].includes(equal.comparator)
  const edges = bounds.filter(({ comparator }) => comparator !== '=' && comparator !== '!=')
  const next = edges.find((bound) => scheme.compare(tested, bound.version) < 0)
  // The edges alternate, so the nearest one decides.
  const nearest = next ?? edges.at(-1)
  return nearest?.comparator.startsWith(next ? '<' : '>') ?? false
}

/** VERS §5.4: sorted, each version once, and intervals that do not overlap. */
function sequenceProblem<T>(scheme: Scheme<T>, bounds: readonly Bound<T>[]): RangeProblem | undefined {
  const isSorted = bounds.every((bound, index) => {
    const before = bounds[index - 1]
    return before === undefined || scheme.compare(before.version, bound.version) < 0
  })
  if (!isSorted) return 'order'
  const counting = bounds.map(({ comparator }) => comparator[0] ?? '').filter((sign) => sign !== '!')
  // Nothing but exclusions: the standard does not say of what.
  if (counting.length === 0) return 'sequence'
  const isWrong = counting.some((sign, index) => {
    const after = counting[index + 1]
    return after !== undefined && (sign === '>' ? after !== '<' : after === '<')
  })
  return isWrong ? 'sequence' : undefined
}
