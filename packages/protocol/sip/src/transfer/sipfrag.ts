// The body of a NOTIFY about a REFER (RFC 3515 §2.4.5, RFC 3420): the status line of the response to the
// call, and no more of it, because its other lines are nobody else's concern.
import { type Ms, ms } from '@rufwerk/core'
import type { NotifierInput } from '../events/notifier.ts'
import type { SipRequest } from '../message/message.ts'
import { reasonPhrase } from '../message/status.ts'

export const SIPFRAG_TYPE = 'message/sipfrag;version=2.0'
/** Bytes that are looked at. */
const LINE_BYTES_MAX = 1024

/** Seconds that the subscription of a REFER lasts, unless the call is answered or refused before. */
export const REFER_EXPIRES_S = 180
/** Every step of the call is told; for `stepNotifier`. */
export const REFER_INTERVAL: Ms = ms(0)

export function writeSipfrag(status: number): string {
  return `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`
}

/** The status in the body of a NOTIFY, 100 to 699; undefined when there is none. */
export function readSipfrag({ headers, body }: Pick<SipRequest, 'headers' | 'body'>): number | undefined {
  if (headers.contentType !== 'message/sipfrag') return undefined
  const text = Buffer.from(body.subarray(0, LINE_BYTES_MAX)).toString('utf8')
  const digits = /^[\r\n]*SIP\/2\.0[ \t]+([1-6]\d\d)(?=[ \t\r\n]|$)/i.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/**
 * What a response to the call means for who asked for it: an input of `stepNotifier`, whose NOTIFY has
 * `writeSipfrag` of that status. A final one ends the subscription.
 */
export function referProgress(status: number): NotifierInput {
  return status < 200 ? { type: 'changed' } : { type: 'end', reason: 'noresource' }
}
