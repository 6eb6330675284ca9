// Records for admins: pages, tables, what a number had part in, and the end of what was kept long enough.
// Reading is done by a thread of its own; what changes goes through the store's one writer, a little at a
// time.
import type { Cdr } from '@rufwerk/calls'
import {
  csvLine,
  type Hold,
  type PersonalDataSource,
  type PersonalErased,
  type PersonalFile,
  type PersonalFound,
  type PersonalSearch,
  RECORD_COLUMNS,
  type RecordFilter,
  type RetentionRules,
  type Separator,
} from '@rufwerk/calls/records'
import { assert, type Log, type TenantId, type WallTime, wallTime } from '@rufwerk/core'
import { readCdr } from '../late-rows.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { PAGE_RECORDS_MAX, PAUSE_MS } from './limits.ts'
import type { ConcerningAnswer, Place, RecordChange } from './messages.ts'
import { type Answerer, ArchiveThread } from './thread.ts'

/** Where changes of records go. */
export interface RecordWriter {
  /** All or nothing. */
  changeRecords(changes: readonly RecordChange[]): Promise<boolean>
  /** After `work` nothing of what it overwrote or removed is left in the files. */
  forgetting<T>(work: () => Promise<T>): Promise<T>
}

export interface ArchivePage {
  /** Newest start first; may be fewer than asked for, and even none, while there is more. */
  readonly calls: readonly Cdr[]
  /** For the next page; absent at the end. */
  readonly next?: string
}

export interface Swept {
  readonly removed: number
  readonly shortened: number
}

export interface CallArchive {
  /** `limit` 1–500. Undefined when the cursor was not made for this company and filter. */
  page(
    tenant: TenantId,
    filter: RecordFilter,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<ArchivePage | undefined>
  /** RFC 4180, with a head; newest first, in pieces of some 100 kB. Reads on when it is asked to. */
  table(tenant: TenantId, filter: RecordFilter, separator: Separator): AsyncIterable<string>
  /** Calls by number. */
  readonly personal: PersonalDataSource
  /** Removes and shortens what time asks for. Rejects when it could not be stored. */
  sweep(tenant: TenantId, rules: RetentionRules, now: WallTime): Promise<Swept>
  close(): Promise<void>
}

export interface ArchiveParts {
  readonly writer: RecordWriter
  readonly holdsOf: (tenant: TenantId) => Promise<readonly Hold[]>
  readonly answerer: Answerer
  /** Between two transactions; not for tests of other things. */
  readonly pause?: () => Promise<void>
}

export function openCallArchive(
  dataDir: string,
  parts: Omit<ArchiveParts, 'answerer'> & { readonly log: Log },
): CallArchive {
  return createCallArchive({ ...parts, answerer: new ArchiveThread(dataDir, parts.log) })
}

export function createCallArchive(parts: ArchiveParts): CallArchive {
  const { answerer } = parts
  return {
    async page(tenant, filter, { cursor, limit }) {
      assert(Number.isInteger(limit) && limit >= 1 && limit <= PAGE_RECORDS_MAX, 'limit is 1 to 500')
      const before = cursor === undefined ? undefined : readCursor(tenant, filter, cursor)
      if (cursor !== undefined && before === undefined) return undefined
      const { records, next } = await answerer.ask<'page'>({
        ...{ type: 'page', tenant, filter, limit },
        ...(before && { before }),
      })
      const calls = records.map(readCdr)
      return { calls, ...(next && { next: writeCursor(tenant, filter, next) }) }
    },
    async *table(tenant, filter, separator) {
      yield csvLine([...RECORD_COLUMNS], separator)
      let before: Place | undefined
      do {
        const piece = await answerer.ask<'table'>({
          ...{ type: 'table', tenant, filter, separator },
          ...(before && { before }),
        })
        if (piece.text !== '') yield piece.text
        before = piece.next
      } while (before !== undefined)
    },
    personal: personalCalls(parts),
    sweep: (tenant, rules, now) => sweep(parts, tenant, rules, now),
    close: () => answerer.close(),
  }
}

function personalCalls(parts: ArchiveParts): PersonalDataSource {
  return {
    name: 'calls',
    async find(search): Promise<PersonalFound> {
      let [count, held, oldest, newest] = [0, 0, Number.POSITIVE_INFINITY, 0]
      for await (const answer of concerning(parts, search, 'count')) {
        count += answer.count
        held += answer.held
        oldest = Math.min(oldest, answer.oldest ?? oldest)
        newest = Math.max(newest, answer.newest ?? newest)
      }
      return { count, held, ...(count > 0 && { oldest: wallTime(oldest), newest: wallTime(newest) }) }
    },
    async *export(search): AsyncIterable<PersonalFile> {
      yield { path: 'calls.jsonl', content: exported(parts, search) }
    },
    erase: (search) => parts.writer.forgetting(() => erase(parts, search)),
  }
}

/** One call a line: its record and its events. */
async function* exported(parts: ArchiveParts, search: PersonalSearch): AsyncIterable<Uint8Array> {
  const text = new TextEncoder()
  for await (const { papers } of concerning(parts, search, 'papers'))
    for (const paper of papers) yield text.encode(`${JSON.stringify(paper)}\n`)
}

async function erase(parts: ArchiveParts, search: PersonalSearch): Promise<PersonalErased> {
  let [count, held, unfinished] = [0, 0, 0]
  for await (const answer of concerning(parts, search, 'erase')) {
    await store(parts, answer.changes)
    count += answer.count
    held += answer.held
    unfinished += answer.unfinished
  }
  return { erased: count - held, held, unfinished }
}

async function* concerning(
  { answerer, holdsOf }: ArchiveParts,
  { tenant, number }: PersonalSearch,
  want: 'count' | 'papers' | 'erase',
): AsyncIterable<ConcerningAnswer> {
  let before: Place | undefined
  do {
    const holds = await holdsOf(tenant)
    const answer = await answerer.ask<'concerning'>({
      ...{ type: 'concerning', tenant, number, holds, want },
      ...(before && { before }),
    })
    yield answer
    before = answer.next
  } while (before !== undefined)
}

async function sweep(
  parts: ArchiveParts,
  tenant: TenantId,
  rules: RetentionRules,
  now: WallTime,
): Promise<Swept> {
  let [removed, short] = [0, 0]
  let after: Place | undefined
  do {
    const holds = await parts.holdsOf(tenant)
    const due = await parts.answerer.ask<'due'>({
      ...{ type: 'due', tenant, rules, holds, now },
      ...(after && { after }),
    })
    await store(parts, due.changes)
    removed += due.removed
    short += due.shortened
    after = due.next
  } while (after !== undefined)
  return { removed, shortened: short }
}

async function store(
  { writer, pause = rest }: ArchiveParts,
  changes: readonly RecordChange[],
): Promise<void> {
  if (changes.length === 0) return
  if (!(await writer.changeRecords(changes))) throw new Error('the records could not be changed')
  await pause()
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
