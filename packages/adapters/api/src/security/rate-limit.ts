// Token buckets by key (an address group or a person), in a bounded map. A success gives its token back, so
// that an office behind one address can sign in on Monday morning.
import { between, type Instant, type Ms } from '@rufwerk/core'

export interface RateLimit {
  readonly attemptsMax: number
  /** One attempt is given back after this long. */
  readonly refill: Ms
  readonly keysMax: number
}

interface Bucket {
  tokens: number
  at: Instant
}

export class RateLimiter {
  readonly #limit: RateLimit
  /** Ordered by last use: the first is the one unseen for longest. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(limit: RateLimit) {
    this.#limit = limit
  }

  /** Takes one attempt. Answers 0, or how many seconds to wait. */
  take(key: string, now: Instant): number {
    const bucket = this.#touch(key, now)
    if (bucket.tokens < 1) return Math.max(1, Math.ceil(((1 - bucket.tokens) * this.#limit.refill) / 1000))
    bucket.tokens -= 1
    return 0
  }

  /** Gives one attempt back, because it was a rightful one. */
  giveBack(key: string, now: Instant): void {
    const bucket = this.#touch(key, now)
    bucket.tokens = Math.min(this.#limit.attemptsMax, bucket.tokens + 1)
    if (bucket.tokens === this.#limit.attemptsMax) this.#forget(key)
  }

  /** Forgets every key whose bucket is full again: it says nothing any more. */
  sweep(now: Instant): void {
    for (const [key, bucket] of this.#buckets) {
      const refilled = bucket.tokens + between(bucket.at, now) / this.#limit.refill
      if (refilled >= this.#limit.attemptsMax) this.#forget(key)
    }
  }

  clear(): void {
    this.#buckets.clear()
  }

  size(): number {
    return this.#buckets.size
  }

  #touch(key: string, now: Instant): Bucket {
    const { attemptsMax, refill, keysMax } = this.#limit
    const known = this.#buckets.get(key)
    const tokens =
      known === undefined
        ? attemptsMax
        : Math.min(attemptsMax, known.tokens + between(known.at, now) / refill)
    const bucket = { tokens, at: now }
    this.#forget(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > keysMax) {
      const [oldest] = this.#buckets.keys()
      if (oldest !== undefined) this.#forget(oldest)
    }
    return bucket
  }

  #forget(key: string): void {
    this.#buckets.delete(key)
  }
}
