// Numbers for people and for carriers: the other direction of number.ts.
import { fail, ok, type Result } from '@rufwerk/core'
import { type Country, NUMBERING } from './countries.ts'
import { phoneNumbers } from './library.ts'
import { type DiallingPlace, type NumberProblem, type OutsideNumber, readE164, readNumber } from './number.ts'

/** How a carrier writes numbers: +49…, 49…, 0049…, or 030… for its own country and 00… for others. */
export type CarrierFormat = 'plus' | 'digits' | 'international' | 'national'

/**
 * For eyes: 030 23125100 at home, +39 06 1234 5678 from elsewhere. Anything that is no number stays as it is.
 */
export function showNumber(number: string, country: Country): string {
  const parsed = number.startsWith('+') ? phoneNumbers().parsePhoneNumberFromString(number) : undefined
  if (parsed === undefined) return number
  const isHome = parsed.countryCallingCode === NUMBERING[country].callingCode
  return isHome ? parsed.formatNational() : parsed.formatInternational()
}

/** What to dial at a place to reach the number: digits, with the outside prefix of the place. */
export function dialString(number: string, place: DiallingPlace): string {
  const prefix = place.outsidePrefix ?? ''
  if (!number.startsWith('+')) return isEmergencyCode(number, place.country) ? number : prefix + number
  return prefix + writeForCarrier(number, 'national', place.country)
}

/** As a carrier of this country expects it. Short codes are the same everywhere. */
export function writeForCarrier(number: string, format: CarrierFormat, country: Country): string {
  if (!number.startsWith('+') || format === 'plus') return number
  const digits = number.slice(1)
  const plan = NUMBERING[country]
  if (format === 'digits') return digits
  if (format === 'national' && digits.startsWith(plan.callingCode))
    return plan.nationalPrefix + digits.slice(plan.callingCode.length)
  return plan.internationalPrefix + digits
}

/** Reads a number that a carrier sent; `digits` is the only format that cannot be told from the text. */
export function readFromCarrier(
  text: string,
  format: CarrierFormat,
  place: Omit<DiallingPlace, 'outsidePrefix'>,
): Result<OutsideNumber, NumberProblem> {
  const { country, areaCode } = place
  const isBare = format === 'digits' && /^[1-9][0-9]{6,}$/.test(text)
  if (isBare) return readE164(`+${text}`)
  const read = readNumber(text, { country, areaCode })
  return read.ok ? ok(read.value) : fail(read.error)
}

function isEmergencyCode(number: string, country: Country): boolean {
  return NUMBERING[country].shortCodes.some(([pattern, kind]) => kind === 'emergency' && pattern.test(number))
}
