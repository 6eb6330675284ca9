// NOTIFYs go in their order, so many a second and so many open at once: one call of somebody whom hundreds
// watch must not keep others' calls waiting, nor take the transactions that these need.
import { type Ms, ms } from '@rufwerk/core'
import type { LegLimits } from '../limits.ts'
import type { Timers } from '../ports.ts'
import { AcceptRate } from '../registration/accept-rate.ts'
import type { Subscription } from './subscription.ts'

/** At a limit they wait; so often the next ones are taken. */
const TURN: Ms = ms(100)
/** Of what may be sent in a second, so much at once: that of one turn. */
const AT_ONCE = 0.1

export interface NotifyQueueOptions {
  readonly timers: Timers
  readonly limits: Pick<LegLimits, 'notifiesPerSecondMax' | 'notifiesOpenMax'>
  /** Sends it now; `done` is to be called once when it has its final response, or none will come. */
  readonly send: (subscription: Subscription, done: () => void) => void
}

export class NotifyQueue {
  readonly #options: NotifyQueueOptions
  readonly #rate: AcceptRate
  readonly #waiting = new Set<Subscription>()
  #turn: Disposable | undefined
  #open = 0

  constructor(options: NotifyQueueOptions) {
    this.#options = options
    const perSecond = options.limits.notifiesPerSecondMax
    this.#rate = new AcceptRate(perSecond, Math.max(1, perSecond * AT_ONCE))
  }

  /** It has something to say. It is sent when whatever goes on now is done with. */
  offer(subscription: Subscription): void {
    this.#waiting.add(subscription)
    if (this.#turn === undefined) this.#arm(ms(0))
  }

  /** Nothing can be said to it. */
  forget(subscription: Subscription): void {
    this.#waiting.delete(subscription)
  }

  /** Those that wait, and those without final response. */
  size(): number {
    return this.#waiting.size + this.#open
  }

  close(): void {
    this.#turn?.[Symbol.dispose]()
    this.#waiting.clear()
  }

  #arm(after: Ms): void {
    this.#turn = this.#options.timers.arm(after, () => {
      this.#turn = undefined
      this.#takeTurn()
    })
  }

  #takeTurn(): void {
    const { limits, timers, send } = this.#options
    for (const subscription of this.#waiting) {
      if (this.#open >= limits.notifiesOpenMax || !this.#rate.take(timers.now())) break
      this.#waiting.delete(subscription)
      let isOpen = true
      this.#open += 1
      send(subscription, () => {
        if (isOpen) this.#open -= 1
        isOpen = false
      })
    }
    if (this.#waiting.size > 0 && this.#turn === undefined) this.#arm(TURN)
  }
}
