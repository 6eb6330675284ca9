// Reads records for admins over a connection of its own, which cannot write: neither calls nor their commits
// wait for it.
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CallEvent, Cdr } from '@rufwerk/calls'
import {
  type CallPapers,
  commonDigits,
  concerns,
  csvLine,
  erased,
  fateOf,
  isAskedFor,
  isHeld,
  type NamedPerson,
  recordCells,
  shortened,
} from '@rufwerk/calls/records'
import type { PersonId, TenantId } from '@rufwerk/core'
import { readCdr } from '../late-rows.ts'
import { CHANGES_MAX, PAPERS_MAX, SCANNED_MAX, STRIDE, TABLE_LINES_MAX } from './limits.ts'
import type {
  AnswerOf,
  ConcerningAnswer,
  DueAnswer,
  PageAnswer,
  Place,
  Question,
  RecordChange,
  TableAnswer,
} from './messages.ts'

interface Row extends Place {
  readonly record: string
}

interface EventsRow {
  readonly id: number
  readonly events: string
}

type Asked<Type extends Question['type']> = Extract<Question, { readonly type: Type }>

const COLUMNS = 'number, started_at AS startedAt, record'
const NEWEST: Place = { startedAt: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER }
const OLDEST: Place = { startedAt: -1, number: -1 }

const SQL = {
  before: `SELECT ${COLUMNS} FROM cdrs WHERE tenant = ? AND (started_at, number) < (?, ?) AND started_at >= ?
    ORDER BY started_at DESC, number DESC LIMIT ?`,
  after: `SELECT ${COLUMNS} FROM cdrs WHERE tenant = ? AND (started_at, number) > (?, ?) AND started_at < ?
    ORDER BY started_at, number LIMIT ?`,
  events: 'SELECT id, events FROM call_events WHERE number = ? ORDER BY id',
  person: 'SELECT extension, name FROM people WHERE tenant = ? AND id = ?',
  unfinished: `SELECT count(*) AS n FROM live_calls WHERE tenant = ? AND EXISTS (
    SELECT 1 FROM call_events WHERE call_events.number = live_calls.number AND instr(events, ?) > 0)`,
} as const

export class ArchiveReader {
  readonly #statements: { readonly [Name in keyof typeof SQL]: StatementSync }

