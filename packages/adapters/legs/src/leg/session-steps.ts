// Performs what the INVITE usage of a leg says (RFC 3261 §13, §14): 2xx until ACK, ACKs, refusals of crossing
// INVITEs, the BYE when no ACK came.
import {
  type InviteOutput,
  nextRequest,
  type SipRequest,
  type SipResponse,
  stepInvite,
  type TransactionId,
} from '@rufwerk/sip'
import { contactHeader } from '../headers.ts'
import { RECOVERY_ON_TIMER } from '../reason.ts'
import { armLeg, type LegContext, random, respond } from './context.ts'
import type { Leg } from './leg.ts'
import { finish, sendBye } from './teardown.ts'

type InviteInput = Parameters<typeof stepInvite>[1]

/** One step of the usage. Returns true when an INVITE that was just received is for the leg to answer. */
export function stepUsage(
  context: LegContext,
  leg: Leg,
  input: InviteInput,
  received?: { readonly request: SipRequest; readonly transaction: TransactionId },
): boolean {
  const { usage, out } = stepInvite(leg.usage, input, random(context))
  leg.usage = usage
  let isForLeg = false
  for (const output of out) {
    if (output.type === 'deliver') isForLeg = true
    else if (output.type === 'reject' && received !== undefined) {
      const { status, retryAfterS } = output
      const headers = retryAfterS === undefined ? [] : [['Retry-After', String(retryAfterS)] as const]
      respond(context, received.transaction, received.request, status, { headers })
    } else perform(context, leg, output)
  }
  return isForLeg
}

function perform(context: LegContext, leg: Leg, output: InviteOutput): void {
  switch (output.type) {
    case 'respond':
      respondToInvite(context, leg, output.response)
      break
    case 'acknowledge':
      acknowledge(context, leg, output.seq)
      break
    case 'arm':
      armLeg(context, leg, output.timer, output.after, () =>
        stepUsage(context, leg, { type: 'timer', timer: output.timer }),
      )
      break
    case 'disarm':
      leg.stopTimer(output.timer)
      break
    case 'bye':
      giveUp(context, leg)
      break
    case 'retry':
      if (leg.renew !== undefined) leg.renew()
      else leg.onRetry(output.method)
      break
    case 'reject':
    case 'deliver':
      break
  }
}

/** A repeated 2xx goes to its own INVITE, also when the next INVITE overtook the ACK. */
function respondToInvite(context: LegContext, leg: Leg, response: SipResponse): void {
  const transaction = leg.serverInvites.get(response.headers.cseq.seq)
  if (transaction !== undefined) context.transactions.respond(transaction, response)
}

/** RFC 3261 §13.2.2.4: the same ACK for each repetition of the 2xx. */
function acknowledge(context: LegContext, leg: Leg, seq: number): void {
  const { dialog } = leg
  if (dialog === undefined) return
  if (leg.ack?.headers.cseq.seq !== seq) {
    const headers = [contactHeader(leg.flow)]
    leg.ack = nextRequest(dialog, 'ACK', { seq, headers }).request
  }
  context.transactions.sendAck(leg.ack, leg.flow)
}

/**
 * No ACK within 64*T1, or one without the answer that it owed us (RFC 3261 §13.3.1.4); or the peer knows
 * nothing of the dialog any more (§12.2.1.2): the session ends.
 */
function giveUp(context: LegContext, leg: Leg): void {
  sendBye(context, leg, RECOVERY_ON_TIMER)
  finish(context, leg, { type: 'ended', by: 'network', cause: RECOVERY_ON_TIMER })
}
