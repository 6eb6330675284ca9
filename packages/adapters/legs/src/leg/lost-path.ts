// When the connection to a peer closes. An unanswered call is over then; an answered one waits for its device
// to connect again (RFC 5626: the flow is not the device), be it the page that knows the call or one that was
// loaded in its place.
import type { DeviceId, Ms } from '@rufwerk/core'
import type { Binding } from '@rufwerk/sip'
import { NETWORK_OUT_OF_ORDER } from '../reason.ts'
import { isAnotherPage, isSamePhone } from '../recovery/owed.ts'
import { resumeLeg } from '../recovery/resume.ts'
import type { LegContext } from './context.ts'
import { moveFlow } from './in-dialog.ts'
import type { Leg } from './leg.ts'
import { cancelInvite, finish, phoneOf } from './teardown.ts'

export function loseFlow(context: LegContext, leg: Leg, wait: Ms = context.limits.flowLostMax): void {
  const { state } = leg
  const isUnanswered = state.name === 'ringing' || state.name === 'answering'
  if (isUnanswered || state.name === 'closing') {
    finish(context, leg, { type: 'ended', by: 'network', cause: NETWORK_OUT_OF_ORDER })
    return
  }
  if (state.name !== 'confirmed') return // An INVITE of ours fails with its transaction, its wait goes on.
  leg.stopTimer('flow')
  const timer = context.ports.timers.arm(wait, () => {
    leg.timers.delete('flow')
    context.guard(leg, 'flow lost', () => {
      cancelInvite(context, leg, NETWORK_OUT_OF_ORDER)
      finish(context, leg, { type: 'ended', by: 'network', cause: NETWORK_OUT_OF_ORDER })
    })
  })
  leg.timers.set('flow', timer)
  context.table.noteLost(leg)
}

/**
 * A phone has registered: its legs that lost their connection go on over this one, what we still had to say
 * to it is said, and where a NAT has given it another port its legs follow. A page that was loaded anew gets
 * its answered legs back. `before` is its contact until now.
 */
export function adoptFlow(
  context: LegContext,
  device: DeviceId,
  binding: Binding,
  before: Binding | undefined,
): void {
  const { flow, instance, callId: boot } = binding
  const phone = { device, instance, boot, flow }
  for (const leg of context.table.ofDevice(device)) {
    const last = phoneOf(leg)
    if (isAnotherPage(last, phone)) {
      context.guard(leg, 'resume', () => giveBack(context, leg, binding))
      continue
    }
    if (leg.state.name === 'resuming') continue // It waits for the answer of another page.
    const isBack = context.table.isLost(leg) && isSamePhone(last, phone)
    const hasMoved = before !== undefined && before.flow.id !== flow.id && leg.flow.id === before.flow.id
    if (isBack || hasMoved) moveFlow(context, leg, flow)
  }
  context.owed.back(phone)
}

/** What was not answered ends with the connection of the page before. */
function giveBack(context: LegContext, leg: Leg, binding: Binding): void {
  const { name } = leg.state
  if (name !== 'confirmed' && name !== 'resuming') return
  // The page is gone, although its connection was not seen to close yet.
  if (name === 'confirmed' && !context.table.isLost(leg)) loseFlow(context, leg)
  resumeLeg(context, leg, binding)
}
