// A past call as a row of a list: with whom, what became of it, how long.
import type { CallRecord } from '@rufwerk/contract'
import { ECHO_NUMBER } from './number.ts'

export type Outcome = 'talked' | 'missed' | 'not-reached' | 'cancelled'

export interface RecordSummary {
  /** The number when nobody knows a name. */
  readonly name: string
  readonly number: string
  readonly isEcho: boolean
  readonly outcome: Outcome
  /** Absent when nobody answered. */
  readonly talkedMs?: number
}

export function summarize(record: CallRecord): RecordSummary {
  const other = record.direction === 'incoming' ? record.from : record.to
  const number = other?.extension || record.dialled
  // The rule often knows whom the number belongs to, also when the call reached nobody.
  const meant = record.direction === 'outgoing' ? record.why.values.name : undefined
  const name = other?.name || meant || number
  const outcome = outcomeOf(record)
  const isEcho = record.why.rule === 'echo' || number === ECHO_NUMBER
  if (record.answeredAt === undefined) return { name, number, isEcho, outcome }
  return { name, number, isEcho, outcome, talkedMs: record.endedAt - record.answeredAt }
}

function outcomeOf(record: CallRecord): Outcome {
  if (record.answeredAt !== undefined) return 'talked'
  if (record.direction === 'incoming') return 'missed'
  // RFC 3261 §21.4.25: 487 answers an INVITE that the caller cancelled.
  return record.endedBy === 'caller' && record.status === 487 ? 'cancelled' : 'not-reached'
}
