// An indicator as it is exported: checked first, so that nothing else than what its kind says is written.
import { fail, ok, type Result } from '@rufwerk/core'

export const INDICATOR_KINDS = [
  ...(['domain', 'ipv4', 'ipv6', 'url'] as const),
  ...(['sha256', 'sha1', 'md5', 'file-name'] as const),
] as const
export type IndicatorKind = (typeof INDICATOR_KINDS)[number]

/** Whole, not defanged. */
export interface Indicator {
  /** UUID version 4 (RFC 9562 §5.4), given in: the same for the same indicator in every export. */
  readonly id: string
  readonly kind: IndicatorKind
  readonly value: string
  /** Who said it: a document, a person. */
  readonly source: string
  /** UTC milliseconds. */
  readonly seenAt: number
}

export type IndicatorProblem = 'too-many' | 'id' | 'id-twice' | 'value' | 'text' | 'time'

/** Of one export. */
export const INDICATORS_MAX = 50_000
const SOURCE_CHARS_MAX = 500
const URL_CHARS_MAX = 2_000
const FILE_NAME_CHARS_MAX = 255
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** Control, format and separating characters, halves of pairs: none stands in what is written. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
/** The last millisecond that has a year of four digits. */
const TIME_MAX = 253_402_300_799_999
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'

const IS_VALUE: Readonly<Record<IndicatorKind, (value: string) => boolean>> = {
  domain: (value) =>
    value.length <= 253 &&
    /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(value),
  ipv4: (value) => new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`).test(value),
  ipv6: (value) =>
    /^[0-9a-f:.]{2,45}$/.test(value) && value.includes(':') && URL.canParse(`http://[${value}]/`),
  url: (value) =>
    value.length <= URL_CHARS_MAX && /^(?:https?|ftp):\/\/[^\s/]/.test(value) && URL.canParse(value),
  sha256: (value) => /^[0-9a-f]{64}$/.test(value),
  sha1: (value) => /^[0-9a-f]{40}$/.test(value),
  md5: (value) => /^[0-9a-f]{32}$/.test(value),
  'file-name': (value) => value.length > 0 && value.length <= FILE_NAME_CHARS_MAX && !/[/\\]/.test(value),
}

/** The same list, or what is wrong with which. */
export function checkIndicators(
  indicators: readonly Indicator[],
): Result<readonly Indicator[], { readonly code: IndicatorProblem; readonly at: number }> {
  if (indicators.length > INDICATORS_MAX) return fail({ code: 'too-many', at: INDICATORS_MAX })
  const ids = new Set<string>()
  for (const [at, { id, kind, value, source, seenAt }] of indicators.entries()) {
    if (!isUuid(id)) return fail({ code: 'id', at })
    if (ids.has(id)) return fail({ code: 'id-twice', at })
    if (UNPRINTABLE.test(value) || !IS_VALUE[kind](value)) return fail({ code: 'value', at })
    if (source.length > SOURCE_CHARS_MAX || UNPRINTABLE.test(source)) return fail({ code: 'text', at })
    if (!isTime(seenAt)) return fail({ code: 'time', at })
    ids.add(id)
  }
  return ok(indicators)
}

export const isUuid = (id: string): boolean => UUID_V4.test(id)
export const isTime = (at: number): boolean => Number.isSafeInteger(at) && at >= 0 && at <= TIME_MAX
