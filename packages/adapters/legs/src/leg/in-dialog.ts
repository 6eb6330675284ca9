// Requests of the peer inside a dialog (RFC 3261 §12.2.2): BYE, re-INVITE, INFO with digits, and the ACK.
// What changes a session is in session/.
import { type Flow, ms } from '@rufwerk/core'
import { newResponse, receiveInDialog, type SipRequest, type TransactionId } from '@rufwerk/sip'
import { readInfoDigit } from '../dtmf-info.ts'
import { ALLOW, CAPABILITIES } from '../headers.ts'
import { CAUSE_NORMAL, INCOMPATIBLE, readCause } from '../reason.ts'
import { saveLeg } from '../recovery/stored-leg.ts'
import { restartMedia, restartsIce } from '../session/ice-restart.ts'
import { answerTimer, timerAnswered } from '../session/refresh.ts'
import { receivePrack } from '../session/reliable.ts'
import { type Refusal, renegotiate, takeReAnswer } from '../session/renegotiate.ts'
import { receiveUpdate } from '../session/update.ts'
import { receiveRefer } from '../transfer/refer.ts'
import { armLeg, type LegContext, respond } from './context.ts'
import { answerTo, whenCommitted } from './incoming.ts'
import type { Leg } from './leg.ts'
import { stepUsage } from './session-steps.ts'
import { finish, refuse, sendBye } from './teardown.ts'

export function receiveInLeg(
  context: LegContext,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
  flow: Flow,
): void {
  const { dialog } = leg
  // A browser's dialog belongs to its device, whatever tags somebody else may have learned.
  if (dialog === undefined || flow.device !== leg.flow.device) {
    respond(context, transaction, request, 481)
    return
  }
  const received = receiveInDialog(dialog, request)
  if (!received.ok) {
    respond(context, transaction, request, 500) // RFC 3261 §12.2.2: a CSeq that is too low.
    return
  }
  leg.setDialog(received.value)
  moveFlow(context, leg, flow)
  switch (request.method) {
    case 'BYE':
      receiveBye(context, leg, transaction, request)
      break
    case 'INVITE':
      receiveReInvite(context, leg, transaction, request)
      break
    case 'UPDATE':
      receiveUpdate(context, leg, transaction, request)
      break
    case 'PRACK':
      receivePrack(context, leg, transaction, request)
      break
    case 'INFO':
      receiveInfo(context, leg, transaction, request)
      break
    case 'OPTIONS':
      respond(context, transaction, request, 200, { headers: CAPABILITIES })
      break
    case 'REFER':
      receiveRefer(context, leg, transaction, request)
      break
    default:
      respond(context, transaction, request, 405, { headers: [['Allow', ALLOW]] })
  }
}

/** The peer is where its latest request came from: a NAT may have moved it, a connection may be new. */
export function moveFlow(context: LegContext, leg: Leg, flow: Flow): void {
  const wasLost = context.table.isLost(leg)
  context.table.noteFound(leg)
  leg.stopTimer('flow')
  if (leg.flow.id !== flow.id) leg.flow = flow
  // After what the peer just said.
  if (wasLost && leg.renew !== undefined) armLeg(context, leg, 'renewal', ms(0), () => leg.renew?.())
}

/** RFC 3261 §15.1.2; a BYE may also end a call that was not answered (§15). */
function receiveBye(context: LegContext, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  if (leg.state.name === 'calling') {
    respond(context, transaction, request, 481) // RFC 3261 §15: not from a callee that has not answered.
    return
  }
  respond(context, transaction, request, 200)
  const cause = readCause(request.headers) ?? CAUSE_NORMAL
  stepUsage(context, leg, { type: 'ended' })
  refuse(context, leg, { status: 487, cause })
  finish(context, leg, { type: 'ended', by: 'peer', cause })
}

function receiveInfo(context: LegContext, leg: Leg, transaction: TransactionId, request: SipRequest): void {
  const read = readInfoDigit(request)
  if (read === 'unsupported') {
    respond(context, transaction, request, 415, { headers: [['Accept', 'application/dtmf-relay']] })
    return
  }
  respond(context, transaction, request, read === 'malformed' ? 400 : 200)
  if (typeof read === 'object' && leg.state.name === 'confirmed')
    context.emit(leg, { type: 'dtmf', ...read, isInBand: false })
}

