// How many messages each source sent in the current second. One plain map, thrown away once a second: nothing
// needs a timer, and memory is bounded.
import { type Instant, type Ms, seconds } from '@rufwerk/core'
import { neighbourhood } from '@rufwerk/core/ip-address'
import { isOutside, sourceOf } from './address.ts'
import type { NetLimits } from './limits.ts'

const WINDOW: Ms = seconds(1)

export type Admission = 'admitted' | 'over-rate' | 'public'

interface Source {
  count: number
  readonly max: number
  readonly isPublic: boolean
}

type RateLimits = Pick<
  NetLimits,
  'publicMessagesPerSecondMax' | 'privateMessagesPerSecondMax' | 'rateSourcesMax'
>

export class SourceRates {
  readonly #limits: RateLimits
  readonly #everyMax: number | undefined
  #sources = new Map<string, Source>()
  #windowEnd = Number.NEGATIVE_INFINITY

  /** `everyMax` is one limit for all, whoever they are. */
  constructor(limits: RateLimits, everyMax?: number) {
    this.#limits = limits
    this.#everyMax = everyMax
  }

  /** Counts one message of `address` and says whether it may pass. */
  admit(address: string, now: Instant, isPublicAllowed: boolean): Admission {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW
      if (this.#sources.size > 0) this.#sources = new Map()
    }
    const key = sourceOf(address)
    let source = this.#sources.get(key)
    if (source === undefined) {
      if (this.#sources.size >= this.#limits.rateSourcesMax) return 'over-rate'
      source = this.#newSource(address)
      this.#sources.set(key, source)
    }
    if (source.isPublic && !isPublicAllowed) return 'public'
    source.count += 1
    return source.count <= source.max ? 'admitted' : 'over-rate'
  }

  /** Sources seen in the current second. */
  size(): number {
    return this.#sources.size
  }

  #newSource(address: string): Source {
    const isPublic = isOutside(address)
    if (this.#everyMax !== undefined) return { count: 0, max: this.#everyMax, isPublic }
    const { publicMessagesPerSecondMax, privateMessagesPerSecondMax } = this.#limits
    if (isPublic) return { count: 0, max: publicMessagesPerSecondMax, isPublic }
    const isLoopback = neighbourhood(address) === 'loopback'
    return { count: 0, max: isLoopback ? Number.POSITIVE_INFINITY : privateMessagesPerSecondMax, isPublic }
  }
}
