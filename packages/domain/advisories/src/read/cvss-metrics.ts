// The metrics of CVSS 2.0, 3.0 and 3.1: how they are called in JSON and in a vector, and what they may be.

/** JSON name, name in the vector, and for each JSON value what stands for it in the vector. */
export type Metric = readonly [json: string, vector: string, values: Readonly<Record<string, string>>]

const X = { NOT_DEFINED: 'X' }
const VECTOR_3 = { NETWORK: 'N', ADJACENT_NETWORK: 'A', LOCAL: 'L', PHYSICAL: 'P' }
const LOW_HIGH = { LOW: 'L', HIGH: 'H' }
const IMPACT_3 = { NONE: 'N', ...LOW_HIGH }
const INTERACTION = { NONE: 'N', REQUIRED: 'R' }
const SCOPE = { UNCHANGED: 'U', CHANGED: 'C' }
const NEED_3 = { LOW: 'L', MEDIUM: 'M', HIGH: 'H', ...X }

/** The first eight are the base metrics. */
export const METRICS_3: readonly Metric[] = [
  ['attackVector', 'AV', VECTOR_3],
  ['attackComplexity', 'AC', LOW_HIGH],
  ['privilegesRequired', 'PR', IMPACT_3],
  ['userInteraction', 'UI', INTERACTION],
  ['scope', 'S', SCOPE],
  ['confidentialityImpact', 'C', IMPACT_3],
  ['integrityImpact', 'I', IMPACT_3],
  ['availabilityImpact', 'A', IMPACT_3],
  ['exploitCodeMaturity', 'E', { UNPROVEN: 'U', PROOF_OF_CONCEPT: 'P', FUNCTIONAL: 'F', HIGH: 'H', ...X }],
  [
    'remediationLevel',
    'RL',
    { OFFICIAL_FIX: 'O', TEMPORARY_FIX: 'T', WORKAROUND: 'W', UNAVAILABLE: 'U', ...X },
  ],
  ['reportConfidence', 'RC', { UNKNOWN: 'U', REASONABLE: 'R', CONFIRMED: 'C', ...X }],
  ['confidentialityRequirement', 'CR', NEED_3],
  ['integrityRequirement', 'IR', NEED_3],
  ['availabilityRequirement', 'AR', NEED_3],
  ['modifiedAttackVector', 'MAV', { ...VECTOR_3, ...X }],
  ['modifiedAttackComplexity', 'MAC', { ...LOW_HIGH, ...X }],
  ['modifiedPrivilegesRequired', 'MPR', { ...IMPACT_3, ...X }],
  ['modifiedUserInteraction', 'MUI', { ...INTERACTION, ...X }],
  ['modifiedScope', 'MS', { ...SCOPE, ...X }],
  ['modifiedConfidentialityImpact', 'MC', { ...IMPACT_3, ...X }],
  ['modifiedIntegrityImpact', 'MI', { ...IMPACT_3, ...X }],
  ['modifiedAvailabilityImpact', 'MA', { ...IMPACT_3, ...X }],
]

const ND = { NOT_DEFINED: 'ND' }
const IMPACT_2 = { NONE: 'N', PARTIAL: 'P', COMPLETE: 'C' }
const NEED_2 = { LOW: 'L', MEDIUM: 'M', HIGH: 'H', ...ND }

/** The first six are the base metrics. */
export const METRICS_2: readonly Metric[] = [
  ['accessVector', 'AV', { NETWORK: 'N', ADJACENT_NETWORK: 'A', LOCAL: 'L' }],
  ['accessComplexity', 'AC', { HIGH: 'H', MEDIUM: 'M', LOW: 'L' }],
  ['authentication', 'Au', { MULTIPLE: 'M', SINGLE: 'S', NONE: 'N' }],
  ['confidentialityImpact', 'C', IMPACT_2],
  ['integrityImpact', 'I', IMPACT_2],
  ['availabilityImpact', 'A', IMPACT_2],
  ['exploitability', 'E', { UNPROVEN: 'U', PROOF_OF_CONCEPT: 'POC', FUNCTIONAL: 'F', HIGH: 'H', ...ND }],
  [
    'remediationLevel',
    'RL',
    { OFFICIAL_FIX: 'OF', TEMPORARY_FIX: 'TF', WORKAROUND: 'W', UNAVAILABLE: 'U', ...ND },
  ],
  ['reportConfidence', 'RC', { UNCONFIRMED: 'UC', UNCORROBORATED: 'UR', CONFIRMED: 'C', ...ND }],
  [
    'collateralDamagePotential',
    'CDP',
    { NONE: 'N', LOW: 'L', LOW_MEDIUM: 'LM', MEDIUM_HIGH: 'MH', HIGH: 'H', ...ND },
  ],
  ['targetDistribution', 'TD', { NONE: 'N', LOW: 'L', MEDIUM: 'M', HIGH: 'H', ...ND }],
  ['confidentialityRequirement', 'CR', NEED_2],
  ['integrityRequirement', 'IR', NEED_2],
  ['availabilityRequirement', 'AR', NEED_2],
]

/** Name in the vector → value in the vector; undefined when it does not follow the grammar. */
export function readVector(vector: string, version: string): ReadonlyMap<string, string> | undefined {
  const metrics = version === '2.0' ? METRICS_2 : METRICS_3
  const parts = vector.split('/')
  if (version !== '2.0' && parts.shift() !== `CVSS:${version}`) return undefined
  const read = new Map<string, string>()
  for (const part of parts) {
    const [name = '', value = '', ...rest] = part.split(':')
    const metric = metrics.find(([, short]) => short === name)
    // CVSS 3.0 knew a value U of PR in its JSON schema, though not in its text.
    const isOldPr = version === '3.0' && value === 'U' && (name === 'PR' || name === 'MPR')
    if (!metric || rest.length > 0) return undefined
    if (!Object.values(metric[2]).includes(value) && !isOldPr) return undefined
    read.set(name, value)
  }
  return read
}
