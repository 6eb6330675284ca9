// What somebody from outside has typed into the form: taken as text within its limits, or refused with the
// field that is wrong. Nothing of it is ever markup, a header or an address that mail is sent to.
import { fail, ok, type Result } from '@rufwerk/core'
import { isSha256 } from '../intake.ts'
import type { Report } from '../state.ts'
import { CONTACT_CHARS_MAX, TOLD_CHARS_MAX, TOLD_NAME_CHARS_MAX } from './limits.ts'

export const FORM_FIELDS = ['words', 'product', 'version', 'fileName', 'hash', 'contact'] as const
export type FormField = (typeof FORM_FIELDS)[number]

export interface Told {
  readonly report: Report
  /** A mailbox for questions of a person; no mail goes there by itself. */
  readonly contact?: string
}

/** What ends a line, or no text has; of what is told, lines and tabs are left. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u
const CONTROL_IN_WORDS = /(?![\n\t])\p{Cc}/u
/** One mailbox, and nothing that could be a header or a list of them. */
const MAILBOX = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/

export function readReportForm(typed: Pick<URLSearchParams, 'get'>): Result<Told, FormField> {
  const said = (field: FormField): string => (typed.get(field) ?? '').toWellFormed().trim()
  const words = said('words').replaceAll('\r\n', '\n')
  if (words === '' || words.length > TOLD_CHARS_MAX || CONTROL_IN_WORDS.test(words)) return fail('words')
  for (const field of ['product', 'version', 'fileName'] as const)
    if (said(field).length > TOLD_NAME_CHARS_MAX || CONTROL.test(said(field))) return fail(field)
  const hash = said('hash').toLowerCase()
  if (hash !== '' && !isSha256(hash)) return fail('hash')
  const contact = said('contact')
  if (contact !== '' && (contact.length > CONTACT_CHARS_MAX || !MAILBOX.test(contact))) return fail('contact')
  const [product, version, fileName] = [said('product'), said('version'), said('fileName')]
  const report = {
    ...{ hashes: hash === '' ? [] : [hash], words },
    ...(product !== '' && { product }),
    ...(version !== '' && { version }),
    ...(fileName !== '' && { fileName }),
  }
  return ok({ report, ...(contact !== '' && { contact }) })
}
