// Indicators as a bundle of STIX 2.1 (OASIS standard): one indicator object each, with a pattern.
import { fail, ok, type Result } from '@rufwerk/core'
import {
  checkIndicators,
  type Indicator,
  type IndicatorKind,
  type IndicatorProblem,
  isTime,
  isUuid,
} from './indicator.ts'

/** Object paths of STIX 2.1 §6; names of hashes (§10.7) are quoted where they hold a hyphen. */
const OBJECT_PATHS: Readonly<Record<IndicatorKind, string>> = {
  domain: 'domain-name:value',
  ipv4: 'ipv4-addr:value',
  ipv6: 'ipv6-addr:value',
  url: 'url:value',
  sha256: "file:hashes.'SHA-256'",
  sha1: "file:hashes.'SHA-1'",
  md5: 'file:hashes.MD5',
  'file-name': 'file:name',
}

export interface StixWish {
  /** UUID version 4 of the bundle. */
  readonly id: string
  /** When the objects are made, UTC milliseconds. */
  readonly at: number
}

export function writeStix(
  indicators: readonly Indicator[],
  { id, at }: StixWish,
): Result<string, { readonly code: IndicatorProblem; readonly at: number }> {
  if (!isUuid(id)) return fail({ code: 'id', at: -1 })
  if (!isTime(at)) return fail({ code: 'time', at: -1 })
  const checked = checkIndicators(indicators)
  if (!checked.ok) return checked
  const now = new Date(at).toISOString()
  const objects = checked.value.map(({ id: own, kind, value, source, seenAt }) => ({
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${own}`,
    created: now,
    modified: now,
    name: `${kind} ${value}`,
    ...(source !== '' && { description: source }),
    indicator_types: ['malicious-activity'],
    pattern: patternOf(kind, value),
    pattern_type: 'stix',
    valid_from: new Date(seenAt).toISOString(),
  }))
  // An empty list is not allowed (§2.7).
  const bundle = { type: 'bundle', id: `bundle--${id}`, ...(objects.length > 0 && { objects }) }
  return ok(`${JSON.stringify(bundle, undefined, 2)}\n`)
}

/** In a string of a pattern (§9.1) a backslash stands before a quote and before itself. */
function patternOf(kind: IndicatorKind, value: string): string {
  return `[${OBJECT_PATHS[kind]} = '${value.replace(/[\\']/g, '\\$&')}']`
}
