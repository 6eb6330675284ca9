// The side of subscriptions that notifies (RFC 6665 §4.2.2): performs what the machine of each says, makes
// the bodies when they go, and knows which phone lost its connection. Who may subscribe is decided elsewhere.
import { type Flow, type Instant, isReliable, type Ms } from '@rufwerk/core'
import { nextRequest } from '@rufwerk/sip'
import { EVENT_PACKAGES, type NotifierInput, stepNotifier, writeEvent } from '@rufwerk/sip/events'
import { contactHeader } from '../headers.ts'
import type { LegContext } from '../leg/context.ts'
import type { DeviceCredentials } from '../ports.ts'
import { dialogBody, dialogsOf, messageBody, type NotifyBody } from './bodies.ts'
import { NotifyQueue } from './notify-queue.ts'
import type { NotifyOutput, Subscription } from './subscription.ts'
import { SubscriptionTable } from './subscription-table.ts'
import type { WatchPort } from './watch-port.ts'
import { whoIs } from './who-is.ts'

/** A NOTIFY that did not go for a reason of ours is tried again after this. */
const OUR_RETRY_S = 1
/** More digits are no length of time. */
const DIGITS_MAX = 9

export class Notifications {
  readonly table = new SubscriptionTable()
  readonly #context: LegContext
  readonly #watch: WatchPort | undefined
  readonly #queue: NotifyQueue

