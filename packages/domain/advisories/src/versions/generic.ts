// Dotted versions as the clients of telephony have them: numbers, and a pre-release or build behind them.
// What cannot be read for sure is a value of its own, so that a person is asked and nobody guesses.
import { NUMBER_DIGITS_MAX, VERSION_CHARS_MAX, VERSION_NUMBERS_MAX } from '../limits.ts'

export interface Version {
  /** As it is shown: without product, `v` and remark. */
  readonly text: string
  readonly numbers: readonly number[]
  /** `rc`, `1` of `-rc.1`; empty for a release. */
  readonly preRelease: readonly string[]
}

const DOTTED =
  /^(\d+(?:\.\d+)*)(?:-([0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*))?(?:\+[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*)?$/

/** A bare version: `18.12.416`, `18.12.416-rc.1+5`. */
export function parseVersion(text: string): Version | 'unreadable' {
  if (text.length > VERSION_CHARS_MAX) return 'unreadable'
  const match = DOTTED.exec(text)
  if (!match) return 'unreadable'
  const parts = (match[1] ?? '').split('.')
  if (parts.length > VERSION_NUMBERS_MAX) return 'unreadable'
  if (parts.some((part) => part.length > NUMBER_DIGITS_MAX)) return 'unreadable'
  return { text, numbers: parts.map(Number), preRelease: match[2]?.split(/[.-]/) ?? [] }
}

/** Below zero when `a` is older. Missing numbers are zeros; a pre-release is older than its release. */
export function compareVersions(a: Version, b: Version): number {
  const length = Math.max(a.numbers.length, b.numbers.length)
  for (let index = 0; index < length; index++) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return comparePreReleases(a.preRelease, b.preRelease)
}

/** Semantic Versioning 2.0.0 §11.3, §11.4. */
export function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length)
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = compareIdentifiers(a[index] ?? '', b[index] ?? '')
    if (difference !== 0) return difference
  }
  return Math.sign(a.length - b.length)
}

function compareIdentifiers(a: string, b: string): number {
  const isNumber = (text: string) => /^\d+$/.test(text)
  if (isNumber(a) && isNumber(b)) return compareDigits(a, b)
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  return compareTexts(a, b)
}

/** Numbers of any length, as their digits. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return Math.sign(left.length - right.length) || compareTexts(left, right)
}

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
