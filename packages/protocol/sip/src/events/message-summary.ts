// The body of the message-summary package (RFC 3842): whether messages wait, for the lamp of a phone.
import { type SipUri, writeUri } from '../message/uri.ts'

/** Larger counts are told as this. */
const COUNT_MAX = 9999

export interface MessageCounts {
  readonly unheard: number
  readonly heard: number
  /** Of these, how many are urgent; left out when nothing is known of urgency. */
  readonly urgent?: { readonly unheard: number; readonly heard: number }
}

export const MESSAGE_SUMMARY_TYPE = 'application/simple-message-summary'

/** `account` is the URI that the phone calls to listen. */
export function writeMessageSummary(voice: MessageCounts, account?: SipUri): string {
  const { unheard, heard, urgent } = voice
  const lines = [`Messages-Waiting: ${unheard > 0 ? 'yes' : 'no'}`]
  // Nothing in a URI that was made without parsing may add a line.
  const listen = account === undefined ? undefined : writeUri(account).replace(/[ \p{Cc}]/gu, '')
  if (listen !== undefined) lines.push(`Message-Account: ${listen}`)
  const of = urgent === undefined ? '' : ` (${count(urgent.unheard)}/${count(urgent.heard)})`
  lines.push(`Voice-Message: ${count(unheard)}/${count(heard)}${of}`)
  return `${lines.join('\r\n')}\r\n`
}

function count(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.trunc(value), 0), COUNT_MAX) : 0
}
