// What became of a call, in the words of lists and exports.
import type { Cdr } from '../ports.ts'

export const OUTCOMES = ['answered', 'noAnswer', 'givenUp', 'busy', 'refused', 'failed'] as const
/** `givenUp`: who called hung up before anybody answered. */
export type Outcome = (typeof OUTCOMES)[number]

const BY_STATUS: ReadonlyMap<number, Outcome> = new Map([
  [408, 'noAnswer'],
  [480, 'noAnswer'],
  [487, 'givenUp'],
  [486, 'busy'],
  [600, 'busy'],
  [403, 'refused'],
  [603, 'refused'],
])

export function outcomeOf({ answeredAt, endedBy, status }: Cdr): Outcome {
  if (answeredAt !== undefined) return 'answered'
  return endedBy === 'caller' ? 'givenUp' : (BY_STATUS.get(status) ?? 'failed')
}

/** From outside, to outside, or neither. */
export type Direction = 'incoming' | 'outgoing' | 'inside'

export function directionOf({ from, answeredBy, spent, why }: Cdr): Direction {
  if (from.kind === 'outside') return 'incoming'
  const isOut = answeredBy?.kind === 'outside' || spent !== undefined || why.rule === 'outside'
  return isOut ? 'outgoing' : 'inside'
}

/** The trunks that a call came through or went to. */
export function trunksOf({ from, answeredBy }: Cdr): readonly string[] {
  return [
    ...(from.kind === 'outside' ? [from.trunk] : []),
    ...(answeredBy?.kind === 'outside' ? [answeredBy.trunk] : []),
  ]
}
