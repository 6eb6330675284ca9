export { ADVISORIES_MAX, ADVISORY_CHARS_MAX, ISSUERS_MAX, VERSION_CHARS_MAX } from './limits.ts'
export { PLATFORMS, type Platform, platformNamed, platformsIn } from './platform.ts'
export { type Purl, parsePurl } from './purl.ts'
export { THREAT_LEVELS, type ThreatLevel, threatLevelName } from './threat-level.ts'
export { type ClientText, readClientText, readVersion } from './versions/client.ts'
export { compareVersions, parseVersion, type Version } from './versions/generic.ts'
export {
  type Comparator,
  type Constraint,
  isInRange,
  type NotEvaluated,
  parseRange,
  type RangeProblem,
  type VersionRange,
} from './versions/range.ts'
