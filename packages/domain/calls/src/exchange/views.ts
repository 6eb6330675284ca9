// What a call shows of itself: who is connected, and whose phones ring.
import type { PersonId } from '@rufwerk/core'
import { partyOf } from '../ending.ts'
import type { CallView } from '../ports.ts'
import type { CallRecord, CallState } from '../state.ts'

/** Who is connected, as screens show it. */
export function connectedOf(record: CallRecord): Pick<CallView, 'from' | 'to' | 'answeredBy'> {
  const { caller, connected, to } = record
  const from = partyOf(connected?.caller ?? caller)
  const callee = connected?.callee
  if (callee === undefined) return { from, to: to ?? answererOf(record), answeredBy: answererOf(record) }
  const person = callee.kind === 'inside' ? callee.person : undefined
  return { from, to: person, answeredBy: person }
}

/** Whose phones ring; each once, in the order of their seats. */
export function ringersOf(state: CallState): readonly PersonId[] | undefined {
  if (state.name === 'visiting') {
    const rung = new Set([...state.forks.values()].map(({ person }) => person))
    return rung.size === 0 ? undefined : [...rung]
  }
  if (state.name !== 'ringing') return undefined
  const seats = new Set([...state.forks.values()].map(({ seat }) => seat))
  const people = state.seats.flatMap(({ ring }, at) =>
    ring.to === 'person' && seats.has(at) ? ring.person : [],
  )
  return people.length === 0 ? undefined : [...new Set(people)]
}

/** The person who answered. */
function answererOf({ answeredBy }: CallRecord): PersonId | undefined {
  return answeredBy?.kind === 'person' ? answeredBy.person : undefined
}
