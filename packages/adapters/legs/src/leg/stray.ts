// What a phone says about an INVITE of ours that is over for us: without an answer it would stay in a call
// that never was, until somebody hangs up.
import type { Flow } from '@rufwerk/core'
import type { SipRequest, SipResponse } from '@rufwerk/sip'
import { dialogFromResponse, dialogKey, newRequest, newResponse, nextRequest } from '@rufwerk/sip'
import { reasonHeader, TEMPORARY_FAILURE } from '../reason.ts'
import { NOBODY } from '../transactions.ts'
import type { LegContext } from './context.ts'
import { ackAndBye } from './teardown.ts'

/**
 * A 2xx that belongs to nothing: its INVITE was not stored yet when we crashed, or was given up long ago.
 * From a registered phone or a carrier, over its flow, it gets ACK and BYE (RFC 3261
 * §13.2.2.4); others get nothing.
 */
export function endStray(context: LegContext, response: SipResponse, flow: Flow): void {
  const { to, toTag, callId, cseq } = response.headers
  const isKnownFlow = context.registrations
    .bindingsOf(to.uri.user ?? '')
    .some((binding) => binding.flow.id === flow.id)
  if (
    !(isKnownFlow || context.trunks.isFlow(flow)) ||
    toTag === undefined ||
    context.table.byDialog(dialogKey(response)) !== undefined
  )
    return
  const invite = newRequest({
    method: 'INVITE',
    uri: to.uri,
    from: response.headers.get('from') ?? '',
    to: response.headers.get('to') ?? '',
    callId,
    seq: cseq.seq,
  })
  ackAndBye(context, invite, response, flow)
}

/**
 * Our CANCEL was answered with this tag, and no final response to the INVITE followed: the phone had
 * answered, and had our ACK, before we crashed. BYE (RFC 3261 §15) ends what it believes to be in.
 */
export function byeAfterCancel(context: LegContext, invite: SipRequest, toTag: string, flow: Flow): void {
  const made = dialogFromResponse(invite, newResponse(invite, 200, { toTag }))
  if (!made.ok) return
  const { request } = nextRequest(made.value, 'BYE', { headers: [reasonHeader(TEMPORARY_FAILURE)] })
  context.transactions.request(request, flow, NOBODY)
}
