// Which transaction a message belongs to (RFC 3261 §17.1.3, §17.2.3).
import type { SipRequest, SipResponse } from '../message/message.ts'
import { writeUri } from '../message/uri.ts'
import { MAGIC_COOKIE, type Via } from '../message/via.ts'

/**
 * Names a transaction, and no other one later. A number, because books of what belongs to transactions are
 * looked into for every message, and a Map finds a number faster than a long text.
 */
export type TransactionId = number & { readonly kind: 'transaction' }

export function clientKey(branch: string, method: string): string {
  return `c|${method}|${branch}`
}

export function clientKeyOf(response: SipResponse): string {
  return clientKey(response.headers.via.branch, response.headers.cseq.method)
}

/** The key of the server transaction of `method` that a request belongs to; ACK belongs to its INVITE. */
export function serverKeyOf(request: SipRequest, method: string = request.method): string {
  const { headers } = request
  const { via } = headers
  const name = method === 'ACK' ? 'INVITE' : method
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? ''}`
  // The cookie alone makes no branch (RFC 4475 §3.2.1).
  if (via.branch.length > MAGIC_COOKIE.length && via.branch.startsWith(MAGIC_COOKIE))
    return `s|${name}|${sentBy}|${via.branch}`
  return legacyKey(request, name, via, sentBy)
}

/** Clients of RFC 2543 send no unique branch: everything that a retransmission has in common is compared. */
function legacyKey(request: SipRequest, name: string, via: Via, sentBy: string): string {
  const { fromTag, callId, cseq } = request.headers
  const parts = [writeUri(request.uri), fromTag ?? '', callId, cseq.seq, via.branch]
  return `s|${name}|${sentBy}|${parts.join('|')}`
}
