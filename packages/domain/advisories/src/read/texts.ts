// Texts of CSAF 2.0 that follow a grammar: dates, addresses, versions of documents, languages, CPE names.
import { type Shape, text } from './shape.ts'

const DATE = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/

/** RFC 3339 §5.6, days of the month counted. */
export function isDate(given: string): boolean {
  const match = DATE.exec(given)
  if (!match) return false
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0, rest = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return false
  return hour < 24 && minute < 60 && second < 60 && offset < 24 && rest < 60
}

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (month === 2) return isLeap ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** RFC 3986: a scheme, and nothing that would have to be escaped. */
export function isUri(given: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/.test(given))
    return false
  const rest = given.slice(given.indexOf(':') + 1)
  if (rest.split('#').length > 2) return false
  const authority = rest.startsWith('//') ? (/^\/\/([^/?#]*)/.exec(rest)?.[1] ?? '') : ''
  const afterAuthority = rest.startsWith('//') ? rest.slice(2 + authority.length) : rest
  if (/[[\]]/.test(afterAuthority)) return false
  return isAuthority(authority)
}

function isAuthority(given: string): boolean {
  const host = given.slice(given.indexOf('@') + 1)
  if (/@/.test(host) || (given.includes('@') && /[[\]]/.test(given.slice(0, given.indexOf('@')))))
    return false
  if (/^\[[0-9A-Fa-f:.]+\](?::\d*)?$/.test(host)) return host.includes(':')
  return /^[^[\]:]*(?::\d*)?$/.test(host)
}

const INTEGER = /^(?:0|[1-9]\d*)$/
const SEMVER_CORE = String.raw`(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)`
const IDENTIFIER = String.raw`(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`
const SEMVER = new RegExp(
  String.raw`^${SEMVER_CORE}(?:-${IDENTIFIER}(?:\.${IDENTIFIER})*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`,
)

/** A version of a document: an integer, or semantic (CSAF 2.0 §3.1.11). */
export function isDocumentVersion(given: string): boolean {
  return INTEGER.test(given) || SEMVER.test(given)
}

// RFC 5646 §2.1, without the irregular tags but `i-default` and `i-mingo` (CSAF 2.0 §3.1.6).
const LANGUAGE = '(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})'
const VARIANT = String.raw`(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*`
const REST = `(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?${VARIANT}`
const EXTENSIONS = '(?:-[A-WY-Za-wy-z0-9](?:-[A-Za-z0-9]{2,8})+)*'
const PRIVATE = '[Xx](?:-[A-Za-z0-9]{1,8})+'
const TAG = new RegExp(
  `^(?:${LANGUAGE}${REST}${EXTENSIONS}(?:-${PRIVATE})?|${PRIVATE}|[Ii]-(?:default|mingo))$`,
)

export function isLanguageTag(given: string): boolean {
  return TAG.test(/^i-/i.test(given) ? given.toLowerCase() : given)
}

const CPE_CHARACTER = String.raw`(?:[a-zA-Z0-9._-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^\x60{|}~])`
const CPE_VALUE = String.raw`(?:(?:\?*|\*?)${CPE_CHARACTER}+(?:\?*|\*?)|[*-])`
const CPE_LANGUAGE = '(?:[a-zA-Z]{2,3}(?:-(?:[a-zA-Z]{2}|[0-9]{3}))?|[*-])'
const CPE_23 = new RegExp(`^cpe:2\\.3:[aho*-](?::${CPE_VALUE}){5}:${CPE_LANGUAGE}(?::${CPE_VALUE}){4}$`)
const CPE_22 = /^[cC][pP][eE]:\/[AHOaho]?(?::[A-Za-z0-9._\-~%]*){0,6}$/
const CPE_CHARS_MAX = 2_000

/** NISTIR 7695: a formatted string of CPE 2.3, or a URI of CPE 2.2. */
export function isCpe(given: string): boolean {
  return given.length <= CPE_CHARS_MAX && (CPE_23.test(given) || CPE_22.test(given)) && given.length >= 5
}

export const date: Shape = text(isDate, {
  de: 'Hier muss ein Zeitpunkt nach RFC 3339 stehen.',
  en: 'A time as in RFC 3339 must stand here.',
})
export const uri: Shape = text(isUri, {
  de: 'Hier muss eine Adresse (URI) stehen.',
  en: 'An address (URI) must stand here.',
})
export const documentVersion: Shape = text(isDocumentVersion, {
  de: 'Hier muss eine ganze Zahl oder eine semantische Version stehen.',
  en: 'An integer or a semantic version must stand here.',
})
export const language: Shape = text(isLanguageTag, {
  de: 'Hier muss ein Sprachkürzel stehen.',
  en: 'A language tag must stand here.',
})