  constructor(context: LegContext, watch: WatchPort | undefined) {
    const { limits, ports } = context
    this.#context = context
    this.#watch = watch
    this.#queue = new NotifyQueue({
      timers: ports.timers,
      limits,
      send: (subscription, done) => this.#send(subscription, done),
    })
  }

  step(subscription: Subscription, input: NotifierInput): void {
    this.#safely(subscription, input.type, () => this.#step(subscription, input))
  }

  /** What it would be told now may be something else than what it was told last. */
  changed(subscription: Subscription): void {
    if (subscription.waiting !== undefined) return // What it says is looked up when it goes.
    this.#safely(subscription, 'changed', () => {
      const { event, sent } = subscription
      if (this.#watcherOf(subscription) === undefined) {
        this.#step(subscription, { type: 'end', reason: 'noresource' })
        return
      }
      const isSame = JSON.stringify(this.#dialogs(subscription)) === JSON.stringify(sent)
      if (event !== 'dialog' || !isSame) this.#step(subscription, { type: 'changed' })
    })
  }

  /** Its connection is gone: the phone may come back, until then nothing is said. */
  lose(subscription: Subscription): void {
    if (subscription.isLost || !isReliable(subscription.flow.transport)) return
    subscription.isLost = true
    this.#queue.forget(subscription)
    this.#arm(subscription, 'flow', this.#context.limits.flowLostMax, { type: 'lost' })
  }

  /** It goes on over this flow. */
  adopt(subscription: Subscription, flow: Flow): void {
    const wasLost = subscription.isLost
    subscription.isLost = false
    subscription.stopTimer('flow')
    this.table.move(subscription, flow)
    if (subscription.waiting !== undefined) this.#queue.offer(subscription)
    else if (wasLost) this.step(subscription, { type: 'changed' })
  }

  /** The books, and NOTIFYs that wait or have no answer; zero without subscriptions. */
  size(): number {
    return this.table.size() + this.#queue.size()
  }

  close(): void {
    this.#queue.close()
    for (const subscription of this.table.all()) this.#remove(subscription)
  }

  #step(subscription: Subscription, input: NotifierInput): void {
    const { interval } = EVENT_PACKAGES[subscription.event]
    const { notifier, out } = stepNotifier(subscription.notifier, input, interval, this.#now())
    subscription.notifier = notifier
    for (const output of out) {
      switch (output.type) {
        case 'arm':
          this.#arm(subscription, output.timer, output.after, { type: 'timer', timer: output.timer })
          break
        case 'disarm':
          subscription.stopTimer(output.timer)
          break
        case 'notify':
          subscription.waiting = output
          if (!subscription.isLost) this.#queue.offer(subscription)
          break
        case 'ended':
          if (output.why === 'refused' || output.why === 'unanswered')
            this.#context.counts.refusedNotifies += 1
          this.#remove(subscription)
          break
      }
    }
  }

  #arm(subscription: Subscription, name: string, after: Ms, input: NotifierInput): void {
    subscription.stopTimer(name)
    const timer = this.#context.ports.timers.arm(after, () => {
      subscription.timers.delete(name)
      this.step(subscription, input)
    })
    subscription.timers.set(name, timer)
  }

  /** Its turn has come. What it says is what is true now. */
  #send(subscription: Subscription, done: () => void): void {
    const { waiting } = subscription
    subscription.waiting = undefined
    if (waiting === undefined) {
      done()
      return
    }
    this.#safely(
      subscription,
      'NOTIFY',
      () => {
        subscription.sent = this.#dialogs(subscription)
        const isWatching = this.#watcherOf(subscription) !== undefined
        this.#request(subscription, waiting, done)
        // RFC 6665 §4.1.3: the extension is nobody's any more, or somebody else's; the phone hears it next.
        if (!isWatching) this.#step(subscription, { type: 'end', reason: 'noresource' })
      },
      done,
    )
  }

  #request(subscription: Subscription, { state, version }: NotifyOutput, done: () => void): void {
    const { counts, product, transactions } = this.#context
    const { name, flow, sent } = subscription
    const body = this.#body(subscription, version)
    const { dialog, request } = nextRequest(subscription.dialog, 'NOTIFY', {
      headers: [
        ['Event', writeEvent(name)],
        ['Subscription-State', state],
        contactHeader(flow),
        ['User-Agent', product],
      ],
      ...(body && { body }),
    })
    subscription.dialog = dialog
    counts.notified += 1
    transactions.request(request, flow, {
      onResponse: ({ status, headers }) => {
        if (status < 200) return
        done()
        if (status < 300) subscription.told = sent
        const retryAfterS = secondsOf(headers.get('retry-after'))
        const retry = retryAfterS === undefined ? {} : { retryAfterS }
        this.step(subscription, { type: 'answered', status, ...retry })
      },
      onFailed: (why) => {
        done()
        this.#failed(subscription, why, flow)
      },
    })
  }

  /** What fails for a limit of ours, with a connection, or where the phone was before says nothing of it. */
  #failed(subscription: Subscription, why: 'timeout' | 'transport' | 'limit', flow: Flow): void {
    const isCut = why === 'transport' && isReliable(flow.transport)
    if (isCut && subscription.flow.id === flow.id) this.lose(subscription)
    // It went to where the phone was before: now it is told where it is.
    const hasMoved = subscription.flow.id !== flow.id
    const isOurs = why === 'limit' || isCut || hasMoved
    const later = { type: 'answered', status: 503, retryAfterS: OUR_RETRY_S } as const
    this.step(subscription, isOurs ? later : { type: 'failed' })
  }

  #dialogs(subscription: Subscription): ReturnType<typeof dialogsOf> {
    const watcher = this.#watcherOf(subscription)
    if (watcher === undefined || this.#watch === undefined || subscription.event !== 'dialog') return []
    return dialogsOf(this.#watch.callsOf(subscription.person, watcher), subscription)
  }

  #body(subscription: Subscription, version: number): NotifyBody | undefined {
    const { event, flow, person, sent } = subscription
    if (event === 'dialog') return dialogBody(subscription, sent, version)
    const messages = this.#watcherOf(subscription) && this.#watch?.messagesOf?.(person)
    return messages && messageBody(messages, flow)
  }

  /** Who is told, as far as that is still to be: a device and an extension that are there. */
  #watcherOf({ device, event, user, person }: Subscription): DeviceCredentials | undefined {
    const known = this.#context.ports.devices.byId(device.device)
    if (known === undefined) return undefined
    return whoIs(this.#watch, event, user, known) === person ? known : undefined
  }

  /** A mistake of ours ends one subscription and no other. */
  #safely(subscription: Subscription, what: string, work: () => void, failed?: () => void): void {
    const { counts, ports } = this.#context
    try {
      work()
    } catch (error) {
      counts.failures += 1
      ports.log.error('subscription failed', { event: subscription.event, what, error: String(error) })
      this.#remove(subscription)
      failed?.()
    }
  }

  /** The only way out of the books; what still comes for it changes nothing. */
  #remove(subscription: Subscription): void {
    subscription.notifier = { ...subscription.notifier, state: 'ended' }
    subscription.waiting = undefined
    subscription.stopTimers()
    this.#queue.forget(subscription)
    this.table.remove(subscription)
  }

  #now(): Instant {
    return this.#context.ports.timers.now()
  }
}

/** Retry-After may have a comment and parameters after its seconds (RFC 3261 §20.33). */
function secondsOf(text: string | undefined): number | undefined {
  const digits = /^\d+/.exec(text ?? '')?.[0]
  return digits === undefined || digits.length > DIGITS_MAX ? undefined : Number(digits)
}
