// The session timer of one dialog (RFC 4028 §10): refresh at half of the interval, BYE shortly before its
// end. What both sides agreed on is found out in session-expires.ts; how a refresh is sent (UPDATE or
// re-INVITE) is the caller's choice.
import { after, between, type Instant, type Ms, ms, seconds } from '@rufwerk/core'
import type { SessionAgreement } from './session-expires.ts'

/** refresh: ours is due. expiry: nobody refreshed, the session is over. */
export type SessionTimerName = 'refresh' | 'expiry'

/** A plain value; make it with NO_SESSION_TIMER, change it with `stepSessionTimer`. */
export type SessionTimer =
  | { readonly state: 'off' }
  | {
      readonly state: 'on'
      readonly agreement: SessionAgreement
      /** The 2xx that it was agreed on in went or came then. */
      readonly since: Instant
    }

export type SessionTimerInput =
  /** A 2xx to INVITE or UPDATE, of either side: what it says, undefined when it has no Session-Expires. */
  | { readonly type: 'agreed'; readonly agreement: SessionAgreement | undefined }
  /** Our refresh was refused, or could not be sent now. 481 and 408 are the end anyway, see the usage. */
  | { readonly type: 'refreshFailed' }
  | { readonly type: 'timer'; readonly timer: SessionTimerName }
  /** The timers are gone after a restart: arm what is left. */
  | { readonly type: 'resumed' }
  | { readonly type: 'ended' }

export type SessionTimerOutput =
  | { readonly type: 'arm'; readonly timer: SessionTimerName; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: SessionTimerName }
  /** Send UPDATE or re-INVITE with `sessionOffer({ …, refresher: 'us' })`. */
  | { readonly type: 'refresh' }
  /** Nobody refreshed: end the dialog by BYE. */
  | { readonly type: 'bye' }

interface SessionTimerStep {
  readonly timer: SessionTimer
  readonly out: readonly SessionTimerOutput[]
}

export const NO_SESSION_TIMER: SessionTimer = { state: 'off' }

/** A refused refresh is tried again after this share of the interval. */
const RETRY_SHARE = 1 / 8
/** RFC 4028 §10: the BYE goes this long before the end, or a third of the interval if that is less. */
const BYE_BEFORE: Ms = seconds(32)

export function stepSessionTimer(
  timer: SessionTimer,
  input: SessionTimerInput,
  now: Instant,
): SessionTimerStep {
  if (input.type === 'agreed') return agreed(timer, input.agreement, now)
  if (timer.state === 'off') return { timer, out: [] }
  const { agreement } = timer
  switch (input.type) {
    case 'refreshFailed':
      if (agreement.refresher === 'peer') return { timer, out: [] }
      return { timer, out: [arm('refresh', ms(agreement.intervalS * 1000 * RETRY_SHARE))] }
    case 'timer':
      if (input.timer === 'expiry') return { timer: NO_SESSION_TIMER, out: [...off(timer, 'expiry'), BYE] }
      return { timer, out: agreement.refresher === 'us' ? [{ type: 'refresh' }] : [] }
    case 'resumed':
      return { timer, out: armed(timer, now) }
    case 'ended':
      return { timer: NO_SESSION_TIMER, out: off(timer) }
  }
}

const BYE: SessionTimerOutput = { type: 'bye' }

type Running = SessionTimer & { readonly state: 'on' }

function agreed(
  before: SessionTimer,
  agreement: SessionAgreement | undefined,
  now: Instant,
): SessionTimerStep {
  if (agreement === undefined)
    return { timer: NO_SESSION_TIMER, out: before.state === 'on' ? off(before) : [] }
  const timer: Running = { state: 'on', agreement, since: now }
  const wasOurs = before.state === 'on' && before.agreement.refresher === 'us'
  const stop: SessionTimerOutput[] =
    wasOurs && agreement.refresher === 'peer' ? [{ type: 'disarm', timer: 'refresh' }] : []
  return { timer, out: [...stop, ...armed(timer, now)] }
}

function armed({ agreement, since }: Running, now: Instant): readonly SessionTimerOutput[] {
  const interval = seconds(agreement.intervalS)
  const left = (length: Ms): Ms => ms(Math.max(0, between(now, after(since, length))))
  const expiry = arm('expiry', left(ms(interval - Math.min(BYE_BEFORE, interval / 3))))
  return agreement.refresher === 'us' ? [arm('refresh', left(ms(interval / 2))), expiry] : [expiry]
}

/** What stops the timers, but for the one that has just run off. */
function off({ agreement }: Running, fired?: SessionTimerName): readonly SessionTimerOutput[] {
  const running: SessionTimerName[] = agreement.refresher === 'us' ? ['refresh', 'expiry'] : ['expiry']
  return running.filter((name) => name !== fired).map((timer) => ({ type: 'disarm', timer }))
}

function arm(timer: SessionTimerName, length: Ms): SessionTimerOutput {
  return { type: 'arm', timer, after: length }
}
