// A second door: what concerns phones that fetch their settings.
export type { FetchAttempt, FetchedPhone, NewPhoneSetup, WantedPhoneSetup } from '../accounts.ts'
export { PHONE_PIN_DIGITS, SETUPS_PER_MAC_MAX } from '../limits.ts'
export type { PhoneMaker, PhoneSetup } from '../nouns.ts'
export type { OpenPhoneSetup } from '../ports.ts'
