// Semantic Versioning 2.0.0 as a `vers:` scheme; npm orders its versions in the same way.
import { compareDigits, comparePreReleases } from './generic.ts'

const CORE = String.raw`(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)`
const IDENTIFIER = String.raw`(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`
const PRE = String.raw`(?:-(${IDENTIFIER}(?:\.${IDENTIFIER})*))?`
const SEMVER = new RegExp(String.raw`^${CORE}${PRE}(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`)

export interface SemanticVersion {
  readonly core: readonly [string, string, string]
  readonly preRelease: readonly string[]
}

export function parseSemver(text: string): SemanticVersion | undefined {
  const match = SEMVER.exec(text)
  if (!match) return undefined
  const [, major = '', minor = '', patch = '', pre] = match
  return { core: [major, minor, patch], preRelease: pre?.split('.') ?? [] }
}

/** Semantic Versioning 2.0.0 §11; build metadata does not count. */
export function compareSemver(a: SemanticVersion, b: SemanticVersion): number {
  for (const index of [0, 1, 2] as const) {
    const difference = compareDigits(a.core[index], b.core[index])
    if (difference !== 0) return difference
  }
  return comparePreReleases(a.preRelease, b.preRelease)
}
