// We call a contact (RFC 3261 §13.2): media first, because the offer names its port, then the INVITE, then
// whatever comes back, in whatever order it comes.
import type { LegPort } from '@rufwerk/calls'
import { type Flow, randomId } from '@rufwerk/core'
import {
  type Binding,
  dialogFromResponse,
  dialogKey,
  newRequest,
  type SipRequest,
  type SipResponse,
  type TransactionId,
  writeNameAddr,
} from '@rufwerk/sip'
import { ALLOW, contactHeader, contactUri, localUri, SDP_TYPE } from '../headers.ts'
import type { DeviceCredentials } from '../ports.ts'
import { causeOf } from '../reason.ts'
import { type LegContext, newSessionId, newTag } from './context.ts'
import { openLeg, openMedia } from './incoming.ts'
import type { Leg } from './leg.ts'
import type { Opened } from './media-link.ts'
import { codecNames, localOf, offerOf, readAnswerBody } from './negotiate.ts'
import { stepUsage } from './session-steps.ts'
import { applyListeners, applySource } from './sources.ts'
import { saveLeg } from './stored-leg.ts'
import { ackAndBye, finish, sendBye } from './teardown.ts'

type Dial = Parameters<LegPort['dial']>[0]

/** The contact is not registered any more, or there is no room for another leg. */
export type DialRefusal = { readonly status: 480 | 503; readonly cause: number }

/** Starts the leg. Undefined, or why nothing was started. */
export function dial(context: LegContext, order: Dial): DialRefusal | undefined {
  const { ports, registrations, table, limits, counts } = context
  if (table.legs() >= limits.legsMax) return { status: 503, cause: 42 }
  const device = ports.devices.byId(order.contact.device)
  const binding = device && bindingOf(registrations.bindingsOf(device.sipName), order.contact.binding)
  if (device === undefined || binding === undefined) return { status: 480, cause: 20 }
  const state = { name: 'preparing' } as const
  const leg = openLeg(context, device, binding.flow, state, { id: order.leg, call: order.call })
  counts.outgoing += 1
  context.guard(leg, 'dial', () =>
    openMedia(leg, (opened) => {
      if (opened === undefined) finish(context, leg, { type: 'refused', status: 503, cause: 47 })
      else if (leg.state.name === 'preparing') sendInvite(context, leg, order, binding, opened)
    }),
  )
  return undefined
}

function bindingOf(bindings: readonly Binding[], key: string): Binding | undefined {
  return bindings.find((binding) => binding.key === key)
}

function sendInvite(context: LegContext, leg: Leg, order: Dial, binding: Binding, opened: Opened): void {
  const uri = contactUri(binding.contact)
  if (uri === undefined) {
    finish(context, leg, { type: 'refused', status: 480, cause: 28 })
    return
  }
  const spoken = context.table.get(order.callerLeg)?.theirCodecs ?? []
  const offered = offerOf(leg, opened, spoken, () => newSessionId(context))
  const local = localOf(offered)
  leg.session = { ...local, offered }
  const { flow, device } = leg
  const { caller } = order
  const callId = randomId(context.ports.randomBytes)
  const invite = newRequest({
    method: 'INVITE',
    uri,
    from: `${writeNameAddr({ displayName: caller.name, uri: localUri(caller.extension, flow) })};tag=${newTag(context)}`,
    to: toOf(device, flow),
    callId,
    seq: 1,
    headers: [contactHeader(flow), ['Allow', ALLOW], ['Supported', ''], ['User-Agent', context.product]],
    body: { type: SDP_TYPE, content: local.localText ?? '' },
  })
  context.table.claimCallId(leg, callId)
  saveLeg(context, leg)
  stepUsage(context, leg, { type: 'inviteSent', seq: 1, hasOffer: true })
  const user = {
    onResponse: (response: SipResponse, from: Flow) => {
      if (leg.state.name === 'ended') tooLate(context, invite, response, from)
      else context.guard(leg, 'response', () => responded(context, leg, invite, response, from))
    },
    onFailed: (why: 'timeout' | 'transport' | 'limit') => {
      if (leg.state.name === 'calling' || leg.state.name === 'preparing')
        finish(context, leg, { type: 'refused', ...(why === 'timeout' ? TIMEOUT : UNREACHABLE) })
    },
  }
  const transaction = context.transactions.request(invite, flow, user)
  begin(leg, transaction)
}

const TIMEOUT = { status: 408, cause: 18 }
const UNREACHABLE = { status: 503, cause: 38 }

/** The request may have failed at once: then the leg is over already. */
function begin(leg: Leg, transaction: TransactionId): void {
  if (leg.state.name === 'preparing') leg.state = { name: 'calling', transaction, hasEarly: false }
}

/** The leg was ended before this came (RFC 3261 §9.1): only a 2xx still needs something. */
function tooLate(context: LegContext, invite: SipRequest, response: SipResponse, flow: Flow): void {
  if (response.status >= 200 && response.status < 300) ackAndBye(context, invite, response, flow)
}

function responded(
  context: LegContext,
  leg: Leg,
  invite: SipRequest,
  response: SipResponse,
  flow: Flow,
): void {
  const { status } = response
  if (status < 200) {
    provisional(context, leg, response)
    return
  }
  if (status >= 300) {
    stepUsage(context, leg, responseInput(response, false))
    const cause = causeOf(status, response.headers)
    finish(context, leg, { type: 'refused', status, cause }) // A 3xx is never followed: it ends this branch.
    return
  }
  if (leg.state.name === 'calling') answered(context, leg, invite, response, flow)
  else if (response.headers.toTag === leg.dialog?.remoteTag)
    stepUsage(context, leg, responseInput(response, true))
  else ackAndBye(context, invite, response, flow) // Another branch of a fork behind the contact.
}

/** 180 rings; a description in any 1xx lets the caller hear what the callee sends already. */
function provisional(context: LegContext, leg: Leg, response: SipResponse): void {
  const { state } = leg
  if (state.name !== 'calling') return
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
  leg.state = { name: 'confirmed', dialog: created.value }
  leg.flow = flow
  context.table.bindDialog(leg, dialogKey(created.value))
  stepUsage(context, leg, responseInput(response, response.body.length > 0))
  if (response.body.length > 0 ? !takeAnswer(context, leg, response) : leg.session.agreed === undefined) {
    sendBye(context, leg, 88)
    finish(context, leg, { type: 'refused', status: 488, cause: 88 })
    return
  }
  leg.session = { ...leg.session, offered: undefined }
  context.counts.answered += 1
  saveLeg(context, leg)
  context.emit(leg, { type: 'answered' })
}

/** The answer to our offer. False when it does not fit. */
function takeAnswer(context: LegContext, leg: Leg, message: SipResponse): boolean {
  const { offered } = leg.session
  const answer = offered && readAnswerBody(offered, message)
  if (answer === undefined) return false
  leg.session = { ...leg.session, agreed: answer.agreed, remoteText: answer.text }
  leg.theirCodecs = codecNames(answer.agreed)
  leg.media.configure(answer.agreed)
  applySource(context, leg)
  applyListeners(context, leg)
  return true
}

function responseInput(response: SipResponse, hasSdp: boolean) {
  const { status, headers } = response
  return { type: 'responseReceived', seq: headers.cseq.seq, status, hasSdp } as const
}

function toOf(device: DeviceCredentials, flow: Flow): string {
  return writeNameAddr({ displayName: device.name, uri: localUri(device.sipName, flow) })
}
