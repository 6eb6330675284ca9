// Somebody who answered for a queue is lost: the network broke, or nothing was heard for too long. The caller
// does not pay for that, and waits again.
import type { LegId } from '@rufwerk/core'
import { CAUSE } from '../limits.ts'
import type { CallOutput, CallStep } from '../signals.ts'
import type { CallRecord, Talking } from '../state.ts'

/**
 * Whoever answered for a queue is lost to the network: the caller waits there again. Undefined where that is
 * no reason, or with another service. `isGone`: the leg has ended already.
 */
export function lose(state: Talking, leg: LegId, isGone: boolean): CallStep | undefined {
  const { service, calleeLeg, connected, ...before } = state.record
  const { answeredBy, callerLeg } = before
  if (leg !== calleeLeg || service?.do !== 'queue' || answeredBy?.kind !== 'person') return undefined
  const { person } = answeredBy
  const record: CallRecord = {
    ...before,
    isCallerHeld: state.held.has(callerLeg),
    ...(connected?.caller && { connected: { caller: connected.caller } }),
  }
  const end: CallOutput = { type: 'end', leg, cause: { status: 480, cause: CAUSE.networkOutOfOrder } }
  return {
    state: { name: 'visiting', record, node: service, forks: new Map() },
    out: [
      { type: 'event', event: { type: 'lost', leg, detail: { person } } },
      ...(isGone ? [] : [end]),
      { type: 'visited', event: { type: 'lost', person } },
    ],
  }
}
