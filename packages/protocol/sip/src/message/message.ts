// The two kinds of message (RFC 3261 §7) and how new ones are made.
import { SipError } from '../errors.ts'
import { SEQ_MAX } from './cseq.ts'
import { isToken } from './grammar.ts'
import { append, copyHeader, Headers } from './headers.ts'
import { reasonPhrase } from './status.ts'
import type { SipUri } from './uri.ts'

export interface SipRequest {
  readonly kind: 'request'
  readonly method: string
  readonly uri: SipUri
  readonly headers: Headers
  readonly body: Uint8Array
}

export interface SipResponse {
  readonly kind: 'response'
  /** 100 to 699. */
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export type SipMessage = SipRequest | SipResponse

export interface Body {
  readonly type: string
  readonly content: string | Uint8Array
}

export interface RequestParts {
  readonly method: string
  readonly uri: SipUri
  /** Header text with tag, e.g. of `writeNameAddr`. */
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly seq: number
  /** 70 unless told (RFC 3261 §8.1.1.6). */
  readonly maxForwards?: number
  readonly headers?: Iterable<readonly [name: string, value: string]>
  readonly body?: Body
}

export interface ResponseParts {
  /** The usual phrase of the status unless told. */
  readonly reason?: string
  /** Added to To when the request's To has no tag; every final response and every 1xx over 100 needs one. */
  readonly toTag?: string
  readonly headers?: Iterable<readonly [name: string, value: string]>
  readonly body?: Body
}

export const NO_BODY = new Uint8Array(0)

/** A request without Via: the transaction layer adds it. Throws SipError on values that cannot be written. */
export function newRequest(parts: RequestParts): SipRequest {
  const { method, uri, seq } = parts
  if (!isToken(method)) throw new SipError('SIP_BAD_METHOD', method)
  if (!Number.isInteger(seq) || seq < 0 || seq > SEQ_MAX) throw new SipError('SIP_HEADER_VALUE', 'CSeq')
  const headers = new Headers()
    .add('Max-Forwards', String(parts.maxForwards ?? 70))
    .add('From', parts.from)
    .add('To', parts.to)
    .add('Call-ID', parts.callId)
    .add('CSeq', `${seq} ${method}`)
  return { kind: 'request', method, uri, headers, body: addRest(headers, parts) }
}

/**
 * A response to `request` with Via, From, To, Call-ID, CSeq copied (RFC 3261 §8.2.6) and Record-Route
 * (§12.1.1).
 */
export function newResponse(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  if (!Number.isInteger(status) || status < 100 || status > 699)
    throw new SipError('SIP_BAD_STATUS', String(status))
  if (parts.toTag !== undefined && !isToken(parts.toTag)) throw new SipError('SIP_HEADER_VALUE', 'To tag')
  const asked = request.headers
  const headers = new Headers()
  copyHeader(asked, headers, 'via')
  if (status > 100 && status < 300) copyHeader(asked, headers, 'record-route')
  copyHeader(asked, headers, 'from')
  if (parts.toTag === undefined || asked.toTag !== undefined) copyHeader(asked, headers, 'to')
  // Not `add`: there is room for the tag in what was parsed (ANSWER_ROOM), and it is checked no more.
  else append(headers, 'to', 'To', `${asked.get('to')};tag=${parts.toTag}`)
  copyHeader(asked, headers, 'call-id')
  copyHeader(asked, headers, 'cseq')
  if (status === 100) copyHeader(asked, headers, 'timestamp') // RFC 3261 §8.2.6.1.
  const reason = parts.reason ?? reasonPhrase(status)
  return { kind: 'response', status, reason, headers, body: addRest(headers, parts) }
}

function addRest(headers: Headers, parts: Pick<ResponseParts, 'headers' | 'body'>): Uint8Array {
  if (parts.headers !== undefined) for (const [name, value] of parts.headers) headers.add(name, value)
  if (parts.body === undefined) return NO_BODY
  headers.add('Content-Type', parts.body.type)
  const { content } = parts.body
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content
}
