// What a peer that transfers hears of it (RFC 3515 §2.4.4-2.4.7): the subscription that its REFER made, in
// the dialog of its leg. One at a time; it goes with the leg, and a restart ends it without a word.
import type { LegEvent } from '@rufwerk/calls'
import { nextRequest } from '@rufwerk/sip'
import {
  type Notifier,
  type NotifierInput,
  type NotifierOutput,
  newNotifier,
  stepNotifier,
  writeEvent,
} from '@rufwerk/sip/events'
import {
  REFER_EXPIRES_S,
  REFER_INTERVAL,
  type Refer,
  referProgress,
  SIPFRAG_TYPE,
  writeSipfrag,
} from '@rufwerk/sip/transfer'
import { contactHeader } from '../headers.ts'
import { armLeg, type LegContext } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { hangUp } from '../leg/teardown.ts'

/** A REFER that was accepted. */
export interface Referral {
  /** Number of the REFER: names its NOTIFYs. */
  readonly id: string
  /** Of the dialog in which it came. */
  readonly callId: string
  /** Of the call that it led to. */
  status: number
  /** Absent: no NOTIFY is wanted, or nobody takes them any more. */
  notifier: Notifier | undefined
}

type Transfer = Extract<LegEvent, { type: 'transfer' }>

/** The REFER has got its 202: NOTIFY at once (RFC 3515 §2.4.4), and the call is told. */
export function beginReferral(context: LegContext, leg: Leg, refer: Refer, to: Transfer['to']): void {
  const { dialog } = leg
  if (dialog === undefined) return
  const notifier = refer.hasSubscription ? newNotifier(context.ports.timers.now()) : undefined
  leg.referral = { id: refer.id, callId: dialog.callId, status: 100, notifier }
  step(context, leg, { type: 'subscribed', expiresS: REFER_EXPIRES_S })
  context.emit(leg, { type: 'transfer', to })
}

/** What became of the call that the REFER led to; a final status ends it. */
export function tellResult(context: LegContext, leg: Leg, status: number): void {
  const { referral } = leg
  if (referral === undefined || referral.status >= 200) return
  referral.status = status
  step(context, leg, referProgress(status))
  if (status >= 200 && referral.notifier === undefined) forget(context, leg)
}

function step(context: LegContext, leg: Leg, input: NotifierInput): void {
  const { referral } = leg
  if (referral?.notifier === undefined) return
  const { notifier, out } = stepNotifier(referral.notifier, input, REFER_INTERVAL, context.ports.timers.now())
  referral.notifier = notifier
  for (const output of out) perform(context, leg, referral, output)
}

function perform(context: LegContext, leg: Leg, referral: Referral, output: NotifierOutput): void {
  switch (output.type) {
    case 'notify':
      notify(context, leg, referral, output.state)
      break
    case 'arm':
      armLeg(context, leg, `referral ${output.timer}`, output.after, () =>
        step(context, leg, { type: 'timer', timer: output.timer }),
      )
      break
    case 'disarm':
      leg.stopTimer(`referral ${output.timer}`)
      break
    case 'ended':
      referral.notifier = undefined
      // The transfer may go on unheard: until it is decided there is no second one.
      if (referral.status >= 200) forget(context, leg)
      break
  }
}

function notify(context: LegContext, leg: Leg, referral: Referral, state: string): void {
  const { dialog } = leg
  // A page that was loaded anew knows nothing of its REFER.
  if (dialog === undefined || dialog.callId !== referral.callId) {
    step(context, leg, { type: 'lost' })
    return
  }
  const next = nextRequest(dialog, 'NOTIFY', {
    headers: [
      contactHeader(leg.flow),
      ['Event', writeEvent({ event: 'refer', id: referral.id })],
      ['Subscription-State', state],
      ['User-Agent', context.product],
    ],
    body: { type: SIPFRAG_TYPE, content: writeSipfrag(referral.status) },
  })
  leg.setDialog(next.dialog)
  const answered = (input: NotifierInput): void => {
    if (leg.referral === referral) context.guard(leg, 'NOTIFY', () => step(context, leg, input))
  }
  context.transactions.request(next.request, leg.flow, {
    onResponse: ({ status, headers }) => {
      if (status < 200) return
      const retryAfterS = Number.parseInt(headers.get('retry-after') ?? '', 10)
      const wait = Number.isNaN(retryAfterS) ? {} : { retryAfterS }
      answered({ type: 'answered', status, ...wait })
    },
    onFailed: () => answered({ type: 'failed' }),
  })
}

/** Its BYE waited for the last NOTIFY. */
function forget(context: LegContext, leg: Leg): void {
  leg.referral = undefined
  if (leg.endCause !== undefined) hangUp(context, leg, leg.endCause)
}
