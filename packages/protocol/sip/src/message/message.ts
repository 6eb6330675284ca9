// The two kinds of message (RFC 3261 §7) and how new ones are made.
import type { Headers } from './headers.ts'
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

export interface Body {
  readonly type: string
  readonly content: string | Uint8Array
}

export interface ResponseParts {
  /** The usual phrase of the status unless told. */
  readonly reason?: string
  /** Added to To when the request's To has no tag; every final response and every 1xx over 100 needs one. */
  readonly toTag?: string
  readonly headers?: Iterable<readonly [name: string, value: string]>
  readonly body?: Body
}

/** A request without Via: the transaction layer adds it. Throws SipError on values that cannot be written. */
export function newRequest(_parts: RequestParts): SipRequest {
  throw new Error('not yet')
}

/** A response to `request` with Via, From, To, Call-ID, CSeq copied (RFC 3261 §8.2.6) and Record-Route (§12.1.1). */
export function newResponse(_request: SipRequest, _status: number, _parts: ResponseParts = {}): SipResponse {
  throw new Error('not yet')
}
