// Times as logs write them. A log without a zone or a year gets none that it did not say.
import type { LogTime } from '../event.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ZONE = /^(?:Z|UTC|GMT)$|^([+-])(\d\d):?(\d\d)$/i

/** Seconds since 1970, with a fraction or without. */
export function epochTime(text: string): LogTime | undefined {
  if (!/^\d{9,11}(?:\.\d{1,9})?$/.test(text)) return undefined
  return { text, at: Math.round(Number(text) * 1_000), missing: [] }
}

/** `2023-03-28T10:00:00.123+02:00`, also with a blank and without a zone. */
export function isoTime(text: string): LogTime | undefined {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const parts = { year, month: Number(month) - 1, day, hour, minute, second, fraction }
  return timeOf(text, parts, zone)
}

/** `28/Mar/2023:10:00:00 +0200`, `28-Mar-2023 10:00:00.123`. */
export function wordTime(text: string): LogTime | undefined {
  const match =
    /^(\d{1,2})[/-]([a-z]{3})[/-](\d{4})[: ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([+-]\d{4}))?$/i.exec(
      text,
    )
  if (match === null) return undefined
  const [, day, name = '', year, hour, minute, second, fraction, zone] = match
  const month = MONTHS.indexOf(name.toLowerCase())
  return timeOf(text, { year, month, day, hour, minute, second, fraction }, zone)
}

/** As syslog has it (RFC 3164 §4.1.2): `Mar 28 10:00:00`, of some with the year. */
export function syslogTime(text: string): LogTime | undefined {
  const year = /^[a-z]{3} +\d{1,2} (\d{4}) /i.exec(text)?.[1]
  return { text, missing: year === undefined ? ['year', 'zone'] : ['zone'] }
}

/** Whatever it is; nothing is read from it. */
export function unreadTime(text: string): LogTime | undefined {
  return text === '' ? undefined : { text, missing: ['zone'] }
}

export function anyTime(text: string): LogTime | undefined {
  const millis = /^\d{13}$/.test(text) ? { text, at: Number(text), missing: [] } : undefined
  return millis ?? epochTime(text) ?? isoTime(text) ?? wordTime(text) ?? unreadTime(text)
}

interface Parts {
  readonly year: string | undefined
  /** From 0. */
  readonly month: number
  readonly day: string | undefined
  readonly hour: string | undefined
  readonly minute: string | undefined
  readonly second: string | undefined
  readonly fraction: string | undefined
}

function timeOf(text: string, parts: Parts, zone: string | undefined): LogTime | undefined {
  const [year, day, hour, minute, second] = [
    ...[
      Number(parts.year),
      Number(parts.day),
      Number(parts.hour),
      Number(parts.minute),
      Number(parts.second),
    ],
  ] as const
  const isDate = parts.month >= 0 && parts.month < 12 && day >= 1 && day <= 31
  if (!isDate || hour > 23 || minute > 59 || second > 60) return undefined
  const offset = zone === undefined ? undefined : offsetOf(zone)
  if (offset === undefined) return { text, missing: ['zone'] }
  const millis = Number((parts.fraction ?? '').padEnd(3, '0').slice(0, 3))
  const at = Date.UTC(year, parts.month, day, hour, minute, second, millis) - offset
  return { text, at, missing: [] }
}

/** Milliseconds east of Greenwich. */
function offsetOf(zone: string): number | undefined {
  const match = ZONE.exec(zone)
  if (match === null) return undefined
  const [, sign, hours = '0', minutes = '0'] = match
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
