// Mail that the system sends to people: what it is, and the port through which everybody sends it. What could
// become a second header, a second recipient or a second mail is refused before anything is made of it.
import { type Failed, fail, ok, type Result } from '@rufwerk/core'
import { ADDRESS_CHARS_MAX, ATTACHMENT_BYTES_MAX, MAIL_TEXT_CHARS_MAX, SUBJECT_CHARS_MAX } from './limits.ts'

export interface Mail {
  /** One address, without a name. */
  readonly to: string
  readonly subject: string
  /** Plain text. */
  readonly text: string
  readonly attachment?: {
    /** As the reader's program shows it: no path. */
    readonly fileName: string
    /** Such as audio/wav. */
    readonly type: string
    readonly bytes: Uint8Array
  }
}

/** A mail that is written when its turn has come: what waits for long needs no memory. */
export interface DueMail {
  /** Undefined: it is not wanted any more. Rejects while it cannot be written; it is tried again then. */
  readonly write: () => Promise<Mail | undefined>
  /** Told exactly once. */
  readonly over: (outcome: MailOutcome) => void
}

/** `forgotten`: it was not tried to the end, because the process ends or the mail server was removed. */
export type MailOutcome = 'delivered' | 'given-up' | 'not-wanted' | 'forgotten'

export interface Mailer {
  /**
   * Ok: the mail waits to be delivered, and is tried again for some hours while the mail server cannot take
   * it. It is forgotten when this process ends.
   */
  send(mail: Mail): Promise<Result<void, MailRefusal>>
  /** Ok: its end will be told. A refused one was not looked at. */
  sendDue(mail: DueMail): Result<void, MailRefusal>
}

const SENTENCES = {
  'not-set-up': 'No mail server is set up yet.',
  'address-invalid': 'This is not an e-mail address.',
  'header-invalid': 'The subject or the name of the attachment holds characters that no header may hold.',
  'too-large': 'The mail is too large.',
  'queue-full': 'Too many mails are waiting for the mail server.',
} as const

export type MailRefusalCode = keyof typeof SENTENCES

export interface MailRefusal {
  readonly code: MailRefusalCode
  readonly message: string
}

export function refuseMail(code: MailRefusalCode): Failed<MailRefusal> {
  return fail({ code, message: SENTENCES[code] })
}

const CONTROLS = /[\p{Cc}\u2028\u2029]/u
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,62}\/[a-z0-9][a-z0-9.+-]{0,62}$/
/** RFC 5321 §4.1.2 without quoted local parts and address literals; names of domains may be international. */
const ADDRESS =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u

/** One address and nothing else: no name, no list, no line break. */
export function isAddress(text: string): boolean {
  return text.length <= ADDRESS_CHARS_MAX && ADDRESS.test(text)
}

/** Text for a header field: no control characters, and none that end a line for somebody. */
export function isHeaderText(text: string, charsMax: number): boolean {
  return text.length <= charsMax && text.isWellFormed() && !CONTROLS.test(text)
}

export function checkMail({ to, subject, text, attachment }: Mail): Result<void, MailRefusal> {
  if (!isAddress(to)) return refuseMail('address-invalid')
  if (!isHeaderText(subject, SUBJECT_CHARS_MAX)) return refuseMail('header-invalid')
  if (text.length > MAIL_TEXT_CHARS_MAX) return refuseMail('too-large')
  if (attachment === undefined) return ok(undefined)
  const { fileName, type, bytes } = attachment
  const isName = isHeaderText(fileName, SUBJECT_CHARS_MAX) && !/[/\\]/.test(fileName) && fileName !== ''
  if (!isName || !MEDIA_TYPE.test(type)) return refuseMail('header-invalid')
  return bytes.length > ATTACHMENT_BYTES_MAX ? refuseMail('too-large') : ok(undefined)
}
