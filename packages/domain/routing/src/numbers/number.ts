// Numbers of the public network: E.164 inside, whatever was dialled outside. Tells what kind of number it is,
// because the kind decides what it may cost. Extensions and codes of the house are not numbers of this file.
import { fail, ok, type Result } from '@rufwerk/core'
import type { PhoneNumber } from 'libphonenumber-js/max'
import { type Country, NUMBERING, type NumberingPlan } from './countries.ts'
import { phoneNumbers } from './library.ts'

/** A plus sign and 4 to 15 digits (ITU-T E.164 §6). */
export type E164 = string & { readonly checked: 'E.164' }

/** What a call to it may cost. `service` is a regulated shared price; `international` any other country. */
export type NumberClass =
  | 'emergency'
  | 'free'
  | 'national'
  | 'mobile'
  | 'service'
  | 'premium'
  | 'international'

/** Where something was dialled. */
export interface DiallingPlace {
  readonly country: Country
  /** National destination code without prefix, "30"; without one nothing can be dialled locally. */
  readonly areaCode?: string
  /** What people of this place dial before outside numbers, "0" or "9"; mostly nothing. */
  readonly outsidePrefix?: string
}

export type OutsideNumber =
  | {
      readonly kind: 'e164'
      readonly number: E164
      readonly class: NumberClass
      /** ISO 3166; empty when nobody knows, as for satellites and unassigned ranges. */
      readonly country: string
    }
  /** A code of the country, which has no E.164 form. */
  | { readonly kind: 'short'; readonly number: string; readonly class: NumberClass; readonly country: string }

export type NumberProblem = 'not-a-number' | 'too-short' | 'too-long' | 'area-code-missing' | 'unreachable'

const E164_DIGITS_MAX = 15

/** Removes what people and phones write between digits, and the (0) of +49 (0)30. */
export function normalizeDialled(dialled: string): string {
  return dialled.replace(/^(\s*(?:\+|00)[\s\d]*)\(0\)/, '$1').replace(/[\s\-./()]/g, '')
}

/** Reads what was dialled at a place. Never throws. */
export function readNumber(dialled: string, place: DiallingPlace): Result<OutsideNumber, NumberProblem> {
  const plan = NUMBERING[place.country]
  const text = normalizeDialled(dialled)
  if (!/^\+?[0-9]+$/.test(text)) return fail('not-a-number')
  const { digits, isPrefixed } = withoutOutsidePrefix(text, place)
  // First as dialled: behind a 9 for an outside line, 911 would be 11.
  return (
    shortCode(plan, text) ?? shortCode(plan, digits) ?? readPublic(plan, digits, place.areaCode, isPrefixed)
  )
}

/** Reads a number that is E.164 already, as configuration and carriers write it. */
export function readE164(text: string): Result<OutsideNumber, NumberProblem> {
  return /^\+[0-9]+$/.test(text) ? classify(text.slice(1)) : fail('not-a-number')
}

/**
 * The emergency number that was dialled, if one was: alone, behind the outside prefix, behind the 0 that many
 * Germans dial for an outside line, or with the country's code. Expects text without spaces and the like.
 */
export function emergencyCode(text: string, place: DiallingPlace): string | undefined {
  const plan = NUMBERING[place.country]
  const { digits } = withoutOutsidePrefix(text, place)
  const abroad = [`+${plan.callingCode}`, plan.internationalPrefix + plan.callingCode]
  const bare = digits.slice(abroad.find((prefix) => digits.startsWith(prefix))?.length ?? 0)
  const candidates = [text, digits, bare, ...(plan.iso === 'DE' ? [text.replace(/^0/, '')] : [])]
  return candidates.find((code) =>
    plan.shortCodes.some(([pattern, kind]) => kind === 'emergency' && pattern.test(code)),
  )
}

function withoutOutsidePrefix(
  text: string,
  place: DiallingPlace,
): { readonly digits: string; readonly isPrefixed: boolean } {
  const prefix = place.outsidePrefix ?? ''
  const isPrefixed = prefix !== '' && text.startsWith(prefix) && text.length > prefix.length
  return isPrefixed ? { digits: text.slice(prefix.length), isPrefixed } : { digits: text, isPrefixed }
}

function shortCode(plan: NumberingPlan, digits: string): Result<OutsideNumber, never> | undefined {
  const found = plan.shortCodes.find(([pattern]) => pattern.test(digits))
  return found && ok({ kind: 'short', number: digits, class: found[1], country: plan.iso })
}

