// Cuts a byte stream (TCP, TLS) into messages (RFC 3261 §18.3), with CRLF keep-alives (RFC 5626 §3.5.1).

export type StreamItem =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF: the peer wants one CRLF back. */
  | { readonly type: 'ping' }
  /** Framing is lost: answer `bytes` (what came of the message) if it parses to an answer, then close. */
  | {
      readonly type: 'broken'
      readonly why: 'too-large' | 'no-length' | 'bad-length'
      readonly bytes: Uint8Array
    }

export class StreamFramer {
  /** Takes what arrived and returns what is complete, in order. After `broken` everything is ignored. */
  push(_chunk: Uint8Array): readonly StreamItem[] {
    return []
  }

  /** Bytes waiting for the rest of their message. */
  size(): number {
    return 0
  }
}
