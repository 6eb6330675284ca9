// Answers of the DNS kept for their time to live: bounded, each question asked once however many wait, and an
// old answer is better than none while the servers are silent (RFC 8767).
import { after, type Instant, type Ms, minutes, ok, type Result, seconds } from '@rufwerk/core'

/** Values and how long they may be kept. */
export interface Kept<T> {
  readonly values: readonly T[]
  readonly ttl: Ms
}

export type LookupError = 'timeout' | 'server-failed'

interface Entry {
  readonly kept: Kept<unknown>
  readonly freshUntil: Instant
  readonly staleUntil: Instant
}

const STALE: Ms = minutes(24 * 60)
const TTL_MIN: Ms = seconds(5)
const TTL_MAX: Ms = minutes(60)

export class DnsCache {
  readonly #entriesMax: number
  readonly #now: () => Instant
  readonly #entries = new Map<string, Entry>()
  readonly #pending = new Map<string, Promise<Result<Kept<unknown>, LookupError>>>()

  constructor(entriesMax: number, now: () => Instant) {
    this.#entriesMax = entriesMax
    this.#now = now
  }

  /** The kept values of a question, or those that `ask` brings. */
  async get<T>(
    question: string,
    ask: () => Promise<Result<Kept<T>, LookupError>>,
  ): Promise<Result<readonly T[], LookupError>> {
    const known = this.#entries.get(question)
    const now = this.#now()
    if (known !== undefined && now < known.freshUntil) return ok(known.kept.values as readonly T[])
    const pending = this.#pending.get(question) ?? this.#ask(question, ask)
    const answer = await pending
    if (answer.ok) return ok(answer.value.values as readonly T[])
    if (known !== undefined && now < known.staleUntil) return ok(known.kept.values as readonly T[])
    return answer
  }

  /** Kept answers, and questions that are under way. */
  size(): number {
    return this.#entries.size + this.#pending.size
  }

  async #ask<T>(
    question: string,
    ask: () => Promise<Result<Kept<T>, LookupError>>,
  ): Promise<Result<Kept<T>, LookupError>> {
    const asked = ask()
    this.#pending.set(question, asked)
    try {
      const answer = await asked
      if (answer.ok) this.#keep(question, answer.value)
      return answer
    } finally {
      this.#pending.delete(question)
    }
  }

  /** The one place where entries go: the oldest makes room. */
  #keep(question: string, kept: Kept<unknown>): void {
    this.#entries.delete(question)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.#entriesMax) break
      this.#entries.delete(oldest)
    }
    const now = this.#now()
    const ttl = Math.min(Math.max(kept.ttl, TTL_MIN), TTL_MAX) as Ms
    this.#entries.set(question, { kept, freshUntil: after(now, ttl), staleUntil: after(now, STALE) })
  }
}