/** A changed session, a hold, or nothing new (RFC 3261 §14.2, RFC 3264 §8). */
function receiveReInvite(
  context: LegContext,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
): void {
  const { seq } = request.headers.cseq
  const input = { type: 'inviteReceived', seq, hasOffer: request.body.length > 0 } as const
  if (!stepUsage(context, leg, input, { request, transaction })) return
  leg.noteInvite(seq, transaction)
  const isOver = (): boolean =>
    leg.state.name !== 'confirmed' || leg.state.dialog.callId !== request.headers.callId
  const settle = (refusal: Refusal | undefined): void => {
    if (refusal !== undefined) {
      refuseOffer(context, leg, request, refusal)
      return
    }
    saveLeg(context, leg, request)
    whenCommitted(context, leg, (isCommitted) => {
      // An established call is not the victim of a full disk: hold and refresh go on.
      if (!isCommitted) context.counts.uncommittedChanges += 1
      if (isOver())
        respond(context, transaction, request, 487) // RFC 3261 §15.1.2: ended meanwhile.
      else sendReAnswer(context, leg, request)
    })
  }
  if (leg.state.name !== 'confirmed') {
    settle({ status: 500, headers: [['Retry-After', '1']] })
    return
  }
  const refusal = answerTimer(context, leg, request)
  if (refusal !== undefined) settle(refusal)
  else if (!restartsIce(leg, request)) settle(renegotiate(context, leg, request))
  else
    restartMedia(context, leg, request, (outcome) => {
      if (isOver()) respond(context, transaction, request, 487)
      else settle(outcome)
    })
}

function refuseOffer(context: LegContext, leg: Leg, request: SipRequest, refusal: Refusal): void {
  const headers = [['Server', context.product] as const, ...(refusal.headers ?? [])]
  const response = newResponse(request, refusal.status, { headers })
  stepUsage(context, leg, { type: 'respond', response, hasSdp: false })
}

/** 200 with our description, repeated by the usage until the ACK comes. */
function sendReAnswer(context: LegContext, leg: Leg, request: SipRequest): void {
  const response = answerTo(context, leg, request, leg.dialog?.localTag)
  stepUsage(context, leg, { type: 'respond', response, hasSdp: response.body.length > 0 })
  timerAnswered(context, leg)
}

/** The ACK to our 2xx; it may carry the answer to the offer that the 2xx carried (RFC 3261 §13.2.1). */
export function receiveAck(context: LegContext, leg: Leg, request: SipRequest, flow: Flow): void {
  if (flow.device !== leg.flow.device) return
  moveFlow(context, leg, flow)
  leg.stopTimer('answer')
  const hasSdp = request.body.length > 0
  const { seq } = request.headers.cseq
  const isAwaited = leg.usage.unacknowledged?.seq === seq
  stepUsage(context, leg, { type: 'ackReceived', seq, hasSdp })
  if (leg.state.name === 'closing') {
    sendBye(context, leg, CAUSE_NORMAL)
    finish(context, leg, { type: 'ended', by: 'us', cause: CAUSE_NORMAL })
    return
  }
  if (!isAwaited || leg.state.name !== 'confirmed' || leg.session.offered === undefined) return
  // In a re-INVITE the session stays as it was without an answer; in the first one there is none.
  if (takeReAnswer(context, leg, request) || leg.session.agreed !== undefined) return
  sendBye(context, leg, INCOMPATIBLE)
  finish(context, leg, { type: 'ended', by: 'us', cause: INCOMPATIBLE })
}

/** CANCEL hit an INVITE that we have not answered (RFC 3261 §9.2). */
export function receiveCancel(context: LegContext, leg: Leg): void {
  const cause = CAUSE_NORMAL
  refuse(context, leg, { status: 487, cause })
  finish(context, leg, { type: 'ended', by: 'peer', cause })
}
