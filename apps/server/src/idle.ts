// Since when nobody has talked to each person: what groups that ring who was idle longest go by. Who talks is
// not idle at all.
import type { CallView } from '@rufwerk/calls'
import { type CallId, type PersonId, type WallTime, wallTime } from '@rufwerk/core'

/** Later than any time of a call. */
const NOT_IDLE = wallTime(Number.MAX_SAFE_INTEGER)

export class Idle {
  readonly #wallTime: () => WallTime
  /** Who talks in which call; removed when nobody does in it. */
  readonly #talkers = new Map<CallId, readonly PersonId[]>()
  /** In how many calls each person talks; removed with the last one. */
  readonly #talks = new Map<PersonId, number>()
  /** One for each person who has talked since the start. */
  readonly #since = new Map<PersonId, WallTime>()

  constructor(now: () => WallTime) {
    this.#wallTime = now
  }

  /** End of the last talk; undefined without any. */
  since(person: PersonId): WallTime | undefined {
    return this.#talks.has(person) ? NOT_IDLE : this.#since.get(person)
  }

  /** A call changed. */
  show(view: CallView): void {
    const before = this.#talkers.get(view.call) ?? []
    const now = talkersOf(view)
    if (now.length > 0) this.#talkers.set(view.call, now)
    else this.#talkers.delete(view.call)
    for (const person of now) this.#count(person, 1)
    for (const person of before) this.#count(person, -1)
  }

  /** Calls in which somebody talks, and those who do. */
  size(): number {
    return this.#talkers.size + this.#talks.size
  }

  #count(person: PersonId, step: 1 | -1): void {
    const talks = (this.#talks.get(person) ?? 0) + step
    if (talks > 0) this.#talks.set(person, talks)
    else {
      this.#talks.delete(person)
      this.#since.set(person, this.#wallTime())
    }
  }
}

/** Once somebody has answered: a phone that only rang has not kept its person busy. */
function talkersOf({ state, from, answeredBy, answeredAt }: CallView): readonly PersonId[] {
  if (state !== 'talking' || answeredAt === undefined) return []
  const caller = from.kind === 'inside' ? [from.person] : []
  return answeredBy === undefined ? caller : [...caller, answeredBy]
}
