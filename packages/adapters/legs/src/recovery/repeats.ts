// A 2xx to an INVITE from before a restart that comes again: its ACK was lost, and is sent again (RFC 3261
// §13.2.2.4).
import type { Ms } from '@rufwerk/core'
import { newRequest, parseUri } from '@rufwerk/sip'
import { hostOf } from '../headers.ts'
import type { LegContext } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { stepUsage } from '../leg/session-steps.ts'

export function expectRepeats(context: LegContext, leg: Leg, wait: Ms): void {
  const { dialog, branch, flow } = leg
  const seq = leg.usage.acknowledgedSeq
  const target = dialog && parseUri(dialog.remoteTarget)
  if (dialog === undefined || branch === undefined || seq === undefined || !target?.ok) return
  const invite = newRequest({
    method: 'INVITE',
    uri: target.value,
    from: dialog.localAddress,
    to: dialog.remoteAddress,
    callId: dialog.callId,
    seq,
    headers: [['Via', `SIP/2.0/UDP ${hostOf(flow)}:${flow.local.port};branch=${branch}`]],
  })
  const transaction = context.transactions.resumeRequest(invite, flow, {
    onResponse: ({ status, headers }) =>
      context.guard(leg, 'repeated response', () => {
        if (leg.state.name === 'confirmed' && headers.toTag === leg.dialog?.remoteTag)
          stepUsage(context, leg, { type: 'responseReceived', seq: headers.cseq.seq, status, hasSdp: false })
      }),
    onFailed: () => undefined,
  })
  context.ports.timers.arm(wait, () => context.transactions.drop(transaction))
}
