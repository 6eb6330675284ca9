// Lets the peer of a leg hear a digit: as RFC 4733 where that was negotiated, else by SIP INFO.
import { nextRequest } from '@rufwerk/sip'
import { writeInfoDigit } from '../dtmf-info.ts'
import { NOBODY } from '../transactions.ts'
import type { LegContext } from './context.ts'
import type { Leg } from './leg.ts'

/** `isCarried`: the engine has passed RFC 4733 events on already. */
export function sendDigit(
  context: LegContext,
  leg: Leg,
  digit: string,
  durationMs: number,
  isCarried: boolean,
): void {
  if (leg.session.agreed?.dtmf !== undefined) {
    if (!isCarried) leg.media.sendDtmf(digit, durationMs)
    return
  }
  if (leg.state.name !== 'confirmed') return
  const body = writeInfoDigit(digit, durationMs)
  const { dialog, request } = nextRequest(leg.state.dialog, 'INFO', { body })
  leg.setDialog(dialog)
  context.transactions.request(request, leg.flow, NOBODY)
}
