// All transactions of one process (RFC 3261 §17, RFC 6026): matching, the four machines, CANCEL, rport.
import type { Flow, Ms } from '@rufwerk/core'
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'

/** Identifies a transaction while it lives. */
export type TransactionId = string & { readonly kind: 'transaction' }

/** What the driver has to do or to tell, in order. */
export type TransactionOutput =
  | { readonly type: 'send'; readonly bytes: Uint8Array; readonly flow: Flow }
  /** Call `timer(key)` once after `after`; a later `arm` of the same key replaces it. */
  | { readonly type: 'arm'; readonly key: string; readonly after: Ms }
  | { readonly type: 'disarm'; readonly key: string }
  /** A new server transaction: answer it with `respond`. */
  | {
      readonly type: 'request'
      readonly transaction: TransactionId
      readonly request: SipRequest
      readonly flow: Flow
    }
  /** ACK to a 2xx: belongs to a dialog, not to a transaction. */
  | { readonly type: 'ack'; readonly request: SipRequest; readonly flow: Flow }
  /** CANCEL hit this unanswered INVITE; it is answered 200 already. Respond 487 to the INVITE. */
  | { readonly type: 'cancelled'; readonly transaction: TransactionId; readonly request: SipRequest }
  /** 1xx (not 100), each final response, each further 2xx to an INVITE for 64*T1 (forks, lost ACKs). */
  | {
      readonly type: 'response'
      readonly transaction: TransactionId
      readonly response: SipResponse
      readonly flow: Flow
    }
  /** No final response came or none could be delivered; `terminated` follows. `limit`: was never sent. */
  | {
      readonly type: 'failed'
      readonly transaction: TransactionId
      readonly why: 'timeout' | 'transport' | 'limit'
    }
  /** The transaction is forgotten: the last output about it. */
  | { readonly type: 'terminated'; readonly transaction: TransactionId }
  /** Something that matches nothing was dropped; for counting. */
  | { readonly type: 'dropped'; readonly why: 'stray-response' | 'limit' | 'unanswerable' }

export interface TransactionLimits {
  /** Server transactions alive at once; beyond, requests outside dialogs get 503 with Retry-After. */
  readonly serverTransactionsMax: number
  /** What requests inside dialogs may use on top of it. */
  readonly inDialogReserve: number
  /** Client transactions alive at once; beyond, `request` fails with `limit`. */
  readonly clientTransactionsMax: number
}

export interface TransactionLayerOptions {
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits?: Partial<TransactionLimits>
  /** host[:port] for our Via and, by default, the flow's local address. */
  readonly sentBy?: (flow: Flow) => string
}

export class TransactionLayer {
  readonly #options: TransactionLayerOptions

  constructor(options: TransactionLayerOptions) {
    this.#options = options
  }

  /** A message from the network, already parsed. Adds received and rport to the topmost Via of requests. */
  receive(_message: SipMessage, _flow: Flow): readonly TransactionOutput[] {
    return []
  }

  /** Starts a client transaction. Puts our Via on top of the request's headers. Not for ACK and CANCEL. */
  request(
    _request: SipRequest,
    _flow: Flow,
  ): { readonly transaction: TransactionId; readonly out: readonly TransactionOutput[] } {
    return { transaction: this.#options.randomBytes(1).join() as TransactionId, out: [] }
  }

  /** Answers a server transaction; ignored when it already has a final response (2xx may be repeated). */
  respond(_transaction: TransactionId, _response: SipResponse): readonly TransactionOutput[] {
    return []
  }

  /**
   * Cancels our INVITE: at once when a 1xx was received, else as soon as one comes (RFC 3261 §9.1).
   * The INVITE still ends by a `response` (487, or a 2xx that was faster) or `failed`. No effect afterwards.
   */
  cancel(_transaction: TransactionId): readonly TransactionOutput[] {
    return []
  }

  /** Sends an ACK to a 2xx: puts our Via on top, keeps no state. Send the same bytes again for a repeated 2xx. */
  sendAck(_ack: SipRequest, _flow: Flow): readonly TransactionOutput[] {
    return []
  }

  /** A timer that was armed has run off. */
  timer(_key: string): readonly TransactionOutput[] {
    return []
  }

  /** A flow broke, or one transaction's request could not be sent. */
  transportFailed(_broken: Flow | TransactionId): readonly TransactionOutput[] {
    return []
  }

  /** Transactions alive. */
  size(): number {
    return 0
  }
}
