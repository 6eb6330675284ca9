// Which versions of others' clients a company allows. What a client says of itself is a report: a version
// that is missing or cannot be read is asked about and stops nobody, unless the policy says otherwise.
import { isInRange, type Platform, parseRange, readVersion } from '@rufwerk/advisories'
import { productKey } from '@rufwerk/advisories/match'

export interface AllowedVersions {
  readonly id: string
  readonly product: string
  /** On every system unless given. */
  readonly platform?: Platform
  /** `vers:` or `vls`, such as `>=18.12.422`; one of them is enough. */
  readonly ranges: readonly string[]
  /** `watch` tells, `enforce` proposes to stop. */
  readonly mode: 'watch' | 'enforce'
  /** Whether a version that nobody can read is as good as a forbidden one. */
  readonly stopsUnknown: boolean
}

export interface Client {
  readonly vendor?: string
  readonly product: string
  readonly platform?: Platform
  readonly version?: string
}

export type Judgement =
  /** The policy is about something else. */
  | 'not-covered'
  | 'allowed'
  | 'forbidden'
  /** Somebody has to ask. */
  | 'unknown'

export function judge(policy: AllowedVersions, client: Client): Judgement {
  const isSame = productKey(undefined, policy.product) === productKey(client.vendor, client.product)
  if (
    !isSame ||
    (policy.platform !== undefined && client.platform !== undefined && policy.platform !== client.platform)
  )
    return 'not-covered'
  if (policy.platform !== undefined && client.platform === undefined) return 'unknown'
  const version = client.version === undefined ? 'unreadable' : readVersion(client.version)
  if (version === 'unreadable') return 'unknown'
  const found = policy.ranges.map((text) => inRange(text, version.text))
  if (found.includes(true)) return 'allowed'
  return found.includes(undefined) ? 'unknown' : 'forbidden'
}

/** Whether a policy that is enforced stops who is judged so. */
export function isStopped({ mode, stopsUnknown }: AllowedVersions, judgement: Judgement): boolean {
  if (mode === 'watch') return false
  return judgement === 'forbidden' || (judgement === 'unknown' && stopsUnknown)
}

/** Undefined: the range says nothing about it. */
function inRange(text: string, version: string): boolean | undefined {
  const range = parseRange(text)
  if ('problem' in range) return undefined
  const found = isInRange(range, version)
  return typeof found === 'boolean' ? found : undefined
}
