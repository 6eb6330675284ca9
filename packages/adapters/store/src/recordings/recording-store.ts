// RecordingStore over SQLite: a row per recorded call, rows of whom it is found by, and the log of who heard
// it, which stays when the recording is gone.
import type { PersonId, RecordingId, TenantId, WallTime } from '@rufwerk/core'
import {
  type AccessAct,
  type CallRecording,
  keptUntil,
  type RecordingAccess,
  type RecordingFilter,
  type RecordingStore,
} from '@rufwerk/recordings'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter, Statement } from '../group-writer.ts'

const ACCESSES_MAX = 1_000

export function createRecordingStore(database: Database, writer: GroupWriter): RecordingStore {
  const write = async (...statements: readonly Statement[]): Promise<boolean> =>
    (await writer.transaction([...statements])) === 'written'
  const update = (recording: RecordingId) =>
    database.updateTable('recordings').where('recording', '=', recording)
  return {
    add: (recording) => write(...insertions(database, recording)),
    end: (recording, lengthMs) => write(statement(update(recording).set({ length_ms: lengthMs }), true)),
    setHold: (recording, hold) =>
      write(statement(update(recording).set({ hold: hold ? JSON.stringify(hold) : null }), true)),
    async read(tenant, recording) {
      const query = database.selectFrom('recordings').selectAll().where('recording', '=', recording)
      const row = await query.where('tenant', '=', tenant).executeTakeFirst()
      return row && readRow(row)
    },
    list: (tenant, filter) => list(database, tenant, filter),
    async expired(now, limit) {
      const query = database.selectFrom('recordings').selectAll().where('kept_until', '<=', now)
      const rows = await query.where('hold', 'is', null).orderBy('kept_until').limit(limit).execute()
      return rows.map(readRow)
    },
    remove: (recording) =>
      write(
        statement(database.deleteFrom('recording_parties').where('recording', '=', recording)),
        statement(database.deleteFrom('recordings').where('recording', '=', recording)),
      ),
    log: ({ tenant, recording, at, by, act, reason }) => {
      const row = { tenant, recording, at, actor: by ?? null, act, reason: reason ?? null }
      return write(statement(database.insertInto('recording_accesses').values(row)))
    },
    accesses: (tenant, recording) => accesses(database, tenant, recording),
    async rules(tenant) {
      const query = database.selectFrom('recording_rules').select('rules').where('tenant', '=', tenant)
      return (await query.executeTakeFirst())?.rules
    },
    saveRules: (tenant, rules) => {
      const insert = database.insertInto('recording_rules').values({ tenant, rules })
      return write(statement(insert.onConflict((clash) => clash.column('tenant').doUpdateSet({ rules }))))
    },
  }
}

function insertions(database: Database, given: CallRecording): Statement[] {
  const { recording, tenant, call, startedAt, lengthMs, hold, ...rest } = given
  const row = {
    ...{ recording, tenant, call },
    started_at: startedAt,
    kept_until: keptUntil({ startedAt, purpose: rest.purpose }) ?? startedAt,
    length_ms: lengthMs ?? null,
    hold: hold ? JSON.stringify(hold) : null,
    details: JSON.stringify(rest),
  }
  const parties = [
    ...rest.people.map((value) => ({ kind: 'person', value: value as string })),
    ...rest.numbers.map((value) => ({ kind: 'number', value })),
    ...(rest.queue === undefined ? [] : [{ kind: 'queue', value: rest.queue }]),
  ]
  return [
    statement(database.insertInto('recordings').values(row)),
    ...parties.map((party) =>
      statement(
        database
          .insertInto('recording_parties')
          .values({ ...party, recording, tenant, started_at: startedAt }),
      ),
    ),
  ]
}

async function list(
  database: Database,
  tenant: TenantId,
  { people, queues, number, before, limit }: RecordingFilter,
): Promise<CallRecording[]> {
  const of = (kind: string, values: readonly string[]) =>
    database
      .selectFrom('recording_parties')
      .select('recording')
      .where('tenant', '=', tenant)
      .where('kind', '=', kind)
      .where('value', 'in', values)
  let query = database.selectFrom('recordings').selectAll().where('tenant', '=', tenant)
  if (people !== undefined || queues !== undefined)
    query = query.where(({ or, eb }) =>
      or([
        eb('recording', 'in', of('person', people ?? [])),
        eb('recording', 'in', of('queue', queues ?? [])),
      ]),
    )
  if (number !== undefined) query = query.where('recording', 'in', of('number', [number]))
  if (before !== undefined)
    query = query.where(({ or, and, eb }) =>
      or([
        eb('started_at', '<', before.startedAt),
        and([eb('started_at', '=', before.startedAt), eb('recording', '<', before.recording)]),
      ]),
    )
  const rows = await query.orderBy('started_at', 'desc').orderBy('recording', 'desc').limit(limit).execute()
  return rows.map(readRow)
}

async function accesses(
  database: Database,
  tenant: TenantId,
  recording: RecordingId | undefined,
): Promise<RecordingAccess[]> {
  let query = database.selectFrom('recording_accesses').selectAll().where('tenant', '=', tenant)
  if (recording !== undefined) query = query.where('recording', '=', recording)
  const rows = await query.orderBy('id', 'desc').limit(ACCESSES_MAX).execute()
  return rows.map((row) => ({
    tenant: row.tenant as TenantId,
    recording: row.recording as RecordingId,
    at: row.at as WallTime,
    act: row.act as AccessAct,
    ...(row.actor !== null && { by: row.actor as PersonId }),
    ...(row.reason !== null && { reason: row.reason }),
  }))
}

interface Row {
  readonly recording: string
  readonly tenant: string
  readonly call: string
  readonly started_at: number
  readonly length_ms: number | null
  readonly hold: string | null
  readonly details: string
}

function readRow({ recording, tenant, call, started_at, length_ms, hold, details }: Row): CallRecording {
  const rest = JSON.parse(details) as Omit<
    CallRecording,
    'recording' | 'tenant' | 'call' | 'startedAt' | 'lengthMs' | 'hold'
  >
  return {
    ...rest,
    recording: recording as RecordingId,
    tenant: tenant as TenantId,
    call: call as CallRecording['call'],
    startedAt: started_at as WallTime,
    ...(length_ms !== null && { lengthMs: length_ms }),
    ...(hold !== null && { hold: JSON.parse(hold) as NonNullable<CallRecording['hold']> }),
  }
}
