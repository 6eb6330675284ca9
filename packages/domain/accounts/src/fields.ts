// What people type in, checked and brought into the one form that is stored.
import { fail, ok, type Result } from '@rufwerk/core'
import type { AccountsErrorCode } from './errors.ts'
import { EMAIL_CHARS_MAX, NAME_CHARS_MAX } from './limits.ts'

type Field = Result<string, AccountsErrorCode>

/** Emergency numbers of Europe and North America; a phone must never ring a colleague instead. */
const EMERGENCY: ReadonlySet<string> = new Set(['110', '112', '911', '933', '988', '999'])
const EMAIL = /^[^\s@"(),:;<>[\]\\\p{Cc}]+@[^\s@"(),:;<>[\]\\\p{Cc}.]+(\.[^\s@"(),:;<>[\]\\\p{Cc}.]+)*$/u

/** A name of a person, a company or a device. */
export function readName(text: string): Field {
  const name = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ')
  const length = [...name].length
  if (length < 1 || length > NAME_CHARS_MAX || /[\p{Cc}\p{Cf}]/u.test(name)) return fail('name-invalid')
  return ok(name)
}

export function readExtension(text: string): Field {
  const extension = text.trim()
  if (!/^[1-9][0-9]{1,5}$/.test(extension)) return fail('extension-invalid')
  return EMERGENCY.has(extension) ? fail('extension-reserved') : ok(extension)
}

export function readEmail(text: string): Field {
  const email = text.trim().toLowerCase()
  return email.length <= EMAIL_CHARS_MAX && EMAIL.test(email) ? ok(email) : fail('email-invalid')
}
