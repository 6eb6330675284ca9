// Requests that the transaction layer itself makes from an INVITE: CANCEL and the ACK to a refusal.
import { copyHeader, Headers } from '../message/headers.ts'
import { NO_BODY, type SipRequest, type SipResponse } from '../message/message.ts'
import type { HeaderLines } from './transaction.ts'

/** RFC 3261 §9.1: the same in Request-URI, Via, From, To, Call-ID, Route and CSeq number. */
export function cancelFor(invite: SipRequest, more: HeaderLines): SipRequest {
  const cancel = derived(invite, 'CANCEL', invite.headers)
  for (const [name, value] of more) cancel.headers.add(name, value)
  return cancel
}

/** RFC 3261 §17.1.1.3: as the INVITE, with the To of the response. */
export function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  return derived(invite, 'ACK', response.headers)
}

function derived(invite: SipRequest, method: string, to: Headers): SipRequest {
  const headers = new Headers()
  copyHeader(invite.headers, headers, 'via') // Ours is the only one.
  headers.add('Max-Forwards', '70')
  copyHeader(invite.headers, headers, 'route')
  copyHeader(invite.headers, headers, 'from')
  copyHeader(to, headers, 'to')
  copyHeader(invite.headers, headers, 'call-id')
  headers.add('CSeq', `${invite.headers.cseq.seq} ${method}`)
  return { kind: 'request', method, uri: invite.uri, headers, body: NO_BODY }
}
