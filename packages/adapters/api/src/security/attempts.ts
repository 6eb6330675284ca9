// The limiters of this server by what they guard, keyed by address group, with the timer that empties them.
import { ms } from '@rufwerk/core'
import { LIMITS } from '../limits.ts'
import { addressGroup, type Peer } from '../peer.ts'
import type { ApiClock } from '../ports.ts'
import { RateLimiter } from './rate-limit.ts'

export type AttemptKind = 'password' | 'link' | 'upgrade'

export class Attempts {
  readonly #clock: ApiClock
  readonly #limiters: Readonly<Record<AttemptKind, RateLimiter>>
  #sweep: Disposable | undefined

  constructor(clock: ApiClock) {
    this.#clock = clock
    const limiter = (attemptsMax: number, refillMs: number): RateLimiter =>
      new RateLimiter({ attemptsMax, refill: ms(refillMs), keysMax: LIMITS.addressesMax })
    this.#limiters = {
      password: limiter(LIMITS.signInAttemptsPerAddressMax, LIMITS.signInRefillMs),
      link: limiter(LIMITS.linkAttemptsPerAddressMax, LIMITS.linkRefillMs),
      upgrade: limiter(LIMITS.upgradesPerAddressMax, LIMITS.upgradeRefillMs),
    }
  }

  /** Takes one attempt of the peer's address. Answers 0, or how many seconds to wait. */
  take(kind: AttemptKind, peer: Peer): number {
    const wait = this.#limiters[kind].take(addressGroup(peer.address), this.#clock.now())
    this.#armSweep()
    return wait
  }

  giveBack(kind: AttemptKind, peer: Peer): void {
    this.#limiters[kind].giveBack(addressGroup(peer.address), this.#clock.now())
  }

  size(): number {
    let size = 0
    for (const limiter of Object.values(this.#limiters)) size += limiter.size()
    return size
  }

  close(): void {
    this.#sweep?.[Symbol.dispose]()
    this.#sweep = undefined
  }

  #armSweep(): void {
    this.#sweep ??= this.#clock.arm(ms(LIMITS.attemptsSweepMs), () => {
      this.#sweep = undefined
      for (const limiter of Object.values(this.#limiters)) limiter.sweep(this.#clock.now())
      if (this.size() > 0) this.#armSweep()
    })
  }
}
