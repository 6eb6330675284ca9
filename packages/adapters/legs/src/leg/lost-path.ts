// When the path to a peer breaks: its connection closed, or its media connection is gone. An unanswered call
// is over then; an answered one waits for its device to connect again (RFC 5626: the flow is not the device).
import type { Ms } from '@rufwerk/core'
import type { Binding } from '@rufwerk/sip'
import { isSamePhone, type Phone } from '../recovery/owed.ts'
import type { LegContext } from './context.ts'
import { moveFlow } from './in-dialog.ts'
import type { Leg } from './leg.ts'
import { finish, hangUp } from './teardown.ts'

/** Q.850 §2.2.7: network out of order; temporary failure. */
const NETWORK_OUT_OF_ORDER = 38
const TEMPORARY_FAILURE = 41

export function loseFlow(context: LegContext, leg: Leg, wait: Ms = context.limits.flowLostMax): void {
  const { state } = leg
  const isUnanswered = state.name === 'ringing' || state.name === 'answering'
  if (isUnanswered || state.name === 'closing') {
    finish(context, leg, { type: 'ended', by: 'network', cause: NETWORK_OUT_OF_ORDER })
    return
  }
  if (state.name !== 'confirmed') return // An INVITE of ours fails with its transaction.
  leg.stopTimer('flow')
  const timer = context.ports.timers.arm(wait, () => {
    leg.timers.delete('flow')
    context.guard(leg, 'flow lost', () =>
      finish(context, leg, { type: 'ended', by: 'network', cause: NETWORK_OUT_OF_ORDER }),
    )
  })
  leg.timers.set('flow', timer)
  context.table.noteLost(leg)
}

/**
 * A phone has registered: its legs that lost their connection go on over this one, what we still had to say
 * to it is said, and where a NAT has given it another port its legs follow. `before` is its contact until
 * now.
 */
export function adoptFlow(context: LegContext, phone: Phone, before: Binding | undefined): void {
  const { device, flow } = phone
  for (const leg of context.table.lost()) {
    const last = { device: leg.device.device, instance: leg.instance, flow: leg.flow }
    if (isSamePhone(last, phone)) moveFlow(context, leg, flow)
  }
  if (before !== undefined && before.flow.id !== flow.id)
    for (const leg of context.table.ofDevice(device))
      if (leg.flow.id === before.flow.id) moveFlow(context, leg, flow)
  context.owed.back(phone)
}

/** ICE gave up or DTLS was closed: nobody hears anything any more. */
export function loseMedia(context: LegContext, leg: Leg): void {
  hangUp(context, leg, TEMPORARY_FAILURE, 'network')
}