  constructor(database: DatabaseSync) {
    this.#statements = {
      before: database.prepare(SQL.before),
      after: database.prepare(SQL.after),
      events: database.prepare(SQL.events),
      person: database.prepare(SQL.person),
      unfinished: database.prepare(SQL.unfinished),
    }
  }

  answer(question: Question): AnswerOf[Question['type']] {
    switch (question.type) {
      case 'page':
        return this.#page(question)
      case 'table':
        return this.#table(question)
      case 'concerning':
        return this.#concerning(question)
      case 'due':
        return this.#due(question)
    }
  }

  #page({ tenant, filter, before, limit }: Asked<'page'>): PageAnswer {
    const records: string[] = []
    const next = this.#newestFirst(tenant, before, filter, ({ record }) => {
      if (isAskedFor(readCdr(record), filter)) records.push(record)
      return records.length < limit
    })
    return { records, ...(next && { next }) }
  }

  #table({ tenant, filter, before, separator }: Asked<'table'>): TableAnswer {
    const names = new Map<PersonId, NamedPerson | undefined>()
    const who = (person: PersonId): NamedPerson | undefined => {
      if (!names.has(person)) names.set(person, this.#person(tenant, person))
      return names.get(person)
    }
    let text = ''
    let lines = 0
    const next = this.#newestFirst(tenant, before, filter, ({ record }) => {
      const cdr = readCdr(record)
      if (!isAskedFor(cdr, filter)) return true
      text += csvLine(recordCells(cdr, who), separator)
      lines += 1
      return lines < TABLE_LINES_MAX
    })
    return { text, ...(next && { next }) }
  }

  #concerning({ tenant, number, holds, before, want }: Asked<'concerning'>): ConcerningAnswer {
    const digits = commonDigits(number)
    const papers: CallPapers[] = []
    const changes: RecordChange[] = []
    let [count, held, oldest, newest] = [0, 0, Number.POSITIVE_INFINITY, 0]
    const next = this.#newestFirst(tenant, before, {}, (row) => {
      const events = this.#eventsOf(row.number)
      const isNear = [row.record, ...events.map((each) => each.events)].some((text) => text.includes(digits))
      if (!isNear) return true
      const found = papersOf(row, events)
      if (!concerns(found, number)) return true
      count += 1
      ;[oldest, newest] = [Math.min(oldest, row.startedAt), Math.max(newest, row.startedAt)]
      const isKept = isHeld(found, holds)
      if (isKept) held += 1
      if (want === 'papers') papers.push(found)
      if (want === 'erase' && !isKept) changes.push(...rewritten(row, events, (each) => erased(each, number)))
      return papers.length < PAPERS_MAX && changes.length < CHANGES_MAX
    })
    const unfinished = before === undefined ? this.#unfinished(tenant, digits) : 0
    const span = count > 0 ? { oldest, newest } : {}
    return { count, held, unfinished, ...span, papers, changes, ...(next && { next }) }
  }

  #due({ tenant, rules, holds, now, after }: Asked<'due'>): DueAnswer {
    const changes: RecordChange[] = []
    let [removed, short] = [0, 0]
    const next = this.#oldestFirst(tenant, after, now, (row) => {
      const fate = fateOf(readCdr(row.record), rules, now)
      if (fate === 'keep') return true
      const events = this.#eventsOf(row.number)
      if (isHeld(papersOf(row, events), holds)) return true
      if (fate === 'remove') {
        removed += 1
        changes.push({ type: 'remove', call: row.number })
      } else {
        const less = rewritten(row, events, shortened)
        if (less.length > 0) short += 1
        changes.push(...less)
      }
      return changes.length < CHANGES_MAX
    })
    return { changes, removed, shortened: short, ...(next && { next }) }
  }

  /** Until `look` says that it is enough. Undefined: there is nothing more. */
  #newestFirst(
    tenant: TenantId,
    before: Place = NEWEST,
    { since, until }: { readonly since?: number; readonly until?: number },
    look: (row: Row) => boolean,
  ): Place | undefined {
    const first = until !== undefined && until < before.startedAt ? { startedAt: until, number: -1 } : before
    return this.#walk(first, look, (place, limit) =>
      this.#statements.before.all(tenant, place.startedAt, place.number, since ?? 0, limit),
    )
  }

  #oldestFirst(
    tenant: TenantId,
    after: Place = OLDEST,
    until: number,
    look: (row: Row) => boolean,
  ): Place | undefined {
    return this.#walk(after, look, (place, limit) =>
      this.#statements.after.all(tenant, place.startedAt, place.number, until, limit),
    )
  }

  #walk(
    first: Place,
    look: (row: Row) => boolean,
    read: (place: Place, limit: number) => readonly unknown[],
  ): Place | undefined {
    let place = first
    for (let scanned = 0; scanned < SCANNED_MAX; ) {
      const rows = read(place, STRIDE) as Row[]
      for (const row of rows) {
        place = { startedAt: row.startedAt, number: row.number }
        scanned += 1
        if (!look(row)) return place
      }
      if (rows.length < STRIDE) return undefined
    }
    return place
  }

  #eventsOf(number: number): EventsRow[] {
    return this.#statements.events.all(number) as unknown as EventsRow[]
  }

  #person(tenant: TenantId, person: PersonId): NamedPerson | undefined {
    return this.#statements.person.get(tenant, person) as NamedPerson | undefined
  }

  #unfinished(tenant: TenantId, digits: string): number {
    return Number(this.#statements.unfinished.get(tenant, digits)?.n)
  }
}

type StoredEvents = readonly Omit<CallEvent, 'tenant' | 'call'>[]

function papersOf({ record }: Row, rows: readonly EventsRow[]): CallPapers {
  return { cdr: readCdr(record), events: rows.flatMap(({ events }) => JSON.parse(events) as StoredEvents) }
}

/** The rows of a call that say less after `change`. */
function rewritten(
  row: Row,
  rows: readonly EventsRow[],
  change: (papers: CallPapers) => CallPapers,
): RecordChange[] {
  const changes: RecordChange[] = []
  const cdr: Cdr = readCdr(row.record)
  const less = change({ cdr, events: [] }).cdr
  if (less !== cdr) changes.push({ type: 'record', call: row.number, record: JSON.stringify(less) })
  for (const { id, events } of rows) {
    const stored = JSON.parse(events) as StoredEvents
    const next = change({ cdr, events: stored }).events
    if (next !== stored) changes.push({ type: 'events', id, events: JSON.stringify(next) })
  }
  return changes
}
