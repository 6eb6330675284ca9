// Who talks in calls that no queue has: agents do not ring meanwhile. Kept from what is shown of each call.
import type { CallView } from '@rufwerk/calls'
import type { CallId, PersonId } from '@rufwerk/core'

const NOBODY: ReadonlySet<PersonId> = new Set()

export class Elsewhere {
  readonly #onChanged: (person: PersonId, isBusy: boolean) => void
  /** As last shown; removed when a call is shown as ended. */
  readonly #views = new Map<CallId, CallView>()
  /** Who is in each; removed with the call. */
  readonly #peopleOf = new Map<CallId, ReadonlySet<PersonId>>()
  /** In how many; removed with the last one. */
  readonly #callsOf = new Map<PersonId, number>()

  constructor(onChanged: (person: PersonId, isBusy: boolean) => void) {
    this.#onChanged = onChanged
  }

  isBusy(person: PersonId): boolean {
    return this.#callsOf.has(person)
  }

  /** `isQueued`: a queue has it, so that who answered it is known there. */
  show(view: CallView, isQueued: boolean): void {
    if (view.state === 'ended') this.#views.delete(view.call)
    else this.#views.set(view.call, view)
    this.#set(view.call, peopleIn(view, isQueued))
  }

  /** Somebody of the house calls a queue, and was not shown yet. */
  came(call: CallId, person: PersonId): void {
    if (!this.#peopleOf.has(call)) this.#set(call, new Set([person]))
  }

  /** The queue has it no more. */
  released(call: CallId): void {
    const view = this.#views.get(call)
    if (view !== undefined) this.#set(call, peopleIn(view, false))
  }

  size(): number {
    return this.#views.size + this.#peopleOf.size + this.#callsOf.size
  }

  #set(call: CallId, people: ReadonlySet<PersonId>): void {
    const before = this.#peopleOf.get(call) ?? NOBODY
    if (people.size > 0) this.#peopleOf.set(call, people)
    else this.#peopleOf.delete(call)
    for (const person of people) if (!before.has(person)) this.#count(person, 1)
    for (const person of before) if (!people.has(person)) this.#count(person, -1)
  }

  #count(person: PersonId, step: 1 | -1): void {
    const before = this.#callsOf.get(person) ?? 0
    const now = before + step
    if (now > 0) this.#callsOf.set(person, now)
    else this.#callsOf.delete(person)
    if (before === 0 || now === 0) this.#onChanged(person, now > 0)
  }
}

/** Who only rings is not busy: the phone may ring for the queue as well. */
function peopleIn({ state, from, answeredBy }: CallView, isQueued: boolean): ReadonlySet<PersonId> {
  if (state === 'ended') return NOBODY
  const people = new Set<PersonId>()
  if (from.kind === 'inside') people.add(from.person)
  if (state === 'talking' && answeredBy !== undefined && !isQueued) people.add(answeredBy)
  return people
}
