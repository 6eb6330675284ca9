// CallHistory over SQLite: a person's calls, newest start first, page by page.
import type { CallEvent } from '@rufwerk/calls'
import { assert, type CallId, type PersonId, type TenantId } from '@rufwerk/core'
import { sql } from 'kysely'
import type { Database } from './dialect.ts'
import { readCdr, readEvents } from './late-rows.ts'
import type { CallHistory, HistoryPage } from './ports.ts'

export const PAGE_CALLS_MAX = 100

interface Place {
  readonly startedAt: number
  readonly number: number
}

export function createCallHistory(database: Database): CallHistory {
  return {
    async callsOf(tenant, person, { cursor, limit }): Promise<HistoryPage | undefined> {
      assert(Number.isInteger(limit) && limit >= 1 && limit <= PAGE_CALLS_MAX, 'limit is 1 to 100')
      const before =
        cursor === undefined ? { startedAt: Number.MAX_SAFE_INTEGER, number: 0 } : readCursor(cursor)
      if (before === undefined) return undefined
      const rows = await page(database, tenant, person, before, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const calls = shown.map((row) => readCdr(row.record))
      if (rows.length <= limit || last === undefined) return { calls }
      return { calls, next: writeCursor({ startedAt: last.started_at, number: last.number }) }
    },
    async spentSince(tenant, since) {
      const rows = await database
        .selectFrom('cdrs')
        .select('record')
        .where('tenant', '=', tenant)
        .where('started_at', '>=', since)
        .where(sql<boolean>`json_extract(record, '$.spent') IS NOT NULL`)
        .orderBy('started_at')
        .execute()
      return rows.map((row) => readCdr(row.record))
    },
    async call(tenant: TenantId, call: CallId) {
      const query = database.selectFrom('cdrs').select(['number', 'record'])
      const row = await query.where('call', '=', call).where('tenant', '=', tenant).executeTakeFirst()
      if (!row) return undefined
      return {
        cdr: readCdr(row.record),
        events: await eventsOf(database, tenant, call, row.number),
      }
    },
  }
}

export async function eventsOf(
  database: Database,
  tenant: TenantId,
  call: CallId,
  number: number,
): Promise<CallEvent[]> {
  const query = database.selectFrom('call_events').select('events').where('number', '=', number)
  const rows = await query.orderBy('id').execute()
  return rows.flatMap((row) => readEvents(tenant, call, row.events))
}

/** Each role has its index; the newest of each are put together. */
async function page(database: Database, tenant: TenantId, person: PersonId, before: Place, limit: number) {
  const inRole = (role: 'from_person' | 'to_person' | 'answered_person') =>
    database
      .selectFrom('cdrs')
      .select(['number', 'started_at', 'record'])
      .where(role, '=', person)
      .where('tenant', '=', tenant)
      .where((is) =>
        is.or([
          is('started_at', '<', before.startedAt),
          is.and([is('started_at', '=', before.startedAt), is('number', '<', before.number)]),
        ]),
      )
      // Without this the index could not stop early.
      .where('started_at', '<=', before.startedAt)
      .orderBy('started_at', 'desc')
      .orderBy('number', 'desc')
      .limit(limit)
  const all = (['from_person', 'to_person', 'answered_person'] as const).map((role) => inRole(role).execute())
  const found = new Map((await Promise.all(all)).flat().map((row) => [row.number, row]))
  return [...found.values()]
    .toSorted((a, b) => b.started_at - a.started_at || b.number - a.number)
    .slice(0, limit)
}

function writeCursor({ startedAt, number }: Place): string {
  return Buffer.from(`${startedAt}.${number}`).toString('base64url')
}

function readCursor(cursor: string): Place | undefined {
  if (cursor.length > 64) return undefined
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  return match ? { startedAt: Number(match[1]), number: Number(match[2]) } : undefined
}
