// Dialogs (RFC 3261 §12) as plain values: JSON in, JSON out, so that a leg survives a restart. Which flow a
// request takes is not decided here.
import { assert, fail, ok, type Result } from '@rufwerk/core'
import { SipError } from '../errors.ts'
import {
  type Body,
  newRequest,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message/message.ts'
import { parseUri, writeUri } from '../message/uri.ts'
import { routesFor, type Target } from './route-set.ts'

export interface Dialog {
  readonly role: 'uac' | 'uas'
  readonly state: 'early' | 'confirmed'
  readonly callId: string
  readonly localTag: string
  /** Empty when the peer sent none (RFC 2543 peers). */
  readonly remoteTag: string
  /** Header text with tag: From of what we send. */
  readonly localAddress: string
  /** Header text with tag: To of what we send. */
  readonly remoteAddress: string
  /** The number of our last request; 0 before the first. */
  readonly localSeq: number
  /** The number of the peer's last request; -1 before the first. */
  readonly remoteSeq: number
  /** Record-Route entries in the order in which our requests visit them. */
  readonly routeSet: readonly string[]
  /** URI text: where the next request goes. */
  readonly remoteTarget: string
}

/**
 * UAC: a dialog from a 1xx with tag (early) or 2xx (confirmed) to our INVITE. Each To tag is a dialog of its
 * own. Deviates from RFC 3261 §12.1.2: without a Contact the Request-URI stays the target, because phones
 * forget it in a 180 and a call with such a phone must still be ended.
 */
export function dialogFromResponse(request: SipRequest, response: SipResponse): Result<Dialog, 'no-tag'> {
  const { headers } = response
  const isConfirmed = response.status >= 200
  if (headers.toTag === undefined && !isConfirmed) return fail('no-tag')
  const contact = headers.contacts[0]
  return ok({
    role: 'uac',
    state: isConfirmed ? 'confirmed' : 'early',
    callId: headers.callId,
    localTag: headers.fromTag ?? '',
    remoteTag: headers.toTag ?? '',
    localAddress: request.headers.get('from') ?? '',
    remoteAddress: headers.get('to') ?? '',
    localSeq: request.headers.cseq.seq,
    remoteSeq: -1,
    routeSet: headers.list('record-route').toReversed(),
    remoteTarget: writeUri(contact?.uri ?? request.uri),
  })
}

/**
 * UAS: the dialog that a response with this To tag creates (RFC 3261 §12.1.1). Without Contact: answer 400;
 * only a client of RFC 2543, known by a From without tag, may leave it out and is then reached by its From.
 */
export function dialogFromRequest(
  request: SipRequest,
  localTag: string,
  state: Dialog['state'],
): Result<Dialog, 'no-contact'> {
  const { headers } = request
  const target = headers.contacts[0] ?? (headers.fromTag === undefined ? headers.from : undefined)
  if (target === undefined) return fail('no-contact')
  return ok({
    role: 'uas',
    state,
    callId: headers.callId,
    localTag,
    remoteTag: headers.fromTag ?? '',
    localAddress: `${headers.get('to')};tag=${localTag}`,
    remoteAddress: headers.get('from') ?? '',
    localSeq: 0,
    remoteSeq: headers.cseq.seq,
    routeSet: headers.list('record-route'),
    remoteTarget: writeUri(target.uri),
  })
}

/**
 * What a response from inside the dialog changes: the 2xx to the first INVITE confirms it and sets the routes
 * anew (RFC 3261 §13.2.2.4), every 2xx to INVITE or UPDATE refreshes the target (§12.2.1.2).
 */
export function dialogAfterResponse(dialog: Dialog, response: SipResponse): Dialog {
  const { headers, status } = response
  if (status < 200 || status >= 300 || !isRefresh(headers.cseq.method)) return dialog
  const contact = headers.contacts[0]
  const remoteTarget = contact === undefined ? dialog.remoteTarget : writeUri(contact.uri)
  if (dialog.state === 'confirmed' || headers.cseq.method !== 'INVITE') return { ...dialog, remoteTarget }
  const routeSet = dialog.role === 'uac' ? headers.list('record-route').toReversed() : dialog.routeSet
  return { ...dialog, state: 'confirmed', remoteTarget, routeSet }
}

/** What a request from inside the dialog changes; a lower CSeq is to be answered 500 (RFC 3261 §12.2.2). */
export function receiveInDialog(dialog: Dialog, request: SipRequest): Result<Dialog, 'out-of-order'> {
  const { cseq, contacts } = request.headers
  if (request.method === 'ACK') return ok(dialog) // Carries the number of its INVITE.
  if (cseq.seq < dialog.remoteSeq) return fail('out-of-order')
  const contact = isRefresh(request.method) ? contacts[0] : undefined
  const remoteTarget = contact === undefined ? dialog.remoteTarget : writeUri(contact.uri)
  return ok({ ...dialog, remoteSeq: cseq.seq, remoteTarget })
}

/** Requests whose Contact replaces the remote target (RFC 3261 §6, RFC 3311, RFC 6665 §4.4.1). */
function isRefresh(method: string): boolean {
  return method === 'INVITE' || method === 'UPDATE' || method === 'SUBSCRIBE'
}

export interface NextRequestParts {
  readonly headers?: Iterable<readonly [name: string, value: string]>
  readonly body?: Body
  /** For ACK only, and needed there: the CSeq number of the INVITE it belongs to. */
  readonly seq?: number
}

/**
 * The next request inside the dialog, without Via (RFC 3261 §12.2.1.1), and the dialog after it. Contact of
 * INVITE and UPDATE comes by `headers`. Throws SipError for CANCEL and for an ACK without `seq`.
 */
export function nextRequest(
  dialog: Dialog,
  method: string,
  parts: NextRequestParts = {},
): { readonly dialog: Dialog; readonly request: SipRequest } {
  const isAck = method === 'ACK'
  if (method === 'CANCEL' || isAck !== (parts.seq !== undefined)) throw new SipError('SIP_BAD_METHOD', method)
  const seq = parts.seq ?? dialog.localSeq + 1
  const target = parseUri(dialog.remoteTarget)
  assert(target.ok, 'a dialog keeps only targets that parse')
  const { requestUri, routes }: Target = routesFor(target.value, dialog.routeSet)
  const request = newRequest({
    method,
    uri: requestUri,
    from: dialog.localAddress,
    to: dialog.remoteAddress,
    callId: dialog.callId,
    seq,
    headers: [...routes.map((route) => ['Route', route] as const), ...(parts.headers ?? [])],
    body: parts.body,
  })
  return { dialog: isAck ? dialog : { ...dialog, localSeq: seq }, request }
}

/** The same text for a dialog and for every message of the peer that belongs to it. */
export function dialogKey(of: Dialog | SipMessage): string {
  if (!('kind' in of)) return `${of.localTag}|${of.remoteTag}|${of.callId}`
  const { callId, fromTag = '', toTag = '' } = of.headers
  // The peer's request has our tag in To, the response to our request has it in From.
  return of.kind === 'request' ? `${toTag}|${fromTag}|${callId}` : `${fromTag}|${toTag}|${callId}`
}
