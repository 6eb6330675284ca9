// The seats of a ringing node: who rings when, over which trunk, and what is tried when one is refused.
import { assert, type LegId, ms } from '@rufwerk/core'
import { CAUSE, DIALS_MAX, FORKS_MAX, RINGS_MAX, TRUNK_SILENT_TIME } from '../limits.ts'
import type { Destination } from '../ports.ts'
import type { CallEnv, CallOutput } from '../signals.ts'
import type { Fork, Refusal, Ringing, RingNode, Seat } from '../state.ts'

/** Something of a ringing node was done, and it goes on ringing so far. */
export interface RingStep {
  readonly state: Ringing
  readonly out: readonly CallOutput[]
}

/** SIP statuses that speak of the callee, not of the trunk (RFC 3261 §21.4, §21.6). */
const OF_CALLEE: ReadonlySet<number> = new Set([404, 410, 480, 484, 486, 487, 600, 603, 604, 607])
/** Congestion and failures of the network, whatever the status says (ITU-T Q.850 §2.2.7.1.3). */
const OF_NETWORK: ReadonlySet<number> = new Set([34, 38, 41, 42, 44, 47])

/** The members of a node. A person alone, or an outside number alone, is one. */
export function seatsOf(node: RingNode): Seat[] {
  const fresh = { state: 'waiting', attempt: 0, hasRung: false } as const
  const alone = { after: ms(0), ringTime: node.timeout, ...fresh }
  switch (node.do) {
    case 'ring': {
      const { person, contacts } = node
      return [{ ...alone, ring: { to: 'person', person, contacts } }]
    }
    case 'dialOut':
      return [{ ...alone, ring: { to: 'outside', call: node.call } }]
    case 'ringMany':
      return node.members.slice(0, RINGS_MAX).map((member) => ({ ...member, ...fresh }))
  }
}

/** Dials everybody of a seat that waits. */
export function startSeat(state: Ringing, index: number, env: CallEnv): RingStep {
  const seat = seatAt(state, index)
  assert(seat.state === 'waiting', 'a seat is started once')
  const started = withSeat(state, index, { state: 'ringing' })
  if (seat.ring.to === 'outside') return dialAttempt(started, index, env)
  return dialAll(
    started,
    index,
    seat.ring.contacts.slice(0, FORKS_MAX).map((contact) => ({ to: 'contact', contact })),
    env,
  )
}

/** The trunk whose turn it is. Says nothing for a while: another one is tried, if there is one. */
function dialAttempt(state: Ringing, index: number, env: CallEnv): RingStep {
  const { ring, attempt: at } = seatAt(state, index)
  const attempt = ring.to === 'outside' ? ring.call.attempts[at] : undefined
  if (ring.to !== 'outside' || attempt === undefined) return { state, out: [] }
  const { number } = ring.call
  const isEmergency = ring.call.class === 'emergency'
  const destination = { to: 'trunk', attempt, number, ...(isEmergency && { isEmergency }) } as const
  const dialled = dialAll(state, index, [destination], env)
  if (at + 1 >= ring.call.attempts.length) return dialled
  const watch: CallOutput = { type: 'arm', timer: `trunk ${index}`, after: TRUNK_SILENT_TIME }
  return { state: dialled.state, out: [...dialled.out, watch] }
}

function dialAll(state: Ringing, seat: number, destinations: readonly Destination[], env: CallEnv): RingStep {
  const forks = new Map(state.forks)
  const out: CallOutput[] = []
  let { dials } = state.record
  for (const destination of destinations) {
    if (forks.size >= RINGS_MAX || dials >= DIALS_MAX) break
    dials += 1
    const leg = env.newLeg()
    forks.set(leg, { seat, destination })
    out.push({ type: 'dial', leg, destination })
  }
  return { state: { ...state, record: { ...state.record, dials }, forks }, out }
}

/**
 * Undefined when no other trunk is tried: it was the callee's word, something rang, or there is none left.
 */
export function nextAttempt(
  state: Ringing,
  index: number,
  refusal: Refusal,
  env: CallEnv,
): RingStep | undefined {
  const { ring, attempt, hasRung } = seatAt(state, index)
  if (ring.to !== 'outside' || attempt + 1 >= ring.call.attempts.length) return undefined
  // For an emergency call nobody's word is the last one while there is another way.
  const goesOn = ring.call.class === 'emergency' || (!hasRung && isOfTrunk(refusal))
  if (!goesOn) return undefined
  return dialAttempt(withSeat(state, index, { attempt: attempt + 1, hasRung: false }), index, env)
}

function isOfTrunk({ status, cause }: Refusal): boolean {
  return !OF_CALLEE.has(status) || (cause !== undefined && OF_NETWORK.has(cause))
}

/** Nobody of this seat rings any more; those who still do are let go. */
export function endSeat(state: Ringing, index: number): RingStep {
  const gone = [...state.forks].filter(([, fork]) => fork.seat === index).map(([leg]) => leg)
  const dropped = dropForks(withSeat(state, index, { state: 'over' }), gone)
  return { state: dropped.state, out: [{ type: 'disarm', timer: `seat ${index}` }, ...dropped.out] }
}

/** These forks ring no longer, because we gave them up. */
export function dropForks(state: Ringing, legs: readonly LegId[]): RingStep {
  const forks = new Map(state.forks)
  for (const leg of legs) forks.delete(leg)
  const out = legs.map(
    (leg): CallOutput => ({ type: 'end', leg, cause: { status: 487, cause: CAUSE.noAnswer } }),
  )
  return { state: withoutEarly({ ...state, forks }, legs), out }
}

function withoutEarly(state: Ringing, legs: readonly LegId[]): Ringing {
  if (state.early === undefined || !legs.includes(state.early)) return state
  const { early: _, ...rest } = state
  return rest
}

/** Those whose turn is next: in turn one, together all with the shortest delay. */
export function nextWaiting({ node, seats }: Ringing): number[] {
  const waiting = seats.flatMap((seat, index) => (seat.state === 'waiting' ? [index] : []))
  const [first] = waiting
  if (first === undefined) return []
  if (node.do !== 'ringMany' || node.order === 'inTurn') return [first]
  const soonest = Math.min(...waiting.map((index) => seats[index]?.after ?? 0))
  return waiting.filter((index) => seats[index]?.after === soonest)
}

export function seatAt(state: Ringing, index: number): Seat {
  const seat = state.seats[index]
  assert(seat !== undefined, 'a fork has a seat')
  return seat
}

export function withSeat(state: Ringing, index: number, change: Partial<Seat>): Ringing {
  return { ...state, seats: state.seats.map((seat, at) => (at === index ? { ...seat, ...change } : seat)) }
}

/** Names the trunk of a fork in events; nothing for a contact. */
export function trunkDetail({ destination }: Fork): Readonly<Record<string, string>> {
  return destination.to === 'trunk' ? { trunk: destination.attempt.trunk } : {}
}
