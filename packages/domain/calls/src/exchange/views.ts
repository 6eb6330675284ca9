// What a call shows of itself: who is connected, and whose phones ring.
import type { CallId, LegId, PersonId } from '@rufwerk/core'
import type { RoutingConfig } from '@rufwerk/routing'
import { partyOf } from '../ending.ts'
import type { CallView } from '../ports.ts'
import type { CallRecord, CallState } from '../state.ts'
import { whoIsAt } from '../transfer-rules.ts'

/** Who is connected, as screens show it. */
export function connectedOf(record: CallRecord): Pick<CallView, 'from' | 'to' | 'answeredBy'> {
  const { caller, connected, to } = record
  const from = partyOf(connected?.caller ?? caller)
  const callee = connected?.callee
  if (callee === undefined) return { from, to: to ?? answererOf(record), answeredBy: answererOf(record) }
  const person = callee.kind === 'inside' ? callee.person : undefined
  return { from, to: person, answeredBy: person }
}

/** An answered call in which somebody talks. */
export interface Talk {
  readonly call: CallId
  /** Theirs, and that of whom they talk with. */
  readonly own: LegId
  readonly other: LegId
}

/** The answered calls of this person, in the order in which they began. */
export function talksOf(states: Iterable<CallState>, person: PersonId, config: RoutingConfig): Talk[] {
  const talks: Talk[] = []
  for (const state of states) {
    if (state.name !== 'talking' || state.record.caller.tenant !== config.tenant) continue
    const { record, calleeLeg } = state
    const { call, callerLeg } = record
    const isAt = (leg: LegId): boolean => {
      const who = whoIsAt(record, leg, config)
      return who?.kind === 'inside' && who.person === person
    }
    if (isAt(callerLeg)) talks.push({ call, own: callerLeg, other: calleeLeg })
    else if (isAt(calleeLeg)) talks.push({ call, own: calleeLeg, other: callerLeg })
  }
  return talks
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
