// What each leg of an answered call hears, and who holds whom.
import type { LegId } from '@rufwerk/core'
import type { LegSource } from './ports.ts'
import type { CallState } from './state.ts'

type Served = Extract<CallState, { name: 'served' }>
type Talking = Extract<CallState, { name: 'talking' }>

/** Who put the other side on hold; the caller when both did. */
export function holderOf({ record, calleeLeg, held }: Talking): 'caller' | 'callee' | undefined {
  if (held.has(record.callerLeg)) return 'caller'
  return held.has(calleeLeg) ? 'callee' : undefined
}

/** What each leg of an answered call hears. A voice that greeted its caller does not greet again. */
export function sourcesOf(state: Talking | Served): { readonly leg: LegId; readonly source: LegSource }[] {
  const { callerLeg, answeredBy } = state.record
  if (state.name === 'served') {
    const isEcho = answeredBy?.kind === 'system' && answeredBy.name === 'echo'
    return [{ leg: callerLeg, source: isEcho ? { type: 'echo' } : { type: 'parrot', greeting: [] } }]
  }
  const { calleeLeg, held } = state
  const heard = (speaker: LegId): LegSource =>
    // Who was put on hold hears the hold tone; what the holder hears is decided by its own SDP direction.
    held.has(speaker) ? { type: 'tone', tone: 'hold' } : { type: 'leg', leg: speaker }
  return [
    { leg: callerLeg, source: heard(calleeLeg) },
    { leg: calleeLeg, source: heard(callerLeg) },
  ]
}
