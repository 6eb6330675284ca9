// When the path to a peer breaks: its connection closed, or its media connection is gone. An unanswered call
// is over then; an answered one waits for its device to connect again (RFC 5626: the flow is not the device),
// be it the page that knows the call or one that was loaded in its place.
import { type DeviceId, type Flow, type Ms, seconds } from '@rufwerk/core'
import type { Binding } from '@rufwerk/sip'
import { NETWORK_OUT_OF_ORDER, TEMPORARY_FAILURE } from '../reason.ts'
import { isAnotherPage, isSamePhone } from '../recovery/owed.ts'
import { resumeLeg } from '../recovery/resume.ts'
import { armLeg, type LegContext } from './context.ts'
import { moveFlow } from './in-dialog.ts'
import type { Leg } from './leg.ts'
import { cancelInvite, finish, hangUp, phoneOf } from './teardown.ts'

/** A page that is loaded anew lets go of its media about when it lets go of its connection. */
const MEDIA_LOST_MAX: Ms = seconds(2)

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
    if (isBack || hasMoved) followPhone(context, leg, flow)
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

/** The page is back, but not what it talked with. */
function followPhone(context: LegContext, leg: Leg, flow: Flow): void {
  moveFlow(context, leg, flow)
  if (leg.media.isBroken) hangUp(context, leg, TEMPORARY_FAILURE, 'network')
}

/**
 * ICE gave up or DTLS was closed: nobody hears anything any more. The page may be about to be loaded anew;
 * then its connection says so, before or after.
 */
export function loseMedia(context: LegContext, leg: Leg): void {
  if (leg.state.name !== 'confirmed') return
  const { media, instance, flow } = leg
  const isPage = flow.device !== undefined && instance !== undefined
  if (!isPage) {
    hangUp(context, leg, TEMPORARY_FAILURE, 'network')
    return
  }
  media.isBroken = true
  if (context.table.isLost(leg)) return
  armLeg(context, leg, 'media', MEDIA_LOST_MAX, () => {
    if (leg.media === media && !context.table.isLost(leg)) hangUp(context, leg, TEMPORARY_FAILURE, 'network')
  })
}
