// Every refusal of this package: a code for programs and a sentence for people. Refusals are returned, not
// thrown.
import { type Failed, fail, type Ms } from '@rufwerk/core'

const SENTENCES = {
  'setup-done': 'This system is already set up. Sign in instead.',
  'setup-link-invalid': 'This set-up link was used or has expired. Restart the server to get a new one.',
  'link-invalid': 'This link was used or has expired. Ask your administrator for a new one.',
  'wrong-credentials': 'The login or the password is wrong.',
  'too-many-attempts': 'Too many attempts. Wait a few minutes and try again.',
  busy: 'The server is busy. Try again in a few seconds.',
  'password-too-short': 'The password needs at least 10 characters.',
  'password-too-long': 'The password may have at most 128 characters.',
  'password-is-login': 'The password must not be the login or the name.',
  'password-trivial': 'This password is among the first that are tried. Choose another one.',
  'password-wrong': 'The current password is wrong.',
  'name-invalid': 'A name needs 1 to 80 characters.',
  'email-invalid': 'This is not an e-mail address.',
  'email-taken': 'Somebody already uses this e-mail address.',
  'extension-invalid': 'An extension has 2 to 6 digits and does not begin with 0.',
  'extension-reserved': 'This is an emergency number and cannot be an extension.',
  'extension-taken': 'Somebody already has this extension.',
  'mac-invalid': 'A hardware address has twelve digits, 0 to 9 and A to F, as on the label of the phone.',
  'not-allowed': 'Only an administrator may do this.',
  'unknown-person': 'This person does not exist.',
  'unknown-device': 'This device does not exist.',
  'limit-reached': 'There are too many of these already. Remove one first.',
  conflict: 'Somebody changed this at the same moment. Try again.',
  'not-stored': 'The change could not be stored. Is the disk of the server full?',
} as const

export type AccountsErrorCode = keyof typeof SENTENCES

export interface AccountsError {
  readonly code: AccountsErrorCode
  readonly message: string
  /** Set with `too-many-attempts` and `busy`: how long to wait. */
  readonly retryAfter?: Ms
}

export function refuse(code: AccountsErrorCode, retryAfter?: Ms): Failed<AccountsError> {
  const message = SENTENCES[code]
  return fail(retryAfter === undefined ? { code, message } : { code, message, retryAfter })
}
