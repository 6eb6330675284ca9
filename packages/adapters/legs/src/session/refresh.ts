// The session timer of a leg (RFC 4028): so that a peer that vanished is found. Refreshes go by UPDATE where
// the peer can (RFC 3311), else by re-INVITE with the session as it is; both are sent here and nowhere else.
import { dialogAfterResponse, mayInvite, nextRequest, type SipRequest, type SipResponse } from '@rufwerk/sip'
import {
  answerSession,
  hasOptionTag,
  mayUpdate,
  type Refusal,
  raiseSession,
  type SessionAgreement,
  type SessionWish,
  sessionAgreed,
  sessionOffer,
  stepSessionTimer,
} from '@rufwerk/sip/session'
import { ALLOW, contactHeader, SDP_TYPE, SUPPORTED } from '../headers.ts'
import { armLeg, type LegContext } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { stepUsage } from '../leg/session-steps.ts'
import { hangUp } from '../leg/teardown.ts'
import { RECOVERY_ON_TIMER } from '../reason.ts'
import { saveLeg } from '../recovery/stored-leg.ts'
import type { ClientUser } from '../transactions.ts'
import { makeOffer, takeReAnswer } from './renegotiate.ts'

type TimerInput = Parameters<typeof stepSessionTimer>[1]

/** What a request of ours that begins or refreshes a session says of it. */
export function sessionHeaders(context: LegContext, leg: Leg): (readonly [string, string])[] {
  const isRefresh = leg.sessionTimer.state === 'on'
  const wish = wishOf(context, leg)
  const offer = sessionOffer(isRefresh ? { ...wish, refresher: 'us' } : wish)
  return [contactHeader(leg.flow, leg.contactUser), ['Allow', ALLOW], SUPPORTED, ...offer]
}

/** The answer to what a request of the peer says of the session, kept for our 2xx; or the 422 (§9). */
export function answerTimer(context: LegContext, leg: Leg, request: SipRequest): Refusal | undefined {
  noteAllow(leg, request)
  const { sessionTimer } = leg
  // Who refreshes now goes on to, at first we do, unless the peer says otherwise.
  const refresher = sessionTimer.state === 'on' ? sessionTimer.agreement.refresher : 'us'
  const answer = answerSession(request, { ...wishOf(context, leg), refresher })
  if (!answer.ok) return answer.error
  leg.timerAnswer = answer.value
  return undefined
}

/** Our 2xx goes out: what it says holds from now on. */
export function timerAnswered(context: LegContext, leg: Leg): void {
  if (leg.timerAnswer === undefined) return
  noteAgreement(context, leg, leg.timerAnswer.agreement)
  leg.timerAnswer = undefined
}

/**
 * A 2xx to our INVITE or UPDATE. Deviates from RFC 4028 §7.2, by which no timer runs when the peer knows
 * none: we refresh all the same, because a peer that does not answer that is gone.
 */
export function noteSuccess(context: LegContext, leg: Leg, response: SipResponse): void {
  noteAllow(leg, response)
  const { intervalS } = wishOf(context, leg)
  noteAgreement(context, leg, sessionAgreed(response) ?? { intervalS, refresher: 'us' })
}

/** After a 422 to ours: true when it can be sent again, asking for more (RFC 4028 §7.3). */
export function raiseWish(context: LegContext, leg: Leg, response: SipResponse): boolean {
  const raised = raiseSession(wishOf(context, leg), response)
  if (raised !== undefined) leg.wish = raised
  return raised !== undefined
}

function wishOf({ limits }: LegContext, { wish }: Leg): SessionWish {
  const { sessionInterval, sessionIntervalMin } = limits
  return wish ?? { intervalS: sessionInterval / 1000, minS: sessionIntervalMin / 1000 }
}

function noteAllow(leg: Leg, { headers }: SipRequest | SipResponse): void {
  if (headers.get('allow') !== undefined) leg.allowsUpdate = hasOptionTag(headers, 'allow', 'update')
}

function noteAgreement(context: LegContext, leg: Leg, agreement: SessionAgreement): void {
  stepTimer(context, leg, { type: 'agreed', agreement })
}

/** After a restart the timer goes on with what is left, unless the leg has ended before its turn came. */
export function resumeTimer(context: LegContext, leg: Leg): void {
  if (leg.state.name === 'confirmed') stepTimer(context, leg, { type: 'resumed' })
}

