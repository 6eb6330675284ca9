// Limits of mail, with their units.
import { type Ms, minutes, seconds } from '@rufwerk/core'

/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
export const ADDRESS_CHARS_MAX = 254
export const SUBJECT_CHARS_MAX = 200
export const MAIL_TEXT_CHARS_MAX = 100_000
/** As sent it is a third larger, and many servers take 25 MB. */
export const ATTACHMENT_BYTES_MAX = 16 * 1024 * 1024

/** Mails that wait, those being delivered among them. */
export const MAILS_WAITING_MAX = 500
/** All attachments that wait. */
export const BYTES_WAITING_MAX = 64 * 1024 * 1024
/** At the same time: one more would only meet the limits of the mail server. */
export const DELIVERIES_AT_ONCE_MAX = 1
/** The pauses before a mail is tried again; after the last try it is given up. */
export const RETRY_PAUSES: readonly Ms[] = [
  seconds(30),
  minutes(2),
  minutes(10),
  minutes(30),
  minutes(60),
  minutes(120),
  minutes(240),
]
