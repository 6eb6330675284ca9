// Dialogs (RFC 3261 §12) as plain values: JSON in, JSON out, so that a leg survives a restart.
import { fail, type Result } from '@rufwerk/core'
import type { Body, SipMessage, SipRequest, SipResponse } from '../message/message.ts'

export interface Dialog {
  readonly role: 'uac' | 'uas'
  readonly state: 'early' | 'confirmed'
  readonly callId: string
  readonly localTag: string
  /** Empty when the peer sent none (RFC 2543 peers). */
  readonly remoteTag: string
  /** Header text without tag. */
  readonly localAddress: string
  readonly remoteAddress: string
  /** The number of our last request; 0 before the first. */
  readonly localSeq: number
  /** The number of the peer's last request; -1 before the first. */
  readonly remoteSeq: number
  /** Route values in the order they are sent. */
  readonly routeSet: readonly string[]
  /** URI text: where the next request goes. */
  readonly remoteTarget: string
}

export type DialogError = 'no-tag' | 'no-contact' | 'bad-contact'

/** UAC: a dialog from a 1xx with tag (early) or 2xx (confirmed) to our INVITE. Each To tag is a dialog of its own. */
export function dialogFromResponse(
  _request: SipRequest,
  _response: SipResponse,
): Result<Dialog, DialogError> {
  return fail('no-tag')
}

/** UAS: the dialog that a response with this To tag creates. */
export function dialogFromRequest(
  _request: SipRequest,
  _localTag: string,
  _state: Dialog['state'],
): Result<Dialog, DialogError> {
  return fail('no-tag')
}

/** UAC: what a response inside the dialog changes: a 2xx confirms it, a 2xx to INVITE refreshes the target. */
export function dialogAfterResponse(dialog: Dialog, _response: SipResponse): Dialog {
  return dialog
}

/** UAS: what a request inside the dialog changes, or why it is refused (500, RFC 3261 §12.2.2). */
export function receiveInDialog(dialog: Dialog, _request: SipRequest): Result<Dialog, 'out-of-order'> {
  return { ok: true, value: dialog }
}

export interface NextRequestParts {
  readonly headers?: Iterable<readonly [name: string, value: string]>
  readonly body?: Body
  /** For ACK: the CSeq number of the INVITE it belongs to. */
  readonly seq?: number
}

/** The next request inside the dialog, without Via. Add Contact by `headers` to INVITE and other target refreshes. */
export function nextRequest(
  _dialog: Dialog,
  _method: string,
  _parts: NextRequestParts = {},
): { readonly dialog: Dialog; readonly request: SipRequest } {
  throw new Error('not yet')
}

/** The same text for a dialog and for every message of the peer that belongs to it. */
export function dialogKey(_of: Dialog | SipMessage): string {
  return ''
}
