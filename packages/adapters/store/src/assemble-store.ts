// Puts the parts of the store together over an opened data folder. Loaded while the worker opens the files,
// because loading Kysely takes longer than that.
import type { EndedLeg, StoredLeg } from '@rufwerk/calls'
import type { CallId, LegId, Log, TenantId } from '@rufwerk/core'
import { createAccountsStore } from './accounts-store.ts'
import { createHoldStore } from './archive/holds.ts'
import { createRecordWriter } from './archive/record-writer.ts'
import { createAuditStore } from './audit/audit-store.ts'
import { createBindingStore } from './bindings.ts'
import { createDatabase, type Database, statement } from './dialect.ts'
import { createCallHistory, eventsOf } from './history.ts'
import { HELD_SLOTS_MAX, Journal, type JournalStart } from './journal.ts'
import { readCdr } from './late-rows.ts'
import { createPlanStore } from './plan-store.ts'
import type { Store, UnfinishedCall } from './ports.ts'
import { createQueueStore } from './queues/queue-store.ts'
import { createRecordingStore } from './recordings/recording-store.ts'
import { createSoundFileStore } from './recordings/sound-file-store.ts'
import { createRoomStore } from './rooms/room-store.ts'
import { createOwnSettingsStore } from './settings/own-settings.ts'
import { createVoicemailStore } from './voicemail/voicemail-store.ts'
import type { WorkerThread } from './worker-thread.ts'

/** The thread that owns the files, or in tests what stands for it. */
export type StoreWorker = Pick<WorkerThread, 'query' | 'writer' | 'generation' | 'close'>

export async function assembleStore(worker: StoreWorker, log: Log): Promise<Store> {
  const database = createDatabase((sql, parameters) => worker.query(sql, parameters))
  const legs = await readLegs(database)
  const ended = await readEndedLegs(database)
  const liveCalls = await database.selectFrom('live_calls').selectAll().execute()
  const journal = new Journal(worker.writer, log, await journalStart(database, legs, ended, liveCalls))
  return {
    accounts: createAccountsStore(database, worker.writer),
    audit: createAuditStore(database, worker.writer),
    journal,
    bindings: createBindingStore(database, worker.writer, log),
    history: createCallHistory(database),
    dialPlans: createPlanStore(database, worker.writer),
    queues: createQueueStore(database, worker.writer, log),
    holds: createHoldStore(database, worker.writer),
    records: createRecordWriter(database, worker, log),
    soundFiles: createSoundFileStore(database, worker.writer),
    recordings: createRecordingStore(database, worker.writer),
    voicemail: createVoicemailStore(database, worker.writer),
    rooms: createRoomStore(database, worker.writer, log),
    ownSettings: createOwnSettingsStore(database, worker.writer),
    generation: worker.generation,
    loadLegs: async () => legs.map(({ slot: _, ...leg }) => leg),
    endedLegs: async () => ended.map(({ slot: _, ...leg }) => leg),
    removeLegs: (lost) => journal.removeLegs(lost),
    forgetCall: (call) => journal.forget(call),
    unfinishedCalls: () => readUnfinished(database, liveCalls),
    async setting(name) {
      const query = database.selectFrom('settings').select('value').where('name', '=', name)
      return (await query.executeTakeFirst())?.value
    },
    async saveSetting(name, value) {
      const insert = database.insertInto('settings').values({ name, value })
      const write = insert.onConflict((clash) => clash.column('name').doUpdateSet({ value }))
      return (await worker.writer.transaction([statement(write)])) === 'written'
    },
    figures: () => worker.writer.figures(),
    size: () => journal.size(),
    close: () => worker.close(),
  }
}

type LegRow = StoredLeg & { readonly slot: number }

async function readLegs(database: Database): Promise<LegRow[]> {
  const query = database.selectFrom('legs').innerJoin('live_calls', 'live_calls.number', 'legs.number')
  const columns = ['slot', 'legs.tenant', 'live_calls.call', 'leg', 'version', 'state'] as const
  const rows = await query.select(columns).orderBy('slot').execute()
  return rows.map((row) => ({
    slot: row.slot,
    tenant: row.tenant as TenantId,
    call: row.call as CallId,
    leg: row.leg as LegId,
    version: row.version,
    state: row.state,
  }))
}

type EndedRow = EndedLeg & { readonly slot: number }

/** The newest first: their slots are the last to be used again. */
async function readEndedLegs(database: Database): Promise<EndedRow[]> {
  const query = database.selectFrom('legs').innerJoin('cdrs', 'cdrs.number', 'legs.number')
  const columns = ['slot', 'legs.tenant', 'cdrs.call', 'leg', 'version', 'state', 'record'] as const
  const rows = await query.select(columns).orderBy('legs.number', 'desc').limit(HELD_SLOTS_MAX).execute()
  return rows.map(({ slot, tenant, call, leg, version, state, record }) => ({
    slot,
    leg: { tenant: tenant as TenantId, call: call as CallId, leg: leg as LegId, version, state },
    cdr: readCdr(record),
  }))
}

interface LiveCallRow {
  readonly number: number
  readonly tenant: string
  readonly call: string
}

async function journalStart(
  database: Database,
  legs: readonly LegRow[],
  ended: readonly EndedRow[],
  calls: readonly LiveCallRow[],
): Promise<JournalStart> {
  const last = async (table: 'cdrs' | 'live_calls' | 'call_events') => {
    const row = await database.selectFrom(table).select('number').orderBy('number', 'desc').executeTakeFirst()
    return row?.number ?? 0
  }
  const numbers = await Promise.all([last('cdrs'), last('live_calls'), last('call_events')])
  return {
    lastCallNumber: Math.max(...numbers),
    calls: calls.map(({ number, call }) => ({ number, call: call as CallId })),
    legs,
    held: ended.map(({ slot }) => slot).toReversed(),
  }
}

async function readUnfinished(database: Database, calls: readonly LiveCallRow[]): Promise<UnfinishedCall[]> {
  const read = calls.map(async (row) => {
    const [tenant, call] = [row.tenant as TenantId, row.call as CallId]
    return { tenant, call, events: await eventsOf(database, tenant, call, row.number) }
  })
  return Promise.all(read)
}
