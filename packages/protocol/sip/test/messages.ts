// Requests and responses with lines of a test's own, where nothing else about them matters. For tests only.
import type { SipRequest, SipResponse } from '@rufwerk/sip'
import { requestOf, responseOf } from '../src/testing.ts'

/** A request of 101 to 102, Call-ID `c`, number 1, with more lines. */
export function requestWith(method: string, ...lines: string[]): SipRequest {
  return requestOf(`
${method} sip:102@pbx SIP/2.0
Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa
From: <sip:101@pbx>;tag=a
To: <sip:102@pbx>
Call-ID: c
CSeq: 1 ${method}
${lines.join('\n')}`)
}

/** A response to such an INVITE of ours; `toTag` is empty for one without. */
export function responseWith(status: number, lines: readonly string[], toTag = 'b'): SipResponse {
  return responseOf(`
SIP/2.0 ${status} Some
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa
From: <sip:101@pbx>;tag=a
To: <sip:102@pbx>${toTag === '' ? '' : `;tag=${toTag}`}
Call-ID: c
CSeq: 1 INVITE
${lines.join('\n')}`)
}
