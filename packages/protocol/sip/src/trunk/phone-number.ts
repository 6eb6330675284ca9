// Telephone numbers in URIs (RFC 3966, RFC 3261 §19.1.6): `tel:`, `sip:…;user=phone`, and the plain user part
// that most carriers write. Which country a number belongs to is not decided here.
import { parseDigits } from '../message/grammar.ts'
import type { SipUri } from '../message/uri.ts'

/** Characters of a number, its plus included. */
const NUMBER_CHARS_MAX = 32

export interface PhoneNumber {
  /** `+` and digits for a global number; else digits, `*` and `#` as they were dialled. */
  readonly number: string
  /** Of a local number: the domain or global prefix in which it means something (RFC 3966 §5.1.5). */
  readonly context?: string
}

/** tel: as it is. phone: `sip` with `user=phone`. user: `sip` with the number as its user, and no more. */
export type NumberForm = 'tel' | 'phone' | 'user'

const GLOBAL = /^\+[0-9]{2,}$/
const LOCAL = /^[0-9*#]+$/

/** Whether it can be written as a number: `+` and digits, or digits, `*` and `#`. */
export function isPhoneNumber(text: string): boolean {
  return text.length <= NUMBER_CHARS_MAX && (GLOBAL.test(text) || LOCAL.test(text))
}

/**
 * The number that a URI names; undefined when it names none. A local number with a global prefix as context
 * becomes global. Deviates from RFC 3261 §19.1.6: without `user=phone` a user part that is a number counts as
 * one, because carriers leave it out.
 */
export function readPhoneNumber(uri: SipUri): PhoneNumber | undefined {
  const text = uri.scheme === 'tel' ? uri.opaque : uri.user
  if (text === undefined || !/^(tel|sips?)$/.test(uri.scheme)) return undefined
  const [written = '', ...params] = text.split(';')
  // RFC 3966 §5.1.1: separators are for the eye only.
  const number = written.replaceAll('%23', '#').replace(/[-.()]/g, '')
  if (!isPhoneNumber(number)) return undefined
  if (number.startsWith('+')) return { number }
  const named = params.find((param) => /^phone-context=/i.test(param))
  const context = named?.slice(named.indexOf('=') + 1).toLowerCase()
  if (context === undefined || context === '') return { number }
  const prefix = context.replace(/[-.()]/g, '')
  if (prefix.startsWith('+') && parseDigits(prefix.slice(1), 9_999_999_999) !== undefined) {
    const global = `${prefix}${number}`
    if (isPhoneNumber(global)) return { number: global }
  }
  return { number, context }
}

/**
 * The URI of a number as a carrier wants it; `number` is one that `isPhoneNumber` takes. A local number as
 * `tel` has the domain as its context.
 */
export function phoneNumberUri(number: string, form: NumberForm, domain: string): SipUri {
  if (form === 'tel') {
    const opaque = number.startsWith('+') ? number : `${number};phone-context=${domain}`
    return { scheme: 'tel', user: number, host: '', params: new Map(), opaque }
  }
  const params = new Map(form === 'phone' ? [['user', 'phone']] : [])
  return { scheme: 'sip', user: number, host: domain, params }
}
