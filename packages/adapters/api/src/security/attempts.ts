// The limiters of this server by what they guard, keyed by address group, or by person for who is signed in,
// with the timer that empties them.
import { ms, type PersonId } from '@rufwerk/core'
import { LIMITS } from '../limits.ts'
import { addressGroup, type Peer } from '../peer.ts'
import type { ApiClock } from '../ports.ts'
import { RateLimiter } from './rate-limit.ts'

export type AttemptKind = 'password' | 'link' | 'provision' | 'upgrade' | 'outside' | 'webhook'

/**
 * What a signed-in person does: changes something, makes a sign-in link, fetches a key for the phone, works
 * on a dial plan, reads all that is kept, sends a file, tries the mail server.
 */
export type ActKind = 'write' | 'signInLink' | 'phoneKey' | 'dialPlan' | 'export' | 'upload' | 'mailTest'

export class Attempts {
  readonly #clock: ApiClock
  readonly #limiters: Readonly<Record<AttemptKind | ActKind, RateLimiter>>
  #sweep: Disposable | undefined

  constructor(clock: ApiClock) {
    this.#clock = clock
    const limiter = (attemptsMax: number, refillMs: number): RateLimiter =>
      new RateLimiter({ attemptsMax, refill: ms(refillMs), keysMax: LIMITS.addressesMax })
    this.#limiters = {
      password: limiter(LIMITS.signInAttemptsPerAddressMax, LIMITS.signInRefillMs),
      link: limiter(LIMITS.linkAttemptsPerAddressMax, LIMITS.linkRefillMs),
      provision: limiter(LIMITS.provisionAttemptsPerAddressMax, LIMITS.provisionRefillMs),
      outside: limiter(LIMITS.outsideReportsPerAddressMax, LIMITS.outsideReportRefillMs),
      webhook: limiter(LIMITS.webhookAttemptsPerAddressMax, LIMITS.webhookRefillMs),
      upgrade: limiter(LIMITS.upgradesPerAddressMax, LIMITS.upgradeRefillMs),
      write: limiter(LIMITS.writesPerPersonMax, LIMITS.writeRefillMs),
      signInLink: limiter(LIMITS.signInLinksPerPersonMax, LIMITS.signInLinkRefillMs),
      phoneKey: limiter(LIMITS.phoneKeysPerPersonMax, LIMITS.phoneKeyRefillMs),
      upload: limiter(LIMITS.uploadsPerPersonMax, LIMITS.uploadRefillMs),
      mailTest: limiter(LIMITS.mailTestsPerPersonMax, LIMITS.mailTestRefillMs),
      dialPlan: limiter(LIMITS.planActsPerPersonMax, LIMITS.planActRefillMs),
      export: limiter(LIMITS.exportsPerPersonMax, LIMITS.exportRefillMs),
    }
  }

  /** Takes one attempt of the peer's address. Answers 0, or how many seconds to wait. */
  take(kind: AttemptKind, peer: Peer): number {
    return this.#take(kind, addressGroup(peer.address))
  }

  /** The same for a person, however many sessions and addresses; nothing is given back. */
  act(kind: ActKind, person: PersonId): number {
    return this.#take(kind, person)
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
    for (const limiter of Object.values(this.#limiters)) limiter.clear()
  }

  #take(kind: AttemptKind | ActKind, key: string): number {
    const wait = this.#limiters[kind].take(key, this.#clock.now())
    this.#armSweep()
    return wait
  }

  #armSweep(): void {
    this.#sweep ??= this.#clock.arm(ms(LIMITS.attemptsSweepMs), () => {
      this.#sweep = undefined
      for (const limiter of Object.values(this.#limiters)) limiter.sweep(this.#clock.now())
      if (this.size() > 0) this.#armSweep()
    })
  }
}
