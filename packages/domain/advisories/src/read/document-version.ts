// Versions of documents (CSAF 2.0 §3.1.11): integers, or semantic ones. An integer counts like `n.0.0`.
import { compareSemver, parseSemver, type SemanticVersion } from '../versions/semver.ts'

export function isSemantic(version: string): boolean {
  return version.includes('.')
}

function semantic(version: string): SemanticVersion | undefined {
  return parseSemver(isSemantic(version) ? version : `${version}.0.0`)
}

/** Below zero when `a` is older. Build metadata does not count. */
export function compareDocumentVersions(a: string, b: string): number {
  const [left, right] = [semantic(a), semantic(b)]
  return left && right ? compareSemver(left, right) : 0
}

export function majorOf(version: string): number {
  return Number(version.split('.')[0])
}

export function preReleaseOf(version: string): string {
  return semantic(version)?.preRelease.join('.') ?? ''
}

export function withoutBuild(version: string): string {
  return version.split('+')[0] ?? ''
}
