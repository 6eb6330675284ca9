// Every number of this package that somebody may want to know or change, with its unit.
import { type Ms, minutes, seconds } from '@rufwerk/core'

const hours = (value: number): Ms => minutes(value * 60)
const days = (value: number): Ms => hours(value * 24)

export const SETUP_LINK_LIFE: Ms = minutes(15)
export const SIGN_IN_LINK_LIFE: Ms = days(3)
/** Open links that sign one person in; the oldest becomes invalid when one more is made. */
export const SIGN_IN_LINKS_PER_PERSON_MAX = 10

/** A session ends when nothing was asked with it for this long … */
export const SESSION_IDLE_MAX: Ms = days(7)
/** … and in any case after this. */
export const SESSION_LIFE_MAX: Ms = days(30)
/** `lastSeenAt` is written at most this often. */
export const SESSION_TOUCH_INTERVAL: Ms = minutes(5)
/** The one seen longest ago ends when a person signs in once more. */
export const SESSIONS_PER_PERSON_MAX = 20

/** Failed sign-ins of one account within ATTEMPT_WINDOW, from addresses that never succeeded with it. */
export const ATTEMPTS_PER_ACCOUNT_MAX = 10
/** Failed sign-ins from one IPv4 address or one IPv6 /64 within ATTEMPT_WINDOW. */
export const ATTEMPTS_PER_ADDRESS_MAX = 50
export const ATTEMPT_WINDOW: Ms = minutes(15)
/** Accounts and addresses that are counted at the same time; the oldest is forgotten when full. */
export const ATTEMPT_KEYS_MAX = 10_000

export const PASSWORD_CHARS_MIN = 10
export const PASSWORD_CHARS_MAX = 128
/** Argon2id as OWASP asks (19 MiB, 2 passes, 1 lane): about 40 ms of one core. */
export const ARGON2_MEMORY_KIB = 19_456
export const ARGON2_PASSES = 2
/** Two of libuv's four threads: files and DNS keep the others. */
export const HASHES_AT_ONCE_MAX = 2
export const HASHES_WAITING_MAX = 50
/** How long a client is asked to wait when too many hashes are waiting. */
export const HASH_RETRY_AFTER: Ms = seconds(5)

/** 26 characters of 5 bits: 130 bits, beyond guessing. */
export const SIP_PASSWORD_CHARS = 26
export const PHONES_PER_PERSON_MAX = 10
/** How long the link of a phone that sets itself up is good … */
export const PHONE_LINK_LIFE: Ms = hours(24)
/** … and a PIN, which is shorter and therefore lives shorter. */
export const PHONE_PIN_LIFE: Ms = hours(1)
/** Guesses are slowed by ATTEMPTS_PER_ACCOUNT_MAX for each hardware address. */
export const PHONE_PIN_DIGITS = 8
/** Companies that expect the same hardware address at the same time; the newest count. */
export const SETUPS_PER_MAC_MAX = 4
/** Of what a phone says of itself. */
export const PHONE_AGENT_CHARS_MAX = 100
export const NAME_CHARS_MAX = 80
export const EMAIL_CHARS_MAX = 254
export const COLLEAGUES_MAX = 10
export const PEOPLE_PER_TENANT_MAX = 10_000
export const SITES_PER_TENANT_MAX = 500
export const AUDIT_PAGE_MAX = 500
/** Expired sessions removed in one go by a sweep. */
export const SWEEP_SESSIONS_MAX = 1_000
/** Tries to find a free SIP name when somebody else takes it at the same moment. */
export const NAME_TRIES_MAX = 5
