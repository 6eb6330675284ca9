// Why a certificate could not be made, read or fetched, as a value with a sentence for the administrator.
import type { WallTime } from '@rufwerk/core'

export interface CertificateError {
  readonly code:
    | 'unreadable' // No such file, no rights, too long, or no PEM in it.
    | 'key-unreadable'
    | 'key-mismatch'
    | 'weak-key'
    | 'chain-order'
    | 'not-a-server-certificate'
    | 'not-yet-valid'
    | 'expired'
    | 'name-missing'
    | 'name-not-permitted'
    | 'no-names'
    | 'folder'
    | 'acme-unreachable'
    | 'acme-refused'
    | 'acme-challenge'
    | 'acme-timeout'
  readonly message: string
}

export type CertificateSource = 'local' | 'files' | 'acme'

/** What the administrator should know. Levels are whole days left; 0 is expired. */
export type CertificateAlarm =
  | {
      readonly type: 'expiring'
      readonly what: 'certificate' | 'local-authority'
      readonly level: 30 | 7 | 1 | 0
      /** Whole days, rounded down; negative when it expired more than a day ago. */
      readonly daysLeft: number
      readonly notAfter: WallTime
      readonly message: string
    }
  /** The certificate in use is still the previous one. */
  | { readonly type: 'not-renewed'; readonly error: CertificateError; readonly message: string }

export const EXPIRY_LEVELS = [0, 1, 7, 30] as const
const DAY_MS = 86_400_000

/** The alarm for one certificate, or undefined while there is time. `levels` are those that count. */
export function expiryAlarm(
  what: 'certificate' | 'local-authority',
  notAfter: WallTime,
  now: WallTime,
  levels: readonly (0 | 1 | 7 | 30)[] = EXPIRY_LEVELS,
): CertificateAlarm | undefined {
  const left = notAfter - now
  const level = levels.find((days) => left <= days * DAY_MS)
  if (level === undefined) return undefined
  const daysLeft = Math.floor(left / DAY_MS)
  const name = what === 'certificate' ? 'The certificate' : 'The local certificate authority'
  const date = new Date(notAfter).toISOString().slice(0, 10)
  const message = level === 0 ? `${name} expired on ${date}.` : `${name} expires on ${date}.`
  return { type: 'expiring', what, level, daysLeft, notAfter, message }
}

/**
 * The levels for a certificate that renews itself at two thirds of its life: a level that is reached before
 * renewal had a fair chance says nothing.
 */
export function levelsOf(source: CertificateSource, lifetimeMs: number): readonly (0 | 1 | 7 | 30)[] {
  if (source === 'files') return EXPIRY_LEVELS
  return EXPIRY_LEVELS.filter((days) => days * DAY_MS < lifetimeMs / 4)
}
