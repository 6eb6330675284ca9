// One subscription at the side that notifies (RFC 6665 §4.2.2): NOTIFY after each SUBSCRIBE, after changes as
// often as the package allows, one in flight, and the last one at the end. Bodies are made by the caller when
// a `notify` comes, so that they say what is true then. Serves the implicit subscription of a REFER, too.
import { after, between, type Instant, type Ms, ms, seconds } from '@rufwerk/core'

/** A longer Retry-After in the answer to a NOTIFY ends the subscription. */
const RETRY_AFTER_MAX_S = 60

/** expiry: the time is over. next: a NOTIFY that waits for its turn is due. */
export type NotifierTimer = 'expiry' | 'next'

/** RFC 6665 §4.1.3. */
export type EndReason = 'timeout' | 'noresource' | 'deactivated' | 'rejected' | 'probation' | 'giveup'

/** A plain value; make it with `newNotifier`, change it with `stepNotifier`. */
export interface Notifier {
  /** pending: whether it is allowed is not known yet. */
  readonly state: 'active' | 'pending' | 'ended'
  readonly expiresAt: Instant
  readonly isInFlight: boolean
  /** prompt: a SUBSCRIBE wants a NOTIFY. change: something changed. */
  readonly due?: 'prompt' | 'change'
  /** The next NOTIFY says everything, not only what changed. */
  readonly isFullNext: boolean
  /** No NOTIFY for a change before. */
  readonly notBefore: Instant
  /** Why it ends; then one NOTIFY is left to send, or in flight. */
  readonly ending?: EndReason
  readonly isLastSent: boolean
  /** How many NOTIFYs were sent: the version of the next body. */
  readonly version: number
}

export type NotifierInput =
  /** A SUBSCRIBE got its 200: the first one, a refresh, or with 0 the end. */
  | { readonly type: 'subscribed'; readonly expiresS: number }
  /** It is allowed now; without effect unless pending. */
  | { readonly type: 'allowed' }
  /** What is watched changed. */
  | { readonly type: 'changed' }
  /** The final response to our NOTIFY. */
  | { readonly type: 'answered'; readonly status: number; readonly retryAfterS?: number }
  /** No response came. */
  | { readonly type: 'failed' }
  | { readonly type: 'timer'; readonly timer: NotifierTimer }
  /** We end it, with a last NOTIFY. */
  | { readonly type: 'end'; readonly reason: EndReason }
  /** The device or its connection is gone: nothing more can be said. */
  | { readonly type: 'lost' }

export type NotifierOutput =
  /** Send NOTIFY in the dialog. A body that is not full says what changed since the last one. */
  | {
      readonly type: 'notify'
      /** Value of Subscription-State. */
      readonly state: string
      readonly isFull: boolean
      readonly version: number
    }
  | { readonly type: 'arm'; readonly timer: NotifierTimer; readonly after: Ms }
  | { readonly type: 'disarm'; readonly timer: NotifierTimer }
  /** Forget it, with its dialog: the last output. */
  | { readonly type: 'ended'; readonly why: EndReason | 'refused' | 'unanswered' | 'lost' }

interface NotifierStep {
  readonly notifier: Notifier
  readonly out: readonly NotifierOutput[]
}

/** Before its first input, which is `subscribed`. */
export function newNotifier(now: Instant, { isPending = false } = {}): Notifier {
  return {
    state: isPending ? 'pending' : 'active',
    expiresAt: now,
    isInFlight: false,
    isFullNext: true,
    notBefore: now,
    isLastSent: false,
    version: 0,
  }
}

/** One step. `interval` is the least time between two NOTIFYs for changes, of the package. */
export function stepNotifier(
  notifier: Notifier,
  input: NotifierInput,
  interval: Ms,
  now: Instant,
): NotifierStep {
  if (notifier.state === 'ended') return { notifier, out: [] }
  switch (input.type) {
    case 'subscribed':
      return subscribed(notifier, input.expiresS, interval, now)
    case 'allowed':
      if (notifier.state !== 'pending') return { notifier, out: [] }
      return next({ ...notifier, state: 'active', due: 'prompt', isFullNext: true }, interval, now)
    case 'changed':
      // Until it is allowed nothing is told (RFC 6665 §4.1.3).
      if (notifier.state === 'pending') return { notifier, out: [] }
      return next({ ...notifier, due: notifier.due ?? 'change' }, interval, now)
    case 'answered':
      return answered(notifier, input, interval, now)
    case 'failed':
      return unanswered(notifier, interval, now)
    case 'timer':
      if (input.timer === 'next') return next(notifier, interval, now)
      return end(notifier, 'timeout', interval, now)
    case 'end':
      return end(notifier, input.reason, interval, now)
    case 'lost':
      return over(notifier, 'lost')
  }
}

