// Another endpoint is offered to the peer by an INVITE inside the dialog (RFC 3261 §14.1): as soon as that
// may be sent, and again until the peer has taken it. Glare and its wait are the usage's business.
import { ms, seconds } from '@rufwerk/core'
import { dialogAfterResponse, mayInvite, nextRequest, type SipResponse } from '@rufwerk/sip'
import { SDP_TYPE } from '../headers.ts'
import { armLeg, type LegContext, newSessionId } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import type { Opened } from '../leg/media-link.ts'
import { localOf, offerOf } from '../leg/negotiate.ts'
import { stepUsage } from '../leg/session-steps.ts'
import { hangUp } from '../leg/teardown.ts'
import { INCOMPATIBLE, TEMPORARY_FAILURE } from '../reason.ts'
import { noteSuccess, sessionHeaders } from '../session/refresh.ts'
import { takeReAnswer } from '../session/renegotiate.ts'
import { saveLeg } from './stored-leg.ts'

/** Between attempts while an INVITE of either side is under way, or after an answer that may change. */
const TRY_AGAIN = ms(500)
/** 64*T1: as long as an INVITE waits for a first response it waits here for the final one. */
const ANSWERED_WITHIN = seconds(32)
/** Refusals that may change; after so many the leg is given up. */
const REFUSALS_MAX = 5

interface Outcome {
  /** A final response of 300 or more; undefined: the path broke, and may mend. */
  refused(status: number | undefined): void
  again(): void
}

/** A peer that refuses for good, or does not know the dialog, ends the leg. */
export function offerAgain(context: LegContext, leg: Leg): void {
  let refusals = 0
  const attempt = (): void => {
    const { opened } = leg.media
    if (leg.state.name !== 'confirmed' || leg.media.isConfigured) {
      if (leg.renew === attempt) leg.renew = undefined
    } else if (opened === undefined || context.table.isLost(leg))
      return // Whoever changes that comes here.
    else if (mayInvite(leg.usage)) send(context, leg, opened, { refused, again })
    else again()
  }
  const again = (): void => armLeg(context, leg, 'renewal', TRY_AGAIN, attempt)
  const refused = (status: number | undefined): void => {
    if (leg.state.name !== 'confirmed' || leg.usage.waiting !== undefined) return // 491 has its own wait.
    refusals += 1
    const isForGood = status !== undefined && (status < 500 || refusals >= REFUSALS_MAX)
    if (isForGood) hangUp(context, leg, TEMPORARY_FAILURE, 'network')
    else again()
  }
  leg.renew = attempt
  attempt()
}

function send(context: LegContext, leg: Leg, opened: Opened, outcome: Outcome): void {
  if (leg.state.name !== 'confirmed') return
  const { media, session: before } = leg
  const spoken = before.agreed ? [before.agreed.send.name] : []
  // Who holds us goes on to, also a page whose answers say nothing of its hold.
  const direction = leg.isHeld ? 'recvonly' : 'sendrecv'
  const codecs = [...spoken, ...leg.theirCodecs]
  const offered = offerOf(leg, opened, codecs, () => newSessionId(context), direction)
  const local = localOf(offered)
  leg.session = { ...before, ...local, offered }
  const { dialog, request } = nextRequest(leg.state.dialog, 'INVITE', {
    headers: sessionHeaders(context, leg),
    body: { type: SDP_TYPE, content: local.localText ?? '' },
  })
  leg.setDialog(dialog)
  const { seq } = request.headers.cseq
  const isOver = (): boolean => leg.dialog?.callId !== dialog.callId // The page was loaded anew.
  stepUsage(context, leg, { type: 'inviteSent', seq, hasOffer: true })
  // Until then nobody hears anything.
  const giveUp = (): void => hangUp(context, leg, TEMPORARY_FAILURE, 'network')
  armLeg(context, leg, 'offer', ANSWERED_WITHIN, giveUp)
  const onFinal = (status: number, response: SipResponse | undefined): void => {
    const isRepeated = leg.usage.sent?.seq !== seq
    if (!isRepeated) leg.stopTimer('offer')
    if (response !== undefined && leg.dialog !== undefined)
      leg.setDialog(dialogAfterResponse(leg.dialog, response))
    const hasSdp = response !== undefined && response.body.length > 0
    stepUsage(context, leg, { type: 'responseReceived', seq, status, hasSdp })
    if (isRepeated || leg.state.name !== 'confirmed') return
    if (response === undefined || status >= 300) {
      leg.session = { ...leg.session, offered: undefined }
      outcome.refused(response === undefined ? undefined : status)
    } else if (media !== leg.media) {
      leg.session = { ...leg.session, offered: undefined }
      outcome.again() // The endpoint that was offered is gone, too.
    } else taken(context, leg, response)
  }
  context.transactions.request(request, leg.flow, {
    onResponse: (response, flow) => {
      const { status } = response
      if (status < 200) return
      if (leg.state.name !== 'ended' && !isOver())
        context.guard(leg, 're-INVITE', () => onFinal(status, response))
      else if (status < 300) {
        // Ended meanwhile: the 2xx has to stop all the same (RFC 3261 §13.2.2.4).
        context.transactions.sendAck(nextRequest(dialog, 'ACK', { seq }).request, flow)
      }
    },
    // RFC 3261 §8.1.3.1: no answer counts as 408, which ends the dialog.
    onFailed: (why) => {
      if (!isOver()) context.guard(leg, 're-INVITE', () => onFinal(why === 'timeout' ? 408 : 503, undefined))
    },
  })
}

function taken(context: LegContext, leg: Leg, response: SipResponse): void {
  if (!takeReAnswer(context, leg, response)) {
    hangUp(context, leg, INCOMPATIBLE)
    return
  }
  leg.renew = undefined
  noteSuccess(context, leg, response)
  saveLeg(context, leg)
}
