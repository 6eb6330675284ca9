// What the sockets need from the one who listens to them, and what cuts a stream into messages.
import type { Flow } from '@rufwerk/core'

/** Hears every message and the end of every connection. */
export interface Receiver {
  /** One whole message of the peer. The bytes belong to the receiver from now on. */
  onMessage(flow: Flow, bytes: Uint8Array): void
  /** A connection is gone; nothing can be sent on its flow any more. UDP flows never close. */
  onFlowClosed(flow: Flow): void
}

/**
 * Cuts one TCP connection into messages. Made anew for each connection; knows the protocol, which we do not.
 */
export interface Framer {
  /** Takes the next bytes and returns what is complete, in order. */
  push(chunk: Uint8Array): readonly FramedItem[]
  /** Bytes that wait for the rest of their message. */
  size(): number
}

export type FramedItem =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** A double CRLF keep-alive, answered with one CRLF (RFC 5626 §4.4.1). */
  | { readonly type: 'ping' }
  /**
   * Framing is lost: the receiver gets what there is, perhaps it can answer; then the connection is closed.
   */
  | { readonly type: 'broken'; readonly bytes: Uint8Array }
