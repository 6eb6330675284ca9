// A record as a line of a table: the columns of the export.
import type { PersonId } from '@rufwerk/core'
import type { Cdr, Forwarding } from '../ports.ts'
import { directionOf, outcomeOf, trunksOf } from './outcome.ts'

export interface NamedPerson {
  readonly extension: string
  readonly name: string
}

export const RECORD_COLUMNS = [
  ...['call', 'started', 'answered', 'ended', 'ring_seconds', 'talk_seconds', 'direction', 'outcome'],
  ...['from_number', 'from_name', 'dialled', 'to_extension', 'to_name'],
  ...['answered_number', 'answered_name', 'trunk', 'ended_by', 'cause', 'status', 'rule'],
  ...['transferred_from', 'transferred_to', 'forwarded_by'],
] as const

type Cell = string | number | undefined

/** In the order of RECORD_COLUMNS; times are ISO 8601 in UTC, lengths whole seconds. */
export function recordCells(cdr: Cdr, who: (person: PersonId) => NamedPerson | undefined): readonly Cell[] {
  const { from, to, startedAt, ringingAt, answeredAt, endedAt } = cdr
  const meant = to === undefined ? undefined : who(to)
  const answerer = answererOf(cdr, who)
  return [
    ...[cdr.call, time(startedAt), time(answeredAt), time(endedAt)],
    length(ringingAt, answeredAt ?? endedAt),
    length(answeredAt, endedAt),
    ...[directionOf(cdr), outcomeOf(cdr)],
    from.kind === 'inside' ? from.extension : (from.number ?? 'anonymous'),
    ...[from.name, cdr.dialled, meant?.extension, meant?.name],
    ...[answerer.extension, answerer.name, trunksOf(cdr).join(' '), cdr.endedBy],
    ...[cdr.cause, cdr.status, cdr.why.rule, cdr.transferredFrom, cdr.transferredTo],
    forwardedBy(cdr, who),
  ]
}

/** Everybody in that order, with why: `busy 100 > noAnswer +4930555123`. */
function forwardedBy({ forwardings }: Cdr, who: (person: PersonId) => NamedPerson | undefined): Cell {
  const numberOf = ({ by }: Forwarding): string =>
    by.kind === 'person' ? (who(by.person)?.extension ?? '') : (by.number ?? 'anonymous')
  return forwardings?.map((one) => `${one.why} ${numberOf(one)}`.trim()).join(' > ')
}

function answererOf({ answeredBy }: Cdr, who: (person: PersonId) => NamedPerson | undefined) {
  switch (answeredBy?.kind) {
    case undefined:
      return { extension: undefined, name: undefined }
    case 'system':
      return { extension: undefined, name: answeredBy.name }
    case 'outside':
      return { extension: answeredBy.number, name: undefined }
    case 'person':
      return who(answeredBy.person) ?? { extension: undefined, name: undefined }
  }
}

function time(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}

function length(from: number | undefined, to: number): number | undefined {
  return from === undefined ? undefined : Math.round(Math.max(0, to - from) / 1000)
}