function stepTimer(context: LegContext, leg: Leg, input: TimerInput): void {
  const { timer, out } = stepSessionTimer(leg.sessionTimer, input, context.ports.timers.now())
  leg.sessionTimer = timer
  for (const output of out) {
    switch (output.type) {
      case 'arm':
        armLeg(context, leg, output.timer, output.after, () =>
          stepTimer(context, leg, { type: 'timer', timer: output.timer }),
        )
        break
      case 'disarm':
        leg.stopTimer(output.timer)
        break
      case 'refresh':
        refresh(context, leg)
        break
      case 'bye':
        hangUp(context, leg, RECOVERY_ON_TIMER, 'network')
        break
    }
  }
}

function refresh(context: LegContext, leg: Leg): void {
  const isSent = leg.allowsUpdate ? sendUpdate(context, leg) : sendReInvite(context, leg)
  if (!isSent) stepTimer(context, leg, { type: 'refreshFailed' })
}

/** An UPDATE without offer (RFC 3311). False: it cannot be sent now. */
function sendUpdate(context: LegContext, leg: Leg): boolean {
  if (leg.state.name !== 'confirmed' || !mayUpdate(leg.usage, false)) return false
  const { dialog, request } = nextRequest(leg.state.dialog, 'UPDATE', {
    headers: sessionHeaders(context, leg),
  })
  leg.setDialog(dialog)
  stepUsage(context, leg, { type: 'updateSent', hasOffer: false })
  const user = finalUser(context, leg, (status, response) => {
    if (leg.state.name !== 'confirmed') return
    if (response !== undefined) leg.setDialog(dialogAfterResponse(leg.state.dialog, response))
    stepUsage(context, leg, { type: 'updateAnswered', status })
    refreshed(context, leg, status, response)
  })
  context.transactions.request(request, leg.flow, user)
  return true
}

/** A re-INVITE with our session as it is now (RFC 3261 §14.1). False: it cannot be sent now. */
export function sendReInvite(context: LegContext, leg: Leg): boolean {
  const { state, session: before } = leg
  if (state.name !== 'confirmed' || leg.media.opened === undefined || !mayInvite(leg.usage)) return false
  makeOffer(context, leg)
  const { dialog, request } = nextRequest(state.dialog, 'INVITE', {
    headers: sessionHeaders(context, leg),
    body: { type: SDP_TYPE, content: leg.session.localText ?? '' },
  })
  leg.setDialog(dialog)
  const { seq } = request.headers.cseq
  leg.onRetry = () => refresh(context, leg)
  stepUsage(context, leg, { type: 'inviteSent', seq, hasOffer: true })
  const user = finalUser(context, leg, (status, response, flow) => {
    const isSuccess = response !== undefined && status < 300
    if (leg.state.name !== 'confirmed') {
      // Ended meanwhile: the 2xx has to stop all the same (RFC 3261 §13.2.2.4).
      if (isSuccess) context.transactions.sendAck(nextRequest(dialog, 'ACK', { seq }).request, flow)
      return
    }
    if (response !== undefined) leg.setDialog(dialogAfterResponse(leg.state.dialog, response))
    if (!isSuccess) leg.session = before // RFC 3261 §14.1: as if it had never been sent.
    stepUsage(context, leg, { type: 'responseReceived', seq, status, hasSdp: isSuccess })
    if (isSuccess && leg.session.offered !== undefined && !takeReAnswer(context, leg, response))
      leg.session = before
    refreshed(context, leg, status, response)
  })
  context.transactions.request(request, leg.flow, user)
  return true
}

function refreshed(context: LegContext, leg: Leg, status: number, response: SipResponse | undefined): void {
  if (leg.state.name !== 'confirmed') return
  if (response !== undefined && status < 300) {
    noteSuccess(context, leg, response)
    saveLeg(context, leg)
  } else if (response !== undefined && status === 422 && raiseWish(context, leg, response)) {
    refresh(context, leg)
  } else stepTimer(context, leg, { type: 'refreshFailed' })
}

type OnFinal = (status: number, response: SipResponse | undefined, flow: Leg['flow']) => void

/** Hears the final response; a timeout is 408 (RFC 3261 §8.1.3.1), a broken path 503 (§8.1.3.1). */
function finalUser(context: LegContext, leg: Leg, onFinal: OnFinal): ClientUser {
  const callId = leg.dialog?.callId
  const isOver = (): boolean => leg.dialog !== undefined && leg.dialog.callId !== callId // Loaded anew.
  return {
    onResponse: (response, flow) => {
      if (response.status < 200 || isOver()) return
      context.guard(leg, 'refresh', () => onFinal(response.status, response, flow))
    },
    onFailed: (why) => {
      const status = why === 'timeout' ? 408 : 503
      if (isOver()) return
      context.guard(leg, 'refresh', () => onFinal(status, undefined, leg.flow))
    },
  }
}