function subscribed(notifier: Notifier, expiresS: number, interval: Ms, now: Instant): NotifierStep {
  // Its last NOTIFY is under way already.
  if (notifier.ending !== undefined) return { notifier, out: [] }
  const length = seconds(expiresS)
  const due: Notifier = { ...notifier, expiresAt: after(now, length), due: 'prompt', isFullNext: true }
  // RFC 6665 §4.2.1.4: Expires of 0 asks for the state once, or for the end.
  if (expiresS === 0) return end(due, 'timeout', interval, now)
  const step = next(due, interval, now)
  return { notifier: step.notifier, out: [{ type: 'arm', timer: 'expiry', after: length }, ...step.out] }
}

function end(notifier: Notifier, reason: EndReason, interval: Ms, now: Instant): NotifierStep {
  if (notifier.ending !== undefined) return { notifier, out: [] }
  return next({ ...notifier, ending: reason, isFullNext: true }, interval, now)
}

function answered(
  notifier: Notifier,
  { status, retryAfterS }: NotifierInput & { readonly type: 'answered' },
  interval: Ms,
  now: Instant,
): NotifierStep {
  if (!notifier.isInFlight || status < 200) return { notifier, out: [] }
  const idle: Notifier = { ...notifier, isInFlight: false }
  if (notifier.isLastSent) return over(idle, notifier.ending ?? 'timeout')
  if (status < 300) return next(idle, interval, now)
  // RFC 6665 §4.2.2: only a Retry-After keeps a subscription whose NOTIFY was refused.
  if (retryAfterS === undefined || retryAfterS > RETRY_AFTER_MAX_S || status === 481)
    return over(idle, 'refused')
  const notBefore = after(now, seconds(Math.max(retryAfterS, 1)))
  return next({ ...idle, due: 'change', isFullNext: true, notBefore }, interval, now)
}

/** Who subscribed anew while it was under way is there, by another path perhaps (RFC 6665 §4.2.2). */
function unanswered(notifier: Notifier, interval: Ms, now: Instant): NotifierStep {
  if (!notifier.isInFlight) return { notifier, out: [] }
  const isThere = notifier.due === 'prompt' && !notifier.isLastSent
  return isThere ? next({ ...notifier, isInFlight: false }, interval, now) : over(notifier, 'unanswered')
}

/** Sends what is due, or sees to it that it will be. */
function next(notifier: Notifier, interval: Ms, now: Instant): NotifierStep {
  const { isInFlight, due, ending, isLastSent, notBefore } = notifier
  if (isInFlight || isLastSent) return { notifier, out: [] }
  if (ending !== undefined) {
    const step = notify(notifier, `terminated;reason=${ending}`, interval, now)
    return { notifier: { ...step.notifier, isLastSent: true }, out: [...STOP, ...step.out] }
  }
  if (due === undefined) return { notifier, out: [] }
  const wait = between(now, notBefore)
  if (due === 'change' && wait > 0)
    return { notifier, out: [{ type: 'arm', timer: 'next', after: ms(wait) }] }
  const left = Math.max(0, Math.round(between(now, notifier.expiresAt) / 1000))
  return notify(notifier, `${notifier.state};expires=${left}`, interval, now)
}

function notify(notifier: Notifier, state: string, interval: Ms, now: Instant): NotifierStep {
  const { due: _, version, isFullNext, ...rest } = notifier
  const sent: Notifier = {
    ...rest,
    isInFlight: true,
    isFullNext: false,
    version: version + 1,
    notBefore: after(now, interval),
  }
  return { notifier: sent, out: [{ type: 'notify', state, isFull: isFullNext, version }] }
}

const STOP: readonly NotifierOutput[] = [
  { type: 'disarm', timer: 'expiry' },
  { type: 'disarm', timer: 'next' },
]

function over(notifier: Notifier, why: (NotifierOutput & { readonly type: 'ended' })['why']): NotifierStep {
  const { due: _, ...rest } = notifier
  const stop = notifier.isLastSent ? [] : STOP
  return { notifier: { ...rest, state: 'ended', isInFlight: false }, out: [...stop, { type: 'ended', why }] }
}
