// Provisional responses that arrive for certain (RFC 3262): ours to a caller, with the 2xx that waits for
// their PRACK; and those of a callee, which get a PRACK from us.
import {
  dialogFromResponse,
  nextRequest,
  type SipRequest,
  type SipResponse,
  type TransactionId,
} from '@rufwerk/sip'
import {
  newReliableSender,
  type ReliableInput,
  type ReliableOutput,
  receiveProvisional,
  reliability,
  stepReliable,
} from '@rufwerk/sip/session'
import { contactHeader, SDP_TYPE } from '../headers.ts'
import { armLeg, type LegContext, random, respond } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { stepUsage } from '../leg/session-steps.ts'
import { finish, refuse } from '../leg/teardown.ts'
import { INCOMPATIBLE, RECOVERY_ON_TIMER } from '../reason.ts'
import { NOBODY } from '../transactions.ts'
import { timerAnswered } from './refresh.ts'
import { type Refusal, renegotiate, takeReAnswer } from './renegotiate.ts'

/** Early dialogs of one INVITE whose 1xx are acknowledged; of further ones they are taken as they come. */
const EARLY_DIALOGS_MAX = 16

/** A 1xx to the caller: reliably where it must be, or can be and says what is heard. */
export function respondProvisional(context: LegContext, leg: Leg, response: SipResponse): void {
  const { state } = leg
  if (state.name !== 'ringing') return
  const hasSdp = response.body.length > 0
  if (isReliable(state.invite, hasSdp)) stepSender(context, leg, { type: 'provisional', response, hasSdp })
  else context.transactions.respond(state.transaction, response)
}

export function isReliable(invite: SipRequest, hasSdp: boolean): boolean {
  const level = reliability(invite)
  return level === 'required' || (hasSdp && level === 'possible')
}

/** The first 2xx to the caller: at once, or when the PRACK to what it heard before has come (§3). */
export function accept(context: LegContext, leg: Leg, response: SipResponse): void {
  if (leg.reliable === undefined) establish(context, leg, response)
  else stepSender(context, leg, { type: 'final', response })
}

function establish(context: LegContext, leg: Leg, response: SipResponse): void {
  if (leg.state.name !== 'answering') return
  leg.state = { name: 'confirmed', dialog: leg.state.dialog }
  context.table.closeTransaction(leg)
  context.counts.answered += 1
  stepUsage(context, leg, { type: 'respond', response, hasSdp: response.body.length > 0 })
  timerAnswered(context, leg)
}

export function receivePrack(
  context: LegContext,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
): void {
  const prack = { transaction, request }
  if (leg.reliable === undefined) respond(context, transaction, request, 481)
  else stepSender(context, leg, { type: 'prackReceived', prack: request }, prack)
}

interface Prack {
  readonly transaction: TransactionId
  readonly request: SipRequest
}

function stepSender(context: LegContext, leg: Leg, input: ReliableInput, prack?: Prack): void {
  const { sender, out } = stepReliable(leg.reliable ?? newReliableSender(random(context)), input)
  leg.reliable = sender
  for (const output of out) {
    if (output.type !== 'answerPrack') perform(context, leg, output)
    else if (prack !== undefined) answerPrack(context, leg, prack, output.status)
  }
}

function perform(
  context: LegContext,
  leg: Leg,
  output: Exclude<ReliableOutput, { type: 'answerPrack' }>,
): void {
  const { state } = leg
  switch (output.type) {
    case 'respond': {
      const { response, hasSdp } = output
      if (response.status >= 200) establish(context, leg, response)
      else stepUsage(context, leg, { type: 'respond', response, hasSdp, isReliable: true })
      break
    }
    case 'repeat':
      if ('invite' in state) context.transactions.respond(state.transaction, output.response)
      break
    case 'giveUp': // RFC 3262 §3.
      refuse(context, leg, { status: 504, cause: RECOVERY_ON_TIMER })
      finish(context, leg, { type: 'ended', by: 'network', cause: RECOVERY_ON_TIMER })
      break
    case 'arm':
      armLeg(context, leg, output.timer, output.after, () =>
        stepSender(context, leg, { type: 'timer', timer: output.timer }),
      )
      break
    case 'disarm':
      leg.stopTimer(output.timer)
      break
  }
}

/** The PRACK may answer the offer of our 1xx, or bring a new one (RFC 3262 §5). */
function answerPrack(context: LegContext, leg: Leg, { transaction, request }: Prack, status: number): void {
  if (status !== 200) {
    respond(context, transaction, request, status)
    return
  }
  const hasSdp = request.body.length > 0
  const isAnswer = leg.session.offered !== undefined
  stepUsage(context, leg, { type: 'prackReceived', hasSdp })
  if (!leg.usage.isPrackOffering) {
    respond(context, transaction, request, 200)
    if (!isAnswer || takeReAnswer(context, leg, request)) return
    // Without the answer that it owed us nothing can be heard.
    refuse(context, leg, { status: 488, cause: INCOMPATIBLE })
    finish(context, leg, { type: 'ended', by: 'us', cause: INCOMPATIBLE })
    return
  }
  answerOfferIn(context, leg, { transaction, request }, renegotiate(context, leg, request))
  stepUsage(context, leg, { type: 'prackAnswered' })
}

function answerOfferIn(context: LegContext, leg: Leg, prack: Prack, refusal: Refusal | undefined): void {
  const { transaction, request } = prack
  const { localText = '' } = leg.session
  if (refusal !== undefined) respond(context, transaction, request, refusal.status, refusal)
  else respond(context, transaction, request, 200, { body: { type: SDP_TYPE, content: localText } })
}

/**
 * A 1xx of the callee: true when it is to be taken as it is. `isReliable`: a PRACK was sent, and its
 * description is the answer. The first early dialog is the leg's until a 2xx says otherwise.
 */
export function acknowledgeProvisional(
  context: LegContext,
  leg: Leg,
  invite: SipRequest,
  response: SipResponse,
): boolean {
  const { state } = leg
  const { toTag } = response.headers
  if (state.name !== 'calling' || toTag === undefined) return true
  if (leg.rseqs.size >= EARLY_DIALOGS_MAX && !leg.rseqs.has(toTag)) return true
  const receipt = receiveProvisional(response, leg.rseqs.get(toTag))
  if (receipt.type === 'plain') return true
  if (receipt.type !== 'acknowledge') return false
  const known = state.dialog?.remoteTag === toTag ? state.dialog : undefined
  const created = dialogFromResponse(invite, response)
  if (!created.ok) return true
  leg.rseqs.set(toTag, receipt.rseq)
  const headers = [['RAck', receipt.rack] as const, contactHeader(leg.flow)]
  const { dialog, request } = nextRequest(known ?? created.value, 'PRACK', { headers })
  const isOurs = state.dialog === undefined || known !== undefined
  if (isOurs) {
    leg.state = { ...state, dialog }
    const { seq } = response.headers.cseq
    const hasSdp = response.body.length > 0
    const { status } = response
    stepUsage(context, leg, { type: 'responseReceived', seq, status, hasSdp, isReliable: true })
    stepUsage(context, leg, { type: 'prackSent', hasSdp: false })
  }
  context.transactions.request(request, leg.flow, NOBODY)
  return true
}
