// Who has called a number that nobody has, as after somebody has got hold of a phone's password: an alarm for
// a day, so that somebody is there to see it.
import { between, type Instant, minutes } from '@rufwerk/core'
import type { Finding } from '../ops/alarms.ts'

const TOLD = minutes(24 * 60)
/** Callers that are remembered; the oldest go. */
const CALLERS_MAX = 100
/** Names and numbers in the alarm; the others are counted. */
const SHOWN_MAX = 5

export class CanaryCalls {
  /** By who called; the last of them at the end. */
  readonly #calls = new Map<string, { readonly number: string; readonly at: Instant }>()

  note(who: string, number: string, at: Instant): void {
    this.#calls.delete(who)
    this.#calls.set(who, { number, at })
    const [oldest] = this.#calls.keys()
    if (this.#calls.size > CALLERS_MAX && oldest !== undefined) this.#calls.delete(oldest)
  }

  findings(now: Instant, nameOf: (who: string) => string | undefined): readonly Finding[] {
    for (const [who, { at }] of this.#calls) if (between(at, now) > TOLD) this.#calls.delete(who)
    if (this.#calls.size === 0) return []
    const people = listed([...this.#calls.keys()].map((who) => nameOf(who) ?? who))
    const numbers = listed([...new Set([...this.#calls.values()].map(({ number }) => number))])
    const message = `A canary extension was called by ${this.#calls.size} of a day.`
    return [{ kind: 'canary-called', severity: 'problem', values: { people, numbers }, message }]
  }

  size(): number {
    return this.#calls.size
  }
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, SHOWN_MAX).join(', ')
  return texts.length > SHOWN_MAX ? `${shown} …` : shown
}
