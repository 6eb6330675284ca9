// REFER of a peer inside its dialog (RFC 3515): a phone of the house transfers the call of this leg, blindly
// or to another leg of the same person (RFC 5589). Who it is follows from the leg, never from From or
// Referred-By. Outside a dialog, and from whom we only pass calls to, REFER is declined (§2.4.2).
import type { LegEvent } from '@rufwerk/calls'
import { fail, ok, type Result } from '@rufwerk/core'
import type { SipRequest, TransactionId } from '@rufwerk/sip'
import type { Refusal } from '@rufwerk/sip/session'
import { type Refer, readRefer, referAcceptance } from '@rufwerk/sip/transfer'
import { contactHeader } from '../headers.ts'
import { type LegContext, respond } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { beginReferral } from './referral.ts'
import { ownLegOf } from './replaced.ts'

interface Accepted {
  readonly refer: Refer
  readonly to: Extract<LegEvent, { type: 'transfer' }>['to']
}

export function receiveRefer(
  context: LegContext,
  leg: Leg,
  transaction: TransactionId,
  request: SipRequest,
): void {
  const judged = judge(context, leg, request)
  if (!judged.ok) {
    context.counts.refusedRefers += 1
    const { status, headers } = judged.error
    respond(context, transaction, request, status, { headers })
    return
  }
  const { refer, to } = judged.value
  leg.refers += 1
  const headers = [contactHeader(leg.flow), ...referAcceptance(refer)]
  respond(context, transaction, request, 202, { headers })
  beginReferral(context, leg, refer, to)
}

function judge(context: LegContext, leg: Leg, request: SipRequest): Result<Accepted, Refusal> {
  const { limits, table } = context
  const { state, device } = leg
  if (state.name !== 'confirmed' || leg.endCause !== undefined || device.kind === 'trunk') return refused(603)
  // Who was stopped since calls for help, and nobody else through that.
  if (context.ports.devices.byId(device.device)?.quarantine !== undefined) return refused(603)
  if (leg.referral !== undefined) return refused(491)
  if (leg.refers >= limits.refersPerLegMax) return refused(603)
  const open = table.ofDevice(device.device).filter(({ referral }) => referral !== undefined)
  if (open.length >= limits.refersPerDeviceMax) return refused(603)
  const read = readRefer(request)
  if (!read.ok) return read
  const refer = read.value
  const { user = '' } = refer.target
  if (refer.replaces === undefined) return user === '' ? refused(400) : accepted(refer, { dialled: user })
  // 481 would mean that this dialog is gone (RFC 3261 §12.2.1.2).
  const other = ownLegOf(context, refer.replaces, device.person)
  if (other === undefined || other === leg) return refused(603)
  return accepted(refer, { leg: other.id })
}

function accepted(refer: Refer, to: Accepted['to']): Result<Accepted, Refusal> {
  return ok({ refer, to })
}

function refused(status: number): Result<never, Refusal> {
  return fail({ status, headers: [] })
}
