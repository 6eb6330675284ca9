// Numbers inside what is stored of calls: finding one in every form it is written in, shortening, erasing.
import { fail, ok, type Result } from '@rufwerk/core'
import { partsOf, readNumber } from '@rufwerk/routing/numbers'

/** A number that is looked for. */
export type NumberKey =
  | {
      readonly kind: 'e164'
      readonly number: string
      readonly callingCode: string
      /** The digits that all forms of it end with. */
      readonly national: string
    }
  /** An extension or a short code, which has one form only. */
  | { readonly kind: 'digits'; readonly digits: string }

/** Stands where a number was erased. */
export const ERASED = 'erased'
const SHORTENED_BY = 3
/** Fewer digits are extensions, codes and emergency numbers, and stay as they are. */
const SHORTENED_DIGITS_MIN = 7
/** With so many digits a number without any prefix is no number of another area. */
const UNPREFIXED_DIGITS_MIN = 9
/** Whole numbers in a text: no part of an id, a name or a date. */
const NUMBERS = /(?<![0-9A-Za-z_.+-])\+?\d{2,17}(?![0-9A-Za-z_.-])/g

/** As somebody types it who looks for it; `country` is where the company is. */
export function readNumberKey(text: string, country: 'de' | 'us'): Result<NumberKey, 'not-a-number'> {
  const read = readNumber(text, { country })
  if (read.ok && read.value.kind === 'e164') {
    const { number } = read.value
    return ok({ kind: 'e164', number, ...partsOf(number) })
  }
  const digits = text.replace(/[\s\-./()]/g, '')
  return /^[0-9]{2,15}$/.test(digits) ? ok({ kind: 'digits', digits }) : fail('not-a-number')
}

/** Digits that every text with the number holds; for looking through many texts fast. */
export function commonDigits(key: NumberKey): string {
  return key.kind === 'e164' ? key.national : key.digits
}

/** Whether this is the number: as E.164, behind a prefix for a country, or as dialled at home. */
export function isNumber(written: string, key: NumberKey): boolean {
  if (key.kind === 'digits') return written === key.digits
  const { number, callingCode, national } = key
  if (written.startsWith('+')) return written === number
  if (!written.endsWith(national)) return false
  const prefix = written.slice(0, -national.length)
  if (prefix === '') return national.length >= UNPREFIXED_DIGITS_MIN
  // One more 0 or 9 gets an outside line.
  const abroad = ['', '00', '011', '000', '900', '9011'].map((way) => `${way}${callingCode}`)
  const atHome = callingCode === '1' ? ['1', '9', '91'] : ['0', '00', '90']
  return [...abroad, ...atHome].includes(prefix)
}

/** Whether any string inside holds the number. */
export function holdsNumber(value: unknown, key: NumberKey): boolean {
  let isFound = false
  mapStrings(value, (text) => {
    if (!isFound) isFound = numbersIn(text).some((written) => isNumber(written, key))
    return text
  })
  return isFound
}

function numbersIn(text: string): readonly string[] {
  return text.match(NUMBERS) ?? []
}

/** The same value without the number. */
export function eraseNumber<T>(value: T, key: NumberKey): T {
  return mapStrings(value, (text) => text.replace(NUMBERS, (one) => (isNumber(one, key) ? ERASED : one)))
}

/** The same value with all long numbers shortened, but those that are `kept`. */
export function shortenNumbers<T>(value: T, kept: ReadonlySet<string>): T {
  return mapStrings(value, (text) => text.replace(NUMBERS, (one) => (kept.has(one) ? one : shorten(one))))
}

function shorten(number: string): string {
  const digits = number.startsWith('+') ? number.length - 1 : number.length
  return digits < SHORTENED_DIGITS_MIN
    ? number
    : `${number.slice(0, -SHORTENED_BY)}${'x'.repeat(SHORTENED_BY)}`
}

/** Copies plain data with every string changed; what does not change stays the same object. */
function mapStrings<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list = value.map((one) => mapStrings(one, change))
    return list.some((one, at) => one !== value[at]) ? (list as T) : value
  }
  let isChanged = false
  const copy: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) {
    const next = mapStrings(part, change)
    if (next !== part) isChanged = true
    copy[name] = next
  }
  return isChanged ? (copy as T) : value
}
