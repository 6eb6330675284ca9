// What a refusal of the accounts is called on the wire.
import type { AccountsError, AccountsErrorCode } from '@rufwerk/accounts'
import type { ErrorCode } from '@rufwerk/contract'
import type { Refusal } from './error.ts'

const CODES: Readonly<Record<AccountsErrorCode, ErrorCode>> = {
  'setup-done': 'setup-done',
  'setup-link-invalid': 'link-invalid',
  'link-invalid': 'link-invalid',
  'wrong-credentials': 'wrong-credentials',
  'too-many-attempts': 'rate-limited',
  busy: 'unavailable',
  'password-too-short': 'password-too-short',
  'password-too-long': 'password-too-long',
  'password-is-login': 'password-is-login',
  'password-trivial': 'password-trivial',
  'password-wrong': 'password-wrong',
  'name-invalid': 'bad-request',
  'email-invalid': 'bad-request',
  'email-taken': 'email-taken',
  'extension-invalid': 'bad-request',
  'extension-reserved': 'extension-reserved',
  'extension-taken': 'extension-taken',
  'mac-invalid': 'bad-request',
  'not-allowed': 'forbidden',
  'unknown-person': 'not-found',
  'unknown-device': 'not-found',
  'limit-reached': 'limit-reached',
  conflict: 'conflict',
  'not-stored': 'unavailable',
}

/** Which field of the request each refusal is about. */
export type RefusalFields = Readonly<Partial<Record<AccountsErrorCode, string>>>

export function accountsRefusal(error: AccountsError, fields: RefusalFields = {}): Refusal {
  const field = fields[error.code]
  return {
    code: CODES[error.code],
    message: error.message,
    ...(field !== undefined && { field }),
    ...(error.retryAfter !== undefined && { retryAfterSeconds: Math.ceil(error.retryAfter / 1000) }),
  }
}

/** The fields of the three passwords' refusals under one name. */
export function passwordFields(field: string): RefusalFields {
  return {
    'password-too-short': field,
    'password-too-long': field,
    'password-is-login': field,
    'password-trivial': field,
  }
}
