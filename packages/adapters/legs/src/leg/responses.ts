// What comes back to our INVITE, in whatever order it comes (RFC 3261 §13.2.2): sound before the answer, the
// answer, answers of further branches behind the contact.
import type { Flow } from '@rufwerk/core'
import {
  dialogAfterResponse,
  dialogFromResponse,
  dialogKey,
  type SipRequest,
  type SipResponse,
} from '@rufwerk/sip'
import { INCOMPATIBLE } from '../reason.ts'
import { saveLeg } from '../recovery/stored-leg.ts'
import { noteSuccess } from '../session/refresh.ts'
import { acknowledgeProvisional } from '../session/reliable.ts'
import type { LegContext } from './context.ts'
import type { Leg } from './leg.ts'
import { codecNames, configureMedia, readAnswerBody } from './negotiate.ts'
import { stepUsage } from './session-steps.ts'
import { applyListeners, applySource } from './sources.ts'
import { ackAndBye, finish, sendBye } from './teardown.ts'

/** The leg was ended before this came (RFC 3261 §9.1): only a 2xx still needs something. */
export function tooLate(context: LegContext, invite: SipRequest, response: SipResponse, flow: Flow): void {
  if (response.status >= 200 && response.status < 300) ackAndBye(context, invite, response, flow)
}

/** A 1xx or 2xx. */
export function responded(
  context: LegContext,
  leg: Leg,
  invite: SipRequest,
  response: SipResponse,
  flow: Flow,
): void {
  if (response.status < 200) {
    if (acknowledgeProvisional(context, leg, invite, response)) provisional(context, leg, invite, response)
    return
  }
  if (leg.state.name === 'calling') answered(context, leg, invite, response, flow)
  else if (response.headers.toTag === leg.dialog?.remoteTag)
    stepUsage(context, leg, responseInput(response, true))
  else ackAndBye(context, invite, response, flow) // Another branch of a fork behind the contact.
}

/** 180 rings; a description in any 1xx lets the caller hear what the callee sends already. */
function provisional(context: LegContext, leg: Leg, invite: SipRequest, response: SipResponse): void {
  if (leg.state.name !== 'calling') return
  if (leg.state.dialog === undefined) {
    const created = dialogFromResponse(invite, response)
    if (created.ok) leg.state = { ...leg.state, dialog: created.value }
  }
  const { state } = leg
  if (state.dialog !== undefined) context.table.bindDialog(leg, dialogKey(state.dialog))
  if (!state.hasEarly && response.body.length > 0 && response.headers.toTag !== undefined) {
    if (takeAnswer(context, leg, response)) {
      leg.state = { ...state, hasEarly: true }
      context.emit(leg, { type: 'early' })
      return
    }
  }
  if (response.status === 180) context.emit(leg, { type: 'ringing' })
}

function answered(
  context: LegContext,
  leg: Leg,
  invite: SipRequest,
  response: SipResponse,
  flow: Flow,
): void {
  const created = dialogFromResponse(invite, response)
  if (!created.ok) {
    // Without a tag or Contact there is no dialog, so there is nobody to send an ACK to.
    finish(context, leg, { type: 'refused', status: 502, cause: 111 })
    return
  }
  const early = leg.dialog
  const isKnown = early?.remoteTag === created.value.remoteTag
  // What a reliable 1xx of this dialog answered stands; the 2xx only repeats it (RFC 3262 §5).
  const isSettled = isKnown && leg.usage.sent?.exchange === 'done'
  leg.state = { name: 'confirmed', dialog: isKnown ? dialogAfterResponse(early, response) : created.value }
  leg.sentInvite = undefined
  leg.flow = flow
  context.table.bindDialog(leg, dialogKey(leg.state.dialog))
  const hasSdp = response.body.length > 0
  stepUsage(context, leg, responseInput(response, hasSdp))
  const isAgreed =
    hasSdp && !isSettled ? takeAnswer(context, leg, response) : leg.session.agreed !== undefined
  if (!isAgreed) {
    sendBye(context, leg, INCOMPATIBLE)
    finish(context, leg, { type: 'refused', status: 488, cause: INCOMPATIBLE })
    return
  }
  leg.session = { ...leg.session, offered: undefined }
  context.counts.answered += 1
  noteSuccess(context, leg, response)
  saveLeg(context, leg)
  context.emit(leg, { type: 'answered' })
}

/** The answer to our offer. False when it does not fit. */
function takeAnswer(context: LegContext, leg: Leg, message: SipResponse): boolean {
  const { offered } = leg.session
  const answer = offered && readAnswerBody(leg, offered, message)
  if (answer === undefined) return false
  leg.session = { ...leg.session, agreed: answer.agreed, remoteText: answer.text }
  leg.theirCodecs = codecNames(answer.agreed)
  configureMedia(leg, answer.agreed)
  applySource(context, leg)
  applyListeners(context, leg)
  return true
}

function responseInput(response: SipResponse, hasSdp: boolean) {
  const { status, headers } = response
  return { type: 'responseReceived', seq: headers.cseq.seq, status, hasSdp } as const
}
