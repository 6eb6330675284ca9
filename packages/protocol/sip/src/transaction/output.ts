// What the transaction layer wants done, as data. The driver performs it in order.
import type { Flow, Ms } from '@rufwerk/core'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { TransactionId } from './match.ts'

export type TransactionOutput =
  /** `callId` of the message, where it is at hand. */
  | {
      readonly type: 'send'
      readonly bytes: Uint8Array
      readonly flow: Flow
      readonly callId?: string | undefined
    }
  /** Call `timer(key)` once after `after`; a later `arm` of the same key replaces it. */
  | { readonly type: 'arm'; readonly key: number; readonly after: Ms }
  | { readonly type: 'disarm'; readonly key: number }
  /** A new server transaction: answer it with `respond`. */
  | {
      readonly type: 'request'
      readonly transaction: TransactionId
      readonly request: SipRequest
      readonly flow: Flow
    }
  /** ACK to a 2xx: belongs to a dialog, not to a transaction. Drop it when there is no such dialog. */
  | { readonly type: 'ack'; readonly request: SipRequest; readonly flow: Flow }
  /** CANCEL hit this unanswered INVITE; it is answered 200 already. Respond 487 to the INVITE. */
  | { readonly type: 'cancelled'; readonly transaction: TransactionId; readonly request: SipRequest }
  /** Each 1xx, the first final response, and each further 2xx to an INVITE for 64*T1 (forks, lost ACKs). */
  | {
      readonly type: 'response'
      readonly transaction: TransactionId
      readonly response: SipResponse
      readonly flow: Flow
    }
  /**
   * Client: no final response came. Server: nobody answered, or the ACK to a refusal never came.
   * `terminated` follows. `limit`: the request was never sent. `toTag`: what the response to our CANCEL of
   * this INVITE said; the peer may be in a dialog of that tag (RFC 3261 §9.2).
   */
  | {
      readonly type: 'failed'
      readonly transaction: TransactionId
      readonly why: 'timeout' | 'transport' | 'limit'
      readonly toTag?: string
    }
  /** The transaction is forgotten: the last output about it. */
  | { readonly type: 'terminated'; readonly transaction: TransactionId }
  /**
   * Something was not taken, for counting: a response that matches nothing, a request beyond the limit (503
   * sent).
   */
  | { readonly type: 'dropped'; readonly why: 'stray-response' | 'limit' }
  /** A 2xx to an INVITE with our Via alone that matches nothing: of the run before, or far too late. */
  | { readonly type: 'strayAnswer'; readonly response: SipResponse; readonly flow: Flow }
