// Requests of the peer inside a dialog (RFC 3261 §12.2.2): BYE, re-INVITE, INFO with digits, and the ACK.
import type { Flow } from '@rufwerk/core'
import { newResponse, receiveInDialog, type SipRequest, type TransactionId } from '@rufwerk/sip'
import { readInfoDigit } from '../dtmf-info.ts'
import { ALLOW, CAPABILITIES, SDP_TYPE } from '../headers.ts'
import { CAUSE_NORMAL, readCause } from '../reason.ts'
import { type LegContext, newSessionId, respond } from './context.ts'
import { sendAnswer, takeOffer, whenCommitted } from './incoming.ts'
import type { Leg } from './leg.ts'
import {
  answerOffer,
  codecNames,
  isReadable,
  localOf,
  offerOf,
  readAnswerBody,
  readOfferBody,
} from './negotiate.ts'
import { stepUsage } from './session-steps.ts'
import { applyListeners, applySource } from './sources.ts'
import { saveLeg } from './stored-leg.ts'
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
    case 'INFO':
      receiveInfo(context, leg, transaction, request)
      break
    case 'OPTIONS':
      respond(context, transaction, request, 200, { headers: CAPABILITIES })
      break
    case 'REFER':
      respond(context, transaction, request, 603)
      break
    default:
      respond(context, transaction, request, 405, { headers: [['Allow', ALLOW]] })
  }
}

/** The peer is where its latest request came from: a NAT may have moved it, a connection may be new. */
export function moveFlow(context: LegContext, leg: Leg, flow: Flow): void {
  context.table.noteFound(leg)
  leg.stopTimer('flow')
  if (leg.flow.id !== flow.id) leg.flow = flow
}

/** RFC 3261 §15.1.2; a BYE may also end a call that was not answered (§15). */
function receiveBye(context: LegContext, leg: Leg, transaction: TransactionId, request: SipRequest): void {
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

interface Refusal {
  readonly status: number
  readonly headers?: readonly (readonly [string, string])[]
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
  const refusal = renegotiate(context, leg, request)
  if (refusal !== undefined) {
    const headers = [['Server', context.product] as const, ...(refusal.headers ?? [])]
    const response = newResponse(request, refusal.status, { headers })
    stepUsage(context, leg, { type: 'respond', response, hasSdp: false })
    return
  }
  saveLeg(context, leg)
  whenCommitted(context, leg, (isCommitted) => {
    // An established call is not the victim of a full disk: hold and refresh go on.
    if (!isCommitted) context.counts.uncommittedChanges += 1
    if (leg.state.name === 'confirmed') sendAnswer(context, leg, request, leg.state.dialog.localTag)
    else respond(context, transaction, request, 487) // RFC 3261 §15.1.2: ended meanwhile.
  })
}

/**
 * Brings the leg's session to where the 200 will say it is. A refused offer changes nothing (RFC 3261 §14.2).
 */
function renegotiate(context: LegContext, leg: Leg, request: SipRequest): Refusal | undefined {
  if (leg.state.name !== 'confirmed') return { status: 500, headers: [['Retry-After', '1']] }
  if (!isReadable(request)) return { status: 415, headers: [['Accept', SDP_TYPE]] }
  const offer = readOfferBody(request)
  if (offer?.ok === false) return { status: offer.error.status }
  const { opened } = leg.media
  if (opened === undefined) return { status: 488 }
  const before = leg.session
  const spoken = before.agreed ? [before.agreed.send.name] : []
  const sessionId = (): string => newSessionId(context)
  if (offer === undefined) {
    const offered = offerOf(leg, opened, spoken, sessionId)
    leg.session = { ...before, ...localOf(offered), offered }
    return undefined
  }
  takeOffer(leg, offer.value)
  const answer = answerOffer(leg, opened, spoken, sessionId)
  if (!answer.ok) {
    leg.session = before
    return { status: answer.error.status }
  }
  leg.session = {
    ...leg.session,
    offer: undefined,
    ...localOf(answer.value.description),
    agreed: answer.value.agreed,
  }
  agree(context, leg)
  return undefined
}

/** The media follows what was agreed on; hold is told when it begins and when it ends. */
function agree(context: LegContext, leg: Leg): void {
  const { agreed } = leg.session
  if (agreed === undefined) return
  leg.media.configure(agreed)
  applySource(context, leg)
  applyListeners(context, leg)
  if (leg.isHeld === agreed.isHeldByPeer) return
  leg.isHeld = agreed.isHeldByPeer
  context.emit(leg, { type: leg.isHeld ? 'held' : 'resumed' })
}

/** The ACK to our 2xx; it may carry the answer to the offer that the 2xx carried (RFC 3261 §13.2.1). */
export function receiveAck(context: LegContext, leg: Leg, request: SipRequest, flow: Flow): void {
  if (flow.device !== leg.flow.device) return
  moveFlow(context, leg, flow)
  const hasSdp = request.body.length > 0
  stepUsage(context, leg, { type: 'ackReceived', seq: request.headers.cseq.seq, hasSdp })
  if (leg.state.name === 'closing') {
    sendBye(context, leg, CAUSE_NORMAL)
    finish(context, leg, { type: 'ended', by: 'us', cause: CAUSE_NORMAL })
    return
  }
  const { offered } = leg.session
  if (leg.state.name !== 'confirmed' || offered === undefined) return
  const { offered: _closed, ...session } = leg.session
  leg.session = session
  const answer = readAnswerBody(offered, request)
  if (answer === undefined) {
    if (session.agreed !== undefined) return // A re-INVITE: the session stays as it was.
    sendBye(context, leg, 88)
    finish(context, leg, { type: 'ended', by: 'us', cause: 88 })
    return
  }
  leg.session = { ...session, agreed: answer.agreed, remoteText: answer.text }
  leg.theirCodecs = codecNames(answer.agreed)
  agree(context, leg)
}

/** CANCEL hit an INVITE that we have not answered (RFC 3261 §9.2). */
export function receiveCancel(context: LegContext, leg: Leg): void {
  const cause = CAUSE_NORMAL
  refuse(context, leg, { status: 487, cause })
  finish(context, leg, { type: 'ended', by: 'peer', cause })
}
