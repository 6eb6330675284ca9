// SoundFileStore over SQLite: a row per recorded file. What is erased is overwritten in the database file.
import type { CallId, LegId, RecordingId, TenantId, WallTime } from '@rufwerk/core'
import type { SoundEnd, SoundFile, SoundFileStore, SoundPurpose } from '@rufwerk/recordings'
import type { Selectable } from 'kysely'
import { type Database, statement } from '../dialect.ts'
import type { GroupWriter } from '../group-writer.ts'
import type { Tables } from '../schema.ts'

export function createSoundFileStore(database: Database, writer: GroupWriter): SoundFileStore {
  const files = () => database.updateTable('sound_files')
  return {
    async add({ recording, tenant, purpose, call, leg, file, sealedKey, startedAt }) {
      const row = {
        recording,
        tenant,
        purpose,
        call,
        leg,
        file,
        sealed_key: sealedKey,
        started_at: startedAt,
      }
      const insert = database.insertInto('sound_files').values({ ...row, is_settled: 0 })
      return (await writer.transaction([statement(insert)])) === 'written'
    },
    async end(recording, { at, why, lengthMs, bytes }) {
      const set = { ended_at: at, end_why: why, length_ms: lengthMs, bytes }
      const write = files().set(set).where('recording', '=', recording).where('ended_at', 'is', null)
      return (await writer.transaction([statement(write, true)])) === 'written'
    },
    async settle(recording) {
      const write = files().set({ is_settled: 1 }).where('recording', '=', recording)
      return (await writer.transaction([statement(write, true)])) === 'written'
    },
    async read(recording) {
      const query = database.selectFrom('sound_files').selectAll().where('recording', '=', recording)
      const row = await query.executeTakeFirst()
      return row && readFile(row)
    },
    async unsettled() {
      const query = database.selectFrom('sound_files').selectAll().where('is_settled', '=', 0)
      return (await query.orderBy('started_at').execute()).map(readFile)
    },
    async erase(recording) {
      const write = database.deleteFrom('sound_files').where('recording', '=', recording)
      return (await writer.transaction([statement(write)])) === 'written'
    },
  }
}

function readFile(row: Selectable<Tables['sound_files']>): SoundFile {
  const { ended_at: at, end_why: why, length_ms: lengthMs, bytes } = row
  return {
    recording: row.recording as RecordingId,
    tenant: row.tenant as TenantId,
    purpose: row.purpose as SoundPurpose,
    call: row.call as CallId,
    leg: row.leg as LegId,
    file: row.file,
    sealedKey: row.sealed_key,
    startedAt: row.started_at as WallTime,
    ...(at !== null && {
      ended: { at: at as WallTime, why: why as SoundEnd, lengthMs: lengthMs ?? 0, bytes: bytes ?? 0 },
    }),
  }
}
