// How legs end. Whatever happens: the endpoint is closed, its last figures are reported, then the end is,
// once; and the leg leaves the books. What SIP still has to say (CANCEL, BYE) goes on without the leg.
import type { EndCause, LegEvent } from '@rufwerk/calls'
import { type Flow, type Ms, ms } from '@rufwerk/core'
import type { EndpointStats } from '@rufwerk/media-control'
import { dialogFromResponse, nextRequest, type SipRequest, type SipResponse } from '@rufwerk/sip'
import { cancelReasons, reasonHeader } from '../reason.ts'
import type { Phone } from '../recovery/owed.ts'
import { NOBODY } from '../transactions.ts'
import { armLeg, type LegContext, respond } from './context.ts'
import type { Leg } from './leg.ts'

/** How long a BYE waits for the answer to the last NOTIFY of a REFER. */
const TOLD_WITHIN: Ms = ms(1_000)

type EndEvent = Extract<LegEvent, { type: 'ended' | 'refused' }>

/** The command of the call: final response, CANCEL or BYE. */
export function endLeg(context: LegContext, leg: Leg, cause: EndCause): void {
  const { state } = leg
  switch (state.name) {
    case 'preparing':
      break
    case 'calling':
    case 'resuming':
      cancelInvite(context, leg, cause.cause)
      break
    case 'ringing':
    case 'answering':
      refuse(context, leg, cause)
      break
    case 'confirmed':
      if (leg.referral?.notifier === undefined) hangUp(context, leg, cause.cause)
      else hangUpWhenTold(context, leg, cause.cause)
      return
    case 'closing':
    case 'ended':
      return
  }
  finish(context, leg, { type: 'ended', by: 'us', cause: cause.cause })
}

/** CANCEL to our first INVITE. A 2xx that is faster is dealt with by the INVITE's user. */
export function cancelInvite(context: LegContext, { state }: Leg, cause: number): void {
  if (state.name !== 'calling' && state.name !== 'resuming') return
  if (state.transaction !== undefined) context.transactions.cancel(state.transaction, cancelReasons(cause))
}

/** A final response to the unanswered INVITE; anything below 300 cannot refuse and becomes 480. */
export function refuse(context: LegContext, leg: Leg, { status, cause }: EndCause): void {
  const { state } = leg
  if (state.name !== 'ringing' && state.name !== 'answering') return
  const headers: (readonly [string, string])[] = [reasonHeader(cause)]
  if (status === 503) headers.push(['Retry-After', '5'])
  respond(context, state.transaction, state.invite, status >= 300 ? status : 480, {
    toTag: state.dialog.localTag,
    headers,
  })
}

/** RFC 5589 §6.1: who transferred hears what became of it before the BYE. */
function hangUpWhenTold(context: LegContext, leg: Leg, cause: number): void {
  if (leg.endCause !== undefined) return
  leg.endCause = cause
  armLeg(context, leg, 'end', TOLD_WITHIN, () => hangUp(context, leg, cause))
}

/** Ends an answered leg from our side. */
export function hangUp(context: LegContext, leg: Leg, cause: number, by: 'us' | 'network' = 'us'): void {
  if (leg.state.name !== 'confirmed') return
  const { dialog } = leg.state
  if (leg.usage.unacknowledged === undefined) {
    sendBye(context, leg, cause)
    finish(context, leg, { type: 'ended', by, cause })
    return
  }
  // RFC 3261 §15: not before the ACK arrived, or its time is over.
  leg.state = { name: 'closing', dialog }
  report(context, leg, { type: 'ended', by, cause })
}

export function sendBye(context: LegContext, leg: Leg, cause: number): void {
  const { dialog } = leg
  if (dialog === undefined) return
  const { request } = nextRequest(dialog, 'BYE', { headers: [reasonHeader(cause)] })
  const send = (flow: Flow) => void context.transactions.request(request, flow, NOBODY)
  if (context.table.isLost(leg)) context.owed.add(phoneOf(leg), send)
  else send(leg.flow)
}

/** Whom the leg was with. */
export function phoneOf({ device, instance, boot, flow }: Leg): Phone {
  return { device: device.device, instance, boot, flow }
}

/** A 2xx for which nobody is there any more (RFC 3261 §13.2.2.4, §9.1): ACK, so that it stops, and BYE. */
export function ackAndBye(context: LegContext, invite: SipRequest, response: SipResponse, flow: Flow): void {
  const created = dialogFromResponse(invite, response)
  if (!created.ok) return
  const ack = nextRequest(created.value, 'ACK', { seq: invite.headers.cseq.seq })
  context.transactions.sendAck(ack.request, flow)
  const bye = nextRequest(ack.dialog, 'BYE')
  context.transactions.request(bye.request, flow, NOBODY)
}

/** Reports the end and takes the leg out of the books. */
export function finish(context: LegContext, leg: Leg, event: EndEvent): void {
  leg.state = { name: 'ended' }
  // The client transaction of its INVITE keeps the leg for another 32 s, but nobody needs these.
  leg.session = {}
  leg.ack = undefined
  leg.sentInvite = undefined
  leg.renew = undefined
  leg.referral = undefined
  leg.stopTimers()
  returnBreadth(context, leg)
  context.table.remove(leg)
  report(context, leg, event)
}

/**
 * A branch that is over leaves room for another one: what RFC 5393 §5.3.3 bounds are those at the same time.
 */
function returnBreadth({ table }: LegContext, { breadth }: Leg): void {
  const caller = breadth && table.get(breadth.from)
  if (caller !== undefined) caller.breadthLeft += breadth?.share ?? 0
}

/** Reports the end, once, after the last figures of the endpoint. */
function report(context: LegContext, leg: Leg, event: EndEvent): void {
  if (leg.isFinished) return
  leg.isFinished = true
  context.recordings.closes(leg.media.endpoint)
  leg.media.close((stats) => {
    if (stats !== undefined) context.emit(leg, qualityOf(stats, leg.media.isEncrypted))
    context.emit(leg, event)
  })
}

export function qualityOf(stats: EndpointStats, isEncrypted: boolean): LegEvent {
  const { codec, isRelayed, packetsSent, packetsReceived, lost, rubbish, jitterMs, roundTripMs, mos } = stats
  const measured = {
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    ...(mos === undefined ? {} : { mos }),
  }
  return {
    type: 'quality',
    quality: {
      codec,
      isRelayed,
      isEncrypted,
      packetsSent,
      packetsReceived,
      lost,
      rubbish,
      jitterMs,
      ...measured,
    },
  }
}
