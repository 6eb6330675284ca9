// Which endpoints media closes by itself: what a call control that attached does not want, and, while there
// is none, calls whose sound stopped. Pure: the time is an argument.
import type { CallId, Instant, Ms } from '@rufwerk/core'

/** How long endpoints are kept that nobody asks for. Injected by tests only. */
export interface CustodyLimits {
  readonly noRtpMax: Ms
  readonly unclaimedMax: Ms
  readonly unattendedMax: Ms
}

/** What is asked of an endpoint here. */
export interface Kept {
  readonly identity: { readonly call: CallId }
  /** The attachment that opened or claimed it. */
  claimedBy: number
  /** When the peer was last heard. */
  readonly heardAt: Instant | undefined
}

export type CustodyVerdict = 'unclaimed' | 'no-rtp' | 'unattended'

export class Custody {
  readonly #limits: CustodyLimits
  #attachment = 0
  #attachedAt: Instant | undefined
  #detachedAt: Instant | undefined

  constructor(limits: CustodyLimits) {
    this.#limits = limits
  }

  /** Grows with each call control that attaches; what is opened now belongs to it. */
  get attachment(): number {
    return this.#attachment
  }

  /** A call control has said hello: it has `unclaimedMax` to say which endpoints go on. */
  attached(now: Instant): void {
    this.#attachment += 1
    this.#attachedAt = now
    this.#detachedAt = undefined
  }

  /** There is no call control any more: calls go on by themselves. */
  detached(now: Instant): void {
    this.#detachedAt = now
    this.#attachedAt = undefined
  }

  isUnclaimed(endpoint: Kept): boolean {
    return endpoint.claimedBy !== this.#attachment
  }

  /** What is to be closed now, and why. Call about twice a second. */
  due<E extends Kept>(endpoints: Iterable<E>, now: Instant): [E, CustodyVerdict][] {
    if (this.#detachedAt !== undefined) return this.#dueAlone([...endpoints], this.#detachedAt, now)
    if (this.#attachedAt === undefined || now - this.#attachedAt < this.#limits.unclaimedMax) return []
    this.#attachedAt = undefined // Looked at once: nothing becomes unclaimed later.
    return [...endpoints].filter((endpoint) => this.isUnclaimed(endpoint)).map((it) => [it, 'unclaimed'])
  }

  /** A call goes on while any of its ends is heard: on hold only one may send. */
  #dueAlone<E extends Kept>(endpoints: E[], since: Instant, now: Instant): [E, CustodyVerdict][] {
    if (now - since >= this.#limits.unattendedMax) return endpoints.map((it) => [it, 'unattended'])
    if (now - since < this.#limits.noRtpMax) return []
    const heardAt = new Map<CallId, number>()
    for (const { identity, heardAt: at = since } of endpoints)
      heardAt.set(identity.call, Math.max(heardAt.get(identity.call) ?? since, at))
    const isQuiet = (call: CallId) => now - (heardAt.get(call) ?? since) >= this.#limits.noRtpMax
    return endpoints.filter(({ identity }) => isQuiet(identity.call)).map((it) => [it, 'no-rtp'])
  }
}
