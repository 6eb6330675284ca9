// Indicators as CSV (RFC 4180) for tables and mail: defanged, and no cell is a formula.
import { ok, type Result } from '@rufwerk/core'
import { checkIndicators, type Indicator, type IndicatorProblem } from './indicator.ts'

export function writeIndicatorCsv(
  indicators: readonly Indicator[],
): Result<string, { readonly code: IndicatorProblem; readonly at: number }> {
  const checked = checkIndicators(indicators)
  if (!checked.ok) return checked
  const rows = checked.value.map(({ kind, value, source, seenAt }) => [
    kind,
    defanged(kind, value),
    new Date(seenAt).toISOString(),
    source,
  ])
  return ok(
    [['kind', 'value', 'seen', 'source'], ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join(''),
  )
}

/** Nothing that a program makes a link of. */
function defanged(kind: Indicator['kind'], value: string): string {
  if (kind === 'domain' || kind === 'ipv4') return value.replaceAll('.', '[.]')
  if (kind === 'ipv6') return value.replaceAll(':', '[:]')
  if (kind !== 'url') return value
  const [, scheme = '', host = '', rest = ''] = /^([a-z]+):\/\/([^/?#]*)(.*)$/s.exec(value) ?? []
  return `${scheme.replace('http', 'hxxp').replace('ftp', 'fxp')}://${host.replaceAll('.', '[.]')}${rest}`
}

/** What spreadsheets would calculate gets an apostrophe before it. */
export function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""')}"`
}
