// The calls of the run before, after a start: what was answered goes on, what was not gets its record. Before
// the sockets open; afterwards `UserAgent.resume` says what is due.
import {
  type CallJournal,
  cdrAfterRestart,
  type EndedLeg,
  type Exchange,
  type StoredLeg,
  type UnfinishedCall,
} from '@rufwerk/calls'
import type { CallId, EndpointId, LegId } from '@rufwerk/core'
import type { EndpointSnapshot } from '@rufwerk/media-control'
import type { UserAgent } from '../user-agent.ts'

export interface RecoveryStore {
  readonly journal: Pick<CallJournal, 'end'>
  loadLegs(): Promise<readonly StoredLeg[]>
  endedLegs(): Promise<readonly EndedLeg[]>
  unfinishedCalls(): Promise<readonly UnfinishedCall[]>
  /** Drops a call of which no record can be made. */
  forgetCall(call: CallId): void
}

export interface RecoveryParts {
  readonly userAgent: UserAgent
  readonly exchange: Pick<Exchange, 'restore'>
  readonly store: RecoveryStore
  /** What is open in the media process. */
  readonly endpoints: readonly EndpointSnapshot[]
}

/** Gives the endpoints that go on; the others are nobody's. */
export async function recoverCalls(parts: RecoveryParts): Promise<readonly EndpointId[]> {
  const { userAgent, exchange, store, endpoints } = parts
  const reading = [store.loadLegs(), store.endedLegs(), store.unfinishedCalls()] as const
  const [legs, ended, calls] = await Promise.all(reading)
  userAgent.restoreLegs(legs, endpoints)
  const wanted = new Set<LegId>()
  for (const call of calls) {
    if (exchange.restore(call)) {
      for (const leg of legsOf(call)) wanted.add(leg)
      continue
    }
    closeBooks(store, call)
  }
  const going = userAgent.keepLegs(wanted)
  userAgent.settleLegs(ended)
  return going
}

/** A call that does not go on gets its record; one of which none can be made is dropped. */
export function closeBooks(store: Pick<RecoveryStore, 'journal' | 'forgetCall'>, call: UnfinishedCall): void {
  const cdr = cdrAfterRestart(call)
  if (cdr === undefined) store.forgetCall(call.call)
  else store.journal.end(cdr, [])
}

/** Who called, who answered if it was a person, and who took the place of one of them. */
function legsOf({ events }: UnfinishedCall): LegId[] {
  return events.flatMap(({ type, leg }) =>
    leg !== undefined && (type === 'requested' || type === 'answered' || type === 'replaced') ? [leg] : [],
  )
}
