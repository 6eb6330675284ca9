// UPDATE of the peer (RFC 3311): refreshes the target and the session timer, and may change the session, also
// before the call is answered.
import type { SipRequest, TransactionId } from '@rufwerk/sip'
import { ALLOW, contactHeader, SDP_TYPE, SUPPORTED } from '../headers.ts'
import { type LegContext, respond } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { stepUsage } from '../leg/session-steps.ts'
import { saveLeg } from '../recovery/stored-leg.ts'
import { answerTimer, timerAnswered } from './refresh.ts'
import { renegotiate } from './renegotiate.ts'

export function receiveUpdate(
  context: LegContext,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
): void {
  const hasOffer = request.body.length > 0
  if (!stepUsage(context, leg, { type: 'updateReceived', hasOffer }, { request, transaction })) return
  const isConfirmed = leg.state.name === 'confirmed'
  const refusal =
    (isConfirmed ? answerTimer(context, leg, request) : undefined) ??
    (hasOffer ? renegotiate(context, leg, request) : undefined)
  if (refusal !== undefined) {
    leg.timerAnswer = isConfirmed ? undefined : leg.timerAnswer
    respond(context, transaction, request, refusal.status, refusal)
    stepUsage(context, leg, { type: 'updateResponded' })
    return
  }
  const timer = isConfirmed ? (leg.timerAnswer?.headers ?? []) : []
  const headers = [contactHeader(leg.flow), ['Allow', ALLOW] as const, SUPPORTED, ...timer]
  const { localText } = leg.session
  const body = hasOffer && localText !== undefined ? { body: { type: SDP_TYPE, content: localText } } : {}
  respond(context, transaction, request, 200, { headers, ...body })
  stepUsage(context, leg, { type: 'updateResponded' })
  if (!isConfirmed) return
  timerAnswered(context, leg)
  saveLeg(context, leg)
}