function readPublic(
  plan: NumberingPlan,
  digits: string,
  areaCode: string | undefined,
  isPrefixed: boolean,
): Result<OutsideNumber, NumberProblem> {
  if (digits.startsWith('+')) return readInternational(plan, digits.slice(1))
  if (digits.startsWith(plan.internationalPrefix))
    return readInternational(plan, digits.slice(plan.internationalPrefix.length))
  if (plan.iso === 'US' && /^1?[2-9][0-9]{9}$/.test(digits))
    return classify(plan.callingCode + digits.replace(/^1/, ''))
  if (digits.startsWith(plan.nationalPrefix) && plan.iso === 'DE')
    return readNational(plan, digits.slice(plan.nationalPrefix.length))
  // Behind an outside prefix nobody can have meant an extension.
  const shortest = isPrefixed ? Math.min(3, plan.localDigits.min) : plan.localDigits.min
  if (digits.length < shortest) return fail('too-short')
  if (digits.length > plan.localDigits.max) return fail('too-long')
  return areaCode === undefined ? fail('area-code-missing') : classify(plan.callingCode + areaCode + digits)
}

function readInternational(plan: NumberingPlan, digits: string): Result<OutsideNumber, NumberProblem> {
  if (!digits.startsWith(plan.callingCode)) return classify(digits)
  const national = digits.slice(plan.callingCode.length)
  // Some phones write every number with a country code, emergency numbers as well.
  const code = shortCode(plan, national)
  if (code) return code
  return plan.iso === 'DE' ? readNational(plan, national.replace(/^0/, '')) : classify(digits)
}

function readNational(plan: NumberingPlan, national: string): Result<OutsideNumber, NumberProblem> {
  if (plan.unreachable.test(national)) return fail('unreachable')
  return classify(plan.callingCode + national)
}

/** The calling code of the country, and the number as it is in every form behind prefixes. */
export function partsOf(number: E164): { readonly callingCode: string; readonly national: string } {
  const parsed = phoneNumbers().parsePhoneNumberFromString(number)
  if (parsed === undefined) return { callingCode: '', national: number.slice(1) }
  return { callingCode: parsed.countryCallingCode, national: parsed.nationalNumber }
}

/** What was read already: the library takes a tenth of a millisecond, and a plan has thousands of numbers. */
const KNOWN_MAX = 10_000
const known = new Map<string, Result<OutsideNumber, NumberProblem>>()

function classify(digits: string): Result<OutsideNumber, NumberProblem> {
  if (digits.length > E164_DIGITS_MAX) return fail('too-long')
  const before = known.get(digits)
  if (before) return before
  if (known.size >= KNOWN_MAX) known.clear()
  const read = readAnew(digits)
  known.set(digits, read)
  return read
}

function readAnew(digits: string): Result<OutsideNumber, NumberProblem> {
  const text = `+${digits}`
  const { parsePhoneNumberFromString, validatePhoneNumberLength } = phoneNumbers()
  const problem = validatePhoneNumberLength(text)
  if (problem === 'TOO_LONG') return fail('too-long')
  if (problem === 'TOO_SHORT' || problem === 'INVALID_LENGTH') return fail('too-short')
  // No area of North America begins with 0 or 1; the metadata know lengths only.
  if (/^1[01]/.test(digits)) return fail('not-a-number')
  const parsed = problem === undefined ? parsePhoneNumberFromString(text) : undefined
  if (parsed === undefined) return fail('not-a-number')
  // A national prefix was left out, as in +49 (0)30: what remains is read again, so that it means the same.
  if (parsed.number.length < text.length) return classify(parsed.number.slice(1))
  const country = parsed.country ?? (parsed.countryCallingCode === '49' ? 'DE' : '')
  return ok({
    kind: 'e164',
    number: parsed.number as string as E164,
    class: costClass(parsed, country),
    country,
  })
}

/** As seen from its own country; `classAt` says what it is from elsewhere. */
function costClass(parsed: PhoneNumber, country: string): NumberClass {
  // +979, +881, +882 and the like belong to no country: satellites and what fraud lives on.
  if (country === '' && parsed.countryCallingCode.startsWith('8')) return 'premium'
  if (parsed.countryCallingCode === '979') return 'premium'
  const own = Object.values(NUMBERING).find((plan) => plan.iso === country)
  const special = own?.classes.find(([pattern]) => pattern.test(parsed.nationalNumber))
  if (special) return special[1]
  switch (parsed.getType()) {
    case 'PREMIUM_RATE':
      return 'premium'
    case 'TOLL_FREE':
      return 'free'
    case 'SHARED_COST':
    case 'PERSONAL_NUMBER':
    case 'UAN':
      return 'service'
    case 'MOBILE':
      return 'mobile'
    default:
      return 'national'
  }
}

/** What the number is for somebody in this country: abroad everything is at least international. */
export function classAt(number: OutsideNumber, country: Country): NumberClass {
  if (number.country === NUMBERING[country].iso || number.class === 'premium') return number.class
  return 'international'
}
