// What went wrong with a mail server, as a sentence for the admin: which step, and what to look at.
import type { DeliveryFailure } from '@rufwerk/messaging/mail'
import { REPLY_CHARS_MAX } from './limits.ts'
import type { MailServer } from './mail-server.ts'

/** As nodemailer's and Node's errors are. */
interface SmtpError {
  readonly code?: string
  /** The command that was refused, such as `MAIL FROM`. */
  readonly command?: string
  readonly responseCode?: number
  readonly response?: string
  readonly message?: string
}

type Phrase = (server: MailServer, reply: string) => string

const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/
const NO_TLS = /wrong version number|packet length too long|record layer|EPROTO/i

const PHRASES = {
  'name-unknown': ({ host }) => `The name ${host} is not known. Is it spelt right?`,
  unreachable: ({ host, port }) => `Nothing answers at ${host}, port ${port}.`,
  timeout: ({ host, port }) => `${host} did not answer in time on port ${port}.`,
  'tls-missing': ({ host, port }) =>
    `${host} offers no STARTTLS on port ${port}, so nothing was sent. Is it a port with TLS from the start (465)?`,
  'tls-wrong': ({ host, port }) =>
    `${host} speaks no TLS from the start on port ${port}. Is it a port with STARTTLS (587)?`,
  certificate: ({ host }) =>
    `The certificate of ${host} is not valid for this name, or signed by nobody known.`,
  'sign-in': ({ host }, reply) => `${host} did not accept the user name or the password${reply}.`,
  sender: ({ host, from }, reply) => `${host} does not take mail from ${from.address}${reply}.`,
  recipient: ({ host }, reply) => `${host} does not take mail for this address${reply}.`,
  message: ({ host }, reply) => `${host} did not take the mail${reply}.`,
  failed: ({ host }, reply) => `The mail could not be given to ${host}${reply}.`,
} as const satisfies Readonly<Record<string, Phrase>>

export function failureOf(error: unknown, server: MailServer): DeliveryFailure {
  const known: SmtpError = typeof error === 'object' && error !== null ? error : {}
  const code = codeOf(known)
  const sentence = PHRASES[code](server, replyOf(known))
  // RFC 5321 §4.2.1: 5yz is for ever. What an admin can change is tried again.
  const isFinal = (known.responseCode ?? 0) >= 500 && (code === 'recipient' || code === 'message')
  return { code, sentence, isFinal }
}

function codeOf({ code = '', command = '', message = '' }: SmtpError): keyof typeof PHRASES {
  if (code === 'EDNS' || /ENOTFOUND|EAI_AGAIN/.test(`${code} ${message}`)) return 'name-unknown'
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/.test(`${code} ${message}`)) return 'unreachable'
  if (isCertificateError({ code, message })) return 'certificate'
  if (NO_TLS.test(`${code} ${message}`)) return 'tls-wrong'
  if (code === 'ETLS' || command === 'STARTTLS') return 'tls-missing'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (code === 'EAUTH' || code === 'EOAUTH2' || code === 'ENOAUTH') return 'sign-in'
  if (code === 'EENVELOPE') return command.startsWith('MAIL') ? 'sender' : 'recipient'
  if (code === 'EMESSAGE' || command === 'DATA') return 'message'
  return 'failed'
}

/** TLS was refused by us: nobody known signed for this name and day. */
export function isCertificateError(error: unknown): boolean {
  const { code = '', message = '' }: SmtpError = typeof error === 'object' && error !== null ? error : {}
  return CERTIFICATE.test(code) || /certificate|altnames/i.test(message)
}

/** What the server said, one line of printable characters. */
function replyOf({ response }: SmtpError): string {
  const line = (response ?? '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, REPLY_CHARS_MAX)
  return line === '' ? '' : `; it says: ${line}`
}
